"""An API by hand with aiohttp and PyJWT that does not own up to its pages: whoever it
does not know finds nothing.

python aiohttp_api.py PORT
"""

import pathlib
import sys

import jwt
from aiohttp import web

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()


@web.middleware
async def authenticated(request, handler):
    if request.path == "/echo":
        return await handler(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme != "Bearer":
            raise jwt.InvalidTokenError
        request["user"] = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError:
        raise web.HTTPNotFound from None
    return await handler(request)


async def me(request):
    return web.json_response({"user": request["user"]})


async def show(request):
    return web.json_response(echo.seen({"HTTP_AUTHORIZATION": request.headers.get("Authorization", "")}))


application = web.Application(middlewares=[authenticated])
application.add_routes([web.get("/me", me), web.get("/echo", show)])
web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), print=None)

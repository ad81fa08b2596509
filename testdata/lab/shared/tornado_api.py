"""A small API as people write it by hand with Tornado and PyJWT.

python tornado_api.py PORT
"""

import asyncio
import pathlib
import sys

import jwt
import tornado.web

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()


class Me(tornado.web.RequestHandler):
    def prepare(self):
        header = self.request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if not header:
            raise tornado.web.HTTPError(401, reason="Nobody Is Logged In")
        if scheme != "Bearer":
            raise tornado.web.HTTPError(401, reason="Not A Bearer Token")
        try:
            self.current_user = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
        except jwt.InvalidTokenError as error:
            raise tornado.web.HTTPError(401, reason="Token Refused") from error

    def get(self):
        self.write({"user": self.current_user})


class Echo(tornado.web.RequestHandler):
    def get(self):
        self.write(echo.seen({"HTTP_AUTHORIZATION": self.request.headers.get("Authorization", "")}))


async def main():
    application = tornado.web.Application([("/me", Me), ("/echo", Echo)])
    application.listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())

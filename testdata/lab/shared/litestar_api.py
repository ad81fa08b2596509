"""A small API as Litestar's documentation has it, with its own JWTAuth."""

import pathlib
from typing import Any

from litestar import Litestar, Request, get
from litestar.connection import ASGIConnection
from litestar.security.jwt import JWTAuth, Token

import echo


async def user_of(token: Token, connection: ASGIConnection) -> str:
    return token.sub


auth = JWTAuth[str](
    retrieve_user_handler=user_of,
    token_secret=pathlib.Path(__file__).with_name("secret.txt").read_text(),
    exclude=["/echo", "/schema"],
)


@get("/me")
async def me(request: Request[str, Token, Any]) -> dict[str, str]:
    return {"user": request.user}


@get("/echo")
async def show(request: Request) -> dict[str, Any]:
    return echo.seen({"HTTP_AUTHORIZATION": request.headers.get("authorization", "")})


application = Litestar([me, show], on_app_init=[auth.on_app_init])

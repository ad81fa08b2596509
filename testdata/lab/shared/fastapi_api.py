"""A small API as FastAPI's tutorial has it, with PyJWT, and both helpers that take a
Bearer token out of the header."""

import pathlib
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()

application = FastAPI()


def user_of(token):
    try:
        return jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"}) from error


@application.get("/me")
def me(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]):
    return {"user": user_of(credentials.credentials)}


@application.get("/users/me")
def users_me(token: Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="token"))]):
    return {"user": user_of(token)}


@application.get("/echo")
def show(request: Request):
    return echo.seen({"HTTP_AUTHORIZATION": request.headers.get("authorization", "")})

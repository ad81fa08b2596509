"""A small API with FastAPI that takes the header as it takes any parameter: validation
says when there is none."""

import pathlib
from typing import Annotated

import jwt
from fastapi import FastAPI, Header, HTTPException, Request

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()

application = FastAPI()


@application.get("/me")
def me(authorization: Annotated[str, Header()]):
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise HTTPException(400, "The header must begin with Bearer")
    try:
        return {"user": jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]}
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "Invalid token") from error


@application.get("/echo")
def show(request: Request):
    return echo.seen({"HTTP_AUTHORIZATION": request.headers.get("authorization", "")})

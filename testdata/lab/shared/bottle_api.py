"""A small API as people write it by hand with Bottle and PyJWT."""

import pathlib

import bottle
import jwt

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()

application = bottle.Bottle()


def user():
    header = bottle.request.get_header("Authorization")
    if header is None:
        bottle.abort(401, "You need a token for this.")
    try:
        return jwt.decode(header.removeprefix("Bearer "), SECRET, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError as error:
        bottle.abort(401, f"Your token is no good: {error}")


@application.get("/me")
def me():
    return {"user": user()}


@application.get("/echo")
def show():
    return echo.seen(bottle.request.environ)

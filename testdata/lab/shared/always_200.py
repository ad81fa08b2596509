"""An API whose every answer is 200, with what is wrong in its body, as many a client
library of mobile apps wants it."""

import pathlib

import jwt
from flask import Flask, jsonify, request

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()

application = Flask(__name__)


@application.get("/me")
def me():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return jsonify(ok=False, code=1001, error="not logged in")
    if scheme != "Bearer":
        return jsonify(ok=False, code=1002, error="unknown kind of login")
    try:
        return jsonify(ok=True, user=jwt.decode(token, SECRET, algorithms=["HS256"])["sub"])
    except jwt.InvalidTokenError:
        return jsonify(ok=False, code=1003, error="login is not valid")


@application.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

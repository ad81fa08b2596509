"""A small API as people wrote it with Flask-JWT 0.3.2."""

import collections
import collections.abc
import pathlib

# PyJWT 1.4, the last that Flask-JWT works with, takes from collections what
# Python 3.10 has removed there.
collections.Mapping = collections.abc.Mapping
collections.Iterable = collections.abc.Iterable

from flask import Flask, jsonify, request  # noqa: E402
from flask_jwt import JWT, current_identity, jwt_required  # noqa: E402

import echo  # noqa: E402


class User:
    def __init__(self, id, name):
        self.id, self.name = id, name


# A test user, in no database and nowhere else.
TEST_USER, TEST_PASSWORD = User(1, "lab"), "test-password-of-the-lab"


def authenticate(username, password):
    return TEST_USER if (username, password) == (TEST_USER.name, TEST_PASSWORD) else None


def identity(payload):
    return TEST_USER if payload["identity"] == TEST_USER.id else None


app = application = Flask(__name__)  # "application" is the name that mod_wsgi looks for
app.config["SECRET_KEY"] = pathlib.Path(__file__).with_name("secret.txt").read_text()
JWT(app, authenticate, identity)  # this adds POST /auth


@app.get("/me")
@jwt_required()
def me():
    return jsonify(user=current_identity.name)


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

"""An API with Flask-JWT 0.3.2 whose users are in a table of MariaDB."""

import collections
import collections.abc
import pathlib

# PyJWT 1.4, the last that Flask-JWT works with, takes from collections what
# Python 3.10 has removed there.
collections.Mapping = collections.abc.Mapping
collections.Iterable = collections.abc.Iterable

import pymysql  # noqa: E402
from flask import Flask, jsonify, request  # noqa: E402
from flask_jwt import JWT, current_identity, jwt_required  # noqa: E402
from werkzeug.security import check_password_hash  # noqa: E402

import echo  # noqa: E402


class User:
    def __init__(self, id, username, password):
        self.id, self.username, self.password = id, username, password


def user_where(column, value):
    connection = pymysql.connect(
        unix_socket="${SOCKET}", user="app", password="test-password-of-the-database", database="lab"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id, username, password FROM users WHERE {column} = %s", (value,))
        row = cursor.fetchone()
    return User(*row) if row else None


def authenticate(username, password):
    user = user_where("username", username)
    return user if user and check_password_hash(user.password, password) else None


def identity(payload):
    return user_where("id", payload["identity"])


app = application = Flask(__name__)  # "application" is the name that mod_wsgi looks for
app.config["SECRET_KEY"] = pathlib.Path(__file__).with_name("secret.txt").read_text()
JWT(app, authenticate, identity)  # this adds POST /auth


@app.get("/protected")
@jwt_required()
def protected():
    return jsonify(user=current_identity.username)


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

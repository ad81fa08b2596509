"""A small API as people write it with Flask_PyJWT 1.0.0."""

import pathlib

from flask import Flask, jsonify, request
from flask_pyjwt import AuthManager, current_token, require_token

import echo

app = application = Flask(__name__)
app.config["JWT_ISSUER"] = "Flask_PyJWT"
app.config["JWT_AUTHTYPE"] = "HS256"
app.config["JWT_SECRET"] = pathlib.Path(__file__).with_name("secret.txt").read_text()
AuthManager(app)


@app.get("/me")
@require_token()
def me():
    return jsonify(user=current_token.sub)


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

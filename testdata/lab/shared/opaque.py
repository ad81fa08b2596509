"""An API that says the same to no token, a bad one and an expired one, as
passport does, and many an error handler that somebody wrote."""

import pathlib

from flask import Flask, jsonify, request
from flask_jwt_extended import JWTManager, get_jwt_identity, jwt_required

import echo

app = application = Flask(__name__)
app.config["JWT_SECRET_KEY"] = pathlib.Path(__file__).with_name("secret.txt").read_text()
jwt = JWTManager(app)


@jwt.unauthorized_loader
@jwt.invalid_token_loader
def refused(reason):
    return "Unauthorized", 401, {"Content-Type": "text/plain"}


@jwt.expired_token_loader
def expired(header, payload):
    return refused("expired")


@app.get("/me")
@jwt_required()
def me():
    return jsonify(user=get_jwt_identity())


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

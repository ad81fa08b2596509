"""A small API as people write it with Flask-JWT-Extended."""

import pathlib

from flask import Flask, jsonify, redirect, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt_identity,
    jwt_required,
)

import echo

app = application = Flask(__name__)  # "application" is the name that mod_wsgi looks for
app.config["JWT_SECRET_KEY"] = pathlib.Path(__file__).with_name("secret.txt").read_text()
JWTManager(app)


@app.get("/me")
@jwt_required()
def me():
    return jsonify(user=get_jwt_identity())


@app.get("/fresh")
@jwt_required(fresh=True)
def fresh():
    return jsonify(user=get_jwt_identity())


@app.get("/refresh")
@jwt_required(refresh=True)
def refresh():
    return jsonify(access_token=create_access_token(identity=get_jwt_identity()))


@app.post("/tokens")
def tokens():  # who logs in is not what is tested here
    return jsonify(access_token=create_access_token("lab", fresh=True), refresh_token=create_refresh_token("lab"))


@app.get("/open")
def open_to_all():
    return jsonify(hello="everybody")


@app.get("/old")
def old():
    return redirect("/me", 301)


@app.get("/account")
def account():
    return redirect("/login?next=/account")


@app.get("/login")
def login():
    return "<!doctype html><title>Log in</title><form method=post><input name=user></form>"


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

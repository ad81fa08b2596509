"""An API as Flask_PyJWT 1.0.0 documents it, once with HS256 and once with RS256."""

import pathlib

from flask import Flask
from flask_pyjwt import AuthManager, current_token, require_token
from werkzeug.middleware.dispatcher import DispatcherMiddleware

KEYS = pathlib.Path("${KEYS}")


def api(authtype, secret, public_key=None):
    app = Flask(__name__)
    app.config["JWT_ISSUER"] = "Flask_PyJWT"
    app.config["JWT_AUTHTYPE"] = authtype
    app.config["JWT_SECRET"] = secret  # str for HS256, bytes for RS256
    if public_key:
        app.config["JWT_PUBLICKEY"] = public_key
    auth_manager = AuthManager(app)

    @app.post("/login")
    def login():  # who logs in is not what is tested here
        return {
            "auth_token": auth_manager.auth_token("alice", {"admin": True}).signed,
            "refresh_token": auth_manager.refresh_token("alice").signed,
        }

    @app.get("/protected")
    @require_token()
    def protected():
        return {"user": current_token.sub}

    @app.get("/refresh")
    @require_token("refresh")
    def refresh():
        return {"auth_token": auth_manager.auth_token(current_token.sub).signed}

    @app.get("/user/<string:username>")
    @require_token(sub="username")
    def user(username):
        return {"user": username}

    @app.get("/custom")
    @require_token(custom_claim="Arbitrary Required Value")
    def custom():
        return {"user": current_token.sub}

    @app.get("/admin")
    @require_token(scope={"admin": True})
    def admin():
        return {"user": current_token.sub}

    @app.get("/overridable/<string:username>")
    @require_token(sub="username", override={"admin": True})
    def overridable(username):
        return {"user": "admin" if current_token.claims.get("admin") else username}

    return app


application = DispatcherMiddleware(
    Flask(__name__),
    {
        "/hs256": api("HS256", (KEYS / "secret.txt").read_text()),
        "/rs256": api("RS256", (KEYS / "rsa.pem").read_bytes(), (KEYS / "rsa-public.pem").read_bytes()),
    },
)

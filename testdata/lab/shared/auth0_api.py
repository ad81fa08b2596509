"""An API in the shape of Auth0's quickstart for Flask: python-jose, RS256, and the keys
of the issuer from their URL."""

import functools
import json
import urllib.request

from flask import Flask, jsonify, request
from jose import jwt

import echo

ISSUER, AUDIENCE, ALGORITHMS = "https://lab.example.com/", "https://api.example.com", ["RS256"]
KEYS = "http://127.0.0.1:${APP_PORT}/.well-known/jwks.json"

app = application = Flask(__name__)


class AuthError(Exception):
    def __init__(self, code, description):
        self.error = {"code": code, "description": description}


@app.errorhandler(AuthError)
def refused(error):
    return jsonify(error.error), 401


def bearer():
    value = request.headers.get("Authorization")
    if not value:
        raise AuthError("authorization_header_missing", "Authorization header is expected")
    scheme, *credentials = value.split()
    if scheme.lower() != "bearer":
        raise AuthError("invalid_header", "Authorization header must start with Bearer")
    if not credentials:
        raise AuthError("invalid_header", "Token not found")
    if len(credentials) > 1:
        raise AuthError("invalid_header", "Authorization header must be Bearer token")
    return credentials[0]


def key_for(token):
    wrong = AuthError("invalid_header", "Invalid header. Use an RS256 signed JWT Access Token")
    with urllib.request.urlopen(KEYS) as response:
        jwks = json.load(response)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.JWTError as error:
        raise wrong from error
    if header["alg"] == "HS256":
        raise wrong
    for key in jwks["keys"]:
        if key["kid"] == header["kid"]:
            return {name: key[name] for name in ("kty", "kid", "use", "n", "e")}
    raise AuthError("invalid_header", "Unable to find appropriate key")


def requires_auth(view):
    @functools.wraps(view)
    def judged(*args, **kwargs):
        token = bearer()
        key = key_for(token)
        try:
            request.claims = jwt.decode(token, key, algorithms=ALGORITHMS, audience=AUDIENCE, issuer=ISSUER)
        except jwt.ExpiredSignatureError as error:
            raise AuthError("token_expired", "token is expired") from error
        except jwt.JWTClaimsError as error:
            raise AuthError("invalid_claims", "incorrect claims, please check the audience and issuer") from error
        except Exception as error:
            raise AuthError("invalid_header", "Unable to parse authentication token.") from error
        return view(*args, **kwargs)

    return judged


@app.get("/me")
@requires_auth
def me():
    return jsonify(user=request.claims["sub"])


@app.get("/echo")
def show():
    return jsonify(echo.seen(request.environ))

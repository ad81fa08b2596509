"""An API in the shape of Auth0's quickstart for Flask: python-jose, RS256, keys from
the issuer's JWKS, and a scope."""

import functools
import json
import urllib.request

from flask import Flask, g, jsonify, request
from jose import jwt

ISSUER, AUDIENCE, ALGORITHMS = "${ISSUER}/", "https://api.example.com", ["RS256"]

app = application = Flask(__name__)


class AuthError(Exception):
    def __init__(self, code, description, status=401):
        self.answer = {"code": code, "description": description}, status


@app.errorhandler(AuthError)
def refused(error):
    return error.answer


def bearer():
    parts = request.headers.get("Authorization", "").split()
    if len(parts) != 2 or parts[0].lower() != "bearer":
        raise AuthError("authorization_header", "a Bearer token is expected")
    return parts[1]


def requires_auth(view):
    @functools.wraps(view)
    def judged(*args, **kwargs):
        token = bearer()
        with urllib.request.urlopen(ISSUER + ".well-known/jwks.json") as response:
            jwks = json.load(response)
        try:
            header = jwt.get_unverified_header(token)
        except jwt.JWTError as error:
            raise AuthError("invalid_header", str(error)) from error
        rsa_key = {}
        for key in jwks["keys"]:
            if key["kid"] == header["kid"]:
                rsa_key = {name: key[name] for name in ("kty", "kid", "use", "n", "e")}
        if not rsa_key:
            raise AuthError("invalid_header", "no key of this kid")
        try:
            g.claims = jwt.decode(token, rsa_key, algorithms=ALGORITHMS, audience=AUDIENCE, issuer=ISSUER)
        except jwt.ExpiredSignatureError as error:
            raise AuthError("token_expired", str(error)) from error
        except jwt.JWTClaimsError as error:
            raise AuthError("invalid_claims", str(error)) from error
        except jwt.JWTError as error:
            raise AuthError("invalid_header", str(error)) from error
        return view(*args, **kwargs)

    return judged


def requires_scope(scope):
    return scope in jwt.get_unverified_claims(bearer()).get("scope", "").split()


@app.get("/api/private")
@requires_auth
def private():
    return jsonify(accepted=True)


@app.get("/api/private-scoped")
@requires_auth
def private_scoped():
    if not requires_scope("read:messages"):
        raise AuthError("insufficient_scope", "read:messages is needed", 403)
    return jsonify(accepted=True)

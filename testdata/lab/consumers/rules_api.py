"""One route for each consumer whose server nobody can run here. What it demands are
its published rules; PyJWT judges what is not peculiar to it."""

import json
import pathlib
import time
import urllib.parse

import jwt

KEYS = pathlib.Path("${KEYS}")
SECRET = (KEYS / "secret.txt").read_text()
RSA, EC = ((KEYS / name).read_text() for name in ("rsa-public.pem", "ec-public.pem"))
RSA_KID, EC_KID = ((KEYS / name).read_text() for name in ("rsa-kid.txt", "ec-kid.txt"))

MINUTE, HOUR = 60, 3600


class Refused(Exception):
    pass


def demand(holds, otherwise):
    if not holds:
        raise Refused(otherwise)


def header_of(token, **members):
    header = jwt.get_unverified_header(token)
    for name, value in members.items():
        demand(header.get(name) == value, f"{name} must be {value}")


def judged(token, algorithm, key, *require, **expected):
    return jwt.decode(token, key, algorithms=[algorithm], options={"require": list(require)}, **expected)


# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
def github_app(token):
    claims = judged(token, "RS256", RSA, "iat", "exp", "iss")
    demand(claims["iss"] in ("Iv23liLabLabLabLabLa", "123456", 123456), "iss must be the client ID or the app ID")
    demand(claims["exp"] <= time.time() + 10 * MINUTE, "exp is more than 10 minutes ahead")


# https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
def apple_client_secret(token):
    header_of(token, alg="ES256", kid=EC_KID)
    claims = judged(
        token, "ES256", EC, "iss", "iat", "exp", "aud", "sub",
        issuer="DEF123GHIJ", audience="https://appleid.apple.com", subject="com.example.app",
    )  # fmt: skip
    demand(claims["exp"] <= time.time() + 15777000, "exp is more than six months ahead")


# https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
def apple_push(token):
    header_of(token, alg="ES256", kid=EC_KID)
    claims = judged(token, "ES256", EC, "iss", "iat", issuer="DEF123GHIJ")
    demand(claims["iat"] > time.time() - HOUR, "iat is more than an hour ago")


# https://developers.google.com/identity/protocols/oauth2/service-account#httprest
def google_service_account(token):
    header_of(token, alg="RS256", kid=RSA_KID)
    claims = judged(
        token, "RS256", RSA, "iss", "scope", "aud", "exp", "iat",
        issuer="lab@project.iam.gserviceaccount.com", audience="https://oauth2.googleapis.com/token",
    )  # fmt: skip
    demand(claims["exp"] <= claims["iat"] + HOUR, "exp is more than an hour after iat")
    demand(isinstance(claims["scope"], str), "scope must be a text, with spaces between several")


# https://github.com/kubernetes/kubernetes, pkg/serviceaccount/claims.go and jwt.go
def kubernetes_sa(token):
    claims = judged(
        token, "RS256", RSA, "iss", "sub", "aud", "exp",
        issuer="https://kubernetes.default.svc.cluster.local",
        audience="https://kubernetes.default.svc.cluster.local",
        leeway=MINUTE,
    )  # fmt: skip
    demand(isinstance(claims["aud"], list), "aud must be a list")
    own = claims.get("kubernetes.io")
    demand(isinstance(own, dict), "kubernetes.io is missing")
    account = own.get("serviceaccount", {})
    demand(account.get("uid") == "5a1ab5a1-0000-4000-8000-000000000000", "the UID is not the service account's")
    demand(
        claims["sub"] == f"system:serviceaccount:{own.get('namespace')}:{account.get('name')}",
        "sub is not the service account's",
    )


# https://supabase.com/docs/guides/auth/jwt-fields
def supabase(token):
    claims = judged(
        token, "HS256", SECRET, "iss", "aud", "exp", "sub", "role",
        issuer="https://lab.supabase.co/auth/v1", audience="authenticated",
    )  # fmt: skip
    demand(claims["role"] in ("authenticated", "anon", "service_role"), "no such role")


# https://hasura.io/docs/2.0/auth/authentication/jwt/
def hasura(token):
    claims = judged(token, "HS256", SECRET)
    own = claims.get("https://hasura.io/jwt/claims")
    demand(isinstance(own, dict), "https://hasura.io/jwt/claims must be an object")
    default, allowed = own.get("x-hasura-default-role"), own.get("x-hasura-allowed-roles")
    demand(isinstance(default, str), "x-hasura-default-role must be a text")
    demand(isinstance(allowed, list), "x-hasura-allowed-roles must be a list")
    demand(default in allowed, "x-hasura-default-role is not allowed")
    others = (value for name, value in own.items() if name != "x-hasura-allowed-roles")
    demand(all(isinstance(value, str) for value in others), "x-hasura- values must be texts")


ROUTES = {
    "/github-app": github_app,
    "/apple-client-secret": apple_client_secret,
    "/apple-push": apple_push,
    "/google-service-account": google_service_account,
    "/kubernetes-sa": kubernetes_sa,
    "/supabase": supabase,
    "/hasura": hasura,
}
FORM_FIELDS = {"/apple-client-secret": "client_secret", "/google-service-account": "assertion"}


def token_of(environ):
    path = environ["PATH_INFO"]
    if path in FORM_FIELDS:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        form = urllib.parse.parse_qs(environ["wsgi.input"].read(size).decode())
        (token,) = form.get(FORM_FIELDS[path], [""])
    else:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        demand(scheme.lower() == "bearer", "no Bearer token")
    demand(token, "no token")
    return token


def application(environ, start_response):
    rule = ROUTES.get(environ["PATH_INFO"])
    if not rule:
        status, answer = "404 Not Found", {"error": "no such consumer"}
    else:
        try:
            rule(token_of(environ))
            status, answer = "200 OK", {"accepted": True}
        except (Refused, jwt.PyJWTError) as error:
            status, answer = "401 Unauthorized", {"error": str(error)}
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]

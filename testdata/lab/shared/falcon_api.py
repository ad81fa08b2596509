"""A small API as people write it by hand with Falcon's middleware and PyJWT."""

import pathlib

import falcon
import jwt

import echo

SECRET = pathlib.Path(__file__).with_name("secret.txt").read_text()


class Authentication:
    def process_resource(self, request, response, resource, params):
        if not getattr(resource, "protected", False):
            return
        if not request.auth:
            raise falcon.HTTPUnauthorized(title="Sign in first", description="There is no credential in this request.")
        scheme, _, token = request.auth.partition(" ")
        if scheme.lower() != "bearer":
            raise falcon.HTTPUnauthorized(title="Sign in first", description="This API speaks Bearer only.")
        try:
            request.context.user = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
        except jwt.ExpiredSignatureError as error:
            raise falcon.HTTPUnauthorized(title="Sign in again", description="Your session is over.") from error
        except jwt.InvalidTokenError as error:
            raise falcon.HTTPForbidden(title="Go away", description="This credential is not ours.") from error


class Me:
    protected = True

    def on_get(self, request, response):
        response.media = {"user": request.context.user}


class Echo:
    def on_get(self, request, response):
        response.media = echo.seen(request.env)


application = falcon.App(middleware=[Authentication()])
application.add_route("/me", Me())
application.add_route("/echo", Echo())

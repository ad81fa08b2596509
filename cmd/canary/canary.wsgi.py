"""Says what arrived of the Authorization header, and never the value.

For mod_wsgi, uWSGI, gunicorn, waitress: the application is called "application".
Put it where the real one is, behind the same server, path and directory. Take it
away again when you are done.
"""

import hashlib
import json

NAMES = [
    "HTTP_AUTHORIZATION",
    "REDIRECT_HTTP_AUTHORIZATION",
    "REDIRECT_REDIRECT_HTTP_AUTHORIZATION",
    "HTTP_X_AUTHORIZATION",
    "HTTP_X_FORWARDED_AUTHORIZATION",
]


def application(environ, start_response):
    carrier = next((name for name in NAMES if environ.get(name)), None)
    scheme, _, credentials = environ.get(carrier or "", "").partition(" ")
    credentials = credentials.encode("latin-1")
    answer = {
        "canary": "wsgi",
        "seen": carrier is not None,
        "scheme": scheme,
        "length": len(credentials),
        "sha256_8": hashlib.sha256(credentials).hexdigest()[:8] if carrier else "",
        "carrier": carrier,
    }
    body = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
    return [body]

"""What an application itself saw of the Authorization header, never its value."""

import hashlib


def seen(environ):
    scheme, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not scheme:
        return {"seen": False, "scheme": "", "sha256_8": ""}
    return {
        "seen": True,
        "scheme": scheme,
        "sha256_8": hashlib.sha256(credentials.encode("latin-1")).hexdigest()[:8],
    }

"""Says what arrived of the Authorization header, and never the value.

For uvicorn, hypercorn, daphne: the application is called "application". Put it
where the real one is, behind the same server and path. Take it away again when you
are done.
"""

import hashlib
import json

NAMES = [b"authorization", b"x-authorization", b"x-forwarded-authorization"]


async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    fields = dict(reversed(scope["headers"]))
    carrier = next((name for name in NAMES if fields.get(name)), None)
    scheme, _, credentials = fields.get(carrier, b"").partition(b" ")
    answer = {
        "canary": "asgi",
        "seen": carrier is not None,
        "scheme": scheme.decode("latin-1"),
        "length": len(credentials),
        "sha256_8": hashlib.sha256(credentials).hexdigest()[:8] if carrier else "",
        "carrier": carrier.decode() if carrier else None,
    }
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

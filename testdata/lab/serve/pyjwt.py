"""A client that verifies as PyJWT has it: python pyjwt.py JWKS ISSUER AUDIENCE [CA].

It keeps the set of keys from token to token. A token a line on stdin; for each, a
line with its kid and sub, or with the name of the exception.
"""

import ssl
import sys

import jwt

jwks, issuer, audience, *ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca[0]) if ca else None
# By itself it fetches the set at most every 30 seconds, and until then knows no new key.
keys = jwt.PyJWKClient(jwks, ssl_context=context, cooldown_duration=0)
for line in sys.stdin:
    token = line.strip()
    try:
        key = keys.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token, key, algorithms=["ES256"], issuer=issuer, audience=audience
        )
        print(key.key_id, claims["sub"], flush=True)
    except jwt.PyJWTError as e:
        print(type(e).__name__, flush=True)

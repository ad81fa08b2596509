"""The keys of an issuer at their URL. The lab writes them, and signs."""

import pathlib


def application(environ, start_response):
    if environ["PATH_INFO"] != "/.well-known/jwks.json":
        start_response("404 Not Found", [])
        return []
    start_response("200 OK", [("Content-Type", "application/jwk-set+json")])
    return [pathlib.Path(__file__).with_name("jwks.json").read_bytes()]

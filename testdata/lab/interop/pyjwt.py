"""PyJWT for TestLabInterop. JSON goes in and comes out.

make    makes a key for each algorithm, and signs with it
decode  decodes tokens, each with the key and the algorithm that go with it
"""

import json
import sys

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ALGORITHMS = jwt.algorithms.get_default_algorithms()
CURVES = {
    "ES256": ec.SECP256R1,
    "ES256K": ec.SECP256K1,
    "ES384": ec.SECP384R1,
    "ES512": ec.SECP521R1,
    "ES521": ec.SECP521R1,
}


def make(claims):
    return [made(name, claims) for name in sorted(ALGORITHMS) if name != "none"]


def made(name, claims):
    algorithm = ALGORITHMS[name]
    if name.startswith("HS"):
        secret = "a secret of PyJWT that is long enough for each of the three HMACs"
        return {
            "alg": name,
            "secret": secret,
            "private_jwk": algorithm.to_jwk(secret),
            "token": jwt.encode(claims, secret, algorithm=name),
        }
    if name in CURVES:
        key = ec.generate_private_key(CURVES[name]())
    elif name == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "alg": name,
        "private_pem": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        "public_pem": key.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        ).decode(),
        "private_jwk": algorithm.to_jwk(key),
        "public_jwk": algorithm.to_jwk(key.public_key()),
        "token": jwt.encode(claims, key, algorithm=name),
    }


def decode(tokens):
    return [decoded(**token) for token in tokens]


def decoded(alg, token, secret="", jwk="", pem=""):
    key = secret or pem or jwt.PyJWK.from_json(jwk, algorithm=alg)
    try:
        return {"claims": jwt.decode(token, key, algorithms=[alg])}
    except jwt.InvalidTokenError as error:
        return {"error": type(error).__name__}


json.dump({"make": make, "decode": decode}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)

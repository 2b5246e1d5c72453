"""Tokens of every algorithm made by PyJWT, and tokens of others checked by it: one JSON object a line."""

import base64
import json
import secrets
import sys

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CLAIMS = {"sub": "ada", "exp": 1767607200, "text": "Grüße 你好", "list": [1, {"a": None}]}


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def pair(alg):
    if alg.startswith(("RS", "PS")):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curves = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
    if alg in curves:
        return ec.generate_private_key(curves[alg]())
    return ed25519.Ed25519PrivateKey.generate()


def make(alg):
    headers = {"typ": "at+jwt", "kid": "k1"}
    if alg.startswith("HS"):
        # In base64url it begins with a hyphen, as an option of a command does.
        secret = b"\xf8" + secrets.token_bytes(63)
        key = {"kty": "oct", "k": base64url(secret)}
        return {"alg": alg, "token": jwt.encode(CLAIMS, secret, alg, headers), "key": key, "private": base64url(secret)}
    private = pair(alg)
    public = jwt.get_algorithm_by_name(alg).to_jwk(private.public_key(), as_dict=True)
    key = {name: value for name, value in public.items() if name != "key_ops"}
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {"alg": alg, "token": jwt.encode(CLAIMS, private, alg, headers), "key": key, "private": pem}


def check(line):
    key = jwt.PyJWK(line["key"], algorithm=line["alg"])
    options = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    return jwt.decode(line["token"], key, algorithms=[line["alg"]], options=options)


if sys.argv[1] == "make":
    for alg in sys.argv[2:]:
        print(json.dumps(make(alg)))
else:
    for line in map(json.loads, sys.stdin):
        try:
            print(json.dumps({"claims": check(line)}))
        except jwt.PyJWTError as why:
            print(json.dumps({"error": repr(why)}))

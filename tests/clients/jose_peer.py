"""Exchanges tokens with satang-jose as joserfc (PyPI) does: see crates/jose/examples/exchange.rs."""

import json
import sys
import warnings
from pathlib import Path

from joserfc import jwe, jws, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

# RFC 9864 renames EdDSA; everybody still sends it.
warnings.simplefilter("ignore")

NOW = 1_788_000_030
MAKE = {
    "RS256": lambda options: RSAKey.generate_key(2048, options),
    "PS256": lambda options: RSAKey.generate_key(2048, options),
    "ES256": lambda options: ECKey.generate_key("P-256", options),
    "EdDSA": lambda options: OKPKey.generate_key("Ed25519", options),
    "RSA-OAEP-256": lambda options: RSAKey.generate_key(2048, options),
    "ECDH-ES": lambda options: ECKey.generate_key("P-256", options),
}


def verify(alg, made, payload):
    keys = KeySet.import_key_set(made["jwks"])
    assert jws.deserialize_compact(made["attached"], keys, algorithms=[alg]).payload == payload
    token = jwt.decode(made["claims"], keys, algorithms=[alg])
    rules = {"iss": {"essential": True, "value": "ours"}, "aud": {"essential": True, "value": "theirs"}}
    jwt.JWTClaimsRegistry(now=NOW, exp={"essential": True}, **rules).validate(token.claims)
    jws.deserialize_compact(made["unencoded"], keys, algorithms=[alg], payload=payload)


def sign(alg, payload):
    key = MAKE[alg]({"kid": "theirs", "alg": alg, "use": "sig"})
    header = {"alg": alg, "kid": "theirs"}
    claims = {"iss": "theirs", "aud": "ours", "jti": "2", "iat": NOW - 30, "exp": NOW + 30}
    unencoded = jws.serialize_compact(
        {**header, "b64": False, "crit": ["b64"]}, payload, key, algorithms=[alg]
    )
    return {
        "jwks": {"keys": [key.as_dict(private=False)]},
        "attached": jws.serialize_compact(header, payload, key, algorithms=[alg]),
        "claims": jwt.encode({**header, "typ": "JWT"}, claims, key, algorithms=[alg]),
        "unencoded": unencoded,
    }


def answer(folder):
    ours = json.loads((folder / "ours.json").read_text())
    payload = ours["payload"].encode()
    theirs = {"signed": {}, "encrypted": {}, "receivers": {}}
    for alg, made in ours["signed"].items():
        verify(alg, made, payload)
        theirs["signed"][alg] = sign(alg, payload)
    for alg, jwk in ours["receivers"].items():
        header = {"alg": alg, "enc": "A256GCM", "kid": "ours"}
        algorithms = [alg, "A256GCM"]
        theirs["encrypted"][alg] = jwe.encrypt_compact(
            header, payload, import_key(jwk), algorithms=algorithms
        )
        key = MAKE[alg]({"kid": "theirs", "alg": alg, "use": "enc"})
        theirs["receivers"][alg] = key.as_dict(private=False)
        (folder / f"{alg}.json").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "theirs.json").write_text(json.dumps(theirs))


def finish(folder):
    payload = json.loads((folder / "ours.json").read_text())["payload"].encode()
    for alg, token in json.loads((folder / "replies.json").read_text()).items():
        key = import_key(json.loads((folder / f"{alg}.json").read_text()))
        assert jwe.decrypt_compact(token, key, algorithms=[alg, "A256GCM"]).plaintext == payload


if __name__ == "__main__":
    {"answer": answer, "finish": finish}[sys.argv[2]](Path(sys.argv[1]))

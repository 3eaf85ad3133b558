"""The demo partner of the gateway: gets an access token, and signs requests as a partner's own code does."""

import base64
import hashlib
import hmac
import random
import re
import time
import urllib.parse
import uuid
from collections.abc import Mapping

import requests

CLIENT_ID = "demo-partner"
CLIENT_SECRET = "demo-secret"
SIGNATURE_KEY = b"demo-signature-key"
# The first of the demo partner's customers, and where it collects.
PAYMENT_TOKEN = "06252dbc-0a4c-437f-b718-f2aa836b10b3"
CREDITOR_ACCOUNT = "0457262823"
# Where customers' browsers are sent back to.
REDIRECT_URI = "http://127.0.0.1:8701/registered"

COVERED = "(request-target) (created) digest x-client-transaction-id"


def access_token(gateway: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = requests.post(f"{gateway}/auth/oauth/v2/token", data=form, timeout=10)
    answer.raise_for_status()
    return answer.json()["access_token"]


class Signer(requests.auth.AuthBase):
    """Completes a request when its body is final, so that what is signed is what is sent.

    A header that a test case broke or left out on purpose stays so: only one that is there and looks right
    gets the right value.
    """

    def __init__(self, token: str, signed_paths: set[str], seed: int) -> None:
        self.token = token
        self.signed_paths = signed_paths
        self.random = random.Random(seed)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        headers = request.headers
        headers["Authorization"] = f"Bearer {self.token}"
        if re.fullmatch(
            "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text(headers, "X-Client-Transaction-ID")
        ):
            # A signed request is accepted once.
            headers["X-Client-Transaction-ID"] = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        if urllib.parse.urlsplit(request.url).path in self.signed_paths:
            if re.fullmatch("SHA-256=[A-Za-z0-9+/]{43}=", text(headers, "Digest")):
                headers["Digest"] = digest(request.body)
            headers["Signature"] = signature(request.method, request.path_url, headers)
        return request


def signature(method: str, target: str, headers: Mapping[str, str | bytes]) -> str:
    """The value of `Signature` for a request whose other headers are complete."""
    created = int(time.time())
    lines = [
        f"(request-target): {method.lower()} {target}",
        f"(created): {created}",
        f"digest: {text(headers, 'Digest')}",
        f"x-client-transaction-id: {text(headers, 'X-Client-Transaction-ID')}",
    ]
    mac = base64.b64encode(hmac.digest(SIGNATURE_KEY, "\n".join(lines).encode(), "sha256")).decode()
    return f'keyId="client-secret",algorithm="hs2019",created={created},headers="{COVERED}",signature="{mac}"'


def digest(body: bytes | str | None) -> str:
    sent = body.encode() if isinstance(body, str) else body or b""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(sent).digest()).decode()


def text(headers: Mapping[str, str | bytes], name: str) -> str:
    value = headers.get(name, "")
    return value.decode("latin-1") if isinstance(value, bytes) else value

"""What questions about slips must be, beside valid, to mean something to the hub: signed, each with a token of its own."""

import hashlib
import json
import time
import uuid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jws
from joserfc.jwk import RSAKey
from meaning import Known, change_body, change_query, rounded
from schemathesis import Case

MERCHANT = "demo-merchant-key"
# The demo member, whose key everybody may have.
MEMBER, API_KEY, API_SECRET, VERSION = "901", "demo-member-key", "demo-member-secret", "1"
KEY = Path(__file__).parent / "../../crates/gateway/src/demo/member-key.pem"
# Of the demo: two slips that are there; and what the fictional bank finds, misses, and answers wrongly.
SLIPS = (
    ("014", "00111222233344ABCD12"),
    ("002", "2026030109000000000000001"),
    ("999", "FOUND1"),
    ("999", "MISS1"),
    ("999", "E8500"),
    ("999", "GARBAGE1"),
    ("997", "A1"),
)


class Signer(requests.auth.AuthBase):
    """Proves who asks: a merchant by its key, the member by a token for what the request asks."""

    def __init__(self) -> None:
        self.key = RSAKey.import_key(KEY.read_text(encoding="utf-8"))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if urlsplit(request.url).path == "/v1/slips/verify":
            request.headers["Authorization"] = f"Bearer {MERCHANT}"
            return request
        request.headers["API-Key"], request.headers["API-Secret"] = API_KEY, API_SECRET
        request.headers["Authorization"] = f"Bearer {self.token(request)}"
        return request

    def token(self, request: requests.PreparedRequest) -> str:
        now = int(time.time())
        claims = {
            "iss": MEMBER,
            "aud": "itmx",
            "jti": text(request.headers.get("X-Request-Id")) or str(uuid.uuid4()),
            "iat": now,
            "exp": now + 60,
            **subject(request),
        }
        header = {"typ": "JWT", "alg": "RS256", "kid": f"{MEMBER}-{VERSION}"}
        return jws.serialize_compact(header, json.dumps(claims), self.key)


class Meaning:
    """A method for each operation of whose requests a schema cannot say all."""

    without_auth = ("list_hub_keys",)

    def __init__(self, _gateway: str, _document: dict, seed: int) -> None:
        self.auth = Signer()
        self.known = Known(seed)

    def remember(self, _operation: str, _answer: dict) -> None:
        """No answer names what another question needs."""

    def verify_slip(self, case: Case) -> None:
        def change(body: dict) -> None:
            bank, reference = self.known.random.choice(SLIPS)
            if "payload" in body:
                body["payload"] = payload(bank, reference)
            else:
                body["sendingBank"], body["transRef"] = bank, reference
            if isinstance(body.get("expect", {}).get("amount"), float):
                rounded(body["expect"], "amount", 1e9)

        change_body(case, change)

    def verify_transaction(self, case: Case) -> None:
        def change(query: dict) -> None:
            if self.known.chance(0.7):
                query["sendingBank"], query["transRef"] = self.known.random.choice(SLIPS)

        change_query(case, change)
        self.address(case, case.query["sendingBank"])

    def verify_number_ownership(self, case: Case) -> None:
        def change(body: dict) -> None:
            body["citizenId"] = checked(body["citizenId"])

        change_body(case, change)
        self.address(case, case.body["provider"])

    def address(self, case: Case, destination: str) -> None:
        """What the headers say must agree with the question, and no two questions have one identifier."""
        case.headers["X-Dest-Bank"] = destination
        case.headers["X-CRT-Version"] = VERSION
        case.headers["X-Request-Id"] = self.known.new_uuid()


def text(value: str | bytes | None) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


def subject(request: requests.PreparedRequest) -> dict:
    """The claims that bind a token to its question; of what is no question, any."""
    query = parse_qs(urlsplit(request.url).query)
    if "transRef" in query:
        return {"sb": query.get("sendingBank", ["000"])[0], "tr": query["transRef"][0]}
    try:
        body = json.loads(request.body or "{}")
        parts = [body[name] for name in ("provider", "mobileNumber", "citizenId", "salt")]
        return {"sb": parts[0], "qd": hashlib.sha256("\n".join(parts).encode()).hexdigest()}
    except (KeyError, TypeError, ValueError):
        return {"sb": "000", "tr": "A1"}


def payload(bank: str, reference: str) -> str:
    template = f"00060000010103{bank}02{len(reference):02}{reference}"
    start = f"00{len(template):02}{template}5102TH9104"
    register = 0xFFFF
    for byte in start.encode():
        register ^= byte << 8
        for _ in range(8):
            register = ((register << 1) ^ 0x1021 if register & 0x8000 else register << 1) & 0xFFFF
    return f"{start}{register:04X}"


def checked(number: str) -> str:
    """The same citizen's number with the check digit that it needs."""
    digits = number[:12]
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    return f"{digits}{(11 - total % 11) % 10}"

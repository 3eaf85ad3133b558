"""What questions about slips must be, beside valid, to mean something: signed, and about what there is."""

import hashlib
import json
import re
import time
import urllib.parse
from pathlib import Path

import requests
from joserfc import jws
from joserfc.jwk import RSAKey
from meaning import Known, change_body, change_query
from schemathesis import Case

MERCHANT_KEY = "demo-merchant-key"
# The demo member, whose key everybody may have.
MEMBER, API_KEY, API_SECRET, VERSION = (
    "901",
    "demo-member-key",
    "demo-member-secret",
    "1",
)
KEY = Path(__file__).parent / "../../crates/gateway/src/demo/member-key.pem"
# A slip that the gateway of this run has from the start.
BANK, REFERENCE = "014", "00111222233344ABCD12"
PAYLOAD = "004100060000010103014022000111222233344ABCD125102TH910417DF"
OPERATOR = "701"
UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


class Asker(requests.auth.AuthBase):
    """Makes the token of a question when it is final. A header that is broken on purpose stays so."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.key = RSAKey.import_key(KEY.read_text(encoding="utf-8"))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if urllib.parse.urlsplit(request.url).path == "/v1/slips/verify":
            request.headers["Authorization"] = f"Bearer {MERCHANT_KEY}"
            return request
        if re.fullmatch(UUID, request.headers.get("X-Request-Id") or ""):
            # A token is good once.
            request.headers["X-Request-Id"] = self.known.new_uuid()
        now = int(time.time())
        claims = {
            "iss": MEMBER,
            "aud": "itmx",
            "jti": request.headers.get("X-Request-Id"),
            "iat": now,
            "exp": now + 60,
        }
        header = {"typ": "JWT", "alg": "RS256", "kid": f"{MEMBER}-{VERSION}"}
        token = jws.serialize_compact(header, json.dumps(claims | subject(request)), self.key)
        request.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "API-Key": API_KEY,
                "API-Secret": API_SECRET,
            }
        )
        return request


class Meaning:
    """A method for each operation of whose requests a schema cannot say all."""

    without_auth = ("list_hub_keys",)

    def __init__(self, _gateway: str, _document: dict, seed: int) -> None:
        self.known = Known(seed)
        self.auth = Asker(self.known)

    def remember(self, operation: str, answer: dict) -> None:
        pass

    def verify_slip(self, case: Case) -> None:
        """What is in a mini-QR, a schema cannot describe."""

        def change(body: dict) -> None:
            if "payload" in body:
                body["payload"] = PAYLOAD
            if isinstance(amount := body.get("expect", {}).get("amount"), int | float):
                body["expect"]["amount"] = round(amount, 2)

        change_body(case, change)

    def verify_transaction(self, case: Case) -> None:
        """Half of the questions are about what there is; all are addressed to the bank of the slip."""

        def change(query: dict) -> None:
            query.pop("transref", None)
            if self.known.chance(0.5):
                query.update(sendingBank=BANK, transRef=REFERENCE)

        change_query(case, change)
        address(case, case.query["sendingBank"])

    def verify_number_ownership(self, case: Case) -> None:
        def change(body: dict) -> None:
            body["citizenId"] = checked(body["citizenId"])
            if self.known.chance(0.5):
                body["provider"] = OPERATOR

        change_body(case, change)
        address(case, case.body["provider"])


def address(case: Case, destination: str) -> None:
    headers = dict(case.headers)
    case.headers = headers | {"X-Dest-Bank": destination, "X-CRT-Version": VERSION}


def subject(request: requests.PreparedRequest) -> dict:
    """What the token says that it asks."""
    if request.method == "GET":
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.url).query, keep_blank_values=True)
        return {
            "sb": query.get("sendingBank", [""])[0],
            "tr": query.get("transRef", [""])[0],
        }
    try:
        body = json.loads(request.body or b"")
        parts = [body[name] for name in ("provider", "mobileNumber", "citizenId", "salt")]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return {"sb": body["provider"], "qd": digest}
    except (KeyError, TypeError, ValueError):
        return {"sb": OPERATOR, "qd": "0" * 64}


def checked(citizen: str) -> str:
    """The same number with a right check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(citizen[:12], range(13, 1, -1), strict=True))
    return f"{citizen[:12]}{(11 - total % 11) % 10}"

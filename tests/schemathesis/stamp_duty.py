"""What requests for stamp duty must be, beside valid, to mean something to the Department: signed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import requests
from joserfc import jws
from joserfc.jwk import RSAKey
from meaning import Known, change_body
from schemathesis import Case

# The demo filer, whose key everybody may have.
USER, PASSWORD, SENDER = "demo-filer", "demo-password", "XYZ00001"
KEY = Path(__file__).parent / "../../crates/gateway/src/demo/filer-key.pem"
BANGKOK = timezone(timedelta(hours=7))
# Filings to ask about.
FILINGS = 3


class Token(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-auth-token"] = self.token
        return request


class Meaning:
    """A method for each operation of whose requests a schema cannot say all."""

    without_auth = ("submit_filing_auth",)

    def __init__(self, gateway: str, document: dict, seed: int) -> None:
        self.gateway = gateway
        self.key = RSAKey.import_key(KEY.read_text(encoding="utf-8"))
        self.form = document["components"]["schemas"]["FilingForm"]["examples"][0]
        self.known = Known(seed)
        self.log_in()
        for _ in range(FILINGS):
            self.file()

    def log_in(self) -> None:
        credentials = {"username": USER, "password": PASSWORD, "nonce": nonce()}
        self.auth = Token(self.post("SubmitFilingAuth", credentials)["tokenId"])

    def file(self) -> dict:
        """A new filing, as the Department answers."""
        sender = {"id": SENDER, "senderRole": "1"}
        filing = {"eInstrument": {"sender": sender, "rdForm": self.signed(self.filing())}}
        answer = self.post("SubmitFiling", filing)
        self.remember("submit_filing", answer)
        return answer["eInstrument"]["rdForm"]

    def post(self, operation: str, body: dict) -> dict:
        auth = getattr(self, "auth", None)
        answer = requests.post(f"{self.gateway}/stamp/{operation}", json=body, auth=auth, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def remember(self, operation: str, answer: dict) -> None:
        form = answer.get("eInstrument", {}).get("rdForm", {})
        if operation == "submit_filing" and "apiRefNo" in form:
            self.known.add("filing", form["apiRefNo"])

    def submit_filing_auth(self, case: Case) -> None:
        change_body(case, lambda body: body.update(username=USER, password=PASSWORD, nonce=nonce()))

    def submit_filing(self, case: Case) -> None:
        self.sign(case, self.filing)
        # What an encrypted form would be, nobody has published.
        change_body(case, lambda body: body["eInstrument"].pop("encryptType", None))

    def check_filing_status(self, case: Case) -> None:
        self.sign(case, lambda: {"apiRefNo": self.filed()})

    def check_payment_status(self, case: Case) -> None:
        self.sign(case, lambda: {"apiRefNo": self.filed(), "instInfo": {"refNo": []}})

    def req_form_receipt_file(self, case: Case) -> None:
        kind = str(self.known.random.randrange(1, 8))
        self.sign(case, lambda: {"requestType": kind, "apiRefNo": self.filed()})

    def filed(self) -> str:
        """Mostly a filing that exists."""
        if self.known.chance(0.9):
            return self.known.random.choice(self.known.by_kind["filing"])
        return str(self.known.random.randrange(10**19, 10**20))

    def filing(self) -> dict:
        """The canonical form, of an instrument that nobody has filed."""
        form = json.loads(json.dumps(self.form))
        form["documentDetail"]["requestId"] = self.known.new_uuid()
        form["instInfo"][0]["id"] = self.known.new_uuid()
        form["instInfo"][0]["contractNo"] = self.known.new_uuid()
        return form

    def sign(self, case: Case, form: Callable[[], dict]) -> None:
        def change(body: dict) -> None:
            body["eInstrument"]["sender"]["id"] = SENDER
            body["eInstrument"]["rdForm"] = self.signed(form())

        change_body(case, change)

    def signed(self, form: dict) -> str:
        payload = json.dumps(form, ensure_ascii=False)
        return jws.serialize_compact({"typ": "JWT", "alg": "RS256"}, payload, self.key)


def nonce() -> str:
    return datetime.now(UTC).astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M:%S")

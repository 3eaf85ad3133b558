"""What requests of the control API must be, beside valid, to mean something to the sandbox."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import receiver
import requests
import stamp_duty
from meaning import Known, change_body, change_query, rounded
from schemathesis import Case

ADMIN_KEY = "demo-admin-key"
# What the gateway of this run has from the start.
PARTNER = "demo-partner"
# It has money, and only for that is it named, so that nobody closes it.
ACCOUNT = "7770011555"
# Where the partner collects.
CREDITOR_ACCOUNT = "0457262823"


# Of nobody that is known: a certificate for a new filer.
PEM = (Path(__file__).parent / "../../crates/gateway/src/demo/filer-unregistered.pem").read_text(
    encoding="utf-8"
)
CERTIFICATE = "".join(PEM.split("-----")[2].split())

CUSTOMER = {"partner": PARTNER, "drawerAccountNumber": ACCOUNT, "creditorAccountNumber": CREDITOR_ACCOUNT}


# Banks that the gateway plays.
ISSUERS = ("002", "004", "014", "025", "999")
# The key of RFC 7517, appendix A.1: whoever admits a member needs no private half.
MEMBER_KEY = {
    "kty": "EC",
    "alg": "ES256",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def member_keys(bank: str) -> list[dict]:
    return [MEMBER_KEY | {"kid": f"{bank}-1"}]


class Bearer(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {ADMIN_KEY}"
        return request


class Meaning:
    """A method for each operation of whose requests a schema cannot say all."""

    without_auth = ()

    def __init__(self, gateway: str, _document: dict, seed: int) -> None:
        self.gateway = gateway
        self.auth = Bearer()
        self.known = Known(seed)
        self.known.add("partner", PARTNER)
        # Who is a member of the hub from the start, or was one in this run.
        self.known.by_kind["bank"] = ["004", "901", "902"]
        contract = Path(__file__).parent / "../../openapi/stamp-duty.json"
        self.filer = stamp_duty.Meaning(gateway, json.loads(contract.read_text(encoding="utf-8")), seed)
        self.bills: dict[str, dict] = {}
        self.called_back = receiver.start()
        # A callback, so that there is one to be delivered once more.
        agreement = {"registrationAccount": CREDITOR_ACCOUNT, "callbackUrl": self.called_back}
        self.post("partners/change", {"clientId": PARTNER, "agreement": agreement})
        self.post("registrations/cancel", {"registrationIdentification": self.registered()})

    def remember(self, operation: str, answer: dict) -> None:
        for asked, kind, member in (
            ("admit_partner", "partner", "clientId"),
            ("admit_hub_member", "member", "bank"),
            ("admit_merchant", "merchant", "merchantIdentification"),
            ("open_account", "account", "accountNumber"),
            ("add_fault", "fault", "faultIdentification"),
        ):
            if operation == asked:
                self.known.add(kind, answer[member])
        if operation == "admit_filer":
            self.known.add("filer", answer["username"])
        for filing in answer.get("filings", []):
            self.bills[filing["reference1"]] = filing
        for called in answer.get("callbacks", []):
            if called["status"] == "DELIVERED":
                self.known.add("callback", called["callbackIdentification"])
        if "nextCursor" in answer:
            self.known.add(f"cursor of {operation}", answer["nextCursor"])

    def begin(self, operation: str, case: Case) -> None:
        """A story begins with something that can happen."""
        if operation == "list_filings":
            self.filed()
            case.query = {"status": "FILED"}
        if operation == "register_at_branch":
            case.body = {**case.body, **CUSTOMER}
        elif operation in ("suspend_registration", "cancel_registration"):
            case.body = {**case.body, "registrationIdentification": self.registered()}
        elif operation == "open_account":
            # What overdraws is refused, and a new account is empty.
            case.body = {**case.body, "minimumBalance": -1_000_000.00}
        elif operation == "list_faults":
            self.post("faults/add", {"kind": "DELAY", "delayMilliseconds": 1, "times": 1, "partner": PARTNER})

    def advance_clock(self, case: Case) -> None:
        """The sandbox's clock goes at most twenty years ahead, and every move counts."""

        def change(body: dict) -> None:
            body["duration"] = f"{self.known.random.randrange(1, 60)}{self.known.random.choice('smh')}"

        change_body(case, change)

    def set_clock(self, case: Case) -> None:
        def change(body: dict) -> None:
            ahead = timedelta(hours=self.known.random.randrange(1, 24 * 365))
            body["dateTime"] = (datetime.now(UTC) + ahead).isoformat()

        change_body(case, change)

    def admit_partner(self, case: Case) -> None:
        def change(body: dict) -> None:
            # Drawn names are mostly the same few.
            body["clientId"] = self.known.new_uuid()
            # A new partner has no account yet.
            body.get("agreement", {}).pop("registrationAccount", None)
            self.agree(body)

        change_body(case, change)

    def change_partner(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.put("partner", body, "clientId")
            body.get("agreement", {}).pop("registrationAccount", None)
            self.agree(body)

        change_body(case, change)

    def open_account(self, case: Case) -> None:
        def change(body: dict) -> None:
            body["accountNumber"] = f"{self.known.random.randrange(10**10):010}"
            self.known.put("partner", body, "partner")
            rounded(body, "minimumBalance")

        change_body(case, change)

    def change_account(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.put("account", body, "accountNumber")
            rounded(body, "minimumBalance")

        change_body(case, change)

    def fund_account(self, case: Case) -> None:
        self.move_money(case, 1_000_000.00)

    def withdraw_from_account(self, case: Case) -> None:
        self.move_money(case, 0.10)

    def move_money(self, case: Case, most: float) -> None:
        def change(body: dict) -> None:
            body["transactionIdentification"] = self.known.new_uuid()
            self.known.put("account", body, "accountNumber")
            if not self.known.has("account", body["accountNumber"]):
                body["accountNumber"] = ACCOUNT
            rounded(body, "amount", most)

        change_body(case, change)

    def add_fault(self, case: Case) -> None:
        def change(body: dict) -> None:
            # One for everybody would strike our own filings.
            body.setdefault("partner", PARTNER)
            self.known.put("partner", body, "partner")
            # The schema does not name the bank's operations.
            if "operation" in body:
                body["operation"] = "real_time_payment"

        change_body(case, change)

    def remove_fault(self, case: Case) -> None:
        change_body(case, lambda body: self.known.put("fault", body, "faultIdentification"))

    def replay_callback(self, case: Case) -> None:
        change_body(case, lambda body: self.known.put("callback", body, "callbackIdentification"))

    def turn_pages(self, case: Case) -> None:
        """Only the sandbox makes cursors."""

        def change(query: dict) -> None:
            if "cursor" in query:
                query.pop("cursor")

        change_query(case, change)

    list_partners = list_accounts = list_registrations = list_messages = turn_pages
    list_callbacks = list_faults = list_payments = list_schedules = turn_pages
    list_filers = list_filings = list_slips = turn_pages
    list_hub_members = list_issuers = list_verifications = list_merchants = turn_pages

    def admit_hub_member(self, case: Case) -> None:
        """Each has keys of its own, which a schema cannot describe."""

        def change(body: dict) -> None:
            body["bank"] = self.new_bank()
            body["keys"] = member_keys(body["bank"])
            body["apiKey"] = self.known.new_uuid()
            if "issuerUrl" in body:
                body["issuerUrl"] = self.called_back

        change_body(case, change)

    def change_hub_member(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.put("member", body, "bank")
            if "keys" in body:
                body["keys"] = member_keys(body["bank"])
            if "issuerUrl" in body:
                body["issuerUrl"] = self.called_back

        change_body(case, change)

    def remove_hub_member(self, case: Case) -> None:
        """Half of the members are new: one leaves once."""

        def change(body: dict) -> None:
            if self.known.chance(0.5):
                bank = self.new_bank()
                keys, secret = member_keys(bank), self.known.new_uuid()
                admission = {
                    "bank": bank,
                    "name": "Bank",
                    "apiKey": secret,
                    "apiSecret": secret,
                    "keys": keys,
                }
                self.post("hub-members/admit", admission)
                body["bank"] = bank

        change_body(case, change)

    def new_bank(self) -> str:
        """A code that no member has; there are 1,000 of them."""
        members = self.known.by_kind["bank"]
        codes = [code for number in range(1_000) if (code := f"{number:03}") not in members]
        bank = self.known.random.choice(codes)
        members.append(bank)
        return bank

    def change_issuer(self, case: Case) -> None:
        """Half of the banks are played."""

        def change(body: dict) -> None:
            if self.known.chance(0.5):
                body["bank"] = self.known.random.choice(ISSUERS)

        change_body(case, change)

    def admit_merchant(self, case: Case) -> None:
        def change(body: dict) -> None:
            body.update(merchantIdentification=self.known.new_uuid(), key=self.known.new_uuid())

        change_body(case, change)

    def change_merchant(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.put("merchant", body, "merchantIdentification")
            if "key" in body:
                body["key"] = self.known.new_uuid()

        change_body(case, change)

    def add_slip(self, case: Case) -> None:
        """Each has a reference of its own, and none that this bank gives to payments."""

        def change(body: dict) -> None:
            body["transRef"] = self.known.new_uuid().replace("-", "")[:25]
            rounded(body, "amount")

        change_body(case, change)

    def register_at_branch(self, case: Case) -> None:
        """Half of the customers are real."""

        def change(body: dict) -> None:
            if self.known.chance(0.5):
                body |= CUSTOMER
            rounded(body, "maximumAmount")

        change_body(case, change)

    def suspend_registration(self, case: Case) -> None:
        """Half of the registrations are new: what can happen to one depends on what has happened to it."""

        def change(body: dict) -> None:
            if self.known.chance(0.5):
                body["registrationIdentification"] = self.registered()

        change_body(case, change)

    cancel_registration = suspend_registration

    def resume_registration(self, case: Case) -> None:
        def change(body: dict) -> None:
            if self.known.chance(0.5):
                identification = {"registrationIdentification": self.registered()}
                self.post("registrations/suspend", identification)
                body |= identification

        change_body(case, change)

    def admit_filer(self, case: Case) -> None:
        """Each has names of its own, and a certificate, which a schema cannot describe."""

        def change(body: dict) -> None:
            name = self.known.new_uuid().replace("-", "")[:20]
            body.update(username=name, sender=name, certificate=CERTIFICATE)

        change_body(case, change)

    def change_filer(self, case: Case) -> None:
        change_body(case, lambda body: self.known.put("filer", body, "username"))

    def pay_stamp_duty(self, case: Case) -> None:
        """Half of the bills are there: what a link has brought, or a new one."""

        def change(body: dict) -> None:
            body["transactionIdentification"] = self.known.new_uuid()
            bill = self.bills.get(body.get("reference1", ""))
            if bill is not None or "qrPayment" in body or self.known.chance(0.5):
                body.pop("qrPayment", None)
                bill = bill or self.filed()
                names = ("reference1", "reference2") if "reference1" in bill else ("ref1", "ref2")
                body["reference1"], body["reference2"] = (bill[name] for name in names)
                body.update(accountNumber=ACCOUNT, amount=bill["totalAmount"])
            rounded(body, "amount")

        change_body(case, change)

    def cancel_filing(self, case: Case) -> None:
        def change(body: dict) -> None:
            if self.known.chance(0.5):
                self.filed()
                body["apiRefNo"] = self.filer.known.by_kind["filing"][-1]

        change_body(case, change)

    def filed(self) -> dict:
        """What to pay for a new filing; the clock may have ended the last login."""
        self.filer.log_in()
        return self.filer.file()["paymentInfo"]

    def registered(self) -> str:
        return self.post("registrations/register", CUSTOMER)["registrationIdentification"]

    def post(self, what: str, body: dict) -> dict:
        url = f"{self.gateway}/sandbox/v1/{what}"
        answer = requests.post(url, json=body, auth=self.auth, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def agree(self, body: dict) -> None:
        """Addresses that are addresses, and somebody at the other end."""
        agreement = body.get("agreement", {})
        if "callbackUrl" in agreement:
            agreement["callbackUrl"] = self.called_back
        if "redirectUris" in agreement:
            agreement["redirectUris"] = ["https://shop.example/registered"]

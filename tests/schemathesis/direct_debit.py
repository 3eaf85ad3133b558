"""What requests of Direct Debit must be, beside valid, to mean something to the bank."""

from datetime import UTC, datetime, timedelta

import customer
import partner
from meaning import Known, change_body, change_query, rounded
from schemathesis import Case


class Meaning:
    """A method for each operation of whose requests a schema cannot say all."""

    without_auth = ("access_token", "authorize")

    def __init__(self, gateway: str, document: dict, seed: int) -> None:
        signed = {
            path
            for path, item in document["paths"].items()
            for operation in item.values()
            if any("signature" in needed for needed in operation["security"])
        }
        token = partner.access_token(gateway)
        self.auth = partner.Signer(token, signed, seed)
        self.customer = customer.Customer(gateway, token)
        self.known = Known(seed)
        self.known.add("token", partner.PAYMENT_TOKEN)

    def remember(self, operation: str, answer: dict) -> None:
        for asked, kind, member in (
            ("prepare_oauth_context", "context", "oauth_context_id"),
            ("prepare_oauth_context", "journey", "oauth_context_id"),
            ("kma_deeplink", "journey", "journeyIdentifier"),
            ("real_time_payment", "payment", "transactionIdentification"),
            ("real_time_payment", "reference", "paymentReferenceIdentification"),
            ("schedule_submission", "schedule", "scheduleIdentification"),
            ("schedule_submission", "running schedule", "scheduleIdentification"),
        ):
            if operation == asked:
                self.known.add(kind, answer[member])

    def begin(self, operation: str, case: Case) -> None:
        """A story begins with a customer who can be found and charged."""
        if operation in ("token_status_inquiry", "token_inquiry"):
            token, _ = self.customer.register()
            self.known.add("token", token)
            case.body = {"paymentToken": token}
        elif operation in ("real_time_payment", "schedule_submission"):
            case.body = {**case.body, "payerInformation": {"paymentToken": partner.PAYMENT_TOKEN}}

    def protect(self, operation: str, case: Case) -> None:
        """The customer of all other calls stays registered, whatever phase a cancellation comes from."""
        if operation != "token_cancellation" or not isinstance(case.body, dict):
            return
        if case.body.get("paymentToken") == partner.PAYMENT_TOKEN:
            case.body = {**case.body, "paymentToken": self.customer.register()[0]}

    def access_token(self, case: Case) -> None:
        """No schema holds the partner's secret, nor the code of a customer who has agreed."""

        def change(form: dict) -> None:
            form["client_id"], form["client_secret"] = partner.CLIENT_ID, partner.CLIENT_SECRET
            if form["grant_type"] == "authorization_code":
                _, form["code"] = self.customer.register()
                form["redirect_uri"] = partner.REDIRECT_URI
                # The authorize URL had no challenge.
                form.pop("code_verifier", None)

        change_body(case, change)

    def authorize(self, case: Case) -> None:
        """Half of the browsers bring a context that none has brought before."""

        def change(query: dict) -> None:
            query["client_id"], query["redirect_uri"] = partner.CLIENT_ID, partner.REDIRECT_URI
            if not self.known.has("context", query["oauth_context_id"]) and self.known.chance(0.5):
                query["oauth_context_id"] = self.customer.prepare()
            if not {"code_challenge", "code_challenge_method"} <= query.keys():
                query.pop("code_challenge", None)
                query.pop("code_challenge_method", None)

        change_query(case, change)

    def prepare_oauth_context(self, case: Case) -> None:
        change_body(case, lambda body: identify(body["direct-debit-registration"]))

    def token_status_inquiry(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.order_range(body)
            self.known.put("journey", body, "journeyIdentifier")
            self.known.put("token", body, "paymentToken")

        change_body(case, change)

    token_inquiry = token_status_inquiry

    def token_cancellation(self, case: Case) -> None:
        """Half of the tokens are of a new registration."""

        def change(body: dict) -> None:
            if self.known.chance(0.5):
                body["paymentToken"], _ = self.customer.register()

        change_body(case, change)

    def kma_deeplink(self, case: Case) -> None:
        """Some schemes are refused, and a schema cannot name those without naming all."""

        def change(body: dict) -> None:
            if body["returnDeeplink"].split(":")[0].lower() in ("javascript", "data", "file", "vbscript"):
                body["returnDeeplink"] = f"x-{body['returnDeeplink']}"
            identify(body)

        change_body(case, change)

    def real_time_payment(self, case: Case) -> None:
        """Half of the payments are from an account that has money, so that some succeed."""

        def change(body: dict) -> None:
            # Drawn identifiers are mostly the same few, and then it is another payment with a known one.
            body["transactionIdentification"] = self.known.new_uuid()
            self.known.put("token", body["payerInformation"], "paymentToken")
            is_ours = self.known.has("token", body["payerInformation"]["paymentToken"])
            if is_ours:
                body["creditorAccountNumber"] = partner.CREDITOR_ACCOUNT
            rounded(body["transactionInformation"], "paymentAmount", 1000.00 if is_ours else None)

        change_body(case, change)

    def transaction_status_inquiry(self, case: Case) -> None:
        change_body(case, lambda body: self.known.put("payment", body, "transactionIdentification"))

    def transaction_inquiry(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.order_range(body)
            self.known.put("payment", body, "transactionIdentification")
            self.known.put("reference", body, "paymentReferenceIdentification")

        change_body(case, change)

    def schedule_submission(self, case: Case) -> None:
        """Half of the schedules are for a registration that there is; all have an allowed time."""

        def change(body: dict) -> None:
            body["transactionIdentification"] = self.known.new_uuid()
            self.known.put("token", body["payerInformation"], "paymentToken")
            if self.known.has("token", body["payerInformation"]["paymentToken"]):
                # The one that is never cancelled, for that would end the schedule.
                body["payerInformation"]["paymentToken"] = partner.PAYMENT_TOKEN
                body["creditorAccountNumber"] = partner.CREDITOR_ACCOUNT
            rounded(body["transactionInformation"], "paymentAmount")
            plan = body["scheduleInformation"]
            start = (datetime.now(UTC) + timedelta(days=self.known.random.randrange(2, 400))).date()
            plan["startDate"] = start.isoformat()
            if "endDate" in plan:
                end = start + timedelta(days=self.known.random.randrange(900))
                plan["endDate"] = end.isoformat()
            if "numberOfOccurrences" in plan:
                plan["numberOfOccurrences"] = 1 + plan["numberOfOccurrences"] % 25

        change_body(case, change)

    def schedule_inquiry(self, case: Case) -> None:
        def change(body: dict) -> None:
            self.known.order_range(body)
            self.known.put("schedule", body, "scheduleIdentification")
            self.known.put("token", body, "paymentToken")

        change_body(case, change)

    def schedule_cancellation(self, case: Case) -> None:
        """Half of the schedules run; each is cancelled once."""

        def change(body: dict) -> None:
            running = self.known.by_kind["running schedule"]
            is_known = self.known.has("schedule", body["scheduleIdentification"])
            if running and not is_known and self.known.chance(0.5):
                body["scheduleIdentification"] = running.pop()

        change_body(case, change)


def identify(body: dict) -> None:
    """A pattern cannot depend on another member, nor compute a check digit."""
    numbers = {"NATID": "1101000000017", "TAXID": "1101000000017", "PASSPORT": "AA1234567"}
    if body.get("typeOfIdentification") in numbers:
        body["identificationNumber"] = numbers[body["typeOfIdentification"]]

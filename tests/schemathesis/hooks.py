"""What schemathesis must know of this API that its contract cannot say."""

import copy
import json
import os
import random
import uuid
from datetime import datetime, timedelta

import partner
import schemathesis
from hypothesis import strategies
from schemathesis import Case, HookContext
from schemathesis.core.transport import Response

with open(os.environ["SATANG_DOCUMENT"], encoding="utf-8") as file:
    DOCUMENT = json.load(file)
SEED = int(os.environ["SATANG_SEED"])

SIGNED_PATHS = {
    path
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
    if any("signature" in needed for needed in operation["security"])
}

# The token endpoint has credentials of its own, in the form.
schemathesis.auth.set_from_requests(
    partner.Signer(partner.access_token(os.environ["SATANG_URL"]), SIGNED_PATHS, SEED)
).skip_for(operation_id="access_token")

schemathesis.openapi.format("digest", strategies.binary().map(partner.digest))

choice = random.Random(SEED)
# Identifiers of payments that exist.
paid: list[str] = []


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict) -> None:
    """Says again as `format` what the headers' patterns say.

    In its phase of boundary values, schemathesis draws nothing from the pattern of a header that demands more
    than letters and digits, and without a right header no request gets as far as its body.
    """
    formats = {"ClientTransactionId": "uuid", "ClientTransactionDateTime": "date-time", "Digest": "digest"}
    for name, format_ in formats.items():
        raw_schema["components"]["parameters"][name]["schema"]["format"] = format_


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict) -> None:
    """Makes a valid request one that also means something; schemathesis looks afresh at what changed."""
    mend = MENDS.get(case.operation.definition.raw["operationId"])
    if mend is None or not isinstance(case.body, dict) or case.meta is None:
        return
    if case.meta.generation.mode.is_positive:
        body = copy.deepcopy(case.body)
        mend(body)
        if body != case.body:
            case.body = body


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    if case.operation.definition.raw["operationId"] == "real_time_payment" and response.status_code == 200:
        paid.append(response.json()["transactionIdentification"])


def credentials(body: dict) -> None:
    """No schema holds the partner's secret."""
    body["client_id"], body["client_secret"] = partner.CLIENT_ID, partner.CLIENT_SECRET


def payment(body: dict) -> None:
    """Half of the payments are from an account that has money, so that some succeed."""
    # Drawn identifiers are mostly the same few, and then it is another payment with a known one: a conflict.
    body["transactionIdentification"] = str(uuid.UUID(int=choice.getrandbits(128), version=4))
    # `multipleOf: 0.01` is a question of rounding to those who compute it with floats.
    information = body["transactionInformation"]
    information["paymentAmount"] = round(information["paymentAmount"], 2)
    if choice.random() < 0.5:
        body["payerInformation"]["paymentToken"] = partner.PAYMENT_TOKEN
        body["creditorAccountNumber"] = partner.CREDITOR_ACCOUNT
        information["paymentAmount"] = min(information["paymentAmount"], 1000.00)


def known_payment(body: dict) -> None:
    """Half of the questions are about a payment that exists."""
    if paid and choice.random() < 0.5:
        body["transactionIdentification"] = choice.choice(paid)


def ordered_range(body: dict) -> None:
    """A range ends after its start, and at most 31 days after: JSON Schema cannot compare two members."""
    start = body.get("startCreateDateTime")
    if start is None:
        return
    try:
        end = datetime.fromisoformat(start) + timedelta(days=choice.randrange(32))
    except OverflowError:  # after the year 9999
        body["endCreateDateTime"] = start
    else:
        body["endCreateDateTime"] = end.isoformat()


MENDS = {
    "access_token": credentials,
    "real_time_payment": payment,
    "transaction_status_inquiry": known_payment,
    "transaction_inquiry": ordered_range,
}

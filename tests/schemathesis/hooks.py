"""What schemathesis must know of our documents that they cannot say."""

import atexit
import json
import os
from collections import Counter
from pathlib import Path

import direct_debit
import links
import partner
import sandbox
import schemathesis
import slip_verification
import stamp_duty
from hypothesis import strategies
from schemathesis import Case, HookContext
from schemathesis.core.transport import Response
from schemathesis.generation.meta import TestPhase

DOCUMENT = json.loads(Path(os.environ["SATANG_DOCUMENT"]).read_text(encoding="utf-8"))
PRODUCTS = {
    "direct-debit": direct_debit,
    "sandbox": sandbox,
    "slip-verification": slip_verification,
    "stamp-duty": stamp_duty,
}
PRODUCT = PRODUCTS[Path(os.environ["SATANG_DOCUMENT"]).stem]
MEANING = PRODUCT.Meaning(os.environ["SATANG_URL"], DOCUMENT, int(os.environ["SATANG_SEED"]))

# Those without have credentials of their own, or need none.
authenticated = schemathesis.auth.set_from_requests(MEANING.auth)
for operation in MEANING.without_auth:
    authenticated = authenticated.skip_for(operation_id=operation)

schemathesis.openapi.format("digest", strategies.binary().map(partner.digest))

# Answers by operation and status, and links that were followed, for `run.py`.
answers: Counter[str] = Counter()
LINKS = links.Links(DOCUMENT)


@atexit.register
def report() -> None:
    counted = {"answers": answers, "links": LINKS.followed}
    Path(os.environ["SATANG_COUNTED"]).write_text(json.dumps(counted), encoding="utf-8")


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict) -> None:
    """Says again as `format` what the headers' patterns say.

    In its phase of boundary values, schemathesis draws nothing from the pattern of a header that demands more
    than letters and digits, and without a right header no request gets as far as its body.
    """
    formats = {
        "ClientTransactionId": "uuid",
        "ClientTransactionDateTime": "date-time",
        "Digest": "digest",
        "RequestId": "uuid",
    }
    for name, parameter in raw_schema["components"].get("parameters", {}).items():
        if name in formats:
            parameter["schema"]["format"] = formats[name]


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict) -> None:
    """Makes a valid request one that also means something; schemathesis looks afresh at what changed."""
    if protect := getattr(MEANING, "protect", None):
        protect(name_of(case), case)
    mend = getattr(MEANING, name_of(case), None)
    if mend is not None and case.meta is not None and case.meta.generation.mode.is_positive:
        taken = LINKS.taken(name_of(case), case) if is_linked(case) else []
        if is_linked(case) and not taken and (begin := getattr(MEANING, "begin", None)):
            begin(name_of(case), case)
        mend(case)
        links.put_back(case, taken)


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    answers[f"{name_of(case)} {response.status_code}"] += 1
    is_json = "json" in response.headers.get("content-type", [""])[0]
    answer = response.json() if response.status_code == 200 and is_json else None
    if answer is not None:
        MEANING.remember(name_of(case), answer)
    # In other phases a case may have drawn what exists. The authorize URL succeeds by a redirect to its page.
    if is_linked(case) and response.status_code in (200, 303):
        LINKS.succeeded(name_of(case), case, answer)


def is_linked(case: Case) -> bool:
    """In the phase that follows links, each case is the next of a story."""
    return case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL


def name_of(case: Case) -> str:
    return case.operation.definition.raw["operationId"]

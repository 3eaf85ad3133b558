"""What schemathesis must know of our documents that they cannot say."""

import atexit
import json
import os
from collections import Counter
from pathlib import Path

import direct_debit
import partner
import sandbox
import schemathesis
from hypothesis import strategies
from schemathesis import Case, HookContext
from schemathesis.core.transport import Response

DOCUMENT = json.loads(Path(os.environ["SATANG_DOCUMENT"]).read_text(encoding="utf-8"))
PRODUCT = {"direct-debit": direct_debit, "sandbox": sandbox}[Path(os.environ["SATANG_DOCUMENT"]).stem]
MEANING = PRODUCT.Meaning(os.environ["SATANG_URL"], DOCUMENT, int(os.environ["SATANG_SEED"]))

# Those without have credentials of their own, or need none.
authenticated = schemathesis.auth.set_from_requests(MEANING.auth)
for operation in MEANING.without_auth:
    authenticated = authenticated.skip_for(operation_id=operation)

schemathesis.openapi.format("digest", strategies.binary().map(partner.digest))

# Answers by operation and status, for `run.py`.
answers: Counter[str] = Counter()
atexit.register(lambda: Path(os.environ["SATANG_ANSWERS"]).write_text(json.dumps(answers), encoding="utf-8"))


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict) -> None:
    """Says again as `format` what the headers' patterns say.

    In its phase of boundary values, schemathesis draws nothing from the pattern of a header that demands more
    than letters and digits, and without a right header no request gets as far as its body.
    """
    formats = {"ClientTransactionId": "uuid", "ClientTransactionDateTime": "date-time", "Digest": "digest"}
    for name, parameter in raw_schema["components"].get("parameters", {}).items():
        parameter["schema"]["format"] = formats[name]


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict) -> None:
    """Makes a valid request one that also means something; schemathesis looks afresh at what changed."""
    if protect := getattr(MEANING, "protect", None):
        protect(name_of(case), case)
    mend = getattr(MEANING, name_of(case), None)
    if mend is not None and case.meta is not None and case.meta.generation.mode.is_positive:
        mend(case)


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    answers[f"{name_of(case)} {response.status_code}"] += 1
    if response.status_code == 200 and "json" in response.headers.get("content-type", [""])[0]:
        MEANING.remember(name_of(case), response.json())


def name_of(case: Case) -> str:
    return case.operation.definition.raw["operationId"]

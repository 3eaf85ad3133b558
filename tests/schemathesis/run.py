"""Runs schemathesis over a document that a gateway serves: run.py DOCUMENT URL SEED

Fails when it finds something, and when it found nothing because it came nowhere: each operation must succeed,
and often.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
# How often each operation has to succeed for the run to say something, and one that takes nothing.
ENOUGH, ENOUGH_OF_NOTHING = 20, 2
# Only a callback that was delivered or given up can be replayed, and nobody receives here.
REFUSED = {"replay_callback": 0}


def main() -> int:
    document, gateway, seed = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    run = ["schemathesis", f"--config-file={HERE}/schemathesis.toml", "run", str(document)]
    # Elsewhere, for what the tool leaves behind.
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.json")
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "hooks",
            "SATANG_DOCUMENT": str(document),
            "SATANG_URL": gateway,
            "SATANG_SEED": seed,
            "SATANG_ANSWERS": str(answers),
        }
        arguments = [f"--url={gateway}", f"--seed={seed}"]
        outcome = subprocess.run([*run, *arguments], cwd=folder, env=environment, check=False)
        counted = json.loads(answers.read_text(encoding="utf-8")) if answers.exists() else {}
    operations = {
        operation["operationId"]: REFUSED.get(
            operation["operationId"], ENOUGH if takes_something(operation) else ENOUGH_OF_NOTHING
        )
        for item in json.loads(document.read_text(encoding="utf-8"))["paths"].values()
        for operation in item.values()
    }
    seldom = table(operations, counted)
    if seldom:
        print(f"NOT TESTED, for they succeeded too seldom: {', '.join(seldom)}")
        return 1
    print(f"{len(operations)} operations, {sum(counted.values())} calls")
    return outcome.returncode


def takes_something(operation: dict) -> bool:
    media = operation.get("requestBody", {}).get("content", {})
    return bool(operation.get("parameters")) or any(it["example"] for it in media.values())


def table(operations: dict[str, int], counted: dict[str, int]) -> list[str]:
    """Prints the answers by operation and status; returns the operations that succeeded too seldom."""
    by_operation: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for key, calls in counted.items():
        operation, status = key.split(" ")
        by_operation[operation][status] = calls
    statuses = sorted({key.split(" ")[1] for key in counted})
    print(f"{'answers':28}" + "".join(f"{status:>7}" for status in statuses))
    seldom = []
    for operation, enough in operations.items():
        of = by_operation[operation]
        print(f"{operation:28}" + "".join(f"{of.get(status, ''):>7}" for status in statuses))
        # The page of the authorize URL is reached by a redirect; one of 302 tells of an error.
        if sum(calls for status, calls in of.items() if status in ("200", "303")) < enough:
            seldom.append(operation)
    return seldom


if __name__ == "__main__":
    sys.exit(main())

"""Runs schemathesis over a document that a gateway serves: run.py DOCUMENT URL SEED

Fails when it finds something, and when it found nothing because it came nowhere: each operation must succeed,
and often, and so must a request into which a link has brought something, for each link.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
# How often each operation has to succeed for the run to say something, and one that takes nothing.
ENOUGH, ENOUGH_OF_NOTHING = 20, 2
# How often each link has to be followed, and how often stories are told of its two operations alone until it
# is. The stories of a run end when the same draws come to another answer than before, so some are missed.
ENOUGH_FOLLOWED, MOST_STORIES = 3, 5


def main() -> int:
    document, gateway, seed = Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3])
    outcome, counted = run(document, gateway, seed, [])
    answers, links = Counter(counted["answers"]), Counter(counted["links"])
    # No two runs at one gateway are alike: what is signed is accepted once.
    seeds = itertools.count(seed * 1000)
    for link in seldom_followed(links):
        source, target = link.split(":")[0].split(" > ")
        alone = [f"--include-operation-id={operation}" for operation in {source, target}]
        for _ in range(MOST_STORIES):
            if outcome != 0 or links[link] >= ENOUGH_FOLLOWED:
                break
            outcome, counted = run(document, gateway, next(seeds), ["--phases=stateful", *alone])
            answers.update(counted["answers"])
            links.update(counted["links"])
    operations = {
        operation["operationId"]: ENOUGH if takes_something(operation) else ENOUGH_OF_NOTHING
        for item in json.loads(document.read_text(encoding="utf-8"))["paths"].values()
        for operation in item.values()
    }
    seldom = table(operations, answers)
    for link, times in links.items():
        print(f"{link:100}{times:>5}")
    if outcome != 0:
        return outcome
    if seldom:
        print(f"NOT TESTED, for they succeeded too seldom: {', '.join(seldom)}")
        return 1
    if seldom_followed(links):
        print(f"LINKS NOT FOLLOWED often enough to an answer: {', '.join(seldom_followed(links))}")
        return 1
    print(f"{len(operations)} operations, {answers.total()} calls")
    print(f"{len(links)} links, {links.total()} times followed")
    return 0


def run(document: Path, gateway: str, seed: int, arguments: list[str]) -> tuple[int, dict]:
    """Runs the tool; returns its exit code, and what the hooks have counted."""
    command = ["schemathesis", f"--config-file={HERE}/schemathesis.toml", "run", str(document)]
    # Elsewhere, for what the tool leaves behind.
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder, "counted.json")
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "hooks",
            "SATANG_DOCUMENT": str(document),
            "SATANG_URL": gateway,
            "SATANG_SEED": str(seed),
            "SATANG_COUNTED": str(counted),
        }
        command += [f"--url={gateway}", f"--seed={seed}", *arguments]
        outcome = subprocess.run(command, cwd=folder, env=environment, check=False)
        if not counted.exists():
            return outcome.returncode or 1, {"answers": {}, "links": {}}
        return outcome.returncode, json.loads(counted.read_text(encoding="utf-8"))


def seldom_followed(links: Counter[str]) -> list[str]:
    return [link for link, times in links.items() if times < ENOUGH_FOLLOWED]


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

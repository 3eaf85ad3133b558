"""What requests of every document have in common, beside what a schema can say of them."""

import copy
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from schemathesis import Case

Change = Callable[[dict], None]


class Known:
    """The identifiers of each kind that exist."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.by_kind: defaultdict[str, list] = defaultdict(list)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def add(self, kind: str, value: Any) -> None:
        # What is new is likelier to be in a state in which something can be done with it.
        self.by_kind[kind] = [*self.by_kind[kind], value][-50:]

    def has(self, kind: str, value: Any) -> bool:
        return value in self.by_kind[kind]

    def put(self, kind: str, body: dict, member: str) -> None:
        """Half of the requests that name something name one that exists; a link may have brought one."""
        values = self.by_kind[kind]
        if member in body and values and body[member] not in values and self.chance(0.5):
            body[member] = self.random.choice(values)

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def order_range(self, body: dict) -> None:
        """A range ends after its start, and at most 31 days after: JSON Schema cannot compare two members."""
        if "startCreateDateTime" not in body:
            return
        if self.chance(0.3):
            body["startCreateDateTime"] = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        try:
            start = datetime.fromisoformat(body["startCreateDateTime"])
            end = start + timedelta(days=self.random.randrange(32))
        except OverflowError:  # after the year 9999
            body["endCreateDateTime"] = body["startCreateDateTime"]
        else:
            body["endCreateDateTime"] = end.isoformat()


def change_body(case: Case, change: Change) -> None:
    """Tells schemathesis only of a change that is one."""
    if isinstance(case.body, dict):
        body = copy.deepcopy(case.body)
        change(body)
        # As they are written: to Python, 1.0 is 1.
        if json.dumps(body) != json.dumps(case.body):
            case.body = body


def change_query(case: Case, change: Change) -> None:
    query = dict(case.query)
    change(query)
    if query != case.query:
        case.query = query


def rounded(body: dict, member: str, most: float | None = None) -> None:
    """`multipleOf: 0.01` is a question of rounding to those who compute it with floats."""
    if member in body:
        body[member] = round(body[member] if most is None else min(body[member], most), 2)

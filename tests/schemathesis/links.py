"""The links of a document: whether what an answer held has come into a request, and what became of that."""

import copy
from collections import Counter
from typing import Any, NamedTuple

from schemathesis import Case

# What is taken into a request: where it stands there, and the value.
Taken = list[tuple[tuple[str, ...], Any]]


class Link(NamedTuple):
    # Begins with source and target.
    name: str
    source: str
    target: str
    # Where the value stands in the answer, and in the request, whose first step is `body` or `query`.
    answer: tuple[str, ...]
    request: tuple[str, ...]


class Links:
    """Counts for each link how often the request succeeded into which it had brought a value."""

    def __init__(self, document: dict) -> None:
        self.links = list(declared(document))
        self.brought: dict[str, list] = {link.name: [] for link in self.links}
        self.followed = Counter({link.name: 0 for link in self.links})

    def taken(self, operation: str, case: Case) -> Taken:
        """What of this request was brought by a link."""
        return [(link.request, value) for link, value in self.taken_by(operation, case)]

    def taken_by(self, operation: str, case: Case) -> list[tuple[Link, Any]]:
        links = [(link, at(request(case), link.request)) for link in self.links if link.target == operation]
        return [(link, value) for link, value in links if value in self.brought[link.name]]

    def succeeded(self, operation: str, case: Case, answer: Any) -> None:
        """Takes note of a request and its answer."""
        for link, _ in self.taken_by(operation, case):
            self.followed[link.name] += 1
        for link in self.links:
            value = at(answer, link.answer)
            if link.source == operation and value is not None:
                self.brought[link.name].append(value)


def put_back(case: Case, taken: Taken) -> None:
    """What a link has brought stays, whatever else of the request is changed."""
    for place, value in taken:
        if at(request(case), place) != value:
            changed = copy.deepcopy(request(case)[place[0]])
            inner = at(changed, place[1:-1])
            inner[place[-1]] = value
            setattr(case, place[0], changed)


def request(case: Case) -> dict:
    return {"body": case.body, "query": case.query}


def at(value: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def declared(document: dict) -> list[Link]:
    operations = (operation for item in document["paths"].values() for operation in item.values())
    return [
        Link(f"{source} > {target}: {name}", source, target, answer, place)
        for operation in operations
        for response in operation["responses"].values()
        for name, link in response.get("links", {}).items()
        for source, target in [(operation["operationId"], link["operationId"])]
        for place, answer in expressions(link)
    ]


def expressions(link: dict) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Places of the request, and of the answer for each."""
    found = [(tuple(name.split(".")), value) for name, value in link.get("parameters", {}).items()]
    waiting = [(("body",), link.get("requestBody", {}))]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(((*place, name), inner) for name, inner in value.items())
        else:
            found.append((place, value))
    start = "$response.body#/"
    assert all(value.startswith(start) for _, value in found), f"another kind of expression: {found}"
    return [(place, tuple(value.removeprefix(start).split("/"))) for place, value in found]

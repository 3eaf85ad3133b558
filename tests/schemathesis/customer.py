"""A customer of the demo partner with a browser: goes through the bank's pages, and agrees."""

import re
import urllib.parse
import uuid

import partner
import requests

USER_NAME, PASSWORD, ACCOUNT = "somchai", "demo-password", "7770011555"
PATHS = {
    "prepare": "/rest/api/v1/authorization/prepareOAuthContext",
    "authorize": "/auth/oauth/v2/authorize",
    "inquire": "/rest/api/v1/corporateServices/directDebit/token/inquiry",
}


class Customer:
    """Registers as often as one likes: each registration is another payment token for the same account."""

    def __init__(self, gateway: str, token: str) -> None:
        self.gateway = gateway
        self.bearer = {"Authorization": f"Bearer {token}"}

    def prepare(self) -> str:
        """A context that no browser has opened."""
        return self.ask("prepare", {"direct-debit-registration": {"ref1": "REG0001"}})["oauth_context_id"]

    def register(self) -> tuple[str, str]:
        """A new payment token, and the authorization code that the browser brought back."""
        journey = self.prepare()
        code = agree(self.gateway, journey)
        [registration] = self.ask("inquire", {"journeyIdentifier": journey})["tokenInformation"]
        return registration["paymentToken"], code

    def ask(self, what: str, body: dict) -> dict:
        headers = {**self.bearer, "X-Client-Transaction-ID": str(uuid.uuid4())}
        answer = requests.post(self.gateway + PATHS[what], json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json()


def agree(gateway: str, context: str) -> str:
    """What a customer does whom a partner has sent to the bank; answers the authorization code."""
    browser = Browser(gateway)
    browser.open(f"{PATHS['authorize']}?{urllib.parse.urlencode(authorize_query(context))}")
    browser.press("login")
    browser.press("password", user_name=USER_NAME, password=PASSWORD)
    browser.press("account", account=ACCOUNT)
    browser.press("agree")
    return urllib.parse.parse_qs(urllib.parse.urlsplit(browser.left_for).query)["code"][0]


class Browser:
    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.session = requests.Session()
        self.page = ""
        self.address = ""
        # Where a redirect led to that is not the bank's.
        self.left_for = ""

    def open(self, address: str) -> None:
        self.go("GET", address)

    def press(self, action: str, **fields: str) -> None:
        hidden = {name: self.hidden(name) for name in ("csrf", "turn")}
        self.go("POST", self.address, data={**hidden, **fields, "action": action})

    def go(self, method: str, address: str, **more: dict) -> None:
        headers = {"Sec-Fetch-Site": "same-origin"} if method == "POST" else {}
        answer = self.session.request(
            method, self.gateway + address, headers=headers, timeout=10, allow_redirects=False, **more
        )
        answer.raise_for_status()
        location = answer.headers.get("Location", "")
        if location.startswith("/"):
            self.go("GET", location)
        elif location:
            self.left_for = location
        else:
            self.address, self.page = address, answer.text

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.page)
        assert found, f"a page without {name}: {self.page}"
        return found[1]


def authorize_query(context: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": partner.CLIENT_ID,
        "redirect_uri": partner.REDIRECT_URI,
        "scope": "direct-debit-registration",
        "oauth_context_id": context,
    }

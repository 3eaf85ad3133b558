"""A partner that wrote no client: pays and asks with the package that openapi-python-client generated.

python_partner.py URL, with the generated package `direct_debit` and tests/schemathesis on the path.
"""

import sys
import uuid
from collections.abc import Generator

import httpx
import partner
from direct_debit import Client
from direct_debit.api.authorization import access_token
from direct_debit.api.payment import real_time_payment, transaction_inquiry, transaction_status_inquiry
from direct_debit.models import (
    AccessToken,
    AccessTokenRequest,
    AccessTokenRequestGrantType,
    ErrorEnvelope,
    PayerInformation,
    PaymentResult,
    RealTimePayment,
    TransactionFilter,
    TransactionInformation,
    TransactionInformationPaymentInstrument,
    TransactionInformationTransactionType,
    TransactionList,
    TransactionStatusInquiry,
)


class Credentials(httpx.Auth):
    """The one thing that a contract document cannot generate: the signature over the bytes that are sent."""

    requires_request_body = True

    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        if "Digest" in request.headers:
            request.headers["Digest"] = partner.digest(request.content)
            target = request.url.raw_path.decode()
            request.headers["Signature"] = partner.signature(request.method, target, request.headers)
        yield request


def main() -> None:
    url = sys.argv[1]
    grant = AccessTokenRequest(
        grant_type=AccessTokenRequestGrantType.CLIENT_CREDENTIALS,
        client_id=partner.CLIENT_ID,
        client_secret=partner.CLIENT_SECRET,
    )
    token = access_token.sync(client=Client(base_url=url), body=grant)
    assert isinstance(token, AccessToken), token
    client = Client(base_url=url, httpx_args={"auth": Credentials(token.access_token)})

    payment = RealTimePayment(
        transaction_identification=uuid.uuid4(),
        creditor_account_number=partner.CREDITOR_ACCOUNT,
        payer_information=PayerInformation(payment_token=partner.PAYMENT_TOKEN),
        transaction_information=TransactionInformation(
            transaction_type=TransactionInformationTransactionType.REALTIME,
            reference_number_1="REF1",
            payment_instrument=TransactionInformationPaymentInstrument.DDEB,
            payment_amount=5000.00,
            annotation="ค่าน้ำประปา",
        ),
    )
    # `digest` is required; what stands there is replaced when the body is known.
    paid = real_time_payment.sync(client=client, body=payment, x_client_transaction_id=fresh(), digest="")
    assert isinstance(paid, PaymentResult), paid
    assert (paid.processing_status, paid.payment_amount) == ("ACSC", 5000.00), paid

    question = TransactionStatusInquiry(transaction_identification=payment.transaction_identification)
    status = transaction_status_inquiry.sync(client=client, body=question, x_client_transaction_id=fresh())
    assert status == paid, status

    search = TransactionFilter(transaction_identification=payment.transaction_identification)
    found = transaction_inquiry.sync(client=client, body=search, x_client_transaction_id=fresh())
    assert isinstance(found, TransactionList) and len(found.transaction_information) == 1, found
    assert found.transaction_information[0].transaction_information.annotation == "ค่าน้ำประปา", found

    unknown = TransactionStatusInquiry(transaction_identification=uuid.uuid4())
    refused = transaction_status_inquiry.sync(client=client, body=unknown, x_client_transaction_id=fresh())
    assert isinstance(refused, ErrorEnvelope) and refused.error.code == "SBX-4041", refused
    print("token, payment, inquiries and a refusal")


def fresh() -> str:
    return str(uuid.uuid4())


if __name__ == "__main__":
    main()

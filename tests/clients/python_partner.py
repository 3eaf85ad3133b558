"""A partner that wrote no client: works with the package that openapi-python-client generated.

python_partner.py URL, with the generated package `direct_debit` and tests/schemathesis on the path.
"""

import datetime
import sys
import uuid
from collections.abc import Generator

import customer
import httpx
import partner
from direct_debit import Client
from direct_debit.api.authorization import access_token, prepare_oauth_context
from direct_debit.api.payment import real_time_payment, transaction_inquiry, transaction_status_inquiry
from direct_debit.api.registration import token_cancellation, token_inquiry, token_status_inquiry
from direct_debit.api.schedule import schedule_cancellation, schedule_inquiry, schedule_submission
from direct_debit.models import (
    AccessToken,
    AccessTokenRequest,
    AccessTokenRequestGrantType,
    ErrorEnvelope,
    OAuthContext,
    PayerInformation,
    PaymentResult,
    PrepareOAuthContext,
    RealTimePayment,
    ScheduleAccepted,
    ScheduleCancellation,
    ScheduleCancelled,
    ScheduledTransaction,
    ScheduledTransactionPaymentInstrument,
    ScheduledTransactionTransactionType,
    ScheduleFilter,
    ScheduleInformation,
    ScheduleInformationFrequency,
    ScheduleList,
    ScheduleSubmission,
    TokenCancellation,
    TokenCancelled,
    TokenFilter,
    TokenList,
    TokenStatusList,
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

    payment_token = register(url, client)
    pay_and_ask(client, payment_token)
    plan(client, payment_token)
    cancel(client, payment_token)
    print("token, registration, payment, inquiries, a refusal, a schedule, cancellations")


def register(url: str, client: Client) -> str:
    """A customer agrees; answers the payment token."""
    request = PrepareOAuthContext(direct_debit_registration={"ref1": "REG0001"})
    context = prepare_oauth_context.sync(client=client, body=request, x_client_transaction_id=fresh())
    assert isinstance(context, OAuthContext), context
    question = TokenFilter(journey_identifier=uuid.UUID(context.oauth_context_id))
    assert [it.payment_token_status for it in statuses(client, question)] == ["PDNG"]
    customer.agree(url, context.oauth_context_id)
    [registration] = statuses(client, question)
    assert registration.payment_token_status == "ACTV", registration

    question = TokenFilter(payment_token=registration.payment_token)
    found = token_inquiry.sync(client=client, body=question, x_client_transaction_id=fresh())
    assert isinstance(found, TokenList) and len(found.token_information) == 1, found
    assert found.token_information[0].creditor_account_number == partner.CREDITOR_ACCOUNT, found
    return registration.payment_token


def statuses(client: Client, question: TokenFilter) -> list:
    found = token_status_inquiry.sync(client=client, body=question, x_client_transaction_id=fresh())
    assert isinstance(found, TokenStatusList), found
    return found.token_status_information


def pay_and_ask(client: Client, payment_token: str) -> None:
    payment = RealTimePayment(
        transaction_identification=uuid.uuid4(),
        creditor_account_number=partner.CREDITOR_ACCOUNT,
        payer_information=PayerInformation(payment_token=payment_token),
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


def plan(client: Client, payment_token: str) -> None:
    submission = ScheduleSubmission(
        transaction_identification=uuid.uuid4(),
        creditor_account_number=partner.CREDITOR_ACCOUNT,
        payer_information=PayerInformation(payment_token=payment_token),
        transaction_information=ScheduledTransaction(
            transaction_type=ScheduledTransactionTransactionType.SCHEDULE,
            reference_number_1="REF1",
            payment_instrument=ScheduledTransactionPaymentInstrument.DDEB,
            payment_amount=590.00,
        ),
        schedule_information=ScheduleInformation(
            frequency=ScheduleInformationFrequency.MNTH,
            start_date=datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=30),
            number_of_occurrences=3,
        ),
    )
    accepted = schedule_submission.sync(
        client=client, body=submission, x_client_transaction_id=fresh(), digest=""
    )
    assert isinstance(accepted, ScheduleAccepted) and accepted.processing_status == "SCHD", accepted
    assert accepted.next_execution_date == submission.schedule_information.start_date, accepted
    assert [it.processing_status for it in schedules(client, accepted)] == ["SCHD"]

    cancellation = ScheduleCancellation(schedule_identification=accepted.schedule_identification)
    cancelled = schedule_cancellation.sync(
        client=client, body=cancellation, x_client_transaction_id=fresh(), digest=""
    )
    assert isinstance(cancelled, ScheduleCancelled), cancelled
    assert [it.processing_status for it in schedules(client, accepted)] == ["CANC"]


def schedules(client: Client, accepted: ScheduleAccepted) -> list:
    question = ScheduleFilter(schedule_identification=accepted.schedule_identification)
    found = schedule_inquiry.sync(client=client, body=question, x_client_transaction_id=fresh())
    assert isinstance(found, ScheduleList), found
    return found.schedule_information


def cancel(client: Client, payment_token: str) -> None:
    cancellation = TokenCancellation(payment_token=payment_token)
    cancelled = token_cancellation.sync(
        client=client, body=cancellation, x_client_transaction_id=fresh(), digest=""
    )
    assert isinstance(cancelled, TokenCancelled) and cancelled.payment_token_status == "CANC", cancelled


def fresh() -> str:
    return str(uuid.uuid4())


if __name__ == "__main__":
    main()

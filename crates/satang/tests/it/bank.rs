//! The demo partner's side: the real client, and charges to the demo customers.

use crate::wire;
use satang_core::{direct_debit::TRANSACTION_STATUS_INQUIRY, signature::Key};
use satang_direct_debit::{
    Charge,
    wire::{AccessTokenRequest, GrantType, PaymentResult, TransactionStatusInquiry},
};
use satang_gateway::demo::{self, Drawer};
use satang_schema::{Amount, Satang, TransactionIdentification};
use satang_transport::{Client, Credentials};
use std::time::Duration;

/// The operations of a gateway, one by one.
pub(crate) type Bank = satang_direct_debit::Client<Client>;

/// A client of the gateway at `base_url`, which makes one attempt per call: what follows is the test's to decide.
///
/// When a connection breaks at the very moment at which a request is handed to it, hyper may leave the caller waiting,
/// about once in 50,000 times. So the deadline is short, and still far more than a busy disk needs.
pub(crate) fn bank(base_url: &str) -> Bank {
    let client = Client::builder(base_url)
        .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
        .signature_key(Key::new(demo::SIGNATURE_KEY).unwrap())
        .retries(0)
        .timeout(Duration::from_secs(15))
        .build();
    Bank::new(client.unwrap())
}

/// A charge to a demo customer.
pub(crate) fn charge(payer: &Drawer, amount: Satang, reference: &str) -> Charge {
    Charge::new(
        demo::CREDITOR_ACCOUNT.parse().unwrap(),
        payer.token.parse().unwrap(),
        Amount::new(amount).unwrap(),
        reference.parse().unwrap(),
    )
}

/// The amount of a charge, in satang.
pub(crate) fn amount(charge: &Charge) -> i64 {
    charge.request().transaction_information.payment_amount.satang().0
}

/// The demo customer of a charge.
pub(crate) fn payer(charge: &Charge) -> &'static Drawer {
    let token = charge.request().payer_information.payment_token.as_str();
    demo::DRAWERS.iter().find(|drawer| drawer.token == token).expect("a demo customer")
}

/// The bank's reference in an answer.
pub(crate) fn reference(answer: &PaymentResult) -> &str {
    answer.payment_reference_identification.as_ref().expect("the gateway gives one").as_str()
}

/// The question what became of a payment.
pub(crate) fn inquiry(id: TransactionIdentification) -> TransactionStatusInquiry {
    TransactionStatusInquiry { transaction_identification: id }
}

/// An access token, which the client keeps to itself.
pub(crate) async fn access_token(bank: &Bank) -> String {
    let request = AccessTokenRequest {
        grant_type: GrantType::ClientCredentials,
        client_id: Some(demo::CLIENT_ID.parse().unwrap()),
        client_secret: Some(demo::CLIENT_SECRET.parse().unwrap()),
        ..AccessTokenRequest::default()
    };
    bank.access_token(&request).await.unwrap().access_token.as_str().to_owned()
}

/// Asks what became of a payment, with this access token and no other.
pub(crate) fn ask(gateway: &str, token: &str, id: TransactionIdentification) -> wire::Answer {
    let headers = format!("authorization: Bearer {token}\r\nx-client-transaction-id: {id}\r\n");
    let question = serde_json::to_string(&inquiry(id)).unwrap();
    wire::post(gateway, TRANSACTION_STATUS_INQUIRY.path, &headers, &question)
}

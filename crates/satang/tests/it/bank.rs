//! The demo partner's side: the real client, and charges to the demo customers.

use satang_core::signature::Key;
use satang_direct_debit::{Charge, wire::PaymentResult};
use satang_gateway::demo::{self, Drawer};
use satang_schema::{Amount, Satang, TransactionIdentification};
use satang_transport::{Client, Credentials};

/// The operations of a gateway, one by one.
pub(crate) type Bank = satang_direct_debit::Client<Client>;

/// A client of the gateway at `base_url`, which makes one attempt per call: what follows is the test's to decide.
pub(crate) fn bank(base_url: &str) -> Bank {
    let client = Client::builder(base_url)
        .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
        .signature_key(Key::new(demo::SIGNATURE_KEY).unwrap())
        .retries(0)
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
    answer.payment_reference_identification.as_str()
}

/// What became of a payment.
pub(crate) fn inquiry(id: TransactionIdentification) -> satang_direct_debit::wire::TransactionStatusInquiry {
    satang_direct_debit::wire::TransactionStatusInquiry { transaction_identification: id }
}

//! A charge that has not been made yet.

use satang_core::{Entropy, System};
use satang_schema::{
    AccountNumber, Amount, PaymentToken, Text, TransactionIdentification,
    direct_debit::{PayerInformation, PaymentInstrument, RealTime, RealTimePayment, TransactionInformation},
};

/// One charge, named by its identification.
///
/// The gateway here pays an identification once, however often the same charge is made. That the bank does so too is
/// proposed by Satang; not published by the bank: until it confirms that, make a charge once and
/// [`resolve`](crate::DirectDebit::resolve) what is unclear.
///
/// ```
/// use satang_direct_debit::Charge;
///
/// let charge = Charge::new(
///     "0457262823".parse()?,
///     "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse()?,
///     "5000.00".parse()?,
///     "INVOICE-7".parse()?,
/// )
/// .with_annotation("March".parse()?);
/// println!("store {} before charging", charge.transaction_identification());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Charge(RealTimePayment);

impl Charge {
    /// Charges `amount` to the account behind `payer`, in favour of `creditor`, under a new random identification.
    pub fn new(creditor: AccountNumber, payer: PaymentToken, amount: Amount, reference: Text<1, 20>) -> Self {
        Self(RealTimePayment {
            transaction_identification: TransactionIdentification(System.uuid()),
            creditor_account_number: creditor,
            payer_information: PayerInformation { payment_token: payer },
            transaction_information: TransactionInformation {
                transaction_type: RealTime::RealTime,
                reference_number1: reference,
                reference_number2: None,
                payment_instrument: PaymentInstrument::DirectDebit,
                payment_amount: amount,
                annotation: None,
            },
        })
    }

    /// Uses this identification, for instance one that your own records already have. It must not have stood for
    /// another payment: of such a one with the same amount, an inquiry could not tell this charge.
    #[must_use]
    pub fn identified_by(mut self, identification: TransactionIdentification) -> Self {
        self.0.transaction_identification = identification;
        self
    }

    /// Adds the biller's second reference.
    #[must_use]
    pub fn with_second_reference(mut self, reference: Text<1, 20>) -> Self {
        self.0.transaction_information.reference_number2 = Some(reference);
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn with_annotation(mut self, annotation: Text<0, 140>) -> Self {
        self.0.transaction_information.annotation = Some(annotation);
        self
    }

    /// What this charge is known by.
    #[must_use]
    pub fn transaction_identification(&self) -> TransactionIdentification {
        self.0.transaction_identification
    }

    /// What is sent.
    #[must_use]
    pub fn request(&self) -> &RealTimePayment {
        &self.0
    }
}

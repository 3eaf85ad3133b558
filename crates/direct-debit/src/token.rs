//! The tokens that stand for registered accounts.

use crate::{Cancelled, DirectDebit};
use satang_core::{Error, Timer, Transport};
use satang_schema::{
    JourneyIdentifier, PaymentToken, Text,
    direct_debit::{PaymentTokenStatus, TokenCancellation, TokenDetails, TokenFilter},
};

impl<T: Transport + Timer> DirectDebit<T> {
    /// The registrations that meet every criterion (C), oldest first; none is an empty list.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// use wire::{PaymentTokenStatus, TokenFilter};
    ///
    /// let active = TokenFilter { payment_token_status: Some(PaymentTokenStatus::Active), ..TokenFilter::default() };
    /// for registration in bank.registrations(&active).await? {
    ///     println!("{:?} since {}", registration.reference_number1, registration.status_date_time);
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the bank did not answer, or refused the criteria. Nothing changes at the bank in any case.
    pub async fn registrations(&self, filter: &TokenFilter) -> Result<Vec<TokenDetails>, Error> {
        Ok(self.client.token_inquiry(filter).await?.token_information)
    }

    /// The registration of one journey (C), with everything that the bank tells of it.
    ///
    /// # Errors
    /// As [`registrations`](Self::registrations).
    pub async fn registration(
        &self,
        journey: impl Into<JourneyIdentifier>,
    ) -> Result<Option<TokenDetails>, Error> {
        let journey = journey.into();
        let filter = TokenFilter { journey_identifier: Some(journey), ..TokenFilter::default() };
        // A bank may leave out what it was asked for.
        let is_own = |found: &TokenDetails| found.journey_identifier.is_none_or(|found| found == journey);
        Ok(self.registrations(&filter).await?.into_iter().rfind(is_own))
    }

    /// Cancels a registration (D): the account can no longer be charged, and its schedules stop.
    ///
    /// It is sent once. After a lost or doubtful answer, and after a refusal that may be about a cancellation that
    /// arrived before, the inquiry (C) is asked whether the registration is `CANC`, for as long as
    /// [`Patience`](crate::Patience) lasts.
    ///
    /// | result | the registration | what to do |
    /// | --- | --- | --- |
    /// | [`Cancelled::Done`] | is cancelled | forget the token |
    /// | [`Cancelled::Over`] | had expired or been rejected before | forget the token |
    /// | [`Cancelled::Unknown`] | may or may not be cancelled | cancel it again later |
    /// | `Err` | is as it was: nothing was accepted | mend what the error says |
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let token = "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse()?;
    /// match bank.cancel(&token, Some("moved abroad".parse()?)).await? {
    ///     Cancelled::Done | Cancelled::Over(_) => println!("can no longer be charged"),
    ///     Cancelled::Unknown(doubt) => println!("cancel it again later: {doubt}"),
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the cancellation was not accepted.
    pub async fn cancel(
        &self,
        token: &PaymentToken,
        reason: Option<Text<1, 105>>,
    ) -> Result<Cancelled<PaymentTokenStatus>, Error> {
        let request = TokenCancellation { payment_token: token.clone(), cancellation_reason: reason };
        self.cancel_once(&request).await
    }
}

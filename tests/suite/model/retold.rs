//! What a real gateway says, in the words of the model's picture.

use super::{
    bank::{ACCOUNTS, AGREED},
    real::{Real, led_away, millis},
    world::number,
};
use crate::behaviour::visitor::Visitor;
use satang_gateway::{
    ledger::{self, LedgerError},
    store::Tx,
};
use satang_schema::{
    PaymentReference,
    direct_debit::{
        PaymentResult, ProcessingStatus, ScheduleDetails, ScheduleFilter, TokenDetails, TokenFilter,
        TokenStatus, TransactionFilter,
    },
};
use std::collections::BTreeMap;

impl Real<'_> {
    /// Everything that inquiries tell.
    pub(super) async fn picture(&mut self) -> Vec<String> {
        let mut picture = vec![];
        self.picture_registrations(&mut picture).await;
        let due_dates = self.picture_schedules(&mut picture).await;
        self.picture_payments(&due_dates, &mut picture).await;
        for account in 0..ACCOUNTS {
            let number = number(self.seed, account);
            let read = move |tx: &mut Tx<'_>| ledger::balance(tx, &number);
            let balance = self.world.gateway.store().read(read).await;
            let balance = balance.unwrap_or_else(|error: LedgerError| panic!("{error}"));
            picture.push(format!("account {account}: {balance}"));
        }
        picture.sort();
        picture
    }

    async fn picture_registrations(&self, picture: &mut Vec<String>) {
        for status in ["PDNG", "ACTV", "SUSP", "CANC", "EXPD", "RJCT"] {
            let filter = TokenFilter { payment_token_status: status.parse().ok(), ..TokenFilter::default() };
            for found in self.client.token_inquiry(&filter).await.unwrap().token_information {
                let known =
                    self.registrations.iter().position(|it| Some(it.journey) == found.journey_identifier);
                picture.push(format!("registration {}: {}", shown(known), registration(&found)));
            }
        }
    }

    /// Also tells which payment is which due date's.
    async fn picture_schedules(&self, picture: &mut Vec<String>) -> BTreeMap<String, (usize, usize)> {
        let mut due_dates = BTreeMap::new();
        for token in self.registrations.iter().filter_map(|known| known.token.clone()) {
            let filter = ScheduleFilter { payment_token: Some(token), ..ScheduleFilter::default() };
            for found in self.client.schedule_inquiry(&filter).await.unwrap().schedule_information {
                let known = self.schedules.iter().position(|id| *id == found.schedule_identification);
                picture.push(format!("schedule {}: {}", shown(known), schedule(&found)));
                for (number, done) in found.executions.iter().enumerate() {
                    let reference =
                        done.payment_reference_identification.as_ref().map(PaymentReference::as_str);
                    due_dates.insert(reference.unwrap_or_default().to_owned(), (known.unwrap_or(99), number));
                }
            }
        }
        due_dates
    }

    async fn picture_payments(
        &self,
        due_dates: &BTreeMap<String, (usize, usize)>,
        picture: &mut Vec<String>,
    ) {
        for status in [ProcessingStatus::Settled, ProcessingStatus::Rejected] {
            let filter =
                TransactionFilter { processing_status: Some(status), ..TransactionFilter::default() };
            for found in self.client.transaction_inquiry(&filter).await.unwrap().transaction_information {
                let mut charges = self.charges.iter().map(|charge| charge.transaction_identification);
                let charge = charges.position(|id| id == found.transaction_identification);
                let due = due_dates.get(found.payment_reference_identification.as_str());
                let cause = match (charge, due) {
                    (Some(charge), None) => format!("charge {charge}"),
                    (None, Some((schedule, number))) => format!("due date {schedule}.{number}"),
                    _ => format!("nobody's {}", found.payment_reference_identification.as_str()),
                };
                let reason = found.status_reason_code.as_ref().map_or("-", |reason| reason.as_str());
                let (amount, at) = (found.payment_amount.satang().0, millis(found.processing_date_time));
                picture.push(format!("{cause}: 200 {} {reason} {amount} {at}", found.processing_status));
            }
        }
    }
}

fn shown(known: Option<usize>) -> String {
    known.map_or("of nobody".into(), |number| number.to_string())
}

pub(super) fn short(found: &TokenStatus) -> String {
    let token = if found.payment_token.is_some() { "token" } else { "-" };
    let code = found.status_reason_code.as_deref().unwrap_or("-");
    let words = found.status_reason_description.as_deref().unwrap_or("-");
    format!("{} {token} {} {code} {words}", found.payment_token_status, millis(found.status_date_time))
}

pub(super) fn registration(found: &TokenDetails) -> String {
    let in_short = TokenStatus {
        journey_identifier: found.journey_identifier,
        payment_token: found.payment_token.clone(),
        payment_token_status: found.payment_token_status.clone(),
        status_date_time: found.status_date_time,
        status_reason_code: found.status_reason_code.clone(),
        status_reason_description: found.status_reason_description.clone(),
    };
    // Of a masked account the last digits are told, which are its number in the model.
    let drawer = found.drawer_account_number.as_ref().map_or("-", |masked| masked.as_str());
    let drawer = drawer.rsplit('*').next().and_then(|digits| digits.parse::<usize>().ok());
    let drawer = drawer.map_or("-".into(), |account| account.to_string());
    let channel = found.registration_channel.as_ref().map_or("-", |channel| channel.as_str());
    let creditor = found.creditor_account_number.as_ref().map_or("-", |it| it.as_str());
    let creditor =
        if creditor.ends_with(&format!("{AGREED:03}")) { AGREED.to_string() } else { creditor.into() };
    let (created, updated) = (millis(found.create_date_time), millis(found.last_update_date_time));
    format!("{}; {channel} {drawer} -> {creditor}, {created} to {updated}", short(&in_short))
}

pub(super) fn payment(paid: &PaymentResult) -> String {
    let reason = paid.status_reason_code.as_ref().map_or("-", |reason| reason.as_str());
    let amount = paid.payment_amount.map_or(0, |amount| amount.satang().0);
    let at = paid.processing_date_time.map_or(0, millis);
    format!("200 {} {reason} {amount} {at}", paid.processing_status)
}

pub(super) fn schedule(found: &ScheduleDetails) -> String {
    let next = found.next_execution_date.map_or("-".into(), |day| day.to_string());
    let done = found.executions.iter().map(|done| {
        let outcome =
            done.status_reason_code.as_ref().map_or(done.processing_status.as_str(), |code| code.as_str());
        format!(" {}={outcome}", done.execution_date)
    });
    let (status, start) = (&found.processing_status, found.schedule_information.start_date);
    let amount = found.transaction_information.payment_amount.satang().0;
    let (created, done) = (millis(found.create_date_time), done.collect::<String>());
    format!("{status} {amount} from {start} next {next} at {created}:{done}")
}

/// What a browser shows, or what it was led away with.
pub(super) fn page(visitor: &Visitor, away: Option<String>) -> String {
    if let Some(address) = away {
        return format!("away {}", led_away(&address));
    }
    let (status, title) = (visitor.status.as_u16(), visitor.title());
    if status != 200 || visitor.page.contains("name=\"csrf\"") {
        return format!("{status} {title}");
    }
    let back = visitor.link_back().map_or("stay".into(), |address| led_away(&address));
    format!("{status} {title}, {back}")
}

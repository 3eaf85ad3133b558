//! B and C: where registrations stand.

use super::{
    super::{
        payment::{moment, stored},
        search::{self, Search},
    },
    Registration,
};
use crate::{partner::Partner, store::Tx};
use satang_core::Refusal;
use satang_schema::{
    AccountNumber, AccountText,
    direct_debit::{TokenDetails, TokenFilter, TokenList, TokenStatus, TokenStatusList},
};

/// B: the registrations that meet every criterion, in short, oldest first.
pub(crate) fn statuses(
    tx: &mut Tx<'_>,
    partner: &Partner,
    filter: &TokenFilter,
) -> Result<TokenStatusList, Refusal> {
    let found = find(tx, partner, filter)?;
    let token_status_information = found.iter().map(status).collect::<Result<_, _>>()?;
    Ok(TokenStatusList { token_status_information })
}

/// C: the registrations that meet every criterion, oldest first.
pub(crate) fn details(
    tx: &mut Tx<'_>,
    partner: &Partner,
    filter: &TokenFilter,
) -> Result<TokenList, Refusal> {
    let found = find(tx, partner, filter)?;
    let token_information = found.iter().map(detail).collect::<Result<_, _>>()?;
    Ok(TokenList { token_information })
}

fn find(tx: &mut Tx<'_>, partner: &Partner, filter: &TokenFilter) -> Result<Vec<Registration>, Refusal> {
    let (start, end) = (filter.start_create_date_time, filter.end_create_date_time);
    search::check_range(start, end)?;
    let journey = filter.journey_identifier.map(|journey| journey.to_string());
    let search = criteria(partner, filter, journey.as_deref());
    search.run(tx, &select(), ORDER, Registration::from_row)
}

const ORDER: &str = "created_at, id";

fn select() -> String {
    format!("SELECT {} FROM registration", Registration::COLUMNS)
}

fn criteria<'a>(partner: &'a Partner, filter: &'a TokenFilter, journey: Option<&'a str>) -> Search<'a> {
    let mut search = Search::of(partner);
    search.equal("status", filter.payment_token_status.as_ref().map(|status| status.as_str()));
    search.equal("drawer_account", filter.drawer_account_number.as_ref().map(AccountNumber::as_str));
    search.equal("journey", journey);
    search.equal("token", filter.payment_token.as_ref().map(|token| token.as_str()));
    search.within("created_at", filter.start_create_date_time, filter.end_create_date_time);
    search
}

fn status(found: &Registration) -> Result<TokenStatus, Refusal> {
    Ok(TokenStatus {
        journey_identifier: found.journey.as_deref().map(stored).transpose()?,
        payment_token: found.token.as_deref().map(stored).transpose()?,
        payment_token_status: found.status()?,
        status_date_time: moment(found.status_at)?,
        status_reason_code: found.reason_code.clone(),
        status_reason_description: found.reason_description.clone(),
    })
}

fn detail(found: &Registration) -> Result<TokenDetails, Refusal> {
    let short = status(found)?;
    Ok(TokenDetails {
        journey_identifier: short.journey_identifier,
        payment_token: short.payment_token,
        payment_token_status: short.payment_token_status,
        status_date_time: short.status_date_time,
        status_reason_code: short.status_reason_code,
        status_reason_description: short.status_reason_description,
        drawer_account_number: masked(found.drawer_account.as_deref())?,
        // The partner's own, which it knows.
        creditor_account_number: found.creditor_account.as_deref().map(stored).transpose()?,
        reference_number1: found.reference1.clone(),
        reference_number2: found.reference2.clone(),
        registration_channel: found.channel.as_deref().map(stored).transpose()?,
        create_date_time: moment(found.created_at)?,
        last_update_date_time: moment(found.updated_at)?,
    })
}

/// An account number, first and last three digits.
pub(super) fn masked(account: Option<&str>) -> Result<Option<AccountText>, Refusal> {
    Ok(account.map(stored::<AccountNumber>).transpose()?.map(|account| account.masked()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{demo, partner, pepper::Pepper, store::testing::MemoryStore};
    use satang_core::{Entropy, System};

    /// Whatever a partner asks for, the rows of all others are left alone.
    #[test]
    fn every_search_is_served_by_an_index_of_its_partner() {
        let store = MemoryStore::new();
        let partner = store.with(|tx| {
            let pepper = Pepper::load(tx, &[7; 32]).unwrap();
            demo::seed(tx, &pepper, System.uuid(), jiff::Timestamp::UNIX_EPOCH).unwrap();
            partner::find(tx, demo::CLIENT_ID).unwrap().unwrap()
        });
        let none = TokenFilter::default;
        let journey = "68c971e1-6652-48f9-af3a-0f6c70bde952";
        for (filter, served_by) in [
            (TokenFilter { payment_token_status: "ACTV".parse().ok(), ..none() }, "partner=? AND status=?"),
            (
                TokenFilter { drawer_account_number: "7770011555".parse().ok(), ..none() },
                "partner=? AND drawer_account=?",
            ),
            (TokenFilter { journey_identifier: journey.parse().ok(), ..none() }, "journey=?"),
            (TokenFilter { payment_token: "t".parse().ok(), ..none() }, "token=?"),
            (
                TokenFilter {
                    start_create_date_time: "2020-08-15T00:00:00+07:00".parse().ok(),
                    end_create_date_time: "2020-08-16T00:00:00+07:00".parse().ok(),
                    ..none()
                },
                "partner=? AND created_at>? AND created_at<?",
            ),
        ] {
            let journey = filter.journey_identifier.map(|journey| journey.to_string());
            let search = criteria(&partner, &filter, journey.as_deref());
            let plan = format!("EXPLAIN QUERY PLAN {}", search.sql(&select(), ORDER));
            let plan = store.with(|tx| tx.query(&plan, search.parameters(), |row| row.text(3)).unwrap());
            let plan = plan.join("; ");
            assert!(plan.contains("USING INDEX") && plan.contains(&format!("({served_by}")), "{plan}");
        }
    }
}

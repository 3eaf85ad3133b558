//! The one place where the status of a registration changes.

use super::{Registration, Why, find, inquiry::masked};
use crate::{
    agenda::{self, Task},
    callback::{self, NewCallback},
    direct_debit::{
        payment::{moment, stored},
        schedule,
        state::{self, RegistrationEvent},
    },
    event::{self, Event},
    journey,
    store::Tx,
};
use jiff::Timestamp;
use satang_core::{Refusal, direct_debit::REGISTRATION_CALLBACK};
use satang_schema::direct_debit::{PaymentTokenStatus, RegistrationResult};
use serde_json::json;

/// Changes the status of a registration, with all that follows from it: what the log says, what the partner is told,
/// and the end of its journey or of its schedules.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4092`) when the status does not allow it, or (404) when there is no such registration.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    id: &str,
    event: RegistrationEvent,
    why: Why<'_>,
    now: Timestamp,
) -> Result<Registration, Refusal> {
    let before = find(tx, id)?.ok_or_else(|| Refusal::not_found("no such registration"))?;
    let status = state::registration(&before.status()?, event)?;
    let after = Registration {
        status: status.as_str().into(),
        status_at: now.as_microsecond(),
        reason_code: why.code.map(str::to_owned),
        reason_description: why.description.map(str::to_owned),
        updated_at: now.as_microsecond(),
        revision: before.revision + 1,
        ..before.clone()
    };
    tx.execute(
        "UPDATE registration SET status = $1, status_at = $2, reason_code = $3, reason_description = $4,
             updated_at = $5, revision = $6 WHERE id = $7",
        &[
            (&after.status).into(),
            after.status_at.into(),
            after.reason_code.as_ref().into(),
            after.reason_description.as_ref().into(),
            after.updated_at.into(),
            after.revision.into(),
            id.into(),
        ],
    )?;
    record(tx, kind(event), &after, now)?;
    tell(tx, &after, &status, now)?;
    if let Some(journey) = after.journey.as_deref().filter(|_| before.is_pending()) {
        agenda::strike(tx, Task::JourneyExpiry, journey)?;
        journey::end(tx, journey)?;
    }
    let is_over = !matches!(status, PaymentTokenStatus::Active | PaymentTokenStatus::Suspended);
    if let Some(token) = after.token.as_deref().filter(|_| is_over) {
        schedule::revoke(tx, token, now)?;
    }
    Ok(after)
}

fn kind(event: RegistrationEvent) -> &'static str {
    match event {
        RegistrationEvent::Approved => "registration.activated",
        RegistrationEvent::Refused => "registration.rejected",
        RegistrationEvent::TimedOut => "registration.expired",
        RegistrationEvent::Suspended => "registration.suspended",
        RegistrationEvent::Resumed => "registration.resumed",
        RegistrationEvent::Cancelled => "registration.cancelled",
    }
}

/// Takes note of something that happened to a registration.
pub(super) fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    registration: &Registration,
    now: Timestamp,
) -> Result<(), Refusal> {
    let detail = json!({
        "status": registration.status,
        "journeyIdentifier": registration.journey,
        "registrationChannel": registration.channel,
        "drawerAccountNumber": masked(registration.drawer_account.as_deref())?,
        "statusReasonCode": registration.reason_code,
        "statusReasonDescription": registration.reason_description,
    });
    let (partner, subject) = (Some(registration.partner.as_str()), registration.id.as_str());
    event::record(tx, &Event { kind, partner, subject, at: now, detail })?;
    Ok(())
}

/// Queues the callback. A registration without a journey has no name that a callback could call it by.
fn tell(
    tx: &mut Tx<'_>,
    registration: &Registration,
    status: &PaymentTokenStatus,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(journey) = registration.journey.as_deref() else { return Ok(()) };
    let is_active = *status == PaymentTokenStatus::Active;
    let token = registration.token.as_deref().filter(|_| is_active);
    let body = RegistrationResult {
        journey_identifier: stored(journey)?,
        payment_token_status: status.clone(),
        payment_token: token.map(stored).transpose()?,
        reference_number1: registration.reference1.clone(),
        reference_number2: registration.reference2.clone(),
        drawer_account_number: masked(registration.drawer_account.as_deref().filter(|_| is_active))?,
        registration_channel: registration.channel.as_deref().map(stored).transpose()?,
        status_date_time: moment(registration.status_at)?,
        status_reason_code: registration.reason_code.clone(),
        status_reason_description: registration.reason_description.clone(),
    };
    let version = registration.revision.to_string();
    let callback = NewCallback {
        partner: &registration.partner,
        operation: &REGISTRATION_CALLBACK,
        subject: journey,
        // Not the status, to which a registration may come back.
        version: &version,
        body: &body,
    };
    callback::enqueue(tx, &callback, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        demo,
        direct_debit::registration::{BranchRegistration, branch},
        partner::{self, Agreement},
        pepper::Pepper,
        store::testing::MemoryStore,
    };
    use satang_core::{Entropy, System};

    const TOKEN: &str = "c0000000-0000-4000-8000-000000000001";

    /// A registration may come back to a status, and the partner is told each time, even at one moment.
    #[test]
    fn each_change_is_recorded_and_told_once() {
        let store = MemoryStore::new();
        let now = Timestamp::UNIX_EPOCH;
        store.with(|tx| {
            let pepper = Pepper::load(tx, &[7; 32]).unwrap();
            demo::seed(tx, &pepper, System.uuid(), now).unwrap();
            let new = BranchRegistration {
                partner: demo::CLIENT_ID,
                token: TOKEN,
                drawer_account: demo::DRAWERS[0].account,
                creditor_account: demo::CREDITOR_ACCOUNT,
                references: (Some("R"), None),
                maximum_amount: None,
            };
            let id = branch(tx, &new, now).unwrap().id;
            use RegistrationEvent::{Cancelled, Resumed, Suspended};
            for event in [Suspended, Resumed, Suspended, Cancelled] {
                change(tx, &id, event, Why::NOTHING, now).unwrap();
            }
            let refused = change(tx, &id, Resumed, Why::NOTHING, now).err().unwrap();
            assert_eq!(refused.code(), "SBX-4092");

            let read = |row: &crate::store::Row<'_>| row.text(0);
            let kinds = "SELECT kind FROM event WHERE subject = $1 ORDER BY position";
            let kinds = tx.query(kinds, &[(&id).into()], read).unwrap();
            let expected = ["activated", "suspended", "resumed", "suspended", "cancelled"];
            assert_eq!(kinds, expected.map(|kind| format!("registration.{kind}")));
            let journey = find(tx, &id).unwrap().unwrap().journey.unwrap();
            let bodies = "SELECT body FROM callback WHERE subject = $1";
            let bodies = tx.query(bodies, &[(&journey).into()], read).unwrap();
            let mut told: Vec<_> = bodies
                .iter()
                .map(|body| serde_json::from_str::<RegistrationResult>(body).unwrap())
                .map(|body| (body.payment_token_status.to_string(), body.payment_token.is_some()))
                .collect();
            told.sort_unstable();
            let expected =
                [("ACTV", true), ("ACTV", true), ("CANC", false), ("SUSP", false), ("SUSP", false)];
            assert_eq!(told, expected.map(|(status, has_token)| (status.to_owned(), has_token)));
        });
    }

    #[test]
    fn who_has_no_address_is_not_called() {
        let store = MemoryStore::new();
        let now = Timestamp::UNIX_EPOCH;
        store.with(|tx| {
            let pepper = Pepper::load(tx, &[7; 32]).unwrap();
            demo::seed(tx, &pepper, System.uuid(), now).unwrap();
            partner::agree(tx, demo::CLIENT_ID, &Agreement::default()).unwrap();
            let sql = "SELECT id FROM registration WHERE status = 'ACTV' LIMIT 1";
            let id = tx.query_one(sql, &[], |row| row.text(0)).unwrap().unwrap();
            change(tx, &id, RegistrationEvent::Cancelled, Why::NOTHING, now).unwrap();
            let calls = tx.query_one("SELECT count(*) FROM callback", &[], |row| row.int(0)).unwrap();
            assert_eq!(calls, Some(0));
        });
    }
}

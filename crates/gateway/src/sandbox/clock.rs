//! The clock: shown, stopped, moved.

use super::{conflict, invalid};
use crate::{
    Gateway,
    clock::{self, Shift},
    event::{self, Event},
    store::{StoreError, Tx},
};
use jiff::{Timestamp, ToSpan, tz};
use satang_core::{Clock, Refusal};
use satang_schema::{
    DateTime,
    sandbox::{ClockAdvance, ClockMoved, ClockProgress, ClockSetting, ClockState},
};
use satang_validation::{Code, Rule};
use serde_json::json;
use std::sync::Arc;

/// How far one call may move the clock.
const MOST_YEARS: i32 = 10;

/// Where an advance leads.
pub(super) fn target_of(request: &ClockAdvance, now: Timestamp) -> Result<Timestamp, Refusal> {
    let target = request.duration.after(now).filter(|target| is_near(*target, now));
    target.ok_or_else(|| too_far("duration", "expected at most ten years"))
}

/// Where a setting leads.
pub(super) fn target_of_setting(request: &ClockSetting, now: Timestamp) -> Result<Timestamp, Refusal> {
    let target = request.date_time.timestamp();
    if is_near(target, now) {
        Ok(target)
    } else {
        Err(too_far("dateTime", "expected a time at most ten years from the clock's"))
    }
}

fn is_near(target: Timestamp, now: Timestamp) -> bool {
    let local = tz::offset(7).to_datetime(now);
    let bound = |years: i32| {
        let there = local.checked_add(years.years()).ok()?;
        tz::offset(7).to_timestamp(there).ok()
    };
    bound(-MOST_YEARS).is_none_or(|least| least <= target)
        && bound(MOST_YEARS).is_none_or(|most| target <= most)
}

fn too_far(member: &str, expected: &'static str) -> Refusal {
    invalid(member, Rule::new(Code::Limit, expected))
}

impl Gateway {
    /// How the clock stands.
    pub(crate) fn clock_state(&self) -> ClockState {
        let advancing = self.advance_under_way();
        let ahead = self.clock.now().duration_since(self.clock.machine_now());
        ClockState {
            date_time: DateTime::in_bangkok(self.clock.now()),
            frozen: advancing.is_some() || self.clock.shift().frozen_at.is_some(),
            ahead_seconds: ahead.as_secs(),
            advancing: advancing.map(|advance| ClockProgress {
                target: DateTime::in_bangkok(advance.target),
                work_done: advance.done,
            }),
        }
    }

    /// Stops the clock.
    pub(super) async fn freeze_clock(&self) -> Result<ClockState, Refusal> {
        let _alone = self.at_clock.try_lock().map_err(|_| is_moving())?;
        let shift = self.clock.shift();
        if shift.frozen_at.is_none() {
            let now = self.now();
            self.change_clock(Shift { frozen_at: Some(now), ..shift }, "clock.frozen", now).await?;
        }
        Ok(self.clock_state())
    }

    /// Lets the clock go on.
    pub(super) async fn resume_clock(&self) -> Result<ClockState, Refusal> {
        let _alone = self.at_clock.try_lock().map_err(|_| is_moving())?;
        if let Some(stood_at) = self.clock.shift().frozen_at {
            let shift = Shift { frozen_at: None, ..self.clock.shift_to(stood_at) };
            self.change_clock(shift, "clock.resumed", stood_at).await?;
        }
        Ok(self.clock_state())
    }

    async fn change_clock(&self, shift: Shift, kind: &'static str, at: Timestamp) -> Result<(), StoreError> {
        let work = move |tx: &mut Tx<'_>| {
            clock::save(tx, shift)?;
            event::record(tx, &Event { kind, partner: None, subject: "clock", at, detail: json!({}) })
        };
        self.store.write(work).await?;
        self.clock.move_to(shift);
        Ok(())
    }

    /// Moves the clock.
    pub(super) async fn move_clock(self: &Arc<Self>, target: Timestamp) -> Result<ClockMoved, Refusal> {
        let _alone = self.at_clock.try_lock().map_err(|_| is_moving())?;
        let from = DateTime::in_bangkok(self.now());
        let work_done = self.advance_to(target).await?;
        let work = move |tx: &mut Tx<'_>| {
            let detail = json!({ "from": from, "workDone": work_done });
            let (kind, subject) = ("clock.moved", "clock");
            event::record(tx, &Event { kind, partner: None, subject, at: target, detail })
        };
        self.store.write::<_, StoreError, _>(work).await?;
        let ClockState { date_time, frozen, .. } = self.clock_state();
        Ok(ClockMoved { date_time, frozen, work_done })
    }
}

fn is_moving() -> Refusal {
    conflict("the clock is being moved; show_clock tells how far it is")
}

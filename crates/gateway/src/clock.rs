//! The sandbox's clock: the machine's, until somebody moves it.

use crate::store::{StoreError, Tx};
use jiff::{SignedDuration, Timestamp};
use satang_core::Clock;
use std::sync::{Arc, PoisonError, RwLock};

/// A clock that can be frozen and moved. It moves everything that the sandbox dates: tokens, journeys, schedules,
/// retries. HTTP signatures are dated by the machine's clock, since whoever signs has no other.
pub(crate) struct SandboxClock {
    machine: Arc<dyn Clock>,
    shift: RwLock<Shift>,
    /// The moment at which who moves the clock holds it, whatever the shift. Not kept on disk: a hand that is gone
    /// holds nothing.
    held_at: RwLock<Option<Timestamp>>,
}

/// How the sandbox's time differs from the machine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) offset: SignedDuration,
    /// The time at which the clock stands still, if it does.
    pub(crate) frozen_at: Option<Timestamp>,
}

impl SandboxClock {
    pub(crate) fn new(machine: Arc<dyn Clock>, shift: Shift) -> Self {
        Self { machine, shift: RwLock::new(shift), held_at: RwLock::default() }
    }

    /// The time by the machine's clock.
    pub(crate) fn machine_now(&self) -> Timestamp {
        self.machine.now()
    }

    pub(crate) fn shift(&self) -> Shift {
        *self.shift.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock; [`save`] makes it last.
    pub(crate) fn move_to(&self, shift: Shift) {
        *self.shift.write().unwrap_or_else(PoisonError::into_inner) = shift;
    }

    /// Lets the clock stand at a moment, or go again as its shift says.
    pub(crate) fn hold(&self, at: Option<Timestamp>) {
        *self.held_at.write().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// The shift under which it is `time` now, still frozen if the clock is.
    pub(crate) fn shift_to(&self, time: Timestamp) -> Shift {
        let frozen_at = self.shift().frozen_at.map(|_| time);
        Shift { offset: time.duration_since(self.machine.now()), frozen_at }
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        if let Some(held_at) = *self.held_at.read().unwrap_or_else(PoisonError::into_inner) {
            return held_at;
        }
        let shift = self.shift();
        let moved = || self.machine.now().checked_add(shift.offset).unwrap_or(Timestamp::MAX);
        shift.frozen_at.unwrap_or_else(moved)
    }
}

/// How the clock was left.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<Shift, StoreError> {
    let sql = "SELECT offset_micros, frozen_at FROM clock WHERE id = 1";
    let row = tx.query_one(sql, &[], |row| Ok((row.int(0)?, row.optional_int(1)?)))?;
    let (offset, frozen_at) = row.unwrap_or_default();
    Ok(Shift {
        offset: SignedDuration::from_micros(offset),
        frozen_at: frozen_at.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
    })
}

/// Keeps how the clock stands, for the next process.
pub(crate) fn save(tx: &mut Tx<'_>, shift: Shift) -> Result<(), StoreError> {
    let offset = i64::try_from(shift.offset.as_micros()).unwrap_or_default();
    tx.execute(
        "INSERT INTO clock (id, offset_micros, frozen_at) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET offset_micros = excluded.offset_micros, frozen_at = excluded.frozen_at",
        &[offset.into(), shift.frozen_at.map(|time| time.as_microsecond()).into()],
    )?;
    Ok(())
}

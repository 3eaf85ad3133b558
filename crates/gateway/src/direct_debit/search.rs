//! Searches of a partner's own things: criteria that combine, and bounds on what one search may cost.

use crate::{
    partner::Partner,
    store::{Row, StoreError, Tx, Value},
};
use satang_core::{Refusal, operation::Envelope};
use satang_schema::DateTime;
use satang_validation::{Code, Pointer, Rule, Violations};

/// How many things one search may find.
const MOST: usize = 1_000;
/// How long a range may be.
const LONGEST_RANGE_DAYS: i64 = 31;

/// A range of creation is short enough.
///
/// # Errors
/// [`Refusal`] (400, `SBX-4004`) when it is not.
pub(super) fn check_range(start: Option<DateTime>, end: Option<DateTime>) -> Result<(), Refusal> {
    let (Some(start), Some(end)) = (start, end) else { return Ok(()) };
    let length = end.timestamp().as_second() - start.timestamp().as_second();
    if length > LONGEST_RANGE_DAYS * 24 * 60 * 60 {
        let detail = format!("must be within {LONGEST_RANGE_DAYS} days of startCreateDateTime");
        return Err(inconsistent(Pointer::root().member("endCreateDateTime"), detail));
    }
    Ok(())
}

/// The conditions that were given, so that an index serves those, whichever they are.
pub(super) struct Search<'a> {
    conditions: String,
    parameters: Vec<Value<'a>>,
}

impl<'a> Search<'a> {
    pub(super) fn of(partner: &'a Partner) -> Self {
        Self { conditions: "partner = $1".into(), parameters: vec![(&partner.client_id).into()] }
    }

    pub(super) fn equal(&mut self, column: &str, value: Option<&'a str>) {
        self.compare(&format!("{column} ="), value);
    }

    /// Both ends are included.
    pub(super) fn within(&mut self, column: &str, start: Option<DateTime>, end: Option<DateTime>) {
        let micros = |at: DateTime| at.timestamp().as_microsecond();
        self.compare(&format!("{column} >="), start.map(micros));
        self.compare(&format!("{column} <="), end.map(micros));
    }

    fn compare(&mut self, comparison: &str, value: Option<impl Into<Value<'a>>>) {
        if let Some(value) = value {
            self.parameters.push(value.into());
            self.conditions.push_str(&format!(" AND {comparison} ${}", self.parameters.len()));
        }
    }

    /// The conditions, for a statement that searches something else by them.
    pub(super) fn conditions(&self) -> &str {
        &self.conditions
    }

    pub(super) fn parameters(&self) -> &[Value<'a>] {
        &self.parameters
    }

    /// What is found. A list that is silently cut would hide something, so too long a one is refused.
    pub(super) fn run<R>(
        &self,
        tx: &mut Tx<'_>,
        select: &str,
        order: &str,
        read: impl FnMut(&Row<'_>) -> Result<R, StoreError>,
    ) -> Result<Vec<R>, Refusal> {
        let found = tx.query(&self.sql(select, order), &self.parameters, read)?;
        if found.len() > MOST {
            return Err(too_many(MOST));
        }
        Ok(found)
    }

    /// The whole statement.
    pub(super) fn sql(&self, select: &str, order: &str) -> String {
        format!("{select} WHERE {} ORDER BY {order} LIMIT {}", self.conditions, MOST + 1)
    }
}

pub(super) fn too_many(most: usize) -> Refusal {
    inconsistent(Pointer::root(), format!("finds more than {most}; narrow it"))
}

/// What is wrong at one place, given what only the server knows.
pub(super) fn inconsistent(pointer: Pointer, detail: String) -> Refusal {
    let mut violations = Violations::new();
    violations.add(pointer, Rule::new(Code::Inconsistent, detail));
    Refusal::invalid(Envelope::Krungsri, violations)
}

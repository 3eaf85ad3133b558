//! The outbox as people see it: which callbacks there are, and what came of each attempt.

use crate::store::{Row, StoreError, Tx, Value};
use jiff::Timestamp;

/// What has become of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// An attempt is planned or under way.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// No further attempt is made unless somebody replays it.
    Dead,
}

impl Status {
    pub(crate) const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Dead];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Delivered => "DELIVERED",
            Self::Dead => "DEAD",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// A callback in a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    /// Also what every attempt carries as `X-Client-Transaction-ID` and `webhook-id`.
    pub(crate) id: String,
    pub(crate) partner: String,
    pub(crate) operation: String,
    /// The identifier of what it tells of.
    pub(crate) subject: String,
    pub(crate) status: Status,
    /// Attempts, of all rounds.
    pub(crate) attempts: i64,
    /// Replays.
    pub(crate) round: i64,
    /// When the next attempt is due.
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    /// When it was last delivered.
    pub(crate) delivered_at: Option<Timestamp>,
}

impl Listed {
    /// Where the list goes on after this one.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at.as_microsecond(), id: self.id.clone() }
    }
}

/// An attempt to deliver a callback.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attempted {
    pub(crate) number: i64,
    pub(crate) round: i64,
    pub(crate) at: Timestamp,
    pub(crate) http_status: Option<i64>,
    /// `DELIVERED`, `REFUSED`, `GONE`, `ADDRESS`, `CONNECT`, `TIMEOUT` or `BROKEN`.
    pub(crate) outcome: String,
    /// By the machine's clock.
    pub(crate) took_micros: i64,
}

/// Which callbacks to list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) partner: Option<String>,
    pub(crate) status: Option<Status>,
    /// What it tells of.
    pub(crate) subject: Option<String>,
}

/// A place in a list. It stays where it is when newer callbacks come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    created_at: i64,
    id: String,
}

impl Cursor {
    /// As it travels in a URL.
    pub(crate) fn to_text(&self) -> String {
        format!("{}.{}", self.created_at, self.id)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('.')?;
        Some(Self { created_at: created_at.parse().ok()?, id: id.to_owned() })
    }
}

/// Up to `most` callbacks, the newest first, from behind a cursor on.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&Cursor>,
    most: u32,
) -> Result<Vec<Listed>, StoreError> {
    let (sql, parameters) = search(filter, after, most);
    tx.query(&sql, &parameters, listed)
}

fn search<'a>(filter: &'a Filter, after: Option<&'a Cursor>, most: u32) -> (String, Vec<Value<'a>>) {
    let mut parameters: Vec<Value<'_>> = Vec::new();
    let mut conditions = String::from("1 = 1");
    if let Some(partner) = &filter.partner {
        parameters.push(partner.into());
        conditions += &format!(" AND partner = ${}", parameters.len());
    }
    if let Some(status) = filter.status {
        parameters.push(status.as_str().into());
        conditions += &format!(" AND status = ${}", parameters.len());
    }
    if let Some(subject) = &filter.subject {
        parameters.push(subject.into());
        conditions += &format!(" AND subject = ${}", parameters.len());
    }
    if let Some(Cursor { created_at, id }) = after {
        parameters.extend([Value::from(*created_at), id.into()]);
        let last = parameters.len();
        conditions += &format!(" AND (created_at, id) < (${}, ${last})", last - 1);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM callback WHERE {conditions} ORDER BY created_at DESC, id DESC LIMIT {most}"
    );
    (sql, parameters)
}

/// One callback with its body and all its attempts, of which the latest 500 are shown.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    id: &str,
) -> Result<Option<(Listed, String, Vec<Attempted>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, body FROM callback WHERE id = $1");
    let found = tx.query_one(&sql, &[id.into()], |row| Ok((listed(row)?, row.text(10)?)))?;
    let Some((listed, body)) = found else { return Ok(None) };
    let sql = "SELECT number, round, at, http_status, outcome, took_micros FROM callback_attempt
         WHERE callback = $1 ORDER BY number DESC LIMIT 500";
    let mut attempts = tx.query(sql, &[id.into()], |row| {
        Ok(Attempted {
            number: row.int(0)?,
            round: row.int(1)?,
            at: moment(row.int(2)?),
            http_status: row.optional_int(3)?,
            outcome: row.text(4)?,
            took_micros: row.int(5)?,
        })
    })?;
    attempts.reverse();
    Ok(Some((listed, body, attempts)))
}

const COLUMNS: &str =
    "id, partner, operation, subject, status, attempts, round, due_at, created_at, delivered_at";

fn listed(row: &Row<'_>) -> Result<Listed, StoreError> {
    let status = Status::read(&row.text(4)?);
    Ok(Listed {
        id: row.text(0)?,
        partner: row.text(1)?,
        operation: row.text(2)?,
        subject: row.text(3)?,
        status: status.ok_or_else(|| StoreError::statement("a callback has no status"))?,
        attempts: row.int(5)?,
        round: row.int(6)?,
        due_at: row.optional_int(7)?.map(moment),
        created_at: moment(row.int(8)?),
        delivered_at: row.optional_int(9)?.map(moment),
    })
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::MemoryStore;

    /// However many callbacks there are, a list looks at those alone that it shows.
    #[test]
    fn every_list_is_served_by_an_index() {
        let store = MemoryStore::new();
        let none = Filter::default;
        for (filter, index) in [
            (none(), "callback_created"),
            (Filter { partner: Some("p".into()), ..none() }, "callback_partner_created (partner=?"),
            (Filter { status: Some(Status::Dead), ..none() }, "callback_status_created (status=?"),
            (Filter { subject: Some("s".into()), ..none() }, "callback_subject (subject=?"),
        ] {
            let (sql, parameters) = search(&filter, None, 5);
            let plan = format!("EXPLAIN QUERY PLAN {sql}");
            let plan = store.with(|tx| tx.query(&plan, &parameters, |row| row.text(3)).unwrap());
            assert!(plan[0].contains(&format!("USING INDEX {index}")), "{filter:?}: {plan:?}");
        }
    }
}

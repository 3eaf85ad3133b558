//! Lists in pages, in an order that does not change: whoever follows the cursors sees everything that was there all the
//! time, and nothing twice.

use super::invalid;
use crate::store::{Row, StoreError, Tx, Value};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    DateTime,
    sandbox::{Cursor, Limit},
};
use satang_validation::Rule;
use std::str::FromStr;

/// How many items a page holds unless it is told.
const USUAL: u64 = 100;

/// In which order rows are listed.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// By this column, which identifies a row.
    By(&'static str),
    /// By a time, and then by this column.
    ByTime(&'static str, &'static str),
}

/// A question for rows, of which a page is wanted.
pub(super) struct Listing<'a> {
    sql: String,
    has_condition: bool,
    order: Order,
    parameters: Vec<Value<'a>>,
}

impl<'a> Listing<'a> {
    /// Lists `columns` of `table`. The first two columns of each row are the order's; `columns` come after them.
    pub(super) fn new(table: &str, columns: &str, order: Order) -> Self {
        let (time, id) = match order {
            Order::By(id) => ("0", id),
            Order::ByTime(time, id) => (time, id),
        };
        let sql = format!("SELECT {time}, {id}, {columns} FROM {table}");
        Self { sql, has_condition: false, order, parameters: Vec::new() }
    }

    /// Only rows with this value in `column`, if there is one.
    pub(super) fn equal(&mut self, column: &str, value: Option<&'a str>) {
        if let Some(value) = value {
            self.parameters.push(value.into());
            self.restrict(&format!("{column} = ${}", self.parameters.len()));
        }
    }

    fn restrict(&mut self, condition: &str) {
        self.sql.push_str(if self.has_condition { " AND " } else { " WHERE " });
        self.sql.push_str(condition);
        self.has_condition = true;
    }

    /// A page, and where the next one begins.
    pub(super) fn page<T>(
        mut self,
        tx: &mut Tx<'_>,
        cursor: Option<&Cursor>,
        limit: Option<Limit>,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<(Vec<T>, Option<Cursor>), Refusal> {
        let last = cursor.map(decoded).transpose()?;
        let mut parameters = self.parameters.clone();
        let number = |more: usize| self.parameters.len() + more;
        let (order, after) = match self.order {
            Order::By(id) => (id.to_owned(), format!("{id} > ${}", number(1))),
            Order::ByTime(time, id) => (
                format!("{time}, {id}"),
                format!("({time} > ${} OR ({time} = ${} AND {id} > ${}))", number(1), number(2), number(3)),
            ),
        };
        if let Some((at, last)) = &last {
            if matches!(self.order, Order::ByTime(..)) {
                parameters.extend([Value::Int(*at), Value::Int(*at)]);
            }
            parameters.push(Value::Text(last));
            self.restrict(&after);
        }
        let most = limit.map_or(USUAL, Limit::value);
        // One more than is listed tells whether there is more.
        let sql = format!("{} ORDER BY {order} LIMIT {}", self.sql, most + 1);
        let mut found = tx.query(&sql, &parameters, |row| Ok(((row.int(0)?, row.text(1)?), read(row)?)))?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let is_last = found.len() <= most;
        found.truncate(most);
        let next = found.last().filter(|_| !is_last).map(|(key, _)| encoded(key)).transpose()?;
        Ok((found.into_iter().map(|(_, item)| item).collect(), next))
    }
}

fn encoded((at, id): &(i64, String)) -> Result<Cursor, Refusal> {
    BASE64_URL.encode(format!("{at}:{id}")).parse().map_err(|_| Refusal::internal())
}

fn decoded(cursor: &Cursor) -> Result<(i64, String), Refusal> {
    let parts = || {
        let text = String::from_utf8(BASE64_URL.decode(cursor.as_str()).ok()?).ok()?;
        let (at, id) = text.split_once(':')?;
        Some((at.parse().ok()?, id.to_owned()))
    };
    parts().ok_or_else(|| invalid("cursor", Rule::malformed("expected a nextCursor of this list")))
}

/// A stored text that a type must be able to read.
pub(super) fn stored<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::statement("a stored value is not as it should be"))
}

/// As [`stored`], or nothing.
pub(super) fn optional<T: FromStr>(text: Option<String>) -> Result<Option<T>, StoreError> {
    text.as_deref().map(stored).transpose()
}

/// A stored time.
pub(super) fn moment(micros: i64) -> Result<DateTime, StoreError> {
    let time = Timestamp::from_microsecond(micros);
    time.map(DateTime::in_bangkok).map_err(|_| StoreError::statement("a stored time is none"))
}

/// A stored number that counts something.
pub(super) fn count(number: i64) -> Result<u64, StoreError> {
    number.try_into().map_err(|_| StoreError::statement("a stored count is negative"))
}

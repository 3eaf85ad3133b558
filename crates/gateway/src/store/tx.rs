//! The one seam over which all SQL runs: a transaction, its statements and their rows.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};

use super::{StoreError, Value};

/// A transaction that the [`Store`](super::Store) has begun, and that the store alone ends.
///
/// # The SQL
///
/// One text serves every engine, so it keeps to what SQLite and PostgreSQL share: placeholders `$1`, `$2`, … that first
/// occur in this order, `ON CONFLICT`, `RETURNING`, window functions; `CAST(sum(..) AS BIGINT)`, because PostgreSQL sums
/// into another type; and no `BEGIN`, `COMMIT` or `SAVEPOINT`, which are the store's.
///
/// A statement that breaks a constraint ends a transaction in PostgreSQL. Work that wants to go on after meeting an
/// existing row says `ON CONFLICT DO NOTHING` and looks at the number of rows.
#[derive(Debug)]
pub struct Tx<'c> {
    connection: &'c Connection,
    fatal: Option<StoreError>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, fatal: None }
    }

    /// Runs a statement that returns no rows, and tells how many rows it changed.
    ///
    /// # Errors
    ///
    /// The statement failed ([`Unique`](super::StoreErrorKind::Unique), [`Constraint`](super::StoreErrorKind::Constraint)),
    /// does not fit its parameters ([`Statement`](super::StoreErrorKind::Statement)), or the storage did. After the
    /// last the whole transaction is lost, whatever the work does next.
    pub fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let outcome = self.prepare(sql, params).and_then(|mut statement| {
            let changed = statement.raw_execute().map_err(failed)?;
            Ok(changed as u64)
        });
        self.noted(outcome)
    }

    /// Runs a query of at most one row.
    ///
    /// # Errors
    ///
    /// As [`Tx::execute`]; also [`Statement`](super::StoreErrorKind::Statement) if there is a second row, and whatever
    /// `read` returns.
    pub fn query_one<R>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<R, StoreError>,
    ) -> Result<Option<R>, StoreError> {
        let outcome = self.prepare(sql, params).and_then(|mut statement| {
            let mut rows = statement.raw_query();
            let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
            let found = read(&Row { row })?;
            match rows.next().map_err(failed)? {
                None => Ok(Some(found)),
                Some(_) => Err(StoreError::statement("a query for one row found several")),
            }
        });
        self.noted(outcome)
    }

    /// Runs a query of any number of rows. All of them are held in memory: give it a `LIMIT`.
    ///
    /// # Errors
    ///
    /// As [`Tx::execute`], and whatever `read` returns.
    pub fn query<R>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<R, StoreError>,
    ) -> Result<Vec<R>, StoreError> {
        let outcome = self.prepare(sql, params).and_then(|mut statement| {
            let mut rows = statement.raw_query();
            let mut found = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                found.push(read(&Row { row })?);
            }
            Ok(found)
        });
        self.noted(outcome)
    }

    /// Checks the storage itself: structure, indexes, constraints and foreign keys. Takes time in proportion to its
    /// size.
    ///
    /// Returns what is wrong, at most `limit` lines each of structure and of references; nothing if all is well.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    pub fn check_storage(&mut self, limit: u32) -> Result<Vec<String>, StoreError> {
        let mut wrong = self.query(&format!("PRAGMA integrity_check({limit})"), &[], |row| row.text(0))?;
        wrong.retain(|line| line != "ok");
        let orphans = "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check LIMIT $1";
        wrong.extend(self.query(orphans, &[i64::from(limit).into()], |row| {
            Ok(format!("a row of {} refers to a missing row of {}", row.text(0)?, row.text(1)?))
        })?);
        Ok(wrong)
    }

    /// The first failure of the storage in this transaction, even if the work swallowed it.
    pub(super) fn into_fatal(self) -> Option<StoreError> {
        self.fatal
    }

    fn noted<R>(&mut self, outcome: Result<R, StoreError>) -> Result<R, StoreError> {
        if let Err(error) = &outcome
            && error.ends_the_store()
            && self.fatal.is_none()
        {
            self.fatal = Some(error.clone());
        }
        outcome
    }

    fn prepare(&self, sql: &str, params: &[Value<'_>]) -> Result<CachedStatement<'c>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        if statement.parameter_count() != params.len() {
            return Err(StoreError::statement("the number of parameters does not fit the statement"));
        }
        for (position, value) in (1..).zip(params) {
            // SQLite numbers `$n` by first occurrence and takes `n` for a mere name: unless both agree, values would
            // silently change places.
            let name = statement.parameter_name(position).and_then(|name| name.strip_prefix('$'));
            if name.and_then(|digits| digits.parse().ok()) != Some(position) {
                return Err(StoreError::statement("the placeholders are not $1, $2, … in this order"));
            }
            statement.raw_bind_parameter(position, ToSqlOutput::Borrowed(borrow(value))).map_err(failed)?;
        }
        Ok(statement)
    }
}

/// One row of a result. Columns count from 0.
#[derive(Debug)]
pub struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
}

/// # Errors
///
/// Every method: [`Statement`](super::StoreErrorKind::Statement) if there is no such column, or if it holds something
/// else.
impl Row<'_> {
    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.optional_int(column)?.ok_or_else(|| unexpected(column))
    }

    /// A whole number, or nothing.
    pub fn optional_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            _ => Err(unexpected(column)),
        }
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.optional_text(column)?.ok_or_else(|| unexpected(column))
    }

    /// Text, or nothing.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| unexpected(column))?;
                Ok(Some(text.to_owned()))
            }
            _ => Err(unexpected(column)),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.optional_blob(column)?.ok_or_else(|| unexpected(column))
    }

    /// Bytes, or nothing.
    pub fn optional_blob(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes.to_vec())),
            _ => Err(unexpected(column)),
        }
    }

    fn value(&self, column: usize) -> Result<ValueRef<'_>, StoreError> {
        self.row.get_ref(column).map_err(failed)
    }
}

fn borrow<'a>(value: &Value<'a>) -> ValueRef<'a> {
    match *value {
        Value::Null => ValueRef::Null,
        Value::Int(number) => ValueRef::Integer(number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Blob(bytes) => ValueRef::Blob(bytes),
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::from_sqlite("a statement failed", error)
}

fn unexpected(column: usize) -> StoreError {
    StoreError::statement(format!("column {column} of a row holds another type than was asked for"))
}

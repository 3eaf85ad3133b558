//! The seam for SQL: parameters, rows, migrations, and which error means what.

use super::*;

const PARTNER: &str =
    "INSERT INTO partner (client_id, name, secret_hash, signature_key, api_key_hash, status, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let directory = scratch();
    let store = open(&directory);
    let write = |tx: &mut Tx<'_>| {
        let hash = [7_u8; 32];
        let name = "ร้านค้า \u{1f600} O'Brien \\ $1".to_owned();
        tx.execute(
            PARTNER,
            &[
                "p".into(),
                (&name).into(),
                (&hash).into(),
                "".into(),
                hash.as_slice().into(),
                "ACTIVE".into(),
                i64::MIN.into(),
            ],
        )?;
        tx.execute(
            "INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                "0000000001".into(),
                "".into(),
                None::<&str>.into(),
                "OPEN".into(),
                crate::ledger::LARGEST.into(),
                Value::Null,
                true.into(),
            ],
        )
    };
    store.write(write).await.unwrap();

    let sql = "SELECT name, secret_hash, signature_key, created_at FROM partner WHERE client_id = $1";
    let partner = store.read(move |tx| {
        tx.query_one(sql, &["p".into()], |row| Ok((row.text(0)?, row.blob(1)?, row.text(2)?, row.int(3)?)))
    });
    let expected = ("ร้านค้า \u{1f600} O'Brien \\ $1".to_owned(), vec![7; 32], String::new(), i64::MIN);
    assert_eq!(partner.await.unwrap(), Some(expected));

    let sql = "SELECT partner, minimum_balance, balance, created_at, partner FROM account";
    let account = store.read(move |tx| {
        tx.query_one(sql, &[], |row| {
            let nothing = (row.optional_text(0)?, row.optional_int(1)?, row.optional_blob(4)?);
            Ok((nothing, row.int(2)?, row.int(3)?))
        })
    });
    assert_eq!(account.await.unwrap(), Some(((None, None, None), crate::ledger::LARGEST, 1)));
}

#[tokio::test]
async fn each_refusal_has_its_kind() {
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let update = |number: &'static str, column: &'static str, value: Value<'static>| {
        move |tx: &mut Tx<'_>| {
            let sql = format!("UPDATE account SET {column} = $1 WHERE number = $2");
            tx.execute(&sql, &[value, number.into()])
        }
    };
    for (column, value, expected) in [
        ("number", Value::Text("12345"), StoreErrorKind::Constraint),
        ("number", Value::Text("12345๖7890"), StoreErrorKind::Constraint),
        ("number", Value::Null, StoreErrorKind::Constraint),
        ("status", Value::Text("open"), StoreErrorKind::Constraint),
        ("partner", Value::Text("nobody"), StoreErrorKind::Constraint),
        ("no_such_column", Value::Null, StoreErrorKind::Statement),
    ] {
        let error = store.write(update("0000000001", column, value)).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{column} = {value:?}");
    }
    let error = store.write(|tx| insert(tx, "0000000001")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unique);
    assert!(!error.to_string().contains("0000000001"));
    assert_eq!(durable(&store).await, ["0000000001"]);
}

#[tokio::test]
async fn sql_that_does_not_fit_is_refused() {
    let directory = scratch();
    let store = open(&directory);
    let two: &'static [Value<'static>] = &[Value::Text("0000000001"), Value::Text("OPEN")];
    for (sql, params) in [
        ("SELECT 1 FROM account WHERE status = $2 AND number = $1", two),
        ("SELECT 1 FROM account WHERE number = ? AND status = ?", two),
        ("SELECT 1 FROM account WHERE number = :number AND status = :status", two),
        ("SELECT 1 FROM account WHERE number = $1", two),
        ("SELECT 1 FROM account WHERE number = $1 AND status = $2 AND balance = $3", two),
        ("SELECT 1; SELECT 2", &[]),
        ("SELECT 1 UNION ALL SELECT 2", &[]),
        ("SELECT 'text'", &[]),
        ("SELECT NULL", &[]),
        ("SELECT 1.5", &[]),
        ("SELEKT 1", &[]),
    ] {
        let read = store.read(move |tx| tx.query_one(sql, params, |row| row.int(0))).await;
        assert_eq!(read.unwrap_err().kind(), StoreErrorKind::Statement, "{sql}");
    }
    let missing = store.read(|tx| tx.query("SELECT 1", &[], |row| row.int(1))).await;
    assert_eq!(missing.unwrap_err().kind(), StoreErrorKind::Statement);
    let repeated = "SELECT $1 + $2 + $1";
    let sum = store.read(move |tx| tx.query_one(repeated, &[1.into(), 10.into()], |row| row.int(0))).await;
    assert_eq!(sum.unwrap(), Some(12));
}

#[test]
fn a_migration_is_applied_as_a_whole_or_not_at_all() {
    let directory = scratch();
    let file = directory.path().join("satang.db");
    let tables = |connection: &Connection| -> i64 {
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap()
    };
    let connection = sqlite::open_writer(&file, Duration::ZERO).unwrap();
    let error = migrations::migrate(&connection, 1, "CREATE TABLE half (id TEXT); nonsense").unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Statement);
    drop(connection);
    let connection = sqlite::open_writer(&file, Duration::ZERO).unwrap();
    assert_eq!(tables(&connection), 0);
    migrations::apply(&connection).unwrap();
    let complete = tables(&connection);
    assert!(complete > 0);
    migrations::apply(&connection).unwrap();
    assert_eq!(tables(&connection), complete);
    migrations::require_newest(&connection).unwrap();
}

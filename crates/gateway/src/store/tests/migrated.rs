//! What a migration makes of the rows of an older store.

use super::*;
use rusqlite::Connection;

/// Two payments that were settled, of which the first was made later, and one that was rejected.
const PAYMENTS: &str = "
    INSERT INTO partner (client_id, name, secret_hash, signature_key, api_key_hash, status, created_at)
        VALUES ('p', 'Shop', zeroblob(32), 'key', zeroblob(32), 'ACTIVE', 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES
        ('7770011555', 'Anan', NULL, 'OPEN', 0, 0, 0), ('0457262823', 'Shop', 'p', 'OPEN', 0, 0, 0);
    INSERT INTO registration (id, token, partner, drawer_account, creditor_account, status, status_at, created_at,
        updated_at) VALUES ('t', 't', 'p', '7770011555', '0457262823', 'CANC', 0, 0, 0);
    INSERT INTO ledger_transaction VALUES ('r1', 'payment', 'r1', 0), ('r2', 'payment', 'r2', 0);
    INSERT INTO payment VALUES
        ('r1', 'p', 'x1', 't', '0457262823', 5000, 'REF1', 'REF2', NULL, 'ACSC', NULL, 'r1', 20, 21, NULL),
        ('r2', 'p', 'x2', 't', '0457262823', 70, 'REF1', NULL, NULL, 'ACSC', NULL, 'r2', 10, 11, NULL),
        ('r3', 'p', 'x3', 't', '0457262823', 80, 'REF1', NULL, NULL, 'RJCT', 'AM04', NULL, 15, 15, NULL)";

#[test]
fn payments_from_before_get_slips() {
    let connection = Connection::open_in_memory().unwrap();
    for (version, sql) in (1..).zip([
        include_str!("../../../migrations/0001_first.sql"),
        include_str!("../../../migrations/0002_registration.sql"),
        include_str!("../../../migrations/0003_stamp_duty.sql"),
        PAYMENTS,
        include_str!("../../../migrations/0005_slip.sql"),
    ]) {
        migrations::migrate(&connection, version, sql).unwrap();
    }
    let sql = "SELECT payment, bank || reference, paid_at, amount, receiving_bank, sender_account, receiver_account,
        reference1, reference2, sender_name, created_at FROM slip ORDER BY reference";
    let slips = Tx::new(&connection).query(sql, &[], |row| {
        let texts = [0, 1, 4, 5, 6, 7, 8, 9].map(|column| row.optional_text(column).unwrap());
        let texts = texts.map(|text| text.unwrap_or_else(|| "-".into())).join(" ");
        Ok((texts, row.int(2)?, row.int(3)?, row.int(10)?))
    });
    let expected = [
        ("r2 025KSA0000000000000000000001 025 7770011555 0457262823 REF1 - -", 11, 70, 11),
        ("r1 025KSA0000000000000000000002 025 7770011555 0457262823 REF1 REF2 -", 21, 5000, 21),
    ];
    assert_eq!(
        slips.unwrap(),
        expected.map(|(texts, paid, amount, made)| (texts.to_owned(), paid, amount, made))
    );
}

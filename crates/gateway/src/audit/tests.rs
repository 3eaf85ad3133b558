//! A sound store passes, and each way of spoiling it is found under its own name.

use std::collections::BTreeSet;
use std::fs;

use super::*;
use crate::store::testing::MemoryStore;
use crate::store::{Store, StoreOptions};

/// A slip that was verified for a merchant, and a question that came to nothing.
const VERIFIED: &str = "
    INSERT INTO service_bank VALUES ('004', 'k', 's', 0);
    INSERT INTO merchant VALUES ('m', 'Shop', '004', zeroblob(32), 'ACTIVE', NULL, 0);
    INSERT INTO verification VALUES
        ('v1', 'transaction-verification', 0, 'FOUND', '0000', 'Success', 'q1', '004', '014', 'A', 1, 2),
        ('v2', 'transaction-verification', 0, 'REPLAYED', '6500', 'again', 'q1', '004', '014', 'A', 1, 2),
        ('v3', 'transaction-verification', 0, 'NOT_FOUND', '8404', 'unknown', 'q2', '004', '014', 'B', 1, 2),
        ('v4', 'transaction-verification', 0, 'UNAUTHORIZED', '6421', 'wrong', 'q2', NULL, '014', 'B', 0, 0);
    INSERT INTO seen_slip VALUES ('m', '014', 'A', NULL, 0)";

/// One completed payment of 50.00 baht and one refused, as the gateway would have written them.
const SOUND: &str = "
    INSERT INTO partner (client_id, name, secret_hash, signature_key, api_key_hash, status, created_at) VALUES ('p', 'Shop', zeroblob(32), 'key', zeroblob(32), 'ACTIVE', 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000000', 'Bank', NULL, 'OPEN', -10000, NULL, 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000001', 'Anan', NULL, 'OPEN', 5000, 0, 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000002', 'Shop', 'p', 'OPEN', 5000, 0, 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000003', 'Nobody', NULL, 'CLOSED', 0, 0, 0);
    INSERT INTO registration (id, token, partner, drawer_account, creditor_account, status, status_at, created_at, updated_at)
        VALUES ('t', 't', 'p', '0000000001', '0000000002', 'ACTV', 0, 0, 0);
    INSERT INTO ledger_transaction VALUES ('l0', 'deposit', 'd', 0), ('l1', 'payment', 'r1', 0);
    INSERT INTO entry VALUES ('l0', 1, '0000000000', -10000), ('l0', 2, '0000000001', 10000),
        ('l1', 1, '0000000001', -5000), ('l1', 2, '0000000002', 5000);
    INSERT INTO payment VALUES
        ('r1', 'p', 'x1', 't', '0000000002', 5000, 'a', NULL, NULL, 'ACSC', NULL, 'l1', 0, 0, NULL),
        ('r2', 'p', 'x2', 't', '0000000002', 7000, 'a', NULL, NULL, 'RJCT', 'AM04', NULL, 0, 0, NULL);
    INSERT INTO idempotency VALUES
        ('p', 'real_time_payment', 'x1', x'00', '{}', 0), ('p', 'real_time_payment', 'x2', x'00', '{}', 0),
        ('p', 'another_operation', 'x9', x'00', '{}', 0)";

/// A schedule with accounts of its own: of three months one is paid, one was refused, and one is to come.
const SCHEDULED: &str = "
    UPDATE account SET balance = -13000 WHERE number = '0000000000';
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000004', 'Boon', NULL, 'OPEN', 2000, 0, 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000005', 'Shop', 'p', 'OPEN', 1000, 0, 0);
    INSERT INTO registration (id, token, partner, drawer_account, creditor_account, status, status_at, created_at, updated_at)
        VALUES ('t2', 't2', 'p', '0000000004', '0000000005', 'ACTV', 0, 0, 0);
    INSERT INTO ledger_transaction VALUES ('d2', 'deposit', 'd2', 0), ('r3', 'payment', 'r3', 0);
    INSERT INTO entry VALUES ('d2', 1, '0000000000', -3000), ('d2', 2, '0000000004', 3000),
        ('r3', 1, '0000000004', -1000), ('r3', 2, '0000000005', 1000);
    INSERT INTO schedule VALUES ('s', 'p', 'y1', 't2', '0000000005', 1000, 'b', NULL, NULL, 'MNTH', '1972-01-31', NULL, 3,
        'SCHD', 0, NULL, 2, '1972-03-31', 0);
    INSERT INTO payment VALUES
        ('r3', 'p', 'z1', 't2', '0000000005', 1000, 'b', NULL, NULL, 'ACSC', NULL, 'r3', 65660400000000, 65660400000000, 's');
    INSERT INTO execution VALUES ('s', 1, '1972-01-31', 'r3', 'ACSC', NULL, 65660400000000),
        ('s', 2, '1972-02-29', NULL, 'RJCT', 'AM05', 68166000000000);
    INSERT INTO agenda (task, subject, due_at) VALUES ('schedule-run', 's', 70844400000000), ('another', 'a', 0);
    INSERT INTO idempotency VALUES ('p', 'schedule_submission', 'y1', x'00', '{}', 0)";

/// A filing of two instruments that is paid, and one that is not.
const FILED: &str = "
    UPDATE account SET balance = -28000 WHERE number = '0000000000';
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000006', 'Chai', NULL, 'OPEN', 3000, 0, 0);
    INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at) VALUES ('0000000009', 'Revenue Department', NULL, 'OPEN', 12000, 0, 0);
    INSERT INTO ledger_transaction VALUES ('d3', 'deposit', 'd3', 0), ('l3', 'stamp-duty', 'f1', 0);
    INSERT INTO entry VALUES ('d3', 1, '0000000000', -15000), ('d3', 2, '0000000006', 15000),
        ('l3', 1, '0000000006', -12000), ('l3', 2, '0000000009', 12000);
    INSERT INTO filer (username, name, sender, tax_id, password_hash, status, created_at)
        VALUES ('f', 'Filer', 'XYZ', '1234567890121', zeroblob(32), 'ACTIVE', 0);
    INSERT INTO filing VALUES
        ('f1', 'f', 'a', x'00', '1', '5', '1234567890121', '4', 2, 'PAID', 0, 11000, 1000, 0, 12000, 'f1', 'a', '1970-01-16', 0, 'l3'),
        ('f2', 'f', 'b', x'00', '1', '5', '1234567890121', '4', 1, 'FILED', 0, 7000, 0, 0, 7000, 'f2', 'b', '1970-01-16', 0, NULL);
    INSERT INTO instrument VALUES
        ('P1', 'f1', 0, '1', '', '1970-01-01', '1234567890121', 0, 10000, 1000, x'01'),
        ('P2', 'f1', 1, '2', '', '1970-01-01', '1234567890121', 0, 1000, 0, x'02'),
        ('P3', 'f2', 0, '3', '', '1970-01-01', '1234567890121', 0, 7000, 0, x'03')";

/// The slips of both settled payments, and one that another bank's app has shown.
const SLIPS: &str = "
    INSERT INTO slip (bank, reference, paid_at, amount, receiving_bank, sender_account, receiver_account, payment, created_at)
    VALUES ('025', 'KSA1', 0, 5000, '025', '0000000001', '0000000002', 'r1', 0),
        ('025', 'KSA3', 65660400000000, 1000, '025', '0000000004', '0000000005', 'r3', 65660400000000),
        ('014', 'KSA1', 7, 9000, NULL, NULL, NULL, NULL, 8)";

/// What is done to the sound store, and the codes that must be found: these and no others.
const CORRUPTIONS: &[(&str, &[&str])] = &[
    (
        "UPDATE entry SET amount = 9999 WHERE ledger_transaction_id = 'l0' AND line = 2",
        &["movement-unbalanced", "balance-differs"],
    ),
    (
        "DELETE FROM entry WHERE ledger_transaction_id = 'l0' AND line = 2",
        &["movement-unbalanced", "movement-too-short", "balance-differs"],
    ),
    ("DELETE FROM entry WHERE ledger_transaction_id = 'l0'", &["movement-too-short", "balance-differs"]),
    ("INSERT INTO ledger_transaction VALUES ('l2', 'fee', 'f', 0)", &["movement-too-short"]),
    ("UPDATE account SET balance = balance + 1 WHERE number = '0000000003'", &["balance-differs"]),
    ("UPDATE account SET balance = 5001 WHERE number = '0000000001'", &["balance-differs"]),
    ("UPDATE account SET minimum_balance = 5001 WHERE number = '0000000001'", &["balance-below-minimum"]),
    (
        "UPDATE payment SET status = 'RJCT', reason_code = 'AM04', ledger_transaction_id = NULL WHERE reference = 'r1'",
        &["payment-moved-unduly", "slip-without-payment"],
    ),
    (
        "UPDATE payment SET status = 'PDNG', ledger_transaction_id = NULL WHERE reference = 'r1'",
        &["payment-moved-unduly", "slip-without-payment"],
    ),
    (
        "UPDATE payment SET status = 'ACSC', ledger_transaction_id = 'l0' WHERE reference = 'r2'",
        &["payment-without-movement", "payment-movement-differs", "payment-amount-differs", "payment-without-slip"],
    ),
    (
        "UPDATE payment SET ledger_transaction_id = 'l0' WHERE reference = 'r1'",
        &["payment-movement-differs", "payment-amount-differs"],
    ),
    (
        "UPDATE ledger_transaction SET kind = 'fee' WHERE id = 'l1'",
        &["payment-without-movement", "payment-movement-differs"],
    ),
    (
        "UPDATE ledger_transaction SET reference = 'r2' WHERE id = 'l1'",
        &["payment-without-movement", "payment-movement-differs", "payment-moved-unduly"],
    ),
    ("UPDATE payment SET amount = 5001 WHERE reference = 'r1'", &["payment-amount-differs", "slip-differs"]),
    (
        "UPDATE entry SET amount = -amount WHERE ledger_transaction_id = 'l1';
      UPDATE account SET balance = 15000 WHERE number = '0000000001';
      UPDATE account SET balance = -5000, minimum_balance = -5000 WHERE number = '0000000002'",
        &["payment-amount-differs"],
    ),
    (
        "UPDATE entry SET account_number = '0000000003' WHERE ledger_transaction_id = 'l1' AND line = 2;
      UPDATE account SET balance = 5000 - balance WHERE number IN ('0000000002', '0000000003')",
        &["payment-amount-differs"],
    ),
    (
        "UPDATE entry SET account_number = '0000000000' WHERE ledger_transaction_id = 'l1' AND line = 1;
      UPDATE account SET balance = balance - 5000 WHERE number = '0000000000';
      UPDATE account SET balance = balance + 5000 WHERE number = '0000000001'",
        &["payment-amount-differs"],
    ),
    (
        "INSERT INTO entry VALUES ('l1', 3, '0000000001', -1), ('l1', 4, '0000000002', 1);
      UPDATE account SET balance = 4999 WHERE number = '0000000001';
      UPDATE account SET balance = 5001 WHERE number = '0000000002'",
        &["payment-amount-differs"],
    ),
    ("DELETE FROM registration", &["payment-amount-differs"]),
    (
        "DELETE FROM payment WHERE reference = 'r1'",
        &["movement-without-payment", "answer-without-payment", "slip-without-payment", "storage-damaged"],
    ),
    ("DELETE FROM payment WHERE reference = 'r2'", &["answer-without-payment"]),
    ("DELETE FROM idempotency WHERE key = 'x2'", &["payment-without-answer"]),
    ("UPDATE idempotency SET operation = 'another' WHERE key = 'x1'", &["payment-without-answer"]),
    (
        "UPDATE idempotency SET partner = 'q' WHERE key = 'x1'",
        &["payment-without-answer", "answer-without-payment", "storage-damaged"],
    ),
    (
        "INSERT INTO idempotency VALUES ('p', 'real_time_payment', 'x3', x'00', '{}', 0)",
        &["answer-without-payment"],
    ),
    (
        "UPDATE payment SET ledger_transaction_id = NULL WHERE reference = 'r1'",
        &["payment-amount-differs", "storage-damaged"],
    ),
    ("UPDATE account SET status = 'OPENED' WHERE number = '0000000003'", &["storage-damaged"]),
    (
        "INSERT INTO ledger_transaction VALUES ('l2', 'fee', 'f', 0);
      INSERT INTO entry VALUES ('l2', 1, '0000000003', 9223372036854775807), ('l2', 2, '0000000003', 1)",
        &["storage-damaged"],
    ),
    (
        "INSERT INTO entry VALUES ('l9', 1, '0000000001', -1), ('l9', 2, '0000000002', 1);
      UPDATE account SET balance = 4999 WHERE number = '0000000001';
      UPDATE account SET balance = 5001 WHERE number = '0000000002'",
        &["storage-damaged"],
    ),
    ("UPDATE schedule SET occurrence = 1, next_date = '1972-02-29'", &["schedule-count-differs"]),
    ("DELETE FROM execution WHERE occurrence = 2", &["schedule-count-differs"]),
    ("UPDATE execution SET occurrence = 3 WHERE occurrence = 2", &["schedule-count-differs", "due-date-differs"]),
    (
        "UPDATE schedule SET status = 'ACSC', next_date = NULL; DELETE FROM agenda WHERE task = 'schedule-run'",
        &["schedule-finished-early"],
    ),
    (
        "UPDATE schedule SET status = 'ACSC', next_date = NULL, frequency = 'ONCE', number_of_occurrences = NULL;
      DELETE FROM agenda WHERE task = 'schedule-run'",
        &["schedule-finished-early", "due-date-differs"],
    ),
    ("DELETE FROM agenda WHERE task = 'schedule-run'", &["schedule-not-planned"]),
    ("UPDATE agenda SET task = 'another' WHERE task = 'schedule-run'", &["schedule-not-planned"]),
    ("UPDATE schedule SET status = 'CANC', next_date = NULL", &["run-without-schedule"]),
    ("INSERT INTO agenda (task, subject, due_at) VALUES ('schedule-run', 'x', 0)", &["run-without-schedule"]),
    ("DELETE FROM idempotency WHERE key = 'y1'", &["schedule-without-answer"]),
    ("INSERT INTO idempotency VALUES ('p', 'schedule_submission', 'y2', x'00', '{}', 0)", &["answer-without-schedule"]),
    ("UPDATE schedule SET next_date = '1972-03-30'", &["due-date-differs"]),
    ("UPDATE schedule SET next_date = '1972-04-30'", &["due-date-differs"]),
    ("UPDATE schedule SET end_date = '1972-03-30'", &["due-date-differs"]),
    ("UPDATE schedule SET number_of_occurrences = 2", &["due-date-differs"]),
    ("UPDATE schedule SET frequency = 'WEEK'", &["due-date-differs"]),
    ("UPDATE execution SET execution_date = '1972-02-28' WHERE occurrence = 2", &["due-date-differs"]),
    ("UPDATE schedule SET start_date = '1972-01-30', next_date = '1972-03-30'", &["due-date-differs"]),
    (
        "DROP INDEX execution_of_date; UPDATE execution SET execution_date = '1972-01-31'",
        &["due-date-differs", "execution-repeated"],
    ),
    ("UPDATE execution SET executed_at = 68165999999999 WHERE occurrence = 2", &["execution-too-early"]),
    ("UPDATE execution SET payment = NULL WHERE occurrence = 1", &["execution-without-payment", "payment-without-execution"]),
    ("UPDATE execution SET reason_code = 'AM04' WHERE occurrence = 2", &["execution-without-payment"]),
    (
        "DELETE FROM payment WHERE reference = 'r3'",
        &["movement-without-payment", "execution-without-payment", "slip-without-payment", "storage-damaged"],
    ),
    ("UPDATE schedule SET amount = 1001", &["execution-payment-differs"]),
    ("UPDATE schedule SET token = 't'", &["execution-payment-differs"]),
    ("UPDATE schedule SET creditor_account = '0000000002'", &["execution-payment-differs"]),
    ("UPDATE schedule SET reference_number1 = 'c'", &["execution-payment-differs"]),
    ("UPDATE execution SET status = 'RJCT', reason_code = 'AM04' WHERE occurrence = 1", &["execution-payment-differs"]),
    ("UPDATE execution SET executed_at = executed_at + 1 WHERE occurrence = 1", &["execution-payment-differs"]),
    // A payment of F's that a schedule made, and the other way round.
    (
        "UPDATE payment SET schedule = NULL WHERE reference = 'r3'",
        &["payment-without-answer", "execution-payment-differs"],
    ),
    (
        "UPDATE payment SET schedule = 's' WHERE reference = 'r2'",
        &["answer-without-payment", "payment-without-execution"],
    ),
    // Stamp duty.
    (
        "UPDATE filing SET status = 'PAID', ledger_transaction_id = 'l3' WHERE api_ref_no = 'f2'",
        &["filing-without-movement", "filing-movement-differs"],
    ),
    (
        "UPDATE filing SET status = 'EXPIRED', ledger_transaction_id = NULL WHERE api_ref_no = 'f1'",
        &["filing-moved-unduly"],
    ),
    ("UPDATE filing SET ledger_transaction_id = 'l0' WHERE api_ref_no = 'f1'", &["filing-movement-differs"]),
    (
        "UPDATE filing SET total_duty = 10999, total_amount = 11999 WHERE api_ref_no = 'f1'",
        &["filing-amount-differs", "filing-sum-differs"],
    ),
    (
        "UPDATE entry SET account_number = '0000000003' WHERE ledger_transaction_id = 'l3' AND line = 2;
      UPDATE account SET balance = 12000 - balance WHERE number IN ('0000000003', '0000000009')",
        &["filing-amount-differs"],
    ),
    (
        "INSERT INTO entry VALUES ('l3', 3, '0000000003', -1), ('l3', 4, '0000000003', 1)",
        &["filing-amount-differs"],
    ),
    ("UPDATE ledger_transaction SET reference = 'f9' WHERE id = 'l3'",
        &["duty-without-filing", "filing-without-movement", "filing-movement-differs"]),
    ("UPDATE ledger_transaction SET kind = 'fee' WHERE id = 'l3'",
        &["filing-without-movement", "filing-movement-differs"]),
    ("UPDATE instrument SET duty = 6999 WHERE ref_no = 'P3'", &["filing-sum-differs"]),
    ("DELETE FROM instrument WHERE ref_no = 'P3'", &["filing-sum-differs"]),
    ("UPDATE filing SET instruments = 3 WHERE api_ref_no = 'f1'", &["filing-sum-differs"]),
    // Slips.
    ("DELETE FROM slip WHERE payment = 'r3'", &["payment-without-slip"]),
    ("UPDATE slip SET payment = NULL WHERE payment = 'r3'", &["payment-without-slip"]),
    ("UPDATE slip SET payment = 'r2' WHERE bank = '014'", &["slip-without-payment", "slip-differs"]),
    ("UPDATE slip SET payment = 'r9' WHERE bank = '014'", &["slip-without-payment", "storage-damaged"]),
    ("UPDATE slip SET amount = 4999 WHERE payment = 'r1'", &["slip-differs"]),
    ("UPDATE slip SET paid_at = 1 WHERE payment = 'r1'", &["slip-differs"]),
    ("UPDATE slip SET bank = '014', reference = 'KSA2' WHERE payment = 'r1'", &["slip-differs"]),
    ("UPDATE slip SET receiving_bank = '004' WHERE payment = 'r1'", &["slip-differs"]),
    ("UPDATE slip SET sender_account = '0000000003' WHERE payment = 'r1'", &["slip-differs"]),
    ("UPDATE slip SET receiver_account = '0000000003' WHERE payment = 'r1'", &["slip-differs"]),
    ("INSERT INTO seen_slip VALUES ('m', '014', 'B', NULL, 0)", &["seen-slip-unverified"]),
    ("UPDATE verification SET destination = '002' WHERE id = 'v1'", &["seen-slip-unverified"]),
    ("UPDATE verification SET forwarded = 0 WHERE id = 'v1'", &["verification-found-without-asking"]),
    ("UPDATE verification SET end_state = 'NOT_FOUND' WHERE id = 'v2'", &["token-used-twice"]),
];

fn sound() -> MemoryStore {
    let store = MemoryStore::new();
    store.corrupt(SOUND);
    store.corrupt(SCHEDULED);
    store.corrupt(FILED);
    store.corrupt(SLIPS);
    store.corrupt(VERIFIED);
    store
}

#[test]
fn a_sound_store_passes() {
    let audit = sound().with(run).unwrap();
    let expected = Audit { transactions: 6, entries: 12, accounts: 8, payments: 3, ..Audit::default() };
    assert_eq!(audit, expected);
    assert!(audit.is_clean());
    assert_eq!(MemoryStore::new().with(run).unwrap(), Audit::default());
}

#[test]
fn each_corruption_is_found_under_its_name() {
    for (corruption, expected) in CORRUPTIONS {
        let store = sound();
        store.corrupt(corruption);
        let audit = store.with(run).unwrap();
        let found: BTreeSet<_> = audit.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{corruption}\n{:#?}", audit.findings);
        let shown = format!("{:?}", audit.findings);
        assert!(!shown.contains("000000000"), "an account number is shown: {shown}");
    }
}

#[test]
fn no_rule_is_untested() {
    let tested: BTreeSet<_> = CORRUPTIONS.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let rules: BTreeSet<_> = CHECKS
        .iter()
        .chain(SCHEDULE_CHECKS)
        .chain(FILING_CHECKS)
        .chain(SLIP_CHECKS)
        .chain(VERIFICATION_CHECKS)
        .map(|check| check.code)
        .chain(["storage-damaged"])
        .collect();
    assert_eq!(tested, rules);
}

#[test]
fn findings_name_what_is_wrong() {
    let store = sound();
    store.corrupt("UPDATE account SET balance = 5001 WHERE number = '0000000001'");
    let audit = store.with(run).unwrap();
    assert_eq!(
        audit.findings.first().unwrap().to_string(),
        "balance-differs …0001: the balance is 5001 satang, the lines sum to 5000"
    );
}

#[test]
fn many_findings_are_listed_in_part() {
    let store = sound();
    store.corrupt(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
         INSERT INTO ledger_transaction SELECT 'x' || i, 'fee', 'f' || i, 0 FROM n",
    );
    let audit = store.with(run).unwrap();
    assert_eq!((audit.findings.len(), audit.unlisted), (100, 150));
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    let directory = tempfile::tempdir().unwrap();
    Store::open(&StoreOptions::new(directory.path())).unwrap().close().await.unwrap();
    let file = directory.path().join("satang.db");
    let undamaged = fs::read(&file).unwrap();
    let pages = undamaged.len() / 4096;
    for page in 1..pages {
        let mut damaged = undamaged.clone();
        damaged[page * 4096..page * 4096 + 100].fill(0xa5);
        fs::write(&file, damaged).unwrap();
        let Ok(store) = Store::open_read_only(directory.path()) else { continue };
        if let Ok(audit) = store.read(run).await {
            assert!(
                audit.findings.iter().any(|finding| finding.code == "storage-damaged"),
                "page {page}: {audit:?}"
            );
        }
        store.close().await.unwrap();
    }
}

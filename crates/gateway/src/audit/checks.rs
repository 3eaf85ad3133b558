//! What the auditor asks: each rule as a query for the rows that break it.
//!
//! Each goes over whole tables at once, and touches no table more often than it must.

/// A rule, and how to find what breaks it.
pub(super) struct Check {
    /// Stable: scripts and tests look for it.
    pub(super) code: &'static str,
    /// Selects `subject` and `detail` of each breach. Account numbers are shortened, findings get copied around.
    pub(super) finds: &'static str,
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "movement-unbalanced",
        finds: "SELECT ledger_transaction_id AS subject,
                    'the lines sum to ' || CAST(sum(amount) AS TEXT) || ' satang' AS detail
                FROM entry GROUP BY ledger_transaction_id HAVING sum(amount) <> 0",
    },
    Check {
        code: "movement-too-short",
        finds: "SELECT l.id AS subject, 'has ' || CAST(count(e.line) AS TEXT) || ' lines' AS detail
                FROM ledger_transaction l LEFT JOIN entry e ON e.ledger_transaction_id = l.id
                GROUP BY l.id HAVING count(e.line) < 2",
    },
    Check {
        code: "balance-differs",
        finds: "SELECT '…' || substr(a.number, 7) AS subject,
                    'the balance is ' || CAST(a.balance AS TEXT) || ' satang, the lines sum to '
                    || CAST(coalesce(s.total, 0) AS TEXT) AS detail
                FROM account a LEFT JOIN
                    (SELECT account_number, CAST(sum(amount) AS BIGINT) AS total FROM entry GROUP BY account_number) s
                    ON s.account_number = a.number
                WHERE a.balance <> coalesce(s.total, 0)",
    },
    Check {
        code: "balance-below-minimum",
        finds: "SELECT '…' || substr(number, 7) AS subject,
                    'the balance is ' || CAST(balance AS TEXT) || ' satang, the minimum '
                    || CAST(minimum_balance AS TEXT) AS detail
                FROM account WHERE balance < minimum_balance",
    },
    Check {
        code: "payment-without-movement",
        finds: "SELECT p.reference AS subject, 'was completed but moved no money' AS detail
                FROM payment p LEFT JOIN ledger_transaction l ON l.kind = 'payment' AND l.reference = p.reference
                WHERE p.status = 'ACSC' AND l.id IS NULL",
    },
    Check {
        code: "payment-moved-unduly",
        finds: "SELECT p.reference AS subject, 'moved money but has the status ' || p.status AS detail
                FROM payment p JOIN ledger_transaction l ON l.kind = 'payment' AND l.reference = p.reference
                WHERE p.status <> 'ACSC'",
    },
    Check {
        code: "payment-movement-differs",
        finds: "SELECT p.reference AS subject,
                    'names another movement than the one that names it' AS detail
                FROM payment p LEFT JOIN ledger_transaction l ON l.kind = 'payment' AND l.reference = p.reference
                WHERE p.ledger_transaction_id IS NOT NULL
                    AND (l.id IS NULL OR l.id <> p.ledger_transaction_id)",
    },
    // One line out of the drawer's account (1), one into the creditor's (100), both of exactly the amount, and no other
    // (10,000).
    Check {
        code: "payment-amount-differs",
        finds: "SELECT p.reference AS subject, 'moved something else than its amount from drawer to creditor' AS detail
                FROM payment p LEFT JOIN registration t ON t.token = p.token
                WHERE p.status = 'ACSC' AND 101 <> (
                    SELECT coalesce(sum(CASE
                        WHEN e.account_number = t.drawer_account AND e.amount = -p.amount THEN 1
                        WHEN e.account_number = p.creditor_account AND e.amount = p.amount THEN 100
                        ELSE 10000 END), 0)
                    FROM entry e WHERE e.ledger_transaction_id = p.ledger_transaction_id)",
    },
    Check {
        code: "movement-without-payment",
        finds: "SELECT l.id AS subject, 'is the movement of a payment that does not exist' AS detail
                FROM ledger_transaction l LEFT JOIN payment p ON p.reference = l.reference
                WHERE l.kind = 'payment' AND p.reference IS NULL",
    },
    Check {
        code: "payment-without-answer",
        finds: "SELECT p.reference AS subject, 'has no stored answer, so a retry would pay again' AS detail
                FROM payment p LEFT JOIN idempotency i ON i.partner = p.partner
                    AND i.operation = 'real_time_payment' AND i.key = p.transaction_identification
                WHERE i.key IS NULL AND p.schedule IS NULL",
    },
    Check {
        code: "answer-without-payment",
        finds: "SELECT i.key AS subject, 'is the key of a stored answer to no payment' AS detail
                FROM idempotency i LEFT JOIN payment p ON p.partner = i.partner
                    AND p.transaction_identification = i.key AND p.schedule IS NULL
                WHERE i.operation = 'real_time_payment' AND p.reference IS NULL",
    },
];

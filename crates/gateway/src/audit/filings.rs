//! What the auditor asks of stamp duty: a filing is paid once, exactly, into the Department's account, or not at all.

use super::Check;

pub(super) const FILING_CHECKS: &[Check] = &[
    Check {
        code: "filing-without-movement",
        finds: "SELECT f.api_ref_no AS subject, 'was paid but moved no money' AS detail
                FROM filing f LEFT JOIN ledger_transaction l ON l.kind = 'stamp-duty' AND l.reference = f.api_ref_no
                WHERE f.status = 'PAID' AND f.total_amount > 0 AND l.id IS NULL",
    },
    Check {
        code: "filing-moved-unduly",
        finds: "SELECT f.api_ref_no AS subject, 'moved money but has the status ' || f.status AS detail
                FROM filing f JOIN ledger_transaction l ON l.kind = 'stamp-duty' AND l.reference = f.api_ref_no
                WHERE f.status <> 'PAID'",
    },
    Check {
        code: "filing-movement-differs",
        finds: "SELECT f.api_ref_no AS subject, 'names another movement than the one that names it' AS detail
                FROM filing f LEFT JOIN ledger_transaction l ON l.kind = 'stamp-duty' AND l.reference = f.api_ref_no
                WHERE f.ledger_transaction_id IS NOT NULL
                  AND (l.id IS NULL OR l.id <> f.ledger_transaction_id)",
    },
    Check {
        code: "filing-amount-differs",
        finds: "SELECT f.api_ref_no AS subject,
                    CAST(f.total_amount AS TEXT) || ' satang were to be paid, '
                    || CAST(coalesce(e.arrived, 0) AS TEXT) || ' arrived in ' || CAST(coalesce(e.lines, 0) AS TEXT)
                    || ' lines' AS detail
                FROM filing f JOIN ledger_transaction l ON l.kind = 'stamp-duty' AND l.reference = f.api_ref_no
                LEFT JOIN (SELECT ledger_transaction_id, count(*) AS lines,
                        CAST(sum(CASE WHEN account_number = '0000000009' THEN amount ELSE 0 END) AS BIGINT) AS arrived
                    FROM entry GROUP BY ledger_transaction_id) e ON e.ledger_transaction_id = l.id
                WHERE coalesce(e.arrived, 0) <> f.total_amount OR coalesce(e.lines, 0) <> 2",
    },
    Check {
        code: "duty-without-filing",
        finds: "SELECT l.id AS subject, 'moved duty that nobody filed' AS detail
                FROM ledger_transaction l LEFT JOIN filing f ON f.api_ref_no = l.reference
                WHERE l.kind = 'stamp-duty' AND f.api_ref_no IS NULL",
    },
    Check {
        code: "filing-sum-differs",
        finds: "SELECT f.api_ref_no AS subject,
                    'the instruments sum to ' || CAST(coalesce(i.total, 0) AS TEXT) || ' satang' AS detail
                FROM filing f LEFT JOIN (SELECT filing, count(*) AS instruments,
                        CAST(sum(duty + surcharge) AS BIGINT) AS total FROM instrument GROUP BY filing) i
                    ON i.filing = f.api_ref_no
                WHERE coalesce(i.total, 0) <> f.total_duty + f.total_surcharge
                   OR coalesce(i.instruments, 0) <> f.instruments",
    },
];

//! What the auditor asks of schedules. It reckons due dates itself, from the digits of the dates.

use super::checks::Check;

/// The number of a day, counted from 1 January 1970, by the formula of Fliegel and Van Flandern (1968), whose divisions
/// cut towards zero, as they do in both engines.
macro_rules! day {
    ($year:literal, $month:literal, $day:literal) => {
        concat!(
            "((1461 * (",
            $year,
            " + 4800 + (",
            $month,
            " - 14) / 12)) / 4",
            " + (367 * (",
            $month,
            " - 2 - 12 * ((",
            $month,
            " - 14) / 12))) / 12",
            " - (3 * ((",
            $year,
            " + 4900 + (",
            $month,
            " - 14) / 12) / 100)) / 4",
            " + ",
            $day,
            " - 32075 - 2440588)"
        )
    };
}

/// Year, month and day of a date, as `y`, `m` and `d` with a suffix.
macro_rules! digits {
    ($date:literal, $suffix:literal) => {
        concat!(
            "CAST(substr(",
            $date,
            ", 1, 4) AS BIGINT) AS y",
            $suffix,
            ", CAST(substr(",
            $date,
            ", 6, 2) AS BIGINT) AS m",
            $suffix,
            ", CAST(substr(",
            $date,
            ", 9, 2) AS BIGINT) AS d",
            $suffix
        )
    };
}

pub(super) const SCHEDULE_CHECKS: &[Check] = &[
    Check {
        code: "schedule-count-differs",
        finds: "SELECT s.id AS subject, 'counts ' || CAST(s.occurrence AS TEXT) || ' due dates done, and there are '
                    || CAST(coalesce(e.number, 0) AS TEXT) AS detail
                FROM schedule s LEFT JOIN
                    (SELECT schedule, count(*) AS number, max(occurrence) AS last FROM execution GROUP BY schedule) e
                    ON e.schedule = s.id
                WHERE s.occurrence <> coalesce(e.number, 0) OR e.last <> e.number",
    },
    Check {
        code: "schedule-finished-early",
        finds: "SELECT id AS subject, 'is finished after ' || CAST(occurrence AS TEXT) || ' due dates' AS detail
                FROM schedule WHERE status = 'ACSC'
                    AND occurrence <> CASE frequency WHEN 'ONCE' THEN 1 ELSE coalesce(number_of_occurrences, occurrence) END",
    },
    Check {
        code: "schedule-not-planned",
        finds: "SELECT s.id AS subject, 'has a due date to come that nobody has planned' AS detail
                FROM schedule s LEFT JOIN agenda a ON a.task = 'schedule-run' AND a.subject = s.id
                WHERE s.status = 'SCHD' AND a.subject IS NULL",
    },
    Check {
        code: "run-without-schedule",
        finds: "SELECT a.subject AS subject, 'is planned to run, and is not scheduled' AS detail
                FROM agenda a LEFT JOIN schedule s ON s.id = a.subject AND s.status = 'SCHD'
                WHERE a.task = 'schedule-run' AND s.id IS NULL",
    },
    Check {
        code: "schedule-without-answer",
        finds: "SELECT s.id AS subject, 'has no stored answer, so a retry would plan it again' AS detail
                FROM schedule s LEFT JOIN idempotency i ON i.partner = s.partner
                    AND i.operation = 'schedule_submission' AND i.key = s.transaction_identification
                WHERE i.key IS NULL",
    },
    Check {
        code: "answer-without-schedule",
        finds: "SELECT i.key AS subject, 'is the key of a stored answer to no schedule' AS detail
                FROM idempotency i LEFT JOIN schedule s ON s.partner = i.partner
                    AND s.transaction_identification = i.key
                WHERE i.operation = 'schedule_submission' AND s.id IS NULL",
    },
    // Both what is done and what is to come.
    Check {
        code: "due-date-differs",
        finds: concat!(
            "SELECT id AS subject, 'due date ' || CAST(occurrence AS TEXT) || ' is not ' || date AS detail
             FROM (SELECT s.id, s.frequency, s.end_date, s.number_of_occurrences, e.occurrence, e.date, ",
            digits!("e.date", ""), ", ", digits!("s.start_date", "1"),
            "    FROM schedule s JOIN (
                     SELECT schedule, occurrence, execution_date AS date FROM execution
                     UNION ALL SELECT id, occurrence + 1, next_date FROM schedule WHERE next_date IS NOT NULL
                 ) e ON e.schedule = s.id) AS dated
             WHERE date > end_date OR occurrence > number_of_occurrences OR NOT CASE frequency
                 WHEN 'ONCE' THEN occurrence = 1 AND y = y1 AND m = m1 AND d = d1
                 WHEN 'DAIL' THEN ", day!("y", "m", "d"), " = ", day!("y1", "m1", "d1"), " + occurrence - 1
                 WHEN 'WEEK' THEN ", day!("y", "m", "d"), " = ", day!("y1", "m1", "d1"), " + 7 * (occurrence - 1)
                 ELSE y * 12 + m = y1 * 12 + m1
                         + CASE frequency WHEN 'MNTH' THEN 1 WHEN 'QURT' THEN 3 ELSE 12 END * (occurrence - 1)
                     AND (d = d1 OR d < d1 AND ",
            day!("y", "m", "d"), " + 1 = ", day!("(y + m / 12)", "(m % 12 + 1)", "1"), ") END"
        ),
    },
    Check {
        code: "execution-repeated",
        finds: "SELECT schedule AS subject, execution_date || ' was done ' || CAST(count(*) AS TEXT) || ' times' AS detail
                FROM execution GROUP BY schedule, execution_date HAVING count(*) > 1",
    },
    // Six in the morning in Bangkok is an hour before midnight of Greenwich.
    Check {
        code: "execution-too-early",
        finds: concat!(
            "SELECT schedule AS subject, 'due on ' || execution_date || ', and done before that' AS detail
             FROM (SELECT schedule, execution_date, executed_at, ", digits!("execution_date", ""), " FROM execution) AS dated
             WHERE executed_at < (", day!("y", "m", "d"), " * 86400 - 3600) * 1000000"
        ),
    },
    // Without a payment is only a due date whose identification the partner had used.
    Check {
        code: "execution-without-payment",
        finds: "SELECT e.schedule AS subject, 'due on ' || e.execution_date || ', has no payment' AS detail
                FROM execution e LEFT JOIN payment p ON p.reference = e.payment
                WHERE p.reference IS NULL
                    AND (e.payment IS NOT NULL OR e.status <> 'RJCT' OR coalesce(e.reason_code, '') <> 'AM05')",
    },
    Check {
        code: "execution-payment-differs",
        finds: "SELECT p.reference AS subject, 'is not as its schedule or its due date has it' AS detail
                FROM execution e JOIN payment p ON p.reference = e.payment JOIN schedule s ON s.id = e.schedule
                WHERE coalesce(p.schedule, '') <> s.id OR p.partner <> s.partner OR p.token <> s.token
                    OR p.creditor_account <> s.creditor_account OR p.amount <> s.amount
                    OR p.reference_number1 <> s.reference_number1
                    OR p.status <> e.status OR coalesce(p.reason_code, '') <> coalesce(e.reason_code, '')
                    OR p.processed_at <> e.executed_at",
    },
    Check {
        code: "payment-without-execution",
        finds: "SELECT p.reference AS subject, 'is a schedule''s, and no due date has made it' AS detail
                FROM payment p LEFT JOIN execution e ON e.payment = p.reference
                WHERE p.schedule IS NOT NULL AND e.schedule IS NULL",
    },
];

//! What the auditor asks of slips: each payment that debited the payer has one, which says what was paid; no other payment has.
//!
//! That there are not two is the storage's to say: `slip.payment` is unique.

use super::Check;

pub(super) const SLIP_CHECKS: &[Check] = &[
    Check {
        code: "payment-without-slip",
        finds: "SELECT p.reference AS subject, 'was completed but has no slip' AS detail
                FROM payment p LEFT JOIN slip s ON s.payment = p.reference
                WHERE p.status = 'ACSC' AND s.payment IS NULL",
    },
    Check {
        code: "slip-without-payment",
        finds: "SELECT s.reference AS subject, 'is the slip of a payment that was not completed' AS detail
                FROM slip s LEFT JOIN payment p ON p.reference = s.payment AND p.status = 'ACSC'
                WHERE s.payment IS NOT NULL AND p.reference IS NULL",
    },
    Check {
        code: "slip-differs",
        finds: "SELECT s.reference AS subject, 'says something else than what its payment moved' AS detail
                FROM slip s JOIN payment p ON p.reference = s.payment
                    LEFT JOIN registration t ON t.token = p.token
                WHERE s.bank <> '025' OR s.receiving_bank <> '025' OR s.amount <> p.amount OR s.paid_at <> p.processed_at
                    OR s.receiver_account <> p.creditor_account OR s.sender_account <> t.drawer_account",
    },
];

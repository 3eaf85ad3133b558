//! What the auditor asks of slip verification: nobody was told that a slip is verified unless the hub has a record of it, and no
//! token was good twice.
//!
//! That a question has one record, and a merchant one first time for a slip, is the storage's to say: both are keys.

use super::Check;

pub(super) const VERIFICATION_CHECKS: &[Check] = &[
    Check {
        code: "seen-slip-unverified",
        finds: "SELECT s.sending_bank || '.' || s.trans_ref AS subject,
                    'was noted for the merchant ' || s.merchant || ' but its bank never found it' AS detail
                FROM seen_slip s JOIN merchant m ON m.id = s.merchant
                WHERE NOT EXISTS (SELECT 1 FROM verification v
                    WHERE v.destination = s.sending_bank AND v.trans_ref = s.trans_ref AND v.member = m.bank
                      AND v.end_state = 'FOUND')",
    },
    Check {
        code: "verification-found-without-asking",
        finds: "SELECT id AS subject, 'found a transaction without asking its bank' AS detail
                FROM verification
                WHERE end_state = 'FOUND' AND (forwarded = 0 OR member IS NULL OR code IS NULL OR code <> '0000')",
    },
    Check {
        code: "token-used-twice",
        finds: "SELECT member || ' ' || request_id AS subject,
                    'was good ' || CAST(count(*) AS TEXT) || ' times' AS detail
                FROM verification
                WHERE member IS NOT NULL AND request_id IS NOT NULL AND end_state <> 'REPLAYED'
                GROUP BY member, request_id HAVING count(*) > 1",
    },
];

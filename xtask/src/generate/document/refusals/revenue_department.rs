//! The refusals of the Revenue Department: response codes in an HTTP status that nobody has published.

use super::{Case, Refusal};

/// The statuses of all operations, with their reasons.
macro_rules! refusals {
    ($prefix:literal, invalid $invalid:tt, unauthorized $unauthorized:tt) => {
        &[
            Refusal {
                status: 400,
                name: concat!($prefix, "Invalid"),
                description: "The request breaks the contract: each violation is named (proposed by Satang).",
                cases: &$invalid,
            },
            Refusal {
                status: 401,
                name: concat!($prefix, "Unauthorized"),
                description: "Who calls is not let in (the status is proposed by Satang).",
                cases: &$unauthorized,
            },
            Refusal {
                status: 413,
                name: concat!($prefix, "TooLarge"),
                description: "The body is too large: forms may have 4 MiB, logins 64 KiB (proposed by Satang).",
                cases: &[FAILED],
            },
            Refusal {
                status: 429,
                name: concat!($prefix, "TooManyRequests"),
                description: "Too many requests: nothing was done, ask again later (proposed by Satang).",
                cases: &[FAILED],
            },
            Refusal {
                status: 500,
                name: concat!($prefix, "Internal"),
                description: "The server failed: what became of a filing is asked for by sending it again.",
                cases: &[FAILED],
            },
            Refusal {
                status: 501,
                name: concat!($prefix, "NotImplemented"),
                description: "This server does not offer the operation (proposed by Satang).",
                cases: &[FAILED],
            },
            Refusal {
                status: 504,
                name: concat!($prefix, "TimeOut"),
                description: "The request took too long and was given up (proposed by Satang).",
                cases: &[FAILED],
            },
        ]
    };
}

/// Of every call with a form.
pub(super) const INSTRUMENT: &[Refusal] = refusals! { "",
    invalid [
        reason("E07114", "Invalid data", "ข้อมูลไม่ถูกต้อง", ["/eInstrument/sender/id", "malformed", "expected 1 to 20 characters without control characters"]),
        reason("E07115", "Required data is missing", "ไม่พบข้อมูลที่จำเป็น", ["/eInstrument/rdForm", "missing", "a required member"]),
        reason("E07117", "Invalid electronic signature", "ลายมือชื่ออิเล็กทรอนิกส์ไม่ถูกต้อง", ["/eInstrument/rdForm", "malformed", "expected a signature segment of base64url"]),
    ],
    unauthorized [
        word("E07101", "No token", "ไม่มีสิทธิ์ใช้งาน"),
        word("E07104", "Log in again", "กรุณาเข้าสู่ระบบอีกครั้ง เนื่องจาก Token ID หมดอายุ"),
    ]
};

/// Of the login.
pub(super) const LOGIN: &[Refusal] = refusals! { "Login",
    invalid [
        reason("E07114", "Invalid data", "ข้อมูลไม่ถูกต้อง", ["/username", "malformed", "expected 1 to 20 characters without control characters"]),
        reason("E07115", "Required data is missing", "ไม่พบข้อมูลที่จำเป็น", ["/nonce", "missing", "a required member"]),
        reason("E07121", "The nonce is malformed", "รูปแบบ nonce ไม่ถูกต้อง", ["/nonce", "malformed", "expected a date and time such as 2018-12-10 15:45:00"]),
    ],
    unauthorized [
        word("E07103", "Wrong user name or password", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"),
        word("E07116", "The nonce is too old or of the future", "nonce อยู่นอกช่วงเวลาที่กำหนด"),
    ]
};

const FAILED: Case = word("E07000", "Failed", "ไม่สำเร็จ");

const fn word(code: &'static str, summary: &'static str, message_th: &'static str) -> Case {
    Case { code, summary, message: summary, message_th, violation: None }
}

const fn reason(
    code: &'static str,
    summary: &'static str,
    message_th: &'static str,
    violation: [&'static str; 3],
) -> Case {
    Case { code, summary, message: summary, message_th, violation: Some(violation) }
}

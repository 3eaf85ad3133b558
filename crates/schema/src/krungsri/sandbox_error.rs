//! The sandbox's own error codes: one table for those who send them and for the documents.

/// An error of the sandbox. The codes begin with `SBX-`, so that nobody takes them for the bank's. Proposed by Satang;
/// not published by the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SandboxError {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: &'static str,
    /// What went wrong, in English, where nothing more precise is said.
    pub message: &'static str,
    /// What went wrong, in Thai.
    pub message_th: &'static str,
}

const fn error(
    status: u16,
    code: &'static str,
    message: &'static str,
    message_th: &'static str,
) -> SandboxError {
    SandboxError { status, code, message, message_th }
}

impl SandboxError {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::NOT_JSON,
        Self::MISSING,
        Self::MALFORMED,
        Self::INCONSISTENT,
        Self::HEADER,
        Self::DIGEST,
        Self::TOKEN,
        Self::ADMIN_KEY,
        Self::SIGNATURE,
        Self::NOT_FOUND,
        Self::UNKNOWN_PATH,
        Self::METHOD,
        Self::TAKEN,
        Self::STATE,
        Self::TOO_LARGE,
        Self::BUSY,
        Self::INTERNAL,
        Self::NOT_IMPLEMENTED,
        Self::TIME_OUT,
    ];

    /// The body is not JSON, or of another media type.
    pub const NOT_JSON: Self = error(400, "SBX-4001", "the body is not as it should be", INVALID_TH);
    /// A required member is missing.
    pub const MISSING: Self = error(400, "SBX-4002", "a required member is missing", INVALID_TH);
    /// A member is malformed, unknown or repeated.
    pub const MALFORMED: Self = error(400, "SBX-4003", "a member is malformed", INVALID_TH);
    /// Members do not go together.
    pub const INCONSISTENT: Self = error(400, "SBX-4004", "members do not go together", INVALID_TH);
    /// A standard header is missing or malformed.
    pub const HEADER: Self =
        error(400, "SBX-4005", "a header is missing or malformed", "ส่วนหัวของคำขอไม่ถูกต้อง");
    /// The digest is not the body's.
    pub const DIGEST: Self =
        error(400, "SBX-4006", "the Digest does not match the body", "ค่า Digest ไม่ตรงกับข้อมูล");
    /// No live access token.
    pub const TOKEN: Self =
        error(401, "SBX-4011", "the access token is missing, unknown or expired", "โทเค็นไม่ถูกต้องหรือหมดอายุ");
    /// No right admin key.
    pub const ADMIN_KEY: Self = error(401, "SBX-4013", "the admin key is missing or wrong", "คีย์ผู้ดูแลไม่ถูกต้อง");
    /// No right signature.
    pub const SIGNATURE: Self = error(401, "SBX-4012", "the signature is wrong", "ลายเซ็นไม่ถูกต้อง");
    /// The partner has no agreement for this.
    pub const NOT_ENTITLED: Self =
        error(403, "SBX-4031", "the partner is not entitled to this", "ไม่มีสิทธิ์ใช้บริการนี้");
    /// There is no such thing, or it is not the caller's.
    pub const NOT_FOUND: Self = error(404, "SBX-4041", "no such thing", "ไม่พบรายการ");
    /// No operation has this path.
    pub const UNKNOWN_PATH: Self = error(404, "SBX-4042", "no such path", "ไม่พบบริการนี้");
    /// The path takes another method.
    pub const METHOD: Self = error(405, "SBX-4051", "method not allowed", "ไม่รองรับวิธีเรียกนี้");
    /// The identifier stands for another request.
    pub const TAKEN: Self = error(
        409,
        "SBX-4091",
        "another request has been sent with this identifier",
        "เลขที่รายการนี้ถูกใช้กับรายการอื่นแล้ว",
    );
    /// The state does not allow it.
    pub const STATE: Self =
        error(409, "SBX-4092", "the present state does not allow it", "สถานะปัจจุบันไม่อนุญาตให้ทำรายการ");
    /// The body is too large.
    pub const TOO_LARGE: Self = error(413, "SBX-4131", "the body is too large", "ข้อมูลมีขนาดใหญ่เกินไป");
    /// Too much to do: nothing was done.
    pub const BUSY: Self = error(429, "SBX-4291", "too many requests", "มีคำขอมากเกินไป");
    /// The server failed: the outcome is unknown.
    pub const INTERNAL: Self = error(500, "SBX-5001", "internal error", "เกิดข้อผิดพลาดภายในระบบ");
    /// The server does not offer this operation.
    pub const NOT_IMPLEMENTED: Self = error(501, "SBX-5011", "not implemented here", "ยังไม่เปิดให้บริการ");
    /// The request took too long and was given up: the outcome is unknown.
    pub const TIME_OUT: Self = error(
        504,
        "SBX-5041",
        "the request took too long; its outcome is unknown",
        "ใช้เวลาดำเนินการนานเกินกำหนด",
    );
}

const INVALID_TH: &str = "ข้อมูลที่ส่งมาไม่ถูกต้อง";

//! What the Department answers: its response codes.

use crate::Text;

/// Response codes, each with its class, what it means, and the words that go with it.
macro_rules! response_codes {
    ($($(#[$origin:meta])* $name:ident = $code:literal, $class:ident, $english:literal, $thai:literal;)+) => {
        /// What became of a call. Public, apart from `I07000`, `E07000` and `E07104`, which are published; the list goes on
        /// beyond what could be found.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ResponseCode {
            $(#[doc = concat!("`", $code, "`: ", $english, ".")] $(#[$origin])* $name,)+
            /// A code that this version does not know: up to 64 characters.
            Other(Text<0, 64>),
        }

        impl ResponseCode {
            /// Every known code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$name => $code,)+ Self::Other(code) => code.as_str() }
            }

            /// What it means, in English. The words are ours.
            #[must_use]
            pub fn english(&self) -> &'static str {
                match self { $(Self::$name => $english,)+ Self::Other(_) => "a code that this version does not know" }
            }

            /// What it means, in Thai. The words are the Department's where it has published the code, otherwise ours.
            #[must_use]
            pub fn thai(&self) -> &'static str {
                match self { $(Self::$name => $thai,)+ Self::Other(_) => "รหัสที่ยังไม่รู้จัก" }
            }

            /// What to do about it. Of a code that is not known, its first letter tells: `I` information, `P` pending,
            /// `E` error (inferred).
            #[must_use]
            pub fn class(&self) -> CodeClass {
                match self {
                    $(Self::$name => CodeClass::$class,)+
                    Self::Other(code) => match code.as_str().bytes().next() {
                        Some(b'I') => CodeClass::Done,
                        Some(b'P') => CodeClass::Pending,
                        _ => CodeClass::Refused,
                    },
                }
            }
        }

        impl std::str::FromStr for ResponseCode {
            type Err = satang_validation::Rule;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok(Self::$name),)+ other => other.parse().map(Self::Other) }
            }
        }

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!(ResponseCode, "ResponseCode", {
            "type": "string", "maxLength": 64, "pattern": crate::contract::NO_CONTROLS,
            "x-extensible-enum": [$($code),+],
        });
    };
}

crate::scalar::codes!(common ResponseCode);

/// What to do about a response code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeClass {
    /// It is done.
    Done,
    /// Ask again later.
    Pending,
    /// Log in, then send the same again.
    LogIn,
    /// Who calls, or with what credentials, is wrong.
    Denied,
    /// Something behind the service is away for now: send the same again later.
    Transient,
    /// The signature or its certificate is wrong.
    Signature,
    /// The data is wrong.
    Invalid,
    /// Refused for a reason in the matter itself.
    Refused,
}

response_codes! {
    /// Published.
    Success = "I07000", Done, "success", "ทำรายการเรียบร้อย";
    Received = "I07001", Pending, "received, awaiting verification", "ได้รับข้อมูลแล้ว รอการตรวจสอบ";
    InVerification = "P07000", Pending, "verification in progress", "อยู่ระหว่างการตรวจสอบ";
    /// Published.
    Failed = "E07000", Refused, "failed", "ไม่สำเร็จ";
    NoData = "E07100", Refused, "no such data", "ไม่พบข้อมูล";
    NotPermitted = "E07101", Denied, "no permission", "ไม่มีสิทธิ์ใช้งาน";
    DatabaseAway = "E07102", Transient, "the database cannot be reached", "ไม่สามารถเชื่อมต่อฐานข้อมูลได้";
    WrongCredentials = "E07103", Denied, "wrong user name or password", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง";
    /// Published.
    TokenExpired = "E07104", LogIn, "the token has expired: log in again", "กรุณาเข้าสู่ระบบอีกครั้ง เนื่องจาก Token ID หมดอายุ";
    InternalServiceAway = "E07105", Transient, "an internal service cannot be reached", "ไม่สามารถเชื่อมต่อระบบภายในได้";
    OutsideServiceDates = "E07106", Refused, "outside the service's dates", "อยู่นอกช่วงวันที่ให้บริการ";
    ExternalServiceAway = "E07107", Transient, "an external service cannot be reached", "ไม่สามารถเชื่อมต่อระบบภายนอกได้";
    Duplicate = "E07108", Refused, "filed before", "ข้อมูลซ้ำ";
    PastDue = "E07109", Refused, "past the due date of the payment", "เลยกำหนดชำระเงิน";
    NotPaid = "E07110", Refused, "not paid yet", "ยังไม่ชำระเงิน";
    Cancelled = "E07111", Refused, "the form has been cancelled", "แบบถูกยกเลิกแล้ว";
    SendAgain = "E07112", Transient, "an error while filing: send it again", "เกิดข้อผิดพลาดในการนำส่ง กรุณาส่งใหม่อีกครั้ง";
    ForeignReference = "E07113", Refused, "the instrument is not of this filing", "หมายเลขอ้างอิงของแบบไม่อยู่ในการนำส่งนี้";
    InvalidData = "E07114", Invalid, "invalid data", "ข้อมูลไม่ถูกต้อง";
    MissingData = "E07115", Invalid, "required data is missing", "ไม่พบข้อมูลที่จำเป็น";
    NonceOutsideWindow = "E07116", Denied, "the nonce is too old or of the future", "nonce อยู่นอกช่วงเวลาที่กำหนด";
    InvalidSignature = "E07117", Signature, "invalid electronic signature", "ลายมือชื่ออิเล็กทรอนิกส์ไม่ถูกต้อง";
    CertificateExpired = "E07118", Signature, "the certificate has expired", "ใบรับรองอิเล็กทรอนิกส์หมดอายุ";
    CertificateRevoked = "E07119", Signature, "the certificate has been revoked", "ใบรับรองอิเล็กทรอนิกส์ถูกเพิกถอน";
    CertificateRefused = "E07120", Signature, "the certificate is not acceptable", "ใบรับรองอิเล็กทรอนิกส์ไม่เป็นไปตามเงื่อนไข";
    InvalidNonce = "E07121", Denied, "the nonce is malformed", "รูปแบบ nonce ไม่ถูกต้อง";
    InvalidFormType = "E07201", Invalid, "invalid form type", "ประเภทแบบไม่ถูกต้อง";
    MissingInstrumentNumber = "E07202", Invalid, "the number of the instrument is required", "ต้องระบุเลขที่ตราสาร";
    MissingMeetingDate = "E07203", Invalid, "an instrument of type 8 needs the date of the meeting", "ตราสารลักษณะ 8 ต้องระบุวันที่ประชุม";
    /// The public list has it besides `E07121`.
    InvalidNonceFormat = "E07205", Denied, "the nonce is malformed", "รูปแบบ nonce ไม่ถูกต้อง";
    InvalidSender = "E07206", Invalid, "the sender code is malformed", "รูปแบบรหัสผู้นำส่งไม่ถูกต้อง";
    WrongSender = "E07207", Invalid, "the sender code is not the user's", "รหัสผู้นำส่งไม่ตรงกับผู้ใช้";
}

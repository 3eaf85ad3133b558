//! What the pages say, in Thai and English.

use super::reading::FieldError;
use crate::{
    journey::Mistake,
    page::{Language, Page, Text, Visit},
};
use bytes::Bytes;
use http::{Response, StatusCode};
use maud::html;

const fn text(en: &'static str, th: &'static str) -> Text {
    Text { en, th }
}

// Titles
pub(super) const REGISTER: Text = text("Register for direct debit", "สมัครหักบัญชีอัตโนมัติ");
pub(super) const LOG_IN: Text = text("Log in to web banking", "เข้าสู่ระบบธนาคารออนไลน์");
pub(super) const USE_CARD: Text = text("Use your card", "ใช้บัตรเอทีเอ็มหรือบัตรเดบิต");
pub(super) const ENTER_OTP: Text = text("Enter the one-time password", "กรอกรหัส OTP");
pub(super) const OPEN_APP: Text = text("Unlock the app", "ปลดล็อกแอป");
pub(super) const CHOOSE_ACCOUNT: Text = text("Choose an account", "เลือกบัญชี");
pub(super) const CONFIRM: Text = text("Confirm", "ยืนยันการสมัคร");
pub(super) const DONE: Text = text("Registered", "สมัครสำเร็จ");
pub(super) const TOO_LATE: Text = text("The time is up", "หมดเวลา");
pub(super) const ENDED: Text = text("Not registered", "สมัครไม่สำเร็จ");

// Buttons
pub(super) const CONTINUE: Text = text("Continue", "ดำเนินการต่อ");
pub(super) const REFUSE: Text = text("Do not register", "ไม่สมัคร");
pub(super) const AGREE: Text = text("I agree", "ยินยอม");
pub(super) const OTHER_WAY: Text = text("Choose another way", "เลือกวิธีอื่น");
pub(super) const OTHER_ACCOUNT: Text = text("Choose another account", "เลือกบัญชีอื่น");
pub(super) const SEND_AGAIN: Text = text("Send a new one", "ขอรหัสใหม่");
pub(super) const WITH_LOGIN: Text = text("With web banking", "ผ่านธนาคารออนไลน์");
pub(super) const WITH_CARD: Text = text("With a card", "ผ่านบัตรเอทีเอ็มหรือบัตรเดบิต");

// Inputs
pub(super) const USER_NAME: Text = text("User name", "ชื่อผู้ใช้");
pub(super) const PASSWORD: Text = text("Password", "รหัสผ่าน");
pub(super) const NATIONAL_ID: Text = text("National ID number", "เลขประจำตัวประชาชน");
pub(super) const NATIONAL_ID_HINT: Text = text("13 digits", "ตัวเลข 13 หลัก");
pub(super) const BIRTH_DATE: Text = text("Date of birth", "วันเกิด");
pub(super) const CARD_NUMBER: Text = text("Card number", "หมายเลขบัตร");
pub(super) const CARD_NUMBER_HINT: Text = text("16 digits", "ตัวเลข 16 หลัก");
pub(super) const CARD_PIN: Text = text("Card PIN", "รหัสบัตร (PIN)");
pub(super) const APP_PIN: Text = text("App PIN", "รหัสเข้าแอป (PIN)");
pub(super) const SIX_DIGITS_HINT: Text = text("6 digits", "ตัวเลข 6 หลัก");
pub(super) const OTP: Text = text("One-time password", "รหัส OTP");
pub(super) const OTP_HINT: Text = text(
    "6 digits, good for 3 minutes. The sandbox sends no text message: the console shows it.",
    "ตัวเลข 6 หลัก ใช้ได้ 3 นาที ระบบทดสอบไม่ส่ง SMS จริง ดูรหัสได้ในคอนโซล",
);
pub(super) const WHOSE_PHONE: Text =
    text("Whose phone this is: an app would know.", "เจ้าของโทรศัพท์ (แอปจริงจะทราบอยู่แล้ว)");

// Contents
pub(super) const STAND_IN: Text =
    text("This page stands in for the bank's mobile app.", "หน้านี้ใช้แทนแอปมือถือของธนาคาร");
pub(super) const CHOOSE_CHANNEL: Text =
    text("How do you want to prove who you are?", "ต้องการยืนยันตัวตนด้วยวิธีใด");
pub(super) const REFERENCE_1: Text = text("Reference 1", "รหัสอ้างอิง 1");
pub(super) const REFERENCE_2: Text = text("Reference 2", "รหัสอ้างอิง 2");
pub(super) const ACCOUNT_HOLDER: Text = text("Account holder", "เจ้าของบัญชี");
pub(super) const DEBIT_FROM: Text = text("Debit from", "หักจากบัญชี");
pub(super) const PAY_TO: Text = text("Pay to", "โอนเข้าบัญชี");
pub(super) const NOT_AVAILABLE: Text = text("blocked or closed", "ถูกอายัดหรือปิดแล้ว");
pub(super) const UNTIL_CANCELLED: Text =
    text("This holds until it is cancelled.", "การยินยอมนี้มีผลจนกว่าจะยกเลิก");
pub(super) const LAST_OTP: Text = text(
    "This was the last one. Asking for another ends the registration.",
    "นี่คือรหัสชุดสุดท้าย หากขอรหัสอีก การสมัครจะสิ้นสุด",
);

// What is wrong
pub(super) const EMPTY: Text = text("Fill this in.", "กรุณากรอกข้อมูล");
pub(super) const SIX_DIGITS: Text = text("Enter 6 digits.", "กรุณากรอกตัวเลข 6 หลัก");
pub(super) const THIRTEEN_DIGITS: Text = text("Enter 13 digits.", "กรุณากรอกตัวเลข 13 หลัก");
pub(super) const SIXTEEN_DIGITS: Text = text("Enter 16 digits.", "กรุณากรอกตัวเลข 16 หลัก");
pub(super) const DATE: Text = text("Enter a date such as 1990-05-20.", "กรุณากรอกวันที่ เช่น 1990-05-20");

// How it ended
pub(super) const DONE_TEXT: Text =
    text("Your account is registered for direct debit.", "บัญชีของท่านสมัครหักบัญชีอัตโนมัติแล้ว");
pub(super) const TOO_LATE_TEXT: Text = text(
    "The registration was not finished in time. Nothing was registered.",
    "ทำรายการไม่เสร็จภายในเวลาที่กำหนด ยังไม่มีการสมัครใด",
);
pub(super) const ENDED_TEXT: Text = text("The registration has ended.", "การสมัครสิ้นสุดแล้ว");
pub(super) const REFUSED_TEXT: Text = text("You have refused.", "ท่านไม่ยินยอมสมัคร");
pub(super) const WRONG_TOO_OFTEN_TEXT: Text = text(
    "Something was wrong too often. To try again, start from the partner's site.",
    "กรอกข้อมูลไม่ถูกต้องเกินจำนวนครั้งที่กำหนด กรุณาเริ่มใหม่จากหน้าของผู้ให้บริการ",
);
pub(super) const OTHER_IDENTITY_TEXT: Text = text(
    "The identification number that the partner gave is not yours.",
    "เลขประจำตัวที่ผู้ให้บริการส่งมาไม่ตรงกับของท่าน",
);
pub(super) const NO_MOBILE_TEXT: Text = text(
    "The bank has no mobile number of yours for a one-time password.",
    "ธนาคารไม่มีหมายเลขโทรศัพท์มือถือของท่านสำหรับส่งรหัส OTP",
);
pub(super) const TOO_MANY_OTPS_TEXT: Text =
    text("A one-time password was asked for too often.", "ขอรหัส OTP เกินจำนวนครั้งที่กำหนด");
pub(super) const NO_ACCOUNT_TEXT: Text =
    text("You have no account that can be debited.", "ท่านไม่มีบัญชีที่หักเงินได้");
pub(super) const ACCOUNT_CLOSED_TEXT: Text = text("The account is closed.", "บัญชีนี้ปิดแล้ว");
pub(super) const ACCOUNT_BLOCKED_TEXT: Text = text("The account is blocked.", "บัญชีนี้ถูกอายัด");
pub(super) const CLOSE: Text = text("You can close this page.", "ปิดหน้านี้ได้");

/// What a customer is told of a mistake, and at which input.
pub(super) fn mistake(mistake: Mistake) -> FieldError {
    match mistake {
        Mistake::Password => {
            ("password", text("The user name or the password is wrong.", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"))
        }
        Mistake::Card => ("pin", text("These details do not belong together.", "ข้อมูลไม่ถูกต้องหรือไม่ตรงกัน")),
        Mistake::AppPin => ("pin", text("The user name or the PIN is wrong.", "ชื่อผู้ใช้หรือรหัสไม่ถูกต้อง")),
        Mistake::Otp => ("otp", text("The one-time password is wrong.", "รหัส OTP ไม่ถูกต้อง")),
        Mistake::OtpTooOld => (
            "otp",
            text("The one-time password is too old. Ask for a new one.", "รหัส OTP หมดอายุ กรุณาขอรหัสใหม่"),
        ),
        Mistake::Account => ("account", text("Choose one of these accounts.", "กรุณาเลือกบัญชีจากรายการ")),
    }
}

/// A warning, once something was wrong.
pub(super) fn tries_left(tries: i64) -> Option<Text> {
    match tries {
        1 => Some(text("You have 1 try left.", "ท่านเหลืออีก 1 ครั้ง")),
        2 => Some(text("You have 2 tries left.", "ท่านเหลืออีก 2 ครั้ง")),
        _ => None,
    }
}

pub(super) fn asks(partner: &str, language: Language) -> String {
    match language {
        Language::English => format!("{partner} asks for your permission to debit your account."),
        Language::Thai => format!("{partner} ขออนุญาตหักเงินจากบัญชีของท่าน"),
    }
}

pub(super) fn agrees(partner: &str, language: Language) -> String {
    match language {
        Language::English => format!("You allow {partner} to debit your account."),
        Language::Thai => format!("ท่านยินยอมให้ {partner} หักเงินจากบัญชีของท่าน"),
    }
}

pub(super) fn sent_to(mobile: &str, language: Language) -> String {
    match language {
        Language::English => format!("We have sent a text message to {mobile}."),
        Language::Thai => format!("ส่งข้อความไปที่หมายเลข {mobile} แล้ว"),
    }
}

pub(super) fn return_to(partner: &str, language: Language) -> String {
    match language {
        Language::English => format!("Return to {partner}"),
        Language::Thai => format!("กลับไปที่ {partner}"),
    }
}

/// Somebody else's journey, or none.
pub(super) fn not_yours(visit: &Visit) -> Response<Bytes> {
    let title = text("This link is not for this browser", "ลิงก์นี้ใช้กับเบราว์เซอร์นี้ไม่ได้");
    let why = text(
        "It has been opened in another browser, it is too old, or it is wrong. To try again, start from the partner's site.",
        "ลิงก์ถูกเปิดในเบราว์เซอร์อื่นแล้ว หมดอายุ หรือไม่ถูกต้อง กรุณาเริ่มใหม่จากหน้าของผู้ให้บริการ",
    );
    refused(visit, (title, why), StatusCode::FORBIDDEN)
}

/// A partner that is not known, or an address that is not its own.
pub(super) fn unknown_partner(visit: &Visit) -> Response<Bytes> {
    let title = text("This link cannot be used", "ลิงก์นี้ใช้ไม่ได้");
    let why = text(
        "The client_id is unknown, or the redirect_uri is not exactly one that the partner has registered. \
         The browser is not sent back to an address that nobody has vouched for.",
        "ไม่รู้จัก client_id หรือ redirect_uri ไม่ตรงกับที่ผู้ให้บริการลงทะเบียนไว้ ระบบจึงไม่ส่งเบราว์เซอร์กลับไปยังที่อยู่ดังกล่าว",
    );
    refused(visit, (title, why), StatusCode::BAD_REQUEST)
}

fn refused(visit: &Visit, (title, why): (Text, Text), status: StatusCode) -> Response<Bytes> {
    let language = visit.language();
    let main = html! {
        h1 { (title.to(language)) }
        p { (why.to(language)) }
    };
    Page::new(visit, title.to(language), main).with_status(status).answer()
}

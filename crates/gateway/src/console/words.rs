//! Words that several pages of the console need.

use crate::page::Text;

pub(super) const WHEN: Text = Text { en: "When", th: "เวลา" };
pub(super) const AMOUNT: Text = Text { en: "Amount (baht)", th: "จำนวนเงิน (บาท)" };
pub(super) const STATUS: Text = Text { en: "Status", th: "สถานะ" };
pub(super) const PARTNER: Text = Text { en: "Partner", th: "คู่ค้า" };
pub(super) const IDENTIFIER: Text = Text { en: "Identifier", th: "หมายเลข" };
pub(super) const REFERENCE: Text = Text { en: "Reference", th: "อ้างอิง" };
pub(super) const TOKEN: Text =
    Text { en: "Payment token", th: "โทเคนการชำระเงิน" };
pub(super) const DRAWER: Text = Text { en: "Payer's account", th: "บัญชีผู้จ่าย" };
pub(super) const CREDITOR: Text = Text { en: "Into account", th: "บัญชีผู้รับ" };
pub(super) const CHANNEL: Text = Text { en: "Channel", th: "ช่องทาง" };
pub(super) const KIND: Text = Text { en: "What", th: "รายการ" };
pub(super) const SUBJECT: Text = Text { en: "About", th: "เกี่ยวกับ" };
pub(super) const DETAIL: Text = Text { en: "Detail", th: "รายละเอียด" };
pub(super) const NAME: Text = Text { en: "Name", th: "ชื่อ" };
pub(super) const ATTEMPTS: Text =
    Text { en: "Attempts", th: "จำนวนครั้งที่ส่ง" };
pub(super) const OPERATION: Text = Text { en: "Operation", th: "คำสั่ง" };
pub(super) const SCHEDULE: Text = Text { en: "Schedule", th: "กำหนดการ" };
pub(super) const PAYMENT: Text = Text { en: "Payment", th: "การชำระเงิน" };
pub(super) const SLIP: Text = Text { en: "Slip", th: "สลิป" };
pub(super) const MAXIMUM: Text =
    Text { en: "At most (baht)", th: "วงเงินต่อครั้ง (บาท)" };
pub(super) const SINCE: Text = Text { en: "Since", th: "ตั้งแต่" };

//! The end of a journey: back to the partner at once, or a page that says why it ended.

use super::{View, texts};
use crate::{
    direct_debit::Why,
    journey::Kind,
    page::{self, Page, Text, Visit},
};
use bytes::Bytes;
use http::Response;
use maud::html;
use satang_schema::direct_debit::PaymentTokenStatus;

/// Answers who comes to a journey that has ended, with the address to return to if there is one.
///
/// Who agreed or refused knows why, and returns at once. Who failed is told first. An app's own scheme is opened by a
/// link: a redirect to it is lost where there is no such app.
pub(super) fn answer(visit: &Visit, view: &View, destination: Option<String>) -> Response<Bytes> {
    let registration = &view.journey.registration;
    let is_active = registration.status == PaymentTokenStatus::Active.as_str();
    let is_refused = registration.reason_code.as_deref() == Why::CUSTOMER_REFUSED.code;
    let web = |address: &&str| address.starts_with("https://") || address.starts_with("http://");
    if let Some(address) = destination.as_deref().filter(web).filter(|_| is_active || is_refused) {
        return page::redirect(visit, address);
    }
    let language = visit.language();
    let (title, text) = said(view);
    let main = html! {
        @if view.journey.kind == Kind::App { p.quiet { (texts::STAND_IN.to(language)) } }
        h1 { (title.to(language)) }
        p { (text.to(language)) }
        @if let Some(address) = &destination {
            p.buttons { a.button href=(address) { (texts::return_to(&view.partner, language)) } }
        } @else {
            p.quiet { (texts::CLOSE.to(language)) }
        }
    };
    Page::new(visit, title.to(language), main).answer()
}

fn said(view: &View) -> (Text, Text) {
    let registration = &view.journey.registration;
    if registration.status == PaymentTokenStatus::Active.as_str() {
        return (texts::DONE, texts::DONE_TEXT);
    }
    if registration.status == PaymentTokenStatus::Expired.as_str() {
        return (texts::TOO_LATE, texts::TOO_LATE_TEXT);
    }
    let why = registration.reason_description.as_deref();
    let reasons = [
        (Why::CUSTOMER_REFUSED, texts::REFUSED_TEXT),
        (Why::OTHER_IDENTITY, texts::OTHER_IDENTITY_TEXT),
        (Why::NO_MOBILE, texts::NO_MOBILE_TEXT),
        (Why::TOO_MANY_OTPS, texts::TOO_MANY_OTPS_TEXT),
        (Why::NO_ACCOUNT, texts::NO_ACCOUNT_TEXT),
        (Why::ACCOUNT_CLOSED, texts::ACCOUNT_CLOSED_TEXT),
        (Why::ACCOUNT_BLOCKED, texts::ACCOUNT_BLOCKED_TEXT),
        (Why::WRONG_PASSWORD, texts::WRONG_TOO_OFTEN_TEXT),
        (Why::WRONG_CARD, texts::WRONG_TOO_OFTEN_TEXT),
        (Why::WRONG_APP_PIN, texts::WRONG_TOO_OFTEN_TEXT),
        (Why::WRONG_OTP, texts::WRONG_TOO_OFTEN_TEXT),
        // Not more: whoever has found a card must not be helped.
        (Why::WRONG_BIRTH_DATE, texts::WRONG_TOO_OFTEN_TEXT),
        (Why::WRONG_NATIONAL_ID, texts::WRONG_TOO_OFTEN_TEXT),
    ];
    let text = reasons.iter().find(|(reason, _)| reason.description == why).map(|(_, text)| *text);
    (texts::ENDED, text.unwrap_or(texts::ENDED_TEXT))
}

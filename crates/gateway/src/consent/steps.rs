//! The page of each step.

use super::{View, reading::FieldError, texts};
use crate::{
    journey::{Kind, MOST_OTPS, Step},
    page::{Csrf, Form, Input, Language, Text, Visit},
};
use maud::{Markup, html};
use satang_schema::direct_debit::RegistrationChannel;
use satang_validation::mask_middle;

/// The field that says what a button asks for.
pub(super) const ACTION: &str = "action";
/// The field that says for which turn the form was drawn.
pub(super) const TURN: &str = "turn";

/// The title and the content of the page of the present step.
pub(super) fn draw(visit: &Visit, view: &View, csrf: &Csrf, errors: &[FieldError]) -> (&'static str, Markup) {
    let language = visit.language();
    let title = title(view).to(language);
    let fields = Fields { language, errors, form: visit.form(), tries_left: view.journey.tries_left() };
    let content = match view.journey.step {
        Step::Login => login(&fields),
        Step::Card => card(&fields),
        Step::Otp => otp(view, &fields),
        Step::AppPin => app_pin(&fields),
        Step::Account => account(view, &fields),
        Step::Confirm => confirm(view, language),
        Step::Channel | Step::Prepared | Step::Ended => channel(language),
    };
    let main = html! {
        @if view.journey.kind == Kind::App { p.quiet { (texts::STAND_IN.to(language)) } }
        h1 { (title) }
        @if view.journey.step != Step::Confirm { (request(view, language)) }
        form method="post" {
            (csrf.field())
            input type="hidden" name=(TURN) value=(view.journey.turn());
            (content)
            button.danger name=(ACTION) value="refuse" formnovalidate { (texts::REFUSE.to(language)) }
        }
    };
    (title, main)
}

fn title(view: &View) -> Text {
    match view.journey.step {
        Step::Login => texts::LOG_IN,
        Step::Card => texts::USE_CARD,
        Step::Otp => texts::ENTER_OTP,
        Step::AppPin => texts::OPEN_APP,
        Step::Account => texts::CHOOSE_ACCOUNT,
        Step::Confirm => texts::CONFIRM,
        Step::Channel | Step::Prepared | Step::Ended => texts::REGISTER,
    }
}

/// Who asks, and for what.
fn request(view: &View, language: Language) -> Markup {
    html! {
        div.card {
            p { (texts::asks(&view.partner, language)) }
            dl { (references(view, language)) }
        }
    }
}

fn references(view: &View, language: Language) -> Markup {
    let registration = &view.journey.registration;
    let references =
        [(texts::REFERENCE_1, &registration.reference1), (texts::REFERENCE_2, &registration.reference2)];
    html! {
        @for (name, reference) in references {
            @if let Some(reference) = reference {
                dt { (name.to(language)) }
                dd { (reference) }
            }
        }
    }
}

/// What inputs are drawn with: the language, what was wrong, and what the customer had typed in.
struct Fields<'a> {
    language: Language,
    errors: &'a [FieldError],
    form: Option<&'a Form>,
    tries_left: i64,
}

impl Fields<'_> {
    fn draw(&self, input: Input<'_>) -> Markup {
        let error = self.errors.iter().find(|(name, _)| *name == input.name).map(|(_, text)| *text);
        Input { error, ..input }.draw(self.language)
    }

    /// With what was typed in before: for what is neither secret nor a card's number.
    fn draw_again(&self, input: Input<'_>) -> Markup {
        self.draw(Input { value: self.form.map_or("", |form| form.field(input.name)), ..input })
    }

    fn tries(&self) -> Markup {
        html! {
            @if let Some(text) = texts::tries_left(self.tries_left) {
                p.error role="alert" { (text.to(self.language)) }
            }
        }
    }

    fn button(&self, action: &str, text: Text) -> Markup {
        html! { button name=(ACTION) value=(action) { (text.to(self.language)) } }
    }

    fn second(&self, action: &str, text: Text) -> Markup {
        html! { button.second name=(ACTION) value=(action) formnovalidate { (text.to(self.language)) } }
    }
}

fn channel(language: Language) -> Markup {
    html! {
        p { (texts::CHOOSE_CHANNEL.to(language)) }
        button name=(ACTION) value="login" { (texts::WITH_LOGIN.to(language)) }
        button.second name=(ACTION) value="card" { (texts::WITH_CARD.to(language)) }
    }
}

fn login(fields: &Fields<'_>) -> Markup {
    html! {
        (fields.draw_again(Input {
            autocomplete: "username", max_length: Some(64), ..Input::new("user_name", texts::USER_NAME)
        }))
        (fields.draw(Input {
            kind: "password", autocomplete: "current-password", max_length: Some(128),
            ..Input::new("password", texts::PASSWORD)
        }))
        (fields.tries())
        (fields.button("password", texts::CONTINUE))
        (fields.second("back", texts::OTHER_WAY))
    }
}

/// A PIN, for which a phone shows its digits.
const fn pin(label: Text) -> Input<'static> {
    Input {
        kind: "password",
        input_mode: Some("numeric"),
        max_length: Some(6),
        hint: Some(texts::SIX_DIGITS_HINT),
        ..Input::new("pin", label)
    }
}

fn card(fields: &Fields<'_>) -> Markup {
    html! {
        (fields.draw_again(Input {
            input_mode: Some("numeric"), max_length: Some(17), hint: Some(texts::NATIONAL_ID_HINT),
            ..Input::new("national_id", texts::NATIONAL_ID)
        }))
        (fields.draw_again(Input { kind: "date", autocomplete: "bday", ..Input::new("birth_date", texts::BIRTH_DATE) }))
        (fields.draw(Input {
            input_mode: Some("numeric"), autocomplete: "cc-number", max_length: Some(19),
            hint: Some(texts::CARD_NUMBER_HINT), ..Input::new("card_number", texts::CARD_NUMBER)
        }))
        (fields.draw(pin(texts::CARD_PIN)))
        (fields.tries())
        (fields.button("show_card", texts::CONTINUE))
        (fields.second("back", texts::OTHER_WAY))
    }
}

fn otp(view: &View, fields: &Fields<'_>) -> Markup {
    let mobile = view.customer.as_ref().and_then(|customer| customer.mobile.as_deref());
    html! {
        p { (texts::sent_to(&mask_middle(mobile.unwrap_or_default()), fields.language)) }
        (fields.draw(Input {
            input_mode: Some("numeric"), autocomplete: "one-time-code", max_length: Some(6),
            hint: Some(texts::OTP_HINT), ..Input::new("otp", texts::OTP)
        }))
        (fields.tries())
        (fields.button("otp", texts::CONTINUE))
        @if view.journey.otps_sent >= MOST_OTPS { p.hint { (texts::LAST_OTP.to(fields.language)) } }
        (fields.second("again", texts::SEND_AGAIN))
    }
}

fn app_pin(fields: &Fields<'_>) -> Markup {
    html! {
        (fields.draw_again(Input {
            autocomplete: "username", max_length: Some(64), hint: Some(texts::WHOSE_PHONE),
            ..Input::new("user_name", texts::USER_NAME)
        }))
        (fields.draw(pin(texts::APP_PIN)))
        (fields.tries())
        (fields.button("app", texts::CONTINUE))
    }
}

fn account(view: &View, fields: &Fields<'_>) -> Markup {
    let language = fields.language;
    let error = fields.errors.first().map(|(_, text)| text.to(language));
    let first_open = view.accounts.iter().position(|account| account.is_open());
    html! {
        fieldset.choices aria-describedby=[error.map(|_| "account-error")] {
            legend { (texts::DEBIT_FROM.to(language)) }
            @if let Some(text) = error { p.error id="account-error" { (text) } }
            @for (position, account) in view.accounts.iter().enumerate() {
                label.choice {
                    input type="radio" name="account" value=(account.number) required
                        checked[first_open == Some(position)] disabled[!account.is_open()];
                    span { (mask_middle(&account.number)) }
                    @if !account.is_open() { span.quiet { (texts::NOT_AVAILABLE.to(language)) } }
                }
            }
        }
        (fields.button("account", texts::CONTINUE))
    }
}

fn confirm(view: &View, language: Language) -> Markup {
    let registration = &view.journey.registration;
    let name = view.customer.as_ref().map(|customer| match language {
        Language::Thai => customer.name_th.as_str(),
        Language::English => customer.name.as_str(),
    });
    let masked = |number: &Option<String>| mask_middle(number.as_deref().unwrap_or_default());
    let may_change = registration.channel.as_deref() != Some(RegistrationChannel::Atm.as_str());
    html! {
        div.card {
            p { (texts::agrees(&view.partner, language)) }
            dl {
                dt { (texts::ACCOUNT_HOLDER.to(language)) }
                dd { (name.unwrap_or_default()) }
                dt { (texts::DEBIT_FROM.to(language)) }
                dd { (masked(&registration.drawer_account)) }
                dt { (texts::PAY_TO.to(language)) }
                dd { (view.partner) ", " (masked(&registration.creditor_account)) }
                (references(view, language))
            }
            p.quiet { (texts::UNTIL_CANCELLED.to(language)) }
        }
        button name=(ACTION) value="agree" { (texts::AGREE.to(language)) }
        @if may_change {
            button.second name=(ACTION) value="back" { (texts::OTHER_ACCOUNT.to(language)) }
        }
    }
}

//! What a customer does on the way, and what comes of it: one transaction each.

use super::{
    Journey, Kind, Move, Step, code, expire, of_session,
    otp::{self, Entry, NewOtp},
};
use crate::{
    customer::{self, CardClaim, Customer, WrongCard},
    direct_debit::{RegistrationEvent, Why, change},
    pepper::Pepper,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::direct_debit::RegistrationChannel;
use uuid::Uuid;

/// How often something may be wrong before the registration ends.
pub(super) const MOST_WRONG: i64 = 3;

/// What a customer may do. Secrets are in it, so it is not shown.
pub(crate) enum Input {
    ChooseLogin,
    ChooseCard,
    GoBack,
    Password { user_name: String, password: String },
    Card(CardClaim),
    AppPin { user_name: String, pin: String },
    Otp(String),
    SendOtpAgain,
    Account(String),
    Agree,
    Refuse,
}

/// What is new in the world, whether it is needed or not.
#[derive(Clone)]
pub(crate) struct Fresh {
    pub(crate) otp: NewOtp,
    pub(crate) token: Uuid,
}

impl Fresh {
    pub(crate) fn new(password: String, message: Uuid, token: Uuid) -> Self {
        Self { otp: NewOtp { password, message }, token }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The customer is where the journey stands now, or at its end.
    Moved,
    /// The customer may try again.
    Wrong(Mistake),
}

/// What was wrong, as far as the customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    Password,
    Card,
    AppPin,
    Otp,
    OtpTooOld,
    Account,
}

/// Does what a customer asks for at their turn; `None` when the journey is not this browser's. What was meant for another
/// turn than the present one changes nothing.
pub(crate) fn act(
    tx: &mut Tx<'_>,
    (kind, id, session): (Kind, &str, &str),
    (turn, input): (&str, &Input),
    (pepper, fresh): (&Pepper, &Fresh),
    now: Timestamp,
) -> Result<Option<Outcome>, Refusal> {
    let Some(journey) = of_session(tx, kind, id, session)? else { return Ok(None) };
    if journey.is_late(now) {
        expire(tx, id, now)?;
        return Ok(Some(Outcome::Moved));
    }
    if !journey.is_open(now) || journey.turn() != turn {
        return Ok(Some(Outcome::Moved));
    }
    let mut walk = Walk { tx, journey, pepper, fresh, now };
    let outcome = match (walk.journey.step, input) {
        (_, Input::Refuse) => walk.reject(Why::CUSTOMER_REFUSED),
        (Step::Channel, Input::ChooseLogin) => walk.choose(Move::ChoseLogin, RegistrationChannel::Kol),
        (Step::Channel, Input::ChooseCard) => walk.choose(Move::ChoseCard, RegistrationChannel::Atm),
        (Step::Login | Step::Card, Input::GoBack) => walk.go(Move::WentBack),
        (Step::Confirm, Input::GoBack) if walk.may_choose_account() => walk.go(Move::WentBack),
        (Step::Login, Input::Password { user_name, password }) => walk.log_in(user_name, password),
        (Step::AppPin, Input::AppPin { user_name, pin }) => walk.unlock_app(user_name, pin),
        (Step::Card, Input::Card(claim)) => walk.show_card(claim),
        (Step::Otp, Input::Otp(typed)) => walk.enter_otp(typed),
        (Step::Otp, Input::SendOtpAgain) => walk.send_otp_again(),
        (Step::Account, Input::Account(number)) => walk.choose_account(number),
        (Step::Confirm, Input::Agree) => walk.agree(session),
        _ => Ok(Outcome::Moved),
    };
    outcome.map(Some)
}

/// One step of a journey.
struct Walk<'a, 't> {
    tx: &'a mut Tx<'t>,
    journey: Journey,
    pepper: &'a Pepper,
    fresh: &'a Fresh,
    now: Timestamp,
}

impl Walk<'_, '_> {
    fn choose(&mut self, made: Move, channel: RegistrationChannel) -> Result<Outcome, Refusal> {
        self.journey.registration.channel = Some(channel.as_str().into());
        self.journey.registration.save_choices(self.tx)?;
        self.go(made)
    }

    fn log_in(&mut self, user_name: &str, password: &str) -> Result<Outcome, Refusal> {
        match customer::by_password(self.tx, self.pepper, user_name, password)? {
            Some(customer) => self.choose_among_accounts(customer),
            None => self.wrong(Mistake::Password, Why::WRONG_PASSWORD),
        }
    }

    fn unlock_app(&mut self, user_name: &str, pin: &str) -> Result<Outcome, Refusal> {
        match customer::by_app_pin(self.tx, self.pepper, user_name, pin)? {
            Some(customer) => self.choose_among_accounts(customer),
            None => self.wrong(Mistake::AppPin, Why::WRONG_APP_PIN),
        }
    }

    fn choose_among_accounts(&mut self, customer: Customer) -> Result<Outcome, Refusal> {
        if !self.is_whom_the_partner_means(&customer) {
            return self.reject(Why::OTHER_IDENTITY);
        }
        let accounts = customer::accounts(self.tx, &customer.id)?;
        let is_any_open = accounts.iter().any(customer::CustomerAccount::is_open);
        match accounts.first() {
            None => self.reject(Why::NO_ACCOUNT),
            Some(account) if !is_any_open => self.reject(unusable(&account.status)),
            Some(_) => {
                self.journey.customer = Some(customer.id);
                self.go(Move::Proved)
            }
        }
    }

    /// The customer learns that something is wrong, and only the partner what: whoever has found a card must not be
    /// helped.
    fn show_card(&mut self, claim: &CardClaim) -> Result<Outcome, Refusal> {
        let customer = match customer::by_card(self.tx, self.pepper, claim)? {
            Ok(customer) => customer,
            Err(WrongCard::CardOrPin) => return self.wrong(Mistake::Card, Why::WRONG_CARD),
            Err(WrongCard::BirthDate) => return self.wrong(Mistake::Card, Why::WRONG_BIRTH_DATE),
            Err(WrongCard::NationalId) => return self.wrong(Mistake::Card, Why::WRONG_NATIONAL_ID),
        };
        if !self.is_whom_the_partner_means(&customer) {
            return self.reject(Why::OTHER_IDENTITY);
        }
        let Some(account) = customer.card_account else { return self.reject(Why::NO_ACCOUNT) };
        if let Some(why) = self.why_not(&account)? {
            return self.reject(why);
        }
        let Some(mobile) = customer.mobile else { return self.reject(Why::NO_MOBILE) };
        self.journey.customer = Some(customer.id);
        self.journey.registration.drawer_account = Some(account);
        self.journey.registration.save_choices(self.tx)?;
        self.send_otp(&mobile)?;
        self.go(Move::Proved)
    }

    fn send_otp_again(&mut self) -> Result<Outcome, Refusal> {
        if self.journey.otps_sent >= otp::MOST {
            return self.reject(Why::TOO_MANY_OTPS);
        }
        let customer = self.journey.customer.clone().unwrap_or_default();
        let mobile = customer::find(self.tx, &customer)?.and_then(|customer| customer.mobile);
        let Some(mobile) = mobile else { return self.reject(Why::NO_MOBILE) };
        self.send_otp(&mobile)?;
        self.journey.save(self.tx)?;
        Ok(Outcome::Moved)
    }

    fn send_otp(&mut self, mobile: &str) -> Result<(), StoreError> {
        otp::send(self.tx, self.pepper, (&mut self.journey, mobile), &self.fresh.otp, self.now)
    }

    fn enter_otp(&mut self, typed: &str) -> Result<Outcome, Refusal> {
        match otp::check(&self.journey, self.pepper, typed, self.now) {
            Entry::TooOld => Ok(Outcome::Wrong(Mistake::OtpTooOld)),
            Entry::Wrong => self.wrong(Mistake::Otp, Why::WRONG_OTP),
            Entry::Right => {
                (self.journey.otp_hash, self.journey.otp_expires_at) = (None, None);
                self.go(Move::Proved)
            }
        }
    }

    fn choose_account(&mut self, number: &str) -> Result<Outcome, Refusal> {
        let customer = self.journey.customer.clone().unwrap_or_default();
        let accounts = customer::accounts(self.tx, &customer)?;
        if !accounts.iter().any(|account| account.number == number && account.is_open()) {
            return Ok(Outcome::Wrong(Mistake::Account));
        }
        self.journey.registration.drawer_account = Some(number.to_owned());
        self.journey.registration.save_choices(self.tx)?;
        self.go(Move::ChoseAccount)
    }

    fn agree(&mut self, session: &str) -> Result<Outcome, Refusal> {
        let account = self.journey.registration.drawer_account.clone().unwrap_or_default();
        // It may have been blocked since it was chosen.
        if let Some(why) = self.why_not(&account)? {
            return self.reject(why);
        }
        self.journey.registration.token = Some(self.fresh.token.to_string());
        self.journey.registration.save_choices(self.tx)?;
        if self.journey.kind == Kind::Web {
            code::grant(self.tx, self.pepper, (&self.journey.id, session), self.now)?;
        }
        self.end(RegistrationEvent::Approved, Why::NOTHING)
    }

    /// Whether this is the person of the partner's context, if that names one. A passport is on nobody's file here.
    fn is_whom_the_partner_means(&self, customer: &Customer) -> bool {
        let meant = self.journey.registration.identification_number.as_deref();
        meant.is_none_or(|number| number == customer.national_id)
    }

    fn may_choose_account(&self) -> bool {
        self.journey.registration.channel.as_deref() != Some(RegistrationChannel::Atm.as_str())
    }

    /// Why an account cannot be debited, if so.
    fn why_not(&mut self, account: &str) -> Result<Option<Why<'static>>, StoreError> {
        let sql = "SELECT status FROM account WHERE number = $1";
        let status = self.tx.query_one(sql, &[account.into()], |row| row.text(0))?;
        Ok(match status.as_deref() {
            None => Some(Why::NO_ACCOUNT),
            Some("OPEN") => None,
            Some(status) => Some(unusable(status)),
        })
    }

    fn wrong(&mut self, mistake: Mistake, why: Why<'static>) -> Result<Outcome, Refusal> {
        self.journey.wrong_tries += 1;
        if self.journey.wrong_tries >= MOST_WRONG {
            return self.reject(why);
        }
        self.journey.save(self.tx)?;
        Ok(Outcome::Wrong(mistake))
    }

    fn reject(&mut self, why: Why<'static>) -> Result<Outcome, Refusal> {
        self.end(RegistrationEvent::Refused, why)
    }

    fn end(&mut self, event: RegistrationEvent, why: Why<'static>) -> Result<Outcome, Refusal> {
        change(self.tx, &self.journey.registration.id, event, why, self.now)?;
        Ok(Outcome::Moved)
    }

    fn go(&mut self, made: Move) -> Result<Outcome, Refusal> {
        let Some(step) = self.journey.step.after(made) else { return Ok(Outcome::Moved) };
        self.journey.step = step;
        if made == Move::Proved {
            self.journey.wrong_tries = 0;
        }
        self.journey.save(self.tx)?;
        Ok(Outcome::Moved)
    }
}

fn unusable(status: &str) -> Why<'static> {
    if status == "CLOSED" { Why::ACCOUNT_CLOSED } else { Why::ACCOUNT_BLOCKED }
}

//! The model of a customer's way through the pages: what each page is called, and what each act leads to.

use super::{
    bank::{Bank, MINUTE, Registration},
    command::{Act, Claim, Mark, Person, Pick, Way},
};

/// How often something may be wrong, and how many one-time passwords are sent.
const MOST: u32 = 3;

type Why = (&'static str, &'static str);

/// A customer on the way.
#[derive(Clone)]
pub(super) struct Journey {
    pub(super) way: Way,
    pub(super) meant: Option<Person>,
    expires: i64,
    page: &'static str,
    has_come: bool,
    /// Whether the browser shows something that can be filled in.
    has_form: bool,
    wrong: u32,
    otps: u32,
    otp_until: Option<i64>,
    who: Option<Person>,
    code_until: i64,
}

const NOT_YET: &str = "not yet";
const CHANNEL: &str = "Register for direct debit";
const LOGIN: &str = "Log in to web banking";
const CARD: &str = "Use your card";
const OTP: &str = "Enter the one-time password";
const APP_PIN: &str = "Unlock the app";
const ACCOUNT: &str = "Choose an account";
const CONFIRM: &str = "Confirm";

impl Journey {
    pub(super) fn new(way: Way, meant: Option<Person>, now: i64) -> Self {
        Self {
            way,
            meant,
            expires: now + 10 * MINUTE,
            page: NOT_YET,
            has_come: false,
            has_form: false,
            wrong: 0,
            otps: 0,
            otp_until: None,
            who: None,
            code_until: 0,
        }
    }
}

impl Registration {
    /// When the journey ends by itself.
    pub(super) fn ends_at(&self) -> Option<i64> {
        self.journey.as_ref().filter(|_| self.status == "PDNG").map(|journey| journey.expires)
    }

    fn is_late(&self, now: i64) -> bool {
        self.ends_at().is_some_and(|end| end <= now)
    }

    fn way(&mut self) -> &mut Journey {
        self.journey.as_mut().unwrap()
    }
}

/// The accounts of a person, the first of which is the card's.
fn accounts(person: Person) -> &'static [usize] {
    match person {
        Person::Somchai => &[0, 1],
        Person::Malee => &[2],
        Person::Prasert => &[],
    }
}

impl Bank {
    pub(super) fn visit(&mut self, pick: Pick, acts: &[Act]) -> String {
        let found =
            pick.among(self.registrations.len()).filter(|it| self.registrations[*it].journey.is_some());
        let Some(number) = found else { return "nobody".into() };
        let answers: Vec<_> = acts.iter().map(|act| self.act(number, *act)).collect();
        answers.join("; ")
    }

    pub(super) fn end_if_late(&mut self, number: usize) {
        if self.registrations[number].is_late(self.now) {
            self.finish(number, "EXPD", Some(("NOAS", "the customer did not finish in time")));
        }
    }

    fn act(&mut self, number: usize, act: Act) -> String {
        let registration = &mut self.registrations[number];
        let is_open = registration.status == "PDNG" && !registration.is_late(self.now);
        let journey = registration.way();
        let state = if is_open { journey.page } else { "ended" };
        *self.reached.entry((state, act_name(act).into())).or_default() += 1;
        let (way, has_come) = (journey.way, journey.has_come);
        match act {
            Act::Come if way == Way::Web && !is_open => {
                journey.has_form = false;
                "away invalid_request".into()
            }
            Act::Reload if way == Way::Web && !has_come => {
                journey.has_form = false;
                "403 This link is not for this browser".into()
            }
            Act::Come | Act::Reload if has_come => self.show(number, 200),
            Act::Come | Act::Reload if !is_open => {
                journey.has_form = false;
                "403 This link is not for this browser".into()
            }
            Act::Come | Act::Reload => {
                journey.page = if way == Way::Web { CHANNEL } else { APP_PIN };
                journey.has_come = true;
                self.show(number, 200)
            }
            _ if !journey.has_form => "no form".into(),
            _ if !is_open => self.show(number, 200),
            _ => {
                let status = if self.press(number, act) { 200 } else { 422 };
                self.show(number, status)
            }
        }
    }

    /// What the browser shows.
    fn show(&mut self, number: usize, status: u16) -> String {
        self.end_if_late(number);
        let now = self.now;
        let registration = &mut self.registrations[number];
        let (state, reason) = (registration.status, registration.reason);
        let journey = registration.way();
        journey.has_form = state == "PDNG";
        if journey.has_form {
            return format!("{status} {}", journey.page);
        }
        let is_told = state == "ACTV" || reason.is_some_and(|(code, _)| code == Some("CUST"));
        let back = match (journey.way, state) {
            (Way::Web, "ACTV") => (now < journey.code_until).then(|| "code".to_owned()),
            (Way::Web, _) => Some("access_denied".to_owned()),
            _ => Some(format!("status {state}")),
        };
        match (back, state) {
            (Some(back), _) if is_told && journey.way != Way::Phone => format!("away {back}"),
            (back, state) => {
                let title = match state {
                    "ACTV" => "Registered",
                    "EXPD" => "The time is up",
                    _ => "Not registered",
                };
                format!("200 {title}, {}", back.unwrap_or_else(|| "stay".into()))
            }
        }
    }

    /// Whether it was right, or nothing that could be wrong.
    fn press(&mut self, number: usize, act: Act) -> bool {
        let is_card = self.registrations[number].channel == Some("ATM");
        let page = self.registrations[number].way().page;
        match (page, act) {
            (_, Act::Refuse) => self.refuse(number, ("CUST", "the customer refused")),
            (CHANNEL, Act::Login) => self.choose(number, LOGIN, "KOL"),
            (CHANNEL, Act::Card) => self.choose(number, CARD, "ATM"),
            (LOGIN | CARD, Act::Back) => self.go(number, CHANNEL),
            (CONFIRM, Act::Back) if !is_card => self.go(number, ACCOUNT),
            (LOGIN, Act::Password(_, false)) => {
                self.wrong(number, ("MS03", "user name or password wrong too often"))
            }
            (APP_PIN, Act::AppPin(_, false)) => self.wrong(number, ("MS03", "app PIN wrong too often")),
            (LOGIN, Act::Password(who, true)) | (APP_PIN, Act::AppPin(who, true)) => self.prove(number, who),
            (CARD, Act::ShowCard(who, claim)) => self.show_card(number, who, claim),
            (OTP, Act::Again) => self.send_otp(number),
            (OTP, Act::Otp(right)) => self.enter_otp(number, right),
            (ACCOUNT, Act::Account(account)) => self.choose_account(number, account),
            (CONFIRM, Act::Agree) => self.agree(number),
            _ => true,
        }
    }

    fn finish(&mut self, number: usize, status: &'static str, why: Option<Why>) {
        let registration = &mut self.registrations[number];
        (registration.status, registration.status_at) = (status, self.now);
        registration.reason = why.map(|(code, words)| (Some(code), words));
    }

    fn refuse(&mut self, number: usize, why: Why) -> bool {
        self.finish(number, "RJCT", Some(why));
        true
    }

    fn go(&mut self, number: usize, page: &'static str) -> bool {
        self.registrations[number].way().page = page;
        true
    }

    fn choose(&mut self, number: usize, page: &'static str, channel: &'static str) -> bool {
        self.registrations[number].channel = Some(channel);
        self.go(number, page)
    }

    fn wrong(&mut self, number: usize, why: Why) -> bool {
        let journey = self.registrations[number].way();
        journey.wrong += 1;
        journey.wrong >= MOST && self.refuse(number, why)
    }

    fn is_meant(&mut self, number: usize, who: Person) -> bool {
        self.registrations[number].way().meant.is_none_or(|meant| meant == who)
    }

    fn other_identity(&mut self, number: usize) -> bool {
        self.refuse(number, ("BE01", "the identification number is not the account holder's"))
    }

    fn no_account(&mut self, number: usize) -> bool {
        self.refuse(number, ("AC01", "the customer has no account to debit"))
    }

    fn prove(&mut self, number: usize, who: Person) -> bool {
        if !self.is_meant(number, who) {
            return self.other_identity(number);
        }
        let Some(first) = accounts(who).first() else { return self.no_account(number) };
        if !accounts(who).iter().any(|account| self.accounts[*account].mark == Mark::Open) {
            return self.refuse(number, unusable(self.accounts[*first].mark).unwrap());
        }
        self.proved(number, who, ACCOUNT)
    }

    fn proved(&mut self, number: usize, who: Person, page: &'static str) -> bool {
        let journey = self.registrations[number].way();
        (journey.who, journey.wrong) = (Some(who), 0);
        self.go(number, page)
    }

    fn show_card(&mut self, number: usize, who: Person, claim: Claim) -> bool {
        let wrong = match claim {
            Claim::WrongPin => Some(("MS03", "card number or PIN wrong too often")),
            Claim::WrongBirthDate => Some(("BE01", "the birth date is not the card holder's")),
            Claim::WrongNationalId => Some(("BE01", "the national id is not the card holder's")),
            Claim::True => None,
        };
        if let Some(why) = wrong {
            return self.wrong(number, why);
        }
        if !self.is_meant(number, who) {
            return self.other_identity(number);
        }
        let Some(account) = accounts(who).first().copied() else {
            // His card is for an account that the demo has blocked, and that is nobody's any more.
            return self.refuse(number, unusable(Mark::Blocked).unwrap());
        };
        if let Some(why) = unusable(self.accounts[account].mark) {
            return self.refuse(number, why);
        }
        if who == Person::Malee {
            return self.refuse(number, ("BE18", "the customer has no mobile number on file"));
        }
        self.registrations[number].drawer = Some(account);
        self.send_otp(number);
        self.proved(number, who, OTP)
    }

    fn send_otp(&mut self, number: usize) -> bool {
        let now = self.now;
        let journey = self.registrations[number].way();
        if journey.otps == MOST {
            return self.refuse(number, ("MS03", "one-time password requested too often"));
        }
        journey.otps += 1;
        journey.otp_until = Some(now + 3 * MINUTE);
        true
    }

    fn enter_otp(&mut self, number: usize, right: bool) -> bool {
        let now = self.now;
        let journey = self.registrations[number].way();
        let who = journey.who.unwrap();
        if journey.otp_until.is_none_or(|until| until <= now) {
            // Right or wrong, it is no try.
            return false;
        }
        if !right {
            return self.wrong(number, ("MS03", "one-time password wrong too often"));
        }
        self.proved(number, who, CONFIRM)
    }

    fn choose_account(&mut self, number: usize, account: usize) -> bool {
        let who = self.registrations[number].way().who.unwrap();
        if !accounts(who).contains(&account) || self.accounts[account].mark != Mark::Open {
            return false;
        }
        self.registrations[number].drawer = Some(account);
        self.go(number, CONFIRM)
    }

    fn agree(&mut self, number: usize) -> bool {
        let account = self.registrations[number].drawer.unwrap();
        if let Some(why) = unusable(self.accounts[account].mark) {
            return self.refuse(number, why);
        }
        let until = self.now + MINUTE;
        self.registrations[number].way().code_until = until;
        self.registrations[number].has_token = true;
        self.finish(number, "ACTV", None);
        true
    }
}

fn unusable(mark: Mark) -> Option<Why> {
    match mark {
        Mark::Open => None,
        Mark::Blocked => Some(("AC06", "the account is blocked")),
        Mark::Closed => Some(("AC04", "the account is closed")),
    }
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::Come => "come",
        Act::Reload => "reload",
        Act::Login => "login",
        Act::Card => "card",
        Act::Back => "back",
        Act::Password(..) => "password",
        Act::ShowCard(..) => "show card",
        Act::AppPin(..) => "app PIN",
        Act::Otp(_) => "otp",
        Act::Again => "again",
        Act::Account(_) => "account",
        Act::Agree => "agree",
        Act::Refuse => "refuse",
    }
}

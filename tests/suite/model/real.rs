//! The same commands for a real gateway, and its answers retold in the model's words.

use super::{
    bank::{AGREED, Bank, Charge, MINUTE, Plan, Sent},
    command::{Act, Claim, Command, Decision, End, Frequency, Mark, Person, Pick, Way},
    world::{Line, World, client_id, identification, number},
};
use crate::behaviour::visitor::{Visitor, authorize, parameter, url};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Error, direct_debit, sandbox};
use satang_gateway::{
    demo::{APP_PIN, CARD_PIN, CUSTOMERS, Customer, PASSWORD},
    store::{StoreError, Tx},
};
use satang_schema::{
    Amount, Date, JourneyIdentifier, PaymentToken, Satang, ScheduleIdentification, TransactionIdentification,
    contract::Example,
    direct_debit::{
        KmaDeeplinkRequest, Occurrences, PrepareOAuthContext, RealTimePayment, RegistrationContext,
        ScheduleCancellation, ScheduleFilter, ScheduleSubmission, SubmittedFrequency, TokenCancellation,
        TokenFilter, TransactionStatusInquiry, TypeOfIdentification,
    },
    sandbox::{AccountChange, AccountStatus, BranchRegistration, MoneyMovement, RegistrationChange},
};
use std::sync::PoisonError;

/// A gateway in the middle of a sequence.
pub(super) struct Real<'w> {
    pub(super) world: &'w World,
    pub(super) client: direct_debit::Client<Line>,
    control: sandbox::Client<Line>,
    pub(super) seed: u64,
    pub(super) registrations: Vec<Known>,
    pub(super) schedules: Vec<ScheduleIdentification>,
    pub(super) charges: Vec<RealTimePayment>,
    plans: Vec<ScheduleSubmission>,
    token_until: i64,
    moves: usize,
}

/// What a registration is called, and the browser in which it is made.
pub(super) struct Known {
    id: String,
    pub(super) journey: JourneyIdentifier,
    pub(super) token: Option<PaymentToken>,
    way: Option<Way>,
    browser: Visitor,
    link: String,
}

impl<'w> Real<'w> {
    pub(super) async fn begin(world: &'w World, seed: u64, now: i64) -> Self {
        world.begin(seed, now).await;
        Self {
            world,
            client: world.partner(seed),
            control: world.operator(seed),
            seed,
            registrations: vec![],
            schedules: vec![],
            charges: vec![],
            plans: vec![],
            token_until: 0,
            moves: 0,
        }
    }

    /// What the gateway answers, given what there was before, and how it calls the schedule that it accepted.
    pub(super) async fn answer(&mut self, command: &Command, bank: &Bank) -> (String, Option<String>) {
        self.prove_who(bank.now).await;
        let answer = match command {
            Command::Plan { .. } => return self.plan(command, bank).await,
            Command::Open { way, meant } => self.open(*way, *meant).await,
            Command::Visit { registration, acts } => self.visit(*registration, acts).await,
            Command::Branch { account, maximum } => self.branch(*account, *maximum).await,
            Command::Ask { registration } => self.ask(*registration).await,
            Command::Inquire { registration } => self.inquire(*registration).await,
            Command::Cancel { registration } => self.cancel(*registration).await,
            Command::Decide { registration, decision } => self.decide(*registration, *decision).await,
            Command::Charge { .. } => self.charge(bank.charge_of(command)).await,
            Command::Misspell { registration, amount } => self.misspell(*registration, amount).await,
            Command::Recall { payment } => self.recall(*payment).await,
            Command::Look { schedule } => match schedule.among(self.schedules.len()) {
                Some(number) => self.look(self.schedules[number]).await,
                None => "nothing".into(),
            },
            Command::Stop { schedule } => self.stop(*schedule).await,
            Command::Mark { account, mark } => self.mark(*account, *mark).await,
            Command::Move { account, amount } => self.move_money(*account, *amount).await,
            Command::Advance { minutes } => {
                let target = Timestamp::from_millisecond(bank.now + minutes * MINUTE).unwrap();
                self.world.gateway.advance_to(target).await.unwrap();
                "later".into()
            }
            Command::Neglect { minutes } => {
                self.world.clock.advance(SignedDuration::from_mins(*minutes));
                "later".into()
            }
            Command::CatchUp => {
                self.world.gateway.catch_up().await.unwrap();
                "done".into()
            }
        };
        (answer, None)
    }

    /// Has an access token that is good for a while.
    pub(super) async fn prove_who(&mut self, now: i64) {
        if self.token_until <= now {
            self.world.renew(self.seed, self.client.transport()).await;
            self.token_until = now + 29 * MINUTE;
        }
    }

    async fn open(&mut self, way: Way, meant: Option<Person>) -> String {
        let who = meant.map(|person| customer(person).national_id.parse().unwrap());
        let kind = who.as_ref().map(|_| TypeOfIdentification::NationalId);
        let (journey, link) = if way == Way::Web {
            let context = RegistrationContext {
                ref1: "MODEL".parse().ok(),
                type_of_identification: kind,
                identification_number: who,
                ..RegistrationContext::default()
            };
            let request = PrepareOAuthContext { direct_debit_registration: context };
            let prepared = match self.client.prepare_oauth_context(&request).await {
                Ok(prepared) => prepared,
                Err(error) => return refused(&error),
            };
            let journey = prepared.oauth_context_id.as_str().to_owned();
            let mut request = authorize(&journey);
            request.client_id = client_id(self.seed).parse().unwrap();
            (journey.parse().unwrap(), url(&request))
        } else {
            let back = if way == Way::App { "https://partner.example/app" } else { "partner://registered" };
            let request = KmaDeeplinkRequest {
                type_of_identification: kind,
                identification_number: who,
                return_deeplink: back.parse().unwrap(),
                ..KmaDeeplinkRequest::example()
            };
            match self.client.kma_deeplink(&request).await {
                Ok(link) => (link.journey_identifier, link.deeplink_url.as_str().to_owned()),
                Err(error) => return refused(&error),
            }
        };
        self.know(journey, Some(way), link).await;
        "200".into()
    }

    async fn know(&mut self, journey: JourneyIdentifier, way: Option<Way>, link: String) {
        let (id, token) = self.names(journey).await;
        let browser = Visitor::new(&self.world.gateway);
        self.registrations.push(Known { id, journey, token, way, browser, link });
    }

    /// How the bank calls the registration of a journey, and its token.
    async fn names(&self, journey: JourneyIdentifier) -> (String, Option<PaymentToken>) {
        let journey = journey.to_string();
        let sql = "SELECT id, token FROM registration WHERE journey = $1";
        let read = move |tx: &mut Tx<'_>| {
            tx.query_one(sql, &[(&journey).into()], |row| Ok((row.text(0)?, row.optional_text(1)?)))
        };
        let names = self.world.gateway.store().read(read).await;
        let (id, token) = names.unwrap_or_else(|error: StoreError| panic!("{error}")).expect("it was opened");
        (id, token.map(|token| token.parse().unwrap()))
    }

    async fn visit(&mut self, pick: Pick, acts: &[Act]) -> String {
        let found = pick.among(self.registrations.len()).filter(|it| self.registrations[*it].way.is_some());
        let Some(number) = found else { return "nobody".into() };
        let mut answers = Vec::with_capacity(acts.len());
        for act in acts {
            let seed = self.seed;
            answers.push(self.world.act(seed, &mut self.registrations[number], *act).await);
        }
        self.registrations[number].token = self.names(self.registrations[number].journey).await.1;
        answers.join("; ")
    }

    async fn branch(&mut self, account: usize, maximum: Option<i64>) -> String {
        let request = BranchRegistration {
            partner: client_id(self.seed).parse().unwrap(),
            drawer_account_number: number(self.seed, account).parse().unwrap(),
            creditor_account_number: None,
            reference_number1: None,
            reference_number2: None,
            maximum_amount: maximum.map(amount),
        };
        match self.control.register_at_branch(&request).await {
            Ok(made) => {
                self.know(made.journey_identifier.unwrap(), None, String::new()).await;
                format!("200 {}", made.payment_token_status)
            }
            Err(error) => refused(&error),
        }
    }

    async fn ask(&mut self, pick: Pick) -> String {
        let Some(number) = pick.among(self.registrations.len()) else { return "nothing".into() };
        let journey_identifier = Some(self.registrations[number].journey);
        let filter = TokenFilter { journey_identifier, ..TokenFilter::default() };
        match self.client.token_status_inquiry(&filter).await {
            Ok(found) => found.token_status_information.iter().map(super::retold::short).collect(),
            Err(error) => refused(&error),
        }
    }

    async fn inquire(&mut self, pick: Pick) -> String {
        let Some(number) = pick.among(self.registrations.len()) else { return "nothing".into() };
        let journey_identifier = Some(self.registrations[number].journey);
        let filter = TokenFilter { journey_identifier, ..TokenFilter::default() };
        match self.client.token_inquiry(&filter).await {
            Ok(found) => found.token_information.iter().map(super::retold::registration).collect(),
            Err(error) => refused(&error),
        }
    }

    /// The token of a registration, or one that nobody has.
    fn token(&self, registration: Option<usize>) -> PaymentToken {
        let token = registration.and_then(|it| self.registrations[it].token.clone());
        token.unwrap_or_else(|| "nobody's".parse().unwrap())
    }

    async fn cancel(&mut self, pick: Pick) -> String {
        let request = TokenCancellation {
            payment_token: self.token(pick.among(self.registrations.len())),
            cancellation_reason: "the contract ended".parse().ok(),
        };
        match self.client.token_cancellation(&request).await {
            Ok(cancelled) => {
                format!("200 {} {}", cancelled.payment_token_status, millis(cancelled.status_date_time))
            }
            Err(error) => refused(&error),
        }
    }

    async fn decide(&mut self, pick: Pick, decision: Decision) -> String {
        let found = pick.among(self.registrations.len()).map(|it| self.registrations[it].id.clone());
        let request = RegistrationChange {
            registration_identification: found.unwrap_or_else(|| "nobody's".into()).parse().unwrap(),
            reason: "the bank decided".parse().ok(),
        };
        let decided = match decision {
            Decision::Suspend => self.control.suspend_registration(&request).await,
            Decision::Resume => self.control.resume_registration(&request).await,
            Decision::Cancel => self.control.cancel_registration(&request).await,
        };
        match decided {
            Ok(decided) => {
                format!("200 {} {}", decided.payment_token_status, millis(decided.status_date_time))
            }
            Err(error) => refused(&error),
        }
    }

    fn payment(&self, charge: &Charge) -> RealTimePayment {
        let mut payment = RealTimePayment::example();
        let id = identification(self.seed, 1, self.charges.len());
        payment.transaction_identification = TransactionIdentification(id);
        payment.creditor_account_number = number(self.seed, charge.creditor).parse().unwrap();
        payment.payer_information.payment_token = self.token(charge.registration);
        payment.transaction_information.payment_amount = amount(charge.amount);
        payment
    }

    async fn charge(&mut self, sent: Sent<Charge>) -> String {
        let payment = match sent {
            Sent::New(charge) => {
                let payment = self.payment(&charge);
                self.charges.push(payment.clone());
                payment
            }
            Sent::Again(earlier, is_other) => {
                let mut payment = self.charges[earlier].clone();
                let cheap = payment.transaction_information.payment_amount.satang();
                if is_other {
                    payment.transaction_information.payment_amount = amount(cheap.0 + 1);
                }
                payment
            }
            Sent::DueDate(charge, schedule, occurrence) => {
                let mut payment = self.payment(&charge);
                payment.transaction_identification = self.due_date(schedule, occurrence).await;
                payment
            }
        };
        match self.client.real_time_payment(&payment).await {
            Ok(paid) => super::retold::payment(&paid),
            Err(error) => refused(&error),
        }
    }

    /// The identification of a due date's payment.
    async fn due_date(&self, schedule: usize, occurrence: usize) -> TransactionIdentification {
        let filter = by_id(self.schedules[schedule]);
        let found = self.client.schedule_inquiry(&filter).await.unwrap().schedule_information.remove(0);
        let reference = found.executions[occurrence].payment_reference_identification.clone();
        reference.unwrap().as_str().parse().unwrap()
    }

    async fn misspell(&mut self, pick: Pick, text: &'static str) -> String {
        let registration = pick.among(self.registrations.len());
        let payment = self.payment(&Charge { registration, creditor: AGREED, amount: 100, payment: 0 });
        *self.client.transport().amount.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        match self.client.real_time_payment(&payment).await {
            Ok(paid) => super::retold::payment(&paid),
            Err(error) => refused(&error),
        }
    }

    async fn recall(&mut self, pick: Pick) -> String {
        let found = pick.among(self.charges.len()).map(|it| self.charges[it].transaction_identification);
        let unknown = TransactionIdentification(identification(self.seed, 3, 0));
        let request = TransactionStatusInquiry { transaction_identification: found.unwrap_or(unknown) };
        match self.client.transaction_status_inquiry(&request).await {
            Ok(paid) => super::retold::payment(&paid),
            Err(error) => refused(&error),
        }
    }

    async fn plan(&mut self, command: &Command, bank: &Bank) -> (String, Option<String>) {
        let request = match bank.plan_of(command) {
            Sent::New(plan) | Sent::DueDate(plan, ..) => self.submission(&plan),
            Sent::Again(earlier, is_other) => {
                let mut request = self.plans[earlier].clone();
                let information = &mut request.transaction_information;
                if is_other {
                    information.payment_amount = amount(information.payment_amount.satang().0 + 1);
                }
                request
            }
        };
        match self.client.schedule_submission(&request).await {
            Ok(accepted) => {
                let id = accepted.schedule_identification;
                if !self.schedules.contains(&id) {
                    self.schedules.push(id);
                    self.plans.push(request);
                }
                let (status, next) = (accepted.processing_status, accepted.next_execution_date);
                (format!("200 {status} {next}"), Some(id.to_string()))
            }
            Err(error) => (refused(&error), None),
        }
    }

    fn submission(&self, plan: &Plan) -> ScheduleSubmission {
        let mut request = ScheduleSubmission::example();
        let id = identification(self.seed, 2, self.plans.len());
        request.transaction_identification = TransactionIdentification(id);
        request.creditor_account_number = number(self.seed, plan.creditor).parse().unwrap();
        request.payer_information.payment_token = self.token(plan.registration);
        request.transaction_information.payment_amount = amount(plan.amount);
        let timetable = &mut request.schedule_information;
        let date = |day: super::calendar::Day| day.to_string().parse::<Date>().unwrap();
        timetable.frequency = match plan.timetable.frequency {
            Frequency::Once => SubmittedFrequency::Once,
            Frequency::Daily => SubmittedFrequency::Daily,
            Frequency::Weekly => SubmittedFrequency::Weekly,
            Frequency::Monthly => SubmittedFrequency::Monthly,
            Frequency::Quarterly => SubmittedFrequency::Quarterly,
            Frequency::Yearly => SubmittedFrequency::Yearly,
        };
        timetable.start_date = date(plan.start);
        let is_once = plan.timetable.frequency == Frequency::Once;
        timetable.end_date = plan.end_day().filter(|_| !is_once).map(date);
        timetable.number_of_occurrences = match plan.timetable.end {
            End::After(count) if !is_once => Occurrences::new(count).ok(),
            _ => None,
        };
        request
    }

    pub(super) async fn look(&mut self, id: ScheduleIdentification) -> String {
        match self.client.schedule_inquiry(&by_id(id)).await {
            Ok(found) => found.schedule_information.iter().map(super::retold::schedule).collect(),
            Err(error) => refused(&error),
        }
    }

    async fn stop(&mut self, pick: Pick) -> String {
        let unknown = ScheduleIdentification(identification(self.seed, 3, 0));
        let found = pick.among(self.schedules.len()).map(|number| self.schedules[number]);
        let request = ScheduleCancellation {
            schedule_identification: found.unwrap_or(unknown),
            cancellation_reason: None,
        };
        match self.client.schedule_cancellation(&request).await {
            Ok(stopped) => format!("200 {} {}", stopped.processing_status, millis(stopped.status_date_time)),
            Err(error) => refused(&error),
        }
    }

    async fn mark(&mut self, account: usize, mark: Mark) -> String {
        let status = match mark {
            Mark::Open => AccountStatus::Open,
            Mark::Blocked => AccountStatus::Blocked,
            Mark::Closed => AccountStatus::Closed,
        };
        let account_number = number(self.seed, account).parse().unwrap();
        let request = AccountChange { account_number, status: Some(status), minimum_balance: None };
        match self.control.change_account(&request).await {
            Ok(changed) => format!("200 {}", changed.status),
            Err(error) => refused(&error),
        }
    }

    async fn move_money(&mut self, account: usize, satang: i64) -> String {
        self.moves += 1;
        let request = MoneyMovement {
            transaction_identification: TransactionIdentification(identification(self.seed, 4, self.moves)),
            account_number: number(self.seed, account).parse().unwrap(),
            amount: amount(satang.abs()),
        };
        let moved = if satang > 0 {
            self.control.fund_account(&request).await
        } else {
            self.control.withdraw_from_account(&request).await
        };
        match moved {
            Ok(moved) => format!("200 {}", moved.balance.0),
            Err(error) => refused(&error),
        }
    }
}

impl World {
    /// What a customer's browser shows after an act.
    async fn act(&self, seed: u64, known: &mut Known, act: Act) -> String {
        let (link, journey) = (known.link.clone(), known.journey.to_string());
        let visitor = &mut known.browser;
        let path = if known.way == Some(Way::Web) { format!("/consent/{journey}") } else { link.clone() };
        if let Act::Come | Act::Reload = act {
            visitor.open(if act == Act::Come { &link } else { &path }).await;
            let away = visitor.follow().await;
            return super::retold::page(visitor, away);
        }
        if !visitor.page.contains("name=\"csrf\"") {
            return "no form".into();
        }
        let away = match act {
            Act::Login => visitor.press("login", &[]).await,
            Act::Card => visitor.press("card", &[]).await,
            Act::Back => visitor.press("back", &[]).await,
            Act::Again => visitor.press("again", &[]).await,
            Act::Agree => visitor.press("agree", &[]).await,
            Act::Refuse => visitor.press("refuse", &[]).await,
            Act::Password(who, right) => {
                let password = if right { PASSWORD } else { "wrong" };
                let fields = [("user_name", customer(who).user_name), ("password", password)];
                visitor.press("password", &fields).await
            }
            Act::AppPin(who, right) => {
                let pin = if right { APP_PIN } else { "000000" };
                visitor.press("app", &[("user_name", customer(who).user_name), ("pin", pin)]).await
            }
            Act::ShowCard(who, claim) => visitor.press("show_card", &card(who, claim)).await,
            Act::Account(account) => visitor.press("account", &[("account", &number(seed, account))]).await,
            Act::Otp(right) => {
                let otp = self.otp(journey).await.unwrap_or(0);
                let otp = format!("{:06}", if right { otp } else { (otp + 1) % 1_000_000 });
                visitor.press("otp", &[("otp", &otp)]).await
            }
            Act::Come | Act::Reload => unreachable!(),
        };
        super::retold::page(visitor, away)
    }

    /// The last one-time password of a journey.
    async fn otp(&self, journey: String) -> Option<u32> {
        let sql = "SELECT content FROM event JOIN message ON message.id = event.subject
            WHERE event.kind = 'message.sent' AND detail LIKE '%' || $1 || '%' ORDER BY position DESC LIMIT 1";
        let read = move |tx: &mut Tx<'_>| tx.query_one(sql, &[(&journey).into()], |row| row.text(0));
        let content = self.gateway.store().read(read).await;
        let content = content.unwrap_or_else(|error: StoreError| panic!("{error}"))?;
        content.split(' ').filter(|word| word.len() == 6).find_map(|word| word.parse().ok())
    }
}

fn customer(person: Person) -> &'static Customer {
    match person {
        Person::Somchai => &CUSTOMERS[0],
        Person::Malee => &CUSTOMERS[1],
        Person::Prasert => &CUSTOMERS[2],
    }
}

fn card(who: Person, claim: Claim) -> [(&'static str, &'static str); 4] {
    let Customer { national_id, birth_date, card_number, .. } = *customer(who);
    let or = |wrong: Claim, instead, right| if claim == wrong { instead } else { right };
    [
        ("national_id", or(Claim::WrongNationalId, CUSTOMERS[3].national_id, national_id)),
        ("birth_date", or(Claim::WrongBirthDate, "1970-01-01", birth_date)),
        ("card_number", card_number),
        ("pin", or(Claim::WrongPin, "000000", CARD_PIN)),
    ]
}

fn amount(satang: i64) -> Amount {
    Amount::new(Satang(satang)).unwrap()
}

fn by_id(id: ScheduleIdentification) -> ScheduleFilter {
    ScheduleFilter { schedule_identification: Some(id), ..ScheduleFilter::default() }
}

pub(super) fn millis(at: satang_schema::DateTime) -> i64 {
    at.timestamp().as_millisecond()
}

pub(super) fn refused(error: &Error) -> String {
    match (error.status(), error.code()) {
        (Some(status), Some(code)) => format!("{} {code}", status.as_u16()),
        _ => error.to_string(),
    }
}

/// What a browser was led away with.
pub(super) fn led_away(address: &str) -> String {
    let said = |name: &str| parameter(address, name);
    match (said("error"), said("code"), said("status")) {
        (Some(error), _, _) => error,
        (_, Some(_), _) => "code".into(),
        (_, _, Some(status)) => format!("status {status}"),
        _ => address.into(),
    }
}

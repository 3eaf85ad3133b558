//! What can happen to a bank, and what does happen in the sequence of a seed.

use super::{calendar::Day, chance::Chance};

/// How many commands a sequence has.
const LENGTH: usize = 30;

/// Something that happens. What it happens to is named by a number that fits whatever there is by then, so that a
/// sequence from which commands were taken away still means something.
#[derive(Clone, Debug)]
pub(super) enum Command {
    /// A or E.
    Open { way: Way, meant: Option<Person> },
    /// A customer at the pages.
    Visit { registration: Pick, acts: Vec<Act> },
    /// A branch registers an account.
    Branch { account: usize, maximum: Option<i64> },
    /// B.
    Ask { registration: Pick },
    /// C.
    Inquire { registration: Pick },
    /// D.
    Cancel { registration: Pick },
    /// The bank suspends, resumes or cancels a registration.
    Decide { registration: Pick, decision: Decision },
    /// F.
    Charge { registration: Pick, creditor: usize, amount: i64, identity: Identity },
    /// F with an amount that is none.
    Misspell { registration: Pick, amount: &'static str },
    /// G.
    Recall { payment: Pick },
    /// I.
    Plan { registration: Pick, creditor: usize, amount: i64, timetable: Timetable, identity: Identity },
    /// J.
    Look { schedule: Pick },
    /// K.
    Stop { schedule: Pick },
    /// An account is opened again, blocked or closed.
    Mark { account: usize, mark: Mark },
    /// Money comes to an account, or is taken from it.
    Move { account: usize, amount: i64 },
    /// Time passes, and what falls due is done at its time.
    Advance { minutes: i64 },
    /// Time passes, and nobody does what falls due.
    Neglect { minutes: i64 },
    /// Everything that is due is done.
    CatchUp,
}

/// Names one of those that there are, or one that is not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick(u64);

impl Pick {
    const LAST: Self = Self(0);

    /// The one of this number, from 0 on.
    pub(super) fn exactly(number: usize) -> Self {
        Self(number as u64 * 16 + 6)
    }

    /// Often one of the last two, sometimes none.
    pub(super) fn among(self, count: usize) -> Option<usize> {
        let (number, kind, count) = ((self.0 / 16) as usize, self.0 % 16, count);
        match kind {
            _ if count == 0 => None,
            0..6 => Some(count - 1 - number % count.min(2)),
            6..15 => Some(number % count),
            _ => None,
        }
    }
}

/// How a customer comes to register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Web,
    /// By a link that returns to a web address.
    App,
    /// By a link that returns to a scheme of the partner's own.
    Phone,
}

/// A customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// Two accounts, a card, a mobile number.
    Somchai,
    /// One account, a card, no mobile number.
    Malee,
    /// A card, but no account.
    Prasert,
}

/// What a customer does in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Come,
    Reload,
    Login,
    Card,
    Back,
    Password(Person, bool),
    ShowCard(Person, Claim),
    AppPin(Person, bool),
    Otp(bool),
    Again,
    Account(usize),
    Agree,
    Refuse,
}

/// What somebody says who has a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    True,
    WrongPin,
    WrongBirthDate,
    WrongNationalId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Suspend,
    Resume,
    Cancel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Open,
    Blocked,
    Closed,
}

/// Under which identification something is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Identity {
    New,
    /// The whole request of an earlier one, once more.
    Same(Pick),
    /// That of an earlier one, for something else.
    Taken(Pick),
    /// That of a due date which is done.
    DueDate(Pick),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Once,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

/// When a schedule pays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timetable {
    pub(super) frequency: Frequency,
    /// Days from today to the first due date.
    pub(super) start: Start,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// So many days after today.
    In(i64),
    /// On the last day of a month.
    LastOfMonth(i64),
}

impl Start {
    pub(super) fn day(self, today: Day) -> Day {
        match self {
            Self::In(days) => Day(today.0 + days),
            Self::LastOfMonth(months) => {
                // The 31st, as far as there is one.
                let month = today.months_later(months);
                let day: i64 = month.to_string()[8..].parse().unwrap();
                Day(Day(month.0 - day + 1).months_later(1).0 - 1)
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// After so many payments.
    After(u16),
    /// So many days after the first due date.
    In(i64),
}

/// The commands of a seed.
pub(super) fn sequence(seed: u64) -> Vec<Command> {
    let mut chance = Chance::new(seed ^ 0x0c0a_0d00);
    // Without a registration there is little to see.
    let mut commands = vec![];
    register(&mut chance, &mut commands);
    while commands.len() < LENGTH {
        one(&mut chance, &mut commands);
    }
    commands
}

fn one(chance: &mut Chance, commands: &mut Vec<Command>) {
    let registration = pick(chance);
    let command = match chance.below(100) {
        0..7 => return register(chance, commands),
        7..11 => Command::Open { way: way(chance), meant: meant(chance) },
        11..16 => Command::Visit { registration, acts: acts(chance) },
        16..20 => Command::Branch {
            account: chance.below(3) as usize,
            maximum: chance.one_of(&[None, None, Some(30_000)]),
        },
        20..22 => Command::Ask { registration },
        22..24 => Command::Inquire { registration },
        24..28 => Command::Cancel { registration },
        28..35 => {
            let decision =
                chance.one_of(&[Decision::Suspend, Decision::Suspend, Decision::Resume, Decision::Cancel]);
            Command::Decide { registration, decision }
        }
        35..46 => {
            let identity = identity(chance);
            Command::Charge { registration, creditor: creditor(chance), amount: amount(chance), identity }
        }
        46 => Command::Misspell {
            registration,
            amount: chance.one_of(&["0.00", "-1.00", "1.001", "\"1.00\"", "1e99"]),
        },
        47..49 => Command::Recall { payment: registration },
        49..64 => plan(chance, registration),
        64..67 => Command::Look { schedule: registration },
        67..73 => Command::Stop { schedule: registration },
        73..79 => {
            let mark = chance.one_of(&[Mark::Open, Mark::Open, Mark::Blocked, Mark::Closed]);
            Command::Mark { account: chance.below(4) as usize, mark }
        }
        79..83 => {
            let amount = chance.one_of(&[50_000, 100_000, 90_000_000, -20_000, -100_000]);
            Command::Move { account: chance.below(4) as usize, amount }
        }
        83..93 => Command::Advance { minutes: minutes(chance) },
        93..97 => {
            commands.push(Command::Neglect { minutes: minutes(chance) });
            chance
                .one_of(&[Command::Look { schedule: registration }, Command::Stop { schedule: registration }])
        }
        _ => Command::CatchUp,
    };
    commands.push(command);
}

fn register(chance: &mut Chance, commands: &mut Vec<Command>) {
    commands.push(Command::Open { way: way(chance), meant: meant(chance) });
    commands.push(Command::Visit { registration: Pick::LAST, acts: acts(chance) });
}

fn pick(chance: &mut Chance) -> Pick {
    Pick(chance.below(1 << 20))
}

fn way(chance: &mut Chance) -> Way {
    chance.one_of(&[Way::Web, Way::Web, Way::App, Way::Phone])
}

fn meant(chance: &mut Chance) -> Option<Person> {
    chance.one_of(&[None, None, None, Some(Person::Somchai), Some(Person::Malee)])
}

fn person(chance: &mut Chance) -> Person {
    if chance.once_in(24) {
        return Person::Prasert;
    }
    chance.one_of(&[Person::Somchai, Person::Somchai, Person::Malee])
}

/// A way through the pages, with what people do wrong: whichever way the journey takes, the others' steps change nothing.
fn acts(chance: &mut Chance) -> Vec<Act> {
    let person = person(chance);
    let account = if person == Person::Malee { 2 } else { chance.below(2) as usize };
    let mut acts = vec![Act::Come];
    if chance.once_in(2) {
        acts.extend([
            Act::Login,
            Act::Password(person, true),
            Act::AppPin(person, true),
            Act::Account(account),
        ]);
    } else {
        acts.extend([Act::Card, Act::ShowCard(person, Claim::True), Act::AppPin(person, true)]);
        acts.extend([Act::Otp(true), Act::Account(account)]);
    }
    acts.push(Act::Agree);
    for _ in 0..chance.below(4) {
        let at = 1 + chance.below(acts.len() as u64) as usize;
        let slip = slip(chance, person);
        let times = if chance.once_in(4) { 3 } else { 1 };
        acts.splice(at..at, std::iter::repeat_n(slip, times));
    }
    if chance.once_in(5) {
        acts.truncate(1 + chance.below(acts.len() as u64) as usize);
    }
    acts
}

fn slip(chance: &mut Chance, who: Person) -> Act {
    let claim = chance.one_of(&[Claim::WrongPin, Claim::WrongBirthDate, Claim::WrongNationalId]);
    let account = chance.below(4) as usize;
    chance.one_of(&[
        Act::Come,
        Act::Reload,
        Act::Reload,
        Act::Login,
        Act::Card,
        Act::Back,
        Act::Password(who, false),
        Act::ShowCard(who, claim),
        Act::AppPin(who, false),
        Act::Otp(false),
        Act::Again,
        Act::Account(account),
        Act::Agree,
        Act::Refuse,
    ])
}

fn identity(chance: &mut Chance) -> Identity {
    match chance.below(10) {
        0 => Identity::Same(pick(chance)),
        1 => Identity::Taken(pick(chance)),
        2 => Identity::DueDate(pick(chance)),
        _ => Identity::New,
    }
}

fn creditor(chance: &mut Chance) -> usize {
    chance.one_of(&[3, 3, 3, 3, 3, 3, 3, 3, 4, 5])
}

fn amount(chance: &mut Chance) -> i64 {
    chance.one_of(&[1, 10_000, 30_000, 30_001, 40_000, 70_000_000, 70_000_001])
}

fn plan(chance: &mut Chance, registration: Pick) -> Command {
    use Frequency::{Daily, Monthly, Once, Quarterly, Weekly, Yearly};
    let frequency = chance.one_of(&[Once, Daily, Weekly, Monthly, Monthly, Quarterly, Yearly]);
    let start = match chance.below(8) {
        0 => Start::In(chance.one_of(&[-1, 0, 29, 365, 30 * 365 + 5, 30 * 366 + 40])),
        1..5 => Start::In(1 + chance.below(4) as i64),
        _ => Start::LastOfMonth(chance.below(2) as i64),
    };
    let end = match chance.below(12) {
        0 => End::After(chance.one_of(&[30, 31, 999])),
        1 => End::In(chance.one_of(&[998, 999, 30 * 366])),
        2..6 => End::In(chance.below(100) as i64),
        _ => End::After(1 + chance.below(5) as u16),
    };
    let amount = chance.one_of(&[10_000, 30_000, 45_000]);
    let timetable = Timetable { frequency, start, end };
    Command::Plan { registration, creditor: creditor(chance), amount, timetable, identity: identity(chance) }
}

fn minutes(chance: &mut Chance) -> i64 {
    const DAY: i64 = 24 * 60;
    match chance.below(10) {
        0 => chance.one_of(&[1, 3, 10]),
        1 => 60 * (1 + chance.below(30) as i64),
        2..6 => DAY * (1 + chance.below(4) as i64),
        6..9 => DAY * (28 + chance.below(5) as i64),
        _ => DAY * 100,
    }
}

impl Command {
    /// What it is called where it is counted.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Visit { .. } => "visit",
            Self::Branch { .. } => "branch",
            Self::Ask { .. } => "B",
            Self::Inquire { .. } => "C",
            Self::Cancel { .. } => "D",
            Self::Decide { decision: Decision::Suspend, .. } => "suspend",
            Self::Decide { decision: Decision::Resume, .. } => "resume",
            Self::Decide { decision: Decision::Cancel, .. } => "cancel",
            Self::Charge { .. } => "F",
            Self::Misspell { .. } => "F misspelt",
            Self::Recall { .. } => "G",
            Self::Plan { .. } => "I",
            Self::Look { .. } => "J",
            Self::Stop { .. } => "K",
            Self::Mark { .. } => "mark",
            Self::Move { .. } => "move",
            Self::Advance { .. } => "advance",
            Self::Neglect { .. } => "neglect",
            Self::CatchUp => "catch up",
        }
    }
}

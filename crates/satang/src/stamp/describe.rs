//! Instruments as a person describes them: by flags, or in a file.

use satang_schema::{Check, Date, Satang, TaxId, Text};
use satang_stamp_duty::{
    Detail, Filing, Instrument, Paper,
    duty::{Authority, Meetings, Nature},
};
use satang_validation::{Code, Pointer, Rule, Violations};
use serde::Deserialize;

/// A filing in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Description {
    /// Your own name for it; a new one unless given.
    #[serde(default)]
    pub(super) request_id: Option<Text<1, 50>>,
    /// Who pays, and owes the duty of each instrument that names nobody else.
    pub(super) payer: TaxId,
    /// The instruments.
    pub(super) instruments: Vec<Described>,
}

/// An instrument. Which members it has depends on its nature.
#[derive(Clone, Debug, clap::Args, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Described {
    /// What kind of instrument it is
    #[arg(value_enum)]
    pub(super) nature: Kind,
    /// Baht: rent and key money for the whole term, the amount lent, the remuneration, the value; what is guaranteed at most
    #[arg(long)]
    #[serde(default)]
    amount: Option<Satang>,
    /// Of a power of attorney: what the attorney may do
    #[arg(long, value_enum)]
    #[serde(default)]
    acts: Option<Acts>,
    /// Of a power of attorney to several persons, each alone: how many there are
    #[arg(long)]
    #[serde(default)]
    persons: Option<u16>,
    /// Of a proxy: at how many meetings it votes
    #[arg(long, value_enum)]
    #[serde(default)]
    meetings: Option<HowMany>,
    /// How many duplicates there are
    #[arg(long)]
    #[serde(default)]
    duplicates: Option<u16>,
    /// When it was, or will be, made: YYYY-MM-DD
    #[arg(long)]
    #[serde(default)]
    pub(super) created: Option<Date>,
    /// The number of the instrument, such as 2569/01
    #[arg(long)]
    #[serde(default)]
    number: Option<Text<1, 50>>,
    /// The tax number of who owes the duty, 13 digits
    #[arg(long)]
    #[serde(default)]
    pub(super) payer: Option<TaxId>,
    /// The number of its contract
    #[arg(long)]
    #[serde(default)]
    contract: Option<Text<0, 50>>,
    /// The property of a lease; the work of a hire of work
    #[arg(long)]
    #[serde(default)]
    detail: Option<Detail>,
    /// From when it holds: YYYY-MM-DD
    #[arg(long)]
    #[serde(default)]
    from: Option<Date>,
    /// Until when it holds
    #[arg(long)]
    #[serde(default)]
    until: Option<Date>,
    /// Of a proxy: the day of the meeting
    #[arg(long)]
    #[serde(default)]
    meeting: Option<Date>,
    /// It is filed after its deadline
    #[arg(long)]
    #[serde(default)]
    overdue: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A lease of land, a building, another construction or a floating house: 1
    Lease,
    /// A transfer of shares, debentures or bonds: 2
    ShareTransfer,
    /// A hire-purchase: 3
    HirePurchase,
    /// A hire of work: 4
    HireOfWork,
    /// A loan, or an overdraft: 5
    Loan,
    /// A power of attorney: 7
    PowerOfAttorney,
    /// A proxy to vote: 8
    Proxy,
    /// A guarantee: 17
    Guarantee,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Acts {
    /// One act
    Once,
    /// More than one, by one person or by several together
    Jointly,
    /// More than one, by several persons, each alone
    Severally,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum HowMany {
    /// One
    One,
    /// More
    Several,
}

/// A broken rule, and the member that breaks it.
type Broken = (&'static str, Rule);

impl Described {
    /// What its duty depends on.
    ///
    /// # Errors
    /// The first broken rule.
    pub(super) fn nature(&self) -> Result<Nature, Broken> {
        let amount = self.amount.ok_or(("amount", missing("of an instrument of this nature")));
        let is_odd = match self.nature {
            Kind::PowerOfAttorney => {
                [("amount", self.amount.is_some()), ("meetings", self.meetings.is_some())]
            }
            Kind::Proxy => [("amount", self.amount.is_some()), ("acts", self.acts.is_some())],
            _ => [("acts", self.acts.is_some()), ("meetings", self.meetings.is_some())],
        };
        if let Some((name, _)) = is_odd.into_iter().find(|(_, is_there)| *is_there) {
            return Err((name, Rule::new(Code::Inconsistent, "an instrument of this nature has none")));
        }
        let is_several = matches!(self.acts, Some(Acts::Severally));
        if self.persons.is_some() != is_several {
            return Err((
                "persons",
                Rule::new(Code::Inconsistent, "goes with acts severally, and only with it"),
            ));
        }
        let nature = match self.nature {
            Kind::Lease => Nature::Lease { rent: amount? },
            Kind::ShareTransfer => Nature::ShareTransfer { value: amount? },
            Kind::HirePurchase => Nature::HirePurchase { value: amount? },
            Kind::HireOfWork => Nature::HireOfWork { remuneration: amount? },
            Kind::Loan => Nature::Loan { amount: amount? },
            Kind::Guarantee => Nature::Guarantee { limit: self.amount },
            Kind::PowerOfAttorney => Nature::PowerOfAttorney(match self.acts {
                Some(Acts::Once) => Authority::Once,
                Some(Acts::Jointly) => Authority::Jointly,
                Some(Acts::Severally) => Authority::Severally { persons: self.persons.unwrap_or_default() },
                None => return Err(("acts", missing("of a power of attorney"))),
            }),
            Kind::Proxy => Nature::Proxy(match self.meetings {
                Some(HowMany::One) => Meetings::One,
                Some(HowMany::Several) => Meetings::Several,
                None => return Err(("meetings", missing("of a proxy"))),
            }),
        };
        let about = if nature.amount() == Satang(0) { "persons" } else { "amount" };
        nature.duty().map(|_| nature).map_err(|rule| (about, rule))
    }

    /// How many duplicates there are.
    pub(super) fn duplicates(&self) -> u16 {
        self.duplicates.unwrap_or_default()
    }

    /// The instrument.
    ///
    /// # Errors
    /// The first broken rule.
    pub(super) fn instrument(&self, payer: &TaxId) -> Result<Instrument, Broken> {
        let nature = self.nature()?;
        let paper = Paper {
            number: self.number.clone().ok_or(("number", missing("of an instrument")))?,
            created: self.created.ok_or(("created", missing("of an instrument")))?,
            payer: self.payer.as_ref().unwrap_or(payer).clone(),
        };
        let made = match (nature, &self.detail) {
            (Nature::Lease { rent }, Some(property)) => Instrument::lease(paper, property.clone(), rent),
            (Nature::Lease { .. }, None) => return Err(("detail", missing("of a lease: its property"))),
            (Nature::HireOfWork { remuneration }, Some(work)) => {
                Instrument::hire_of_work(paper, work.clone(), remuneration)
            }
            (Nature::HireOfWork { .. }, None) => {
                return Err(("detail", missing("of a hire of work: the work")));
            }
            (_, Some(_)) => {
                return Err(("detail", Rule::malformed("only a lease and a hire of work have one")));
            }
            (Nature::Proxy(meetings), None) => {
                let meeting = self.meeting.ok_or(("meeting", missing("of a proxy")))?;
                Instrument::proxy(paper, meetings, meeting)
            }
            (other, None) => Instrument::of(other, paper),
        };
        let mut made = made.map_err(|rule| ("amount", rule))?;
        if self.overdue {
            made = made.overdue();
        }
        if let Some(contract) = &self.contract {
            made = made.with_contract(contract.clone());
        }
        match (self.from, self.until) {
            (Some(from), until) => made = made.valid(from, until),
            (None, Some(_)) => return Err(("from", missing("when there is an end"))),
            (None, None) => {}
        }
        made.with_duplicates(self.duplicates()).map_err(|rule| ("duplicates", rule))
    }
}

fn missing(of: &str) -> Rule {
    Rule::new(Code::Missing, format!("a required member {of}"))
}

impl Check for Description {
    fn check(&self, found: &mut Violations) {
        let place = Pointer::root().member("instruments");
        for (position, described) in self.instruments.iter().enumerate() {
            if let Err((member, rule)) = described.instrument(&self.payer) {
                found.add(place.index(position).member(member), rule);
            }
        }
    }
}

impl Description {
    /// The filing.
    ///
    /// # Errors
    /// Every broken rule, by its place in the file.
    pub(super) fn filing(&self, request_id: Text<1, 50>) -> Result<Filing, Violations> {
        let mut found = Violations::new();
        self.check(&mut found);
        found.into_result()?;
        let filing = Filing::new(request_id, self.payer.clone());
        // The check made each of them before.
        let instruments = self.instruments.iter().flat_map(|described| described.instrument(&self.payer));
        Ok(instruments.fold(filing, Filing::with))
    }
}

//! An instrument that is to be filed.

use crate::duty::{self, Authority, Meetings, Nature};
use satang_schema::{
    AmountOrZero, Date, Satang, TaxId, Text, WholeNumber,
    stamp_duty::{
        AttachDetail, AttachRow, BranchType, Contract, InstInfo, Party, StampPayment, TaxPayer,
        TaxRegistration, YesNo,
    },
};
use satang_validation::Rule;

/// A description of something, up to 500 characters (the length is proposed by Satang).
pub type Detail = Text<0, 500>;

/// An instrument with its duty.
///
/// ```
/// use satang_stamp_duty::{Instrument, Paper, Satang};
///
/// let paper = Paper { number: "2569/01".parse()?, created: "2026-02-21".parse()?, payer: "0105541069237".parse()? };
/// let lease = Instrument::lease(paper, "Flat 12, Silom".parse()?, Satang::from_baht(240_000))?
///     .with_contract("L-2569-01".parse()?)
///     .valid("2026-03-01".parse()?, Some("2027-02-28".parse()?))
///     .with_duplicates(1)?;
/// assert_eq!(lease.payment().total_amount.satang(), Satang::from_baht(245));
/// # Ok::<(), satang_validation::Rule>(())
/// ```
///
/// # What is known of the details
/// What an instrument tells beyond its parties goes into `attachDetail`, whose members mean something else for each nature:
///
/// | nature | what is written | origin |
/// | --- | --- | --- |
/// | lease | the property in a row of `attType` 1 (`attDetail1`), the rent in a row of 2 (`attAmount1`) | rows public, members inferred |
/// | proxy | the day of the meeting in `date` | inferred from code `E07203` |
/// | proxy, power of attorney | the letter of the schedule's item, as 1, 2 or 3, in `actionType`; persons in `number` | proposed by Satang |
/// | hire of work | the work in `detail1`, the remuneration in `amount` | proposed by Satang |
/// | loan, guarantee, share transfer, hire-purchase | the amount in `amount` | proposed by Satang |
///
/// The Department has published none of it: before you file in earnest, compare it with what you were given, and
/// [replace](Self::with_attachment) what differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    type_code: u8,
    form: InstInfo,
}

/// What every instrument has.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// The number of the instrument, such as `2569/01`.
    pub number: Text<1, 50>,
    /// When it was, or will be, made; in the Gregorian calendar.
    pub created: Date,
    /// Who owes the duty.
    pub payer: TaxId,
}

impl Instrument {
    /// A lease of `property`, for `rent` and key money over the whole term.
    ///
    /// # Errors
    /// [`Rule`] when the amount is negative or above [`Satang::MAX`].
    pub fn lease(paper: Paper, property: Detail, rent: Satang) -> Result<Self, Rule> {
        let row =
            |kind: &str| kind.parse().map(|kind| AttachRow { att_type: Some(kind), ..AttachRow::default() });
        let property = AttachRow { att_detail1: Some(property), ..row("1")? };
        let rented = AttachRow { att_amount1: Some(AmountOrZero::new(rent)?), ..row("2")? };
        let attached = AttachDetail { array_detail: vec![property, rented], ..AttachDetail::default() };
        Ok(Self::of(Nature::Lease { rent }, paper)?.with_attachment(attached))
    }

    /// A loan, or an overdraft, of `amount`.
    ///
    /// # Errors
    /// As [`lease`](Self::lease).
    pub fn loan(paper: Paper, amount: Satang) -> Result<Self, Rule> {
        Self::of(Nature::Loan { amount }, paper)
    }

    /// A hire of `work` for `remuneration`.
    ///
    /// # Errors
    /// As [`lease`](Self::lease).
    pub fn hire_of_work(paper: Paper, work: Detail, remuneration: Satang) -> Result<Self, Rule> {
        let amount = Some(AmountOrZero::new(remuneration)?);
        let attached = AttachDetail { detail1: Some(work), amount, ..AttachDetail::default() };
        Ok(Self::of(Nature::HireOfWork { remuneration }, paper)?.with_attachment(attached))
    }

    /// A power of attorney.
    ///
    /// # Errors
    /// [`Rule`] when nobody is authorised.
    pub fn power_of_attorney(paper: Paper, authority: Authority) -> Result<Self, Rule> {
        Self::of(Nature::PowerOfAttorney(authority), paper)
    }

    /// A guarantee up to `limit`, or without one.
    ///
    /// # Errors
    /// As [`lease`](Self::lease).
    pub fn guarantee(paper: Paper, limit: Option<Satang>) -> Result<Self, Rule> {
        Self::of(Nature::Guarantee { limit }, paper)
    }

    /// A proxy to vote at a meeting on `meeting`, or at this and further ones.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn proxy(paper: Paper, meetings: Meetings, meeting: Date) -> Result<Self, Rule> {
        let mut proxy = Self::of(Nature::Proxy(meetings), paper)?;
        if let Some(attached) = &mut proxy.form.attach_detail {
            attached.date = Some(meeting);
        }
        Ok(proxy)
    }

    /// An instrument of any nature whose duty is known. A proxy wants [the day of its meeting](Self::proxy) besides.
    ///
    /// # Errors
    /// As [`Nature::duty`].
    pub fn of(nature: Nature, paper: Paper) -> Result<Self, Rule> {
        let made = Self::raw(nature.type_code(), paper, nature.amount(), nature.duty()?)?;
        Ok(made.with_attachment(attachment(nature)?))
    }

    /// An instrument of any nature by its number in the schedule, 1 to 28, over `amount`, with a duty that you have computed.
    ///
    /// # Errors
    /// [`Rule`] when there is no such nature, or an amount is negative or above [`Satang::MAX`].
    pub fn raw(type_code: u8, paper: Paper, amount: Satang, duty: Satang) -> Result<Self, Rule> {
        if !(1..=28).contains(&type_code) {
            return Err(Rule::malformed("expected a nature from 1 to 28"));
        }
        let form = InstInfo {
            id: paper.number,
            contract_no: None,
            creation_date: paper.created,
            effective_date: None,
            expire_date: None,
            expire_date_text: None,
            receive_date: None,
            send_form_type: Some("1".parse()?),
            filing_no: Some(1.try_into()?),
            overdue_flag: Some(YesNo::No),
            dup_number: Some(0.try_into()?),
            relate_inst_info: None,
            inst_amount: AmountOrZero::new(amount)?,
            tax_payer: TaxPayer {
                specified_tax_registration: TaxRegistration { id: paper.payer },
                branch_no: None,
                branch_type: None,
                relationship: None,
            },
            party: None,
            attach_detail: None,
            relate_party: None,
            relate_contract: None,
            payment: payment(duty, Satang(0))?,
        };
        Ok(Self { type_code, form })
    }

    /// With the number of its contract.
    #[must_use]
    pub fn with_contract(mut self, number: Text<0, 50>) -> Self {
        self.form.contract_no = Some(number);
        self
    }

    /// In force from a day, and until another.
    #[must_use]
    pub fn valid(mut self, from: Date, until: Option<Date>) -> Self {
        self.form.effective_date = Some(from);
        self.form.expire_date = until;
        self
    }

    /// Received on a day: of natures whose deadline counts from there.
    ///
    /// # Errors
    /// [`Rule`] for a day before the year 0.
    pub fn received(mut self, day: Date) -> Result<Self, Rule> {
        self.form.receive_date = Some(day.to_string().parse()?);
        Ok(self)
    }

    /// With `count` duplicates, up to 9,999, and the duty for them.
    ///
    /// # Errors
    /// [`Rule`] when there are more.
    pub fn with_duplicates(mut self, count: u16) -> Result<Self, Rule> {
        self.form.dup_number = Some(WholeNumber::try_from(u64::from(count))?);
        let duty = self.form.payment.duty_amount.satang();
        self.form.payment = payment(duty, duty::of_duplicates(duty, count))?;
        Ok(self)
    }

    /// Owed by a branch of the payer.
    #[must_use]
    pub fn owed_by_branch(mut self, number: Text<0, 6>, kind: BranchType) -> Self {
        self.form.tax_payer.branch_no = Some(number);
        self.form.tax_payer.branch_type = Some(kind);
        self
    }

    /// With the other party.
    #[must_use]
    pub fn with_party(mut self, party: Party) -> Self {
        self.form.party = Some(party);
        self
    }

    /// Belonging to another instrument.
    #[must_use]
    pub fn related_to(mut self, other: Contract) -> Self {
        self.form.relate_inst_info = Some(other);
        self
    }

    /// Filed after the [deadline](crate::filing_deadline). Surcharge and fine are for the Department to tell.
    #[must_use]
    pub fn overdue(mut self) -> Self {
        self.form.overdue_flag = Some(YesNo::Yes);
        self
    }

    /// With these details in place of those that were written.
    #[must_use]
    pub fn with_attachment(mut self, attached: AttachDetail) -> Self {
        self.form.attach_detail = Some(attached);
        self
    }

    /// The number of its nature in the schedule.
    #[must_use]
    pub fn type_code(&self) -> u8 {
        self.type_code
    }

    /// What it costs.
    #[must_use]
    pub fn payment(&self) -> &StampPayment {
        &self.form.payment
    }

    /// What is filed. To set a member that has no method here, change it before it is given to a
    /// [`Filing`](crate::Filing).
    #[must_use]
    pub fn form(&self) -> &InstInfo {
        &self.form
    }

    /// See [`form`](Self::form).
    pub fn form_mut(&mut self) -> &mut InstInfo {
        &mut self.form
    }

    pub(crate) fn into_form(self) -> InstInfo {
        self.form
    }
}

fn payment(duty: Satang, duplicates: Satang) -> Result<StampPayment, Rule> {
    let total = duty.0.checked_add(duplicates.0).unwrap_or(i64::MAX);
    Ok(StampPayment {
        duty_amount: AmountOrZero::new(duty)?,
        dup_duty_amount: AmountOrZero::new(duplicates)?,
        total_amount: AmountOrZero::new(Satang(total))?,
    })
}

/// What is written unless it is replaced: see the table of [`Instrument`].
fn attachment(nature: Nature) -> Result<AttachDetail, Rule> {
    let (action, persons) = match nature {
        Nature::PowerOfAttorney(Authority::Once) | Nature::Proxy(Meetings::One) => (Some("1"), None),
        Nature::PowerOfAttorney(Authority::Jointly) | Nature::Proxy(Meetings::Several) => (Some("2"), None),
        Nature::PowerOfAttorney(Authority::Severally { persons }) => (Some("3"), Some(persons)),
        _ => (None, None),
    };
    let amount = match nature {
        Nature::PowerOfAttorney(_) | Nature::Proxy(_) | Nature::Guarantee { limit: None } => None,
        other => Some(other.amount()),
    };
    Ok(AttachDetail {
        amount: amount.map(AmountOrZero::new).transpose()?,
        action_type: action.map(str::parse).transpose()?,
        number: persons.map(|persons| u64::from(persons).try_into()).transpose()?,
        ..AttachDetail::default()
    })
}

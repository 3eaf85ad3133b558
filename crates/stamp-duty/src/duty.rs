//! How much duty an instrument costs: the stamp duty schedule (บัญชีอัตราอากรแสตมป์) at the end of chapter 6 of title 2 of
//! the Revenue Code, in whole satang.
//!
//! ```
//! use satang_schema::Satang;
//! use satang_stamp_duty::duty::{self, Authority, Nature};
//!
//! let lease = Nature::Lease { rent: "240000.01".parse()? };
//! assert_eq!(lease.duty()?, Satang::from_baht(241)); // a part of a thousand counts as a thousand
//! assert_eq!(Nature::PowerOfAttorney(Authority::Once).duty()?, Satang::from_baht(10));
//! assert_eq!(duty::of_duplicates(Satang::from_baht(241), 2), Satang::from_baht(10));
//! # Ok::<(), satang_validation::Rule>(())
//! ```
//!
//! | nature | no. | duty | source |
//! | --- | --- | --- | --- |
//! | lease of land, building, other construction or floating house | 1 | 1 baht for every 1,000 baht or part of rent and key money, for the whole term | schedule, 1 |
//! | transfer of shares, debentures, bonds | 2 | 1 baht for every 1,000 or part of the paid-up or nominal value, whichever is greater | schedule, 2 |
//! | hire-purchase | 3 | 1 baht for every 1,000 or part of the total value | schedule, 3 |
//! | hire of work | 4 | 1 baht for every 1,000 or part of the remuneration | schedule, 4 |
//! | loan, bank overdraft | 5 | 1 baht for every 2,000 or part, never more than 10,000 baht | schedule, 5 |
//! | power of attorney | 7 | 10, 30, or 30 for each attorney | schedule, 7 (a) to (c) |
//! | proxy to vote | 8 | 20, or 100 | schedule, 8 (a), (b) |
//! | guarantee | 17 | 1, 5 or 10 by the amount, 10 without one | schedule, 17 (a) to (d) |
//! | duplicate | 23 | 1 when the original costs at most 5, otherwise 5 | schedule, 23 (a), (b) |
//!
//! All of it is public law; the Department publishes the schedule in
//! [English](https://www.rd.go.th/english/37773.html). **Not** computed here: exemptions (a lease for farming, a hire-purchase
//! for farming, what section 121 exempts), surcharges and fines (sections 113 and 114), and the other natures of the
//! schedule. Nothing here is advice on the law.

use satang_schema::Satang;
use satang_validation::Rule;

/// The nature of an instrument (ลักษณะแห่งตราสาร), with what its duty depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Nature {
    /// A lease of land, a building, another construction or a floating house (เช่าที่ดิน โรงเรือน สิ่งปลูกสร้างอย่างอื่น
    /// หรือแพ).
    Lease {
        /// Rent and key money (เงินกินเปล่า) together, for the whole term; of a lease without a term, for three years
        /// (schedule, 1, note 1).
        rent: Satang,
    },
    /// A transfer of shares, debentures, bonds or certificates of debt (โอนใบหุ้น หุ้นกู้ พันธบัตร และใบรับรองหนี้).
    ShareTransfer {
        /// The paid-up value of the shares, or the nominal value of the instrument, whichever is greater.
        value: Satang,
    },
    /// A hire-purchase (เช่าซื้อทรัพย์สิน).
    HirePurchase {
        /// The total value.
        value: Satang,
    },
    /// A hire of work (จ้างทำของ).
    HireOfWork {
        /// The remuneration; estimated when it is not known yet (schedule, 4, note 1).
        remuneration: Satang,
    },
    /// A loan of money, or a bank's agreement on an overdraft (กู้ยืมเงิน หรือการตกลงให้เบิกเงินเกินบัญชีจากธนาคาร).
    Loan {
        /// The whole amount lent or agreed.
        amount: Satang,
    },
    /// A power of attorney (ใบมอบอำนาจ).
    PowerOfAttorney(Authority),
    /// A proxy to vote at a meeting of a company (ใบมอบฉันทะสำหรับให้ลงมติในที่ประชุมของบริษัท).
    Proxy(Meetings),
    /// A guarantee (ค้ำประกัน).
    Guarantee {
        /// What is guaranteed at most; `None` when there is no limit.
        limit: Option<Satang>,
    },
}

/// What an attorney may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authority {
    /// One or several persons act once only: 10 baht (schedule, 7 (a)).
    Once,
    /// One person, or several jointly, act more than once: 30 baht (schedule, 7 (b)).
    Jointly,
    /// Several persons act more than once, each alone: 30 baht for each (schedule, 7 (c)).
    Severally {
        /// How many persons.
        persons: u16,
    },
}

/// At how many meetings a proxy votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meetings {
    /// One: 20 baht (schedule, 8 (a)).
    One,
    /// More: 100 baht (schedule, 8 (b)).
    Several,
}

/// The most that a loan costs (schedule, 5).
pub const MOST_OF_LOAN: Satang = Satang::from_baht(10_000);

impl Nature {
    /// The duty of the original.
    ///
    /// It is a whole number of baht. An instrument over nothing costs nothing, apart from a guarantee, which has fixed steps.
    ///
    /// # Errors
    /// [`Rule`] when an amount is negative or above [`Satang::MAX`], or when nobody is authorised.
    pub fn duty(self) -> Result<Satang, Rule> {
        match self {
            Self::Lease { rent: amount }
            | Self::ShareTransfer { value: amount }
            | Self::HirePurchase { value: amount }
            | Self::HireOfWork { remuneration: amount } => per(Satang::from_baht(1_000), amount),
            Self::Loan { amount } => per(Satang::from_baht(2_000), amount).map(|duty| duty.min(MOST_OF_LOAN)),
            Self::PowerOfAttorney(Authority::Once) => Ok(Satang::from_baht(10)),
            Self::PowerOfAttorney(Authority::Jointly) => Ok(Satang::from_baht(30)),
            Self::PowerOfAttorney(Authority::Severally { persons: 0 }) => {
                Err(Rule::malformed("expected at least one person who is authorised"))
            }
            Self::PowerOfAttorney(Authority::Severally { persons }) => {
                Ok(Satang::from_baht(30 * i32::from(persons)))
            }
            Self::Proxy(Meetings::One) => Ok(Satang::from_baht(20)),
            Self::Proxy(Meetings::Several) => Ok(Satang::from_baht(100)),
            Self::Guarantee { limit: None } => Ok(Satang::from_baht(10)),
            Self::Guarantee { limit: Some(limit) } => admissible(limit).map(of_guarantee),
        }
    }

    /// The number of this nature in the schedule, which a filing has as `typeCode`.
    #[must_use]
    pub fn type_code(self) -> u8 {
        match self {
            Self::Lease { .. } => 1,
            Self::ShareTransfer { .. } => 2,
            Self::HirePurchase { .. } => 3,
            Self::HireOfWork { .. } => 4,
            Self::Loan { .. } => 5,
            Self::PowerOfAttorney(_) => 7,
            Self::Proxy(_) => 8,
            Self::Guarantee { .. } => 17,
        }
    }

    /// The amount that the instrument is about; zero when it is about none.
    #[must_use]
    pub fn amount(self) -> Satang {
        match self {
            Self::Lease { rent: amount }
            | Self::ShareTransfer { value: amount }
            | Self::HirePurchase { value: amount }
            | Self::HireOfWork { remuneration: amount }
            | Self::Loan { amount } => amount,
            Self::Guarantee { limit } => limit.unwrap_or_default(),
            Self::PowerOfAttorney(_) | Self::Proxy(_) => Satang(0),
        }
    }
}

/// The duty of `count` duplicates or counterfoils of an original that costs `duty`: 1 baht each when that is at most
/// 5 baht, otherwise 5 baht each (schedule, 23).
#[must_use]
pub fn of_duplicates(duty: Satang, count: u16) -> Satang {
    let each = if duty <= Satang::from_baht(5) { 1 } else { 5 };
    Satang::from_baht(each * i32::from(count))
}

/// One baht for every `part` of `amount`, a fraction of a part counting as a part.
fn per(part: Satang, amount: Satang) -> Result<Satang, Rule> {
    let Satang(amount) = admissible(amount)?;
    let parts = amount / part.0 + i64::from(amount % part.0 > 0);
    Ok(Satang(parts * BAHT))
}

/// Satang of a baht.
const BAHT: i64 = 100;

fn of_guarantee(limit: Satang) -> Satang {
    match limit {
        limit if limit <= Satang::from_baht(1_000) => Satang::from_baht(1),
        limit if limit <= Satang::from_baht(10_000) => Satang::from_baht(5),
        _ => Satang::from_baht(10),
    }
}

fn admissible(amount: Satang) -> Result<Satang, Rule> {
    if (Satang(0)..=Satang::MAX).contains(&amount) {
        Ok(amount)
    } else {
        Err(Rule::malformed(format!("expected an amount from 0.00 to {}", Satang::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(nature: impl Fn(Satang) -> Nature, cases: &[(&str, &str)]) {
        for (amount, duty) in cases {
            let nature = nature(amount.parse().unwrap());
            assert_eq!(nature.duty().unwrap().to_string(), *duty, "{nature:?}");
        }
    }

    /// The boundary of every part, and a satang on either side of it.
    #[test]
    fn a_part_of_a_thousand_is_a_thousand() {
        let cases = [
            ("0.00", "0.00"),
            ("0.01", "1.00"),
            ("999.99", "1.00"),
            ("1000.00", "1.00"),
            ("1000.01", "2.00"),
            ("1999.99", "2.00"),
            ("2000.00", "2.00"),
            ("240000.00", "240.00"),
            ("240000.01", "241.00"),
            ("9999999999999.99", "10000000000.00"),
        ];
        check(|rent| Nature::Lease { rent }, &cases);
        check(|value| Nature::ShareTransfer { value }, &cases);
        check(|value| Nature::HirePurchase { value }, &cases);
        check(|remuneration| Nature::HireOfWork { remuneration }, &cases);
    }

    #[test]
    fn a_loan_has_a_ceiling() {
        check(
            |amount| Nature::Loan { amount },
            &[
                ("0.00", "0.00"),
                ("0.01", "1.00"),
                ("2000.00", "1.00"),
                ("2000.01", "2.00"),
                ("240000.00", "120.00"),
                ("19998000.00", "9999.00"),
                ("19998000.01", "10000.00"),
                ("20000000.00", "10000.00"),
                ("20000000.01", "10000.00"),
                ("9999999999999.99", "10000.00"),
            ],
        );
    }

    #[test]
    fn a_guarantee_has_steps() {
        check(
            |limit| Nature::Guarantee { limit: Some(limit) },
            &[
                ("0.00", "1.00"),
                ("1000.00", "1.00"),
                ("1000.01", "5.00"),
                ("10000.00", "5.00"),
                ("10000.01", "10.00"),
                ("9999999999999.99", "10.00"),
            ],
        );
        assert_eq!(Nature::Guarantee { limit: None }.duty(), Ok(Satang::from_baht(10)));
    }

    #[test]
    fn powers_and_proxies_have_fixed_duties() {
        for (nature, code, baht) in [
            (Nature::PowerOfAttorney(Authority::Once), 7, 10),
            (Nature::PowerOfAttorney(Authority::Jointly), 7, 30),
            (Nature::PowerOfAttorney(Authority::Severally { persons: 1 }), 7, 30),
            (Nature::PowerOfAttorney(Authority::Severally { persons: 3 }), 7, 90),
            (Nature::PowerOfAttorney(Authority::Severally { persons: u16::MAX }), 7, 1_966_050),
            (Nature::Proxy(Meetings::One), 8, 20),
            (Nature::Proxy(Meetings::Several), 8, 100),
        ] {
            assert_eq!(
                (nature.type_code(), nature.duty()),
                (code, Ok(Satang::from_baht(baht))),
                "{nature:?}"
            );
        }
    }

    #[test]
    fn a_duplicate_costs_one_or_five() {
        for (duty, count, cost) in [
            ("0.00", 1, "1.00"),
            ("1.00", 1, "1.00"),
            ("5.00", 3, "3.00"),
            ("5.01", 1, "5.00"),
            ("6.00", 2, "10.00"),
            ("10000.00", 65_535, "327675.00"),
            ("10000.00", 0, "0.00"),
        ] {
            assert_eq!(of_duplicates(duty.parse().unwrap(), count).to_string(), cost, "{count} of {duty}");
        }
    }

    #[test]
    fn what_is_no_amount_has_no_duty() {
        for amount in [Satang(-1), Satang(Satang::MAX.0 + 1), Satang(i64::MIN), Satang(i64::MAX)] {
            for nature in natures(amount) {
                assert!(nature.duty().is_err(), "{nature:?}");
            }
        }
        assert!(Nature::PowerOfAttorney(Authority::Severally { persons: 0 }).duty().is_err());
    }

    /// Every nature whose duty depends on an amount.
    fn natures(amount: Satang) -> [Nature; 6] {
        [
            Nature::Lease { rent: amount },
            Nature::ShareTransfer { value: amount },
            Nature::HirePurchase { value: amount },
            Nature::HireOfWork { remuneration: amount },
            Nature::Loan { amount },
            Nature::Guarantee { limit: Some(amount) },
        ]
    }

    proptest! {
        /// A larger instrument never costs less, duties are whole baht, and the rate is exact: one baht less would be too
        /// little for the parts begun, one more too much.
        #[test]
        fn duties_are_monotone_and_exact(amount in 0..=Satang::MAX.0, more in 0..=1_000_000_000_i64) {
            let larger = Satang((amount + more).min(Satang::MAX.0));
            for (small, large) in natures(Satang(amount)).into_iter().zip(natures(larger)) {
                let (small, large) = (small.duty().unwrap(), large.duty().unwrap());
                prop_assert!(small <= large);
                prop_assert_eq!(small.0 % 100, 0);
            }
            let duty = Nature::Lease { rent: Satang(amount) }.duty().unwrap().0;
            prop_assert!(duty * 1_000 >= amount && (duty - 100) * 1_000 < amount);
            let duty = Nature::Loan { amount: Satang(amount) }.duty().unwrap();
            prop_assert!(duty == MOST_OF_LOAN || (duty.0 * 2_000 >= amount && (duty.0 - 100) * 2_000 < amount));
        }
    }
}

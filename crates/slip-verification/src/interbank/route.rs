//! Which bank is asked about which slips, and since when.

use jiff::civil::Date;
use satang_schema::slip_verification::BankCode;
use std::prelude::v1::*;

/// Whom to ask about slips of a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// This bank: mostly the same one, another one where it took the books over.
    Bank(BankCode),
    /// Nobody: the provider has no such service behind its sponsoring bank.
    SponsorUnsupported,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The bank on the slip.
    pub bank: BankCode,
    /// The first day in Bangkok.
    pub from: Date,
    /// The last day, if there is one.
    pub until: Option<Date>,
    /// Whom to ask.
    pub to: Destination,
}

/// The routes of a hub. A bank that merged is not looked for elsewhere unless a route says so: that customers
/// went to another bank does not make that bank the issuer of old slips.
#[derive(Clone, Debug, Default)]
pub struct RouteTable(Vec<Route>);

impl RouteTable {
    /// The table of these routes; of several that hold on a day the last one counts.
    #[must_use]
    pub fn new(routes: Vec<Route>) -> Self {
        Self(routes)
    }

    /// A route without dates from each bank to itself.
    #[must_use]
    pub fn direct(banks: impl IntoIterator<Item = BankCode>) -> Self {
        let route = |bank: BankCode| Route {
            bank: bank.clone(),
            from: Date::MIN,
            until: None,
            to: Destination::Bank(bank),
        };
        Self(banks.into_iter().map(route).collect())
    }

    /// Whom to ask on this day in Bangkok.
    #[must_use]
    pub fn find(&self, bank: &BankCode, day: Date) -> Option<&Destination> {
        let holds = |route: &&Route| {
            route.bank == *bank && route.from <= day && route.until.is_none_or(|until| day <= until)
        };
        self.0.iter().rev().find(holds).map(|route| &route.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_route_holds_from_its_first_to_its_last_day() {
        let [old, new] = ["065", "011"].map(|code| code.parse::<BankCode>().unwrap());
        let merged = date(2021, 7, 3);
        let table = RouteTable::new(std::vec![
            Route {
                bank: old.clone(),
                from: Date::MIN,
                until: Some(date(2021, 7, 2)),
                to: Destination::Bank(old.clone()),
            },
            Route { bank: old.clone(), from: merged, until: None, to: Destination::Bank(new.clone()) },
        ]);
        for (day, expected) in [(date(2021, 7, 2), &old), (merged, &new), (date(2026, 1, 1), &new)] {
            assert_eq!(table.find(&old, day), Some(&Destination::Bank(expected.clone())), "{day}");
        }
        assert_eq!(table.find(&new, merged), None, "no route is made up");
    }
}

//! Whom the hub can ask, and about which banks: both change while it answers.

use crate::interbank::{AnswerVerifier, Destination, IssuerHealth, RouteTable, Service, health::Pulse};
use jiff::{Timestamp, tz::Offset};
use satang_core::{Transport, slip_verification::CallbackClient};
use satang_schema::slip_verification::BankCode;
use std::{
    collections::HashMap,
    prelude::v1::*,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// The issuers and the routes to them. A question holds on to the issuer as it found it, and no lock while it waits.
#[derive(Debug)]
pub(super) struct Directory<T>(RwLock<Entries<T>>);

#[derive(Debug)]
struct Entries<T> {
    routes: RouteTable,
    /// By service, so that whoever fails in one is still asked in the other.
    issuers: HashMap<(Service, BankCode), Arc<Entry<T>>>,
}

/// An issuer that can be asked about one service.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub(super) bank: BankCode,
    pub(super) client: CallbackClient<T>,
    pub(super) signatures: AnswerVerifier,
    pub(super) pulse: Arc<Pulse>,
}

/// Why nobody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeadEnd {
    NoRoute,
    SponsorUnsupported,
}

impl<T> Default for Directory<T> {
    fn default() -> Self {
        Self(RwLock::new(Entries { routes: RouteTable::default(), issuers: HashMap::new() }))
    }
}

impl<T: Transport> Directory<T> {
    pub(super) fn route(&self, routes: RouteTable) {
        self.change_entries().routes = routes;
    }

    /// Adds an issuer, or puts it in place of the one of before: what is known of that bank's health stays.
    pub(super) fn add(&self, service: Service, bank: BankCode, transport: T, signatures: AnswerVerifier) {
        let mut entries = self.change_entries();
        let key = (service, bank.clone());
        let pulse = entries.issuers.get(&key).map(|old| Arc::clone(&old.pulse)).unwrap_or_default();
        let client = CallbackClient::new(transport);
        entries.issuers.insert(key, Arc::new(Entry { bank, client, signatures, pulse }));
    }

    pub(super) fn remove(&self, service: Service, bank: &BankCode) -> bool {
        self.change_entries().issuers.remove(&(service, bank.clone())).is_some()
    }

    /// Who is asked about this bank at this moment.
    pub(super) fn find(
        &self,
        service: Service,
        bank: &BankCode,
        now: Timestamp,
    ) -> Result<Arc<Entry<T>>, DeadEnd> {
        let today = Offset::constant(7).to_datetime(now).date();
        let entries = self.entries();
        match entries.routes.find(bank, today).ok_or(DeadEnd::NoRoute)? {
            Destination::Bank(bank) => {
                entries.issuers.get(&(service, bank.clone())).cloned().ok_or(DeadEnd::NoRoute)
            }
            Destination::SponsorUnsupported => Err(DeadEnd::SponsorUnsupported),
        }
    }

    /// By service and code.
    pub(super) fn health(&self, now: Timestamp) -> Vec<IssuerHealth> {
        let entries = self.entries();
        let of = |((service, bank), entry): (&(Service, BankCode), &Arc<Entry<T>>)| {
            entry.pulse.health(*service, bank.clone(), now)
        };
        let mut all: Vec<_> = entries.issuers.iter().map(of).collect();
        all.sort_by(|one, other| (one.service, &one.bank).cmp(&(other.service, &other.bank)));
        all
    }

    fn entries(&self) -> RwLockReadGuard<'_, Entries<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change_entries(&self) -> RwLockWriteGuard<'_, Entries<T>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

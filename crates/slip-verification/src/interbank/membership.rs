//! The members of a hub, who come and go while it answers.

use super::{
    Member, Question, Service,
    member::digest,
    replay::Replay,
    token::{Claimed, TokenFault},
};
use jiff::Timestamp;
use satang_schema::slip_verification::BankCode;
use std::{
    collections::HashMap,
    fmt,
    prelude::v1::*,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use uuid::Uuid;

/// All members. A question holds on to the seat of its member as it found it, and no lock while it is answered.
#[derive(Debug)]
pub(super) struct Membership {
    most_tokens: usize,
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    seats: HashMap<BankCode, Arc<Seat>>,
    /// The same by the digests of their keys.
    by_key: HashMap<[u8; 32], BankCode>,
    /// Tokens that were used. Each bank has a memory of its own, which outlives its seat for as long as a token
    /// in it would be good: whoever leaves and comes back cannot use one twice.
    used: HashMap<BankCode, Arc<Mutex<Replay>>>,
}

/// A member, with the tokens that it has used.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    member: Member,
    used: Arc<Mutex<Replay>>,
}

impl Seat {
    pub(super) fn bank(&self) -> &BankCode {
        self.member.bank()
    }

    pub(super) fn is_subscribed_to(&self, service: Service) -> bool {
        self.member.services().contains(&service)
    }

    /// Verifies a token of the member and uses it up.
    pub(super) fn verify<Q: Question>(
        &self,
        token: &str,
        claimed: Claimed<'_, Q>,
        now: Timestamp,
    ) -> Result<(), TokenFault> {
        self.member.tokens().verify(token, claimed, &self.used, now)
    }
}

/// Why a membership stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MembershipFault {
    /// The bank is a member already.
    AlreadyMember,
    /// The bank is not a member.
    NotMember,
    /// Another member has this API key.
    KeyTaken,
}

impl fmt::Display for MembershipFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyMember => "the bank is a member already",
            Self::NotMember => "the bank is not a member",
            Self::KeyTaken => "another member has this API key",
        })
    }
}

impl std::error::Error for MembershipFault {}

impl Membership {
    /// None yet; of each, at most `most_tokens` are remembered at a time.
    pub(super) fn new(most_tokens: usize) -> Self {
        Self { most_tokens, table: RwLock::default() }
    }

    pub(super) fn join(&self, member: Member, now: Timestamp) -> Result<(), MembershipFault> {
        let mut table = self.change_table();
        if table.seats.contains_key(member.bank()) {
            return Err(MembershipFault::AlreadyMember);
        }
        table.forget(now);
        table.seat(member, self.most_tokens)
    }

    pub(super) fn replace(&self, member: Member) -> Result<(), MembershipFault> {
        let mut table = self.change_table();
        if !table.seats.contains_key(member.bank()) {
            return Err(MembershipFault::NotMember);
        }
        table.seat(member, self.most_tokens)
    }

    pub(super) fn leave(&self, bank: &BankCode) -> Result<(), MembershipFault> {
        let mut table = self.change_table();
        let seat = table.seats.remove(bank).ok_or(MembershipFault::NotMember)?;
        if let Some(key) = seat.member.key() {
            table.by_key.remove(key);
        }
        Ok(())
    }

    /// Puts the member's seat as `edit` leaves it in place of the old one.
    pub(super) fn subscribe(
        &self,
        bank: &BankCode,
        service: Service,
        is_subscribed: bool,
    ) -> Result<(), MembershipFault> {
        let mut table = self.change_table();
        let seat = table.seats.get_mut(bank).ok_or(MembershipFault::NotMember)?;
        let services = Arc::make_mut(seat).member.services_mut();
        if is_subscribed {
            services.insert(service);
        } else {
            services.remove(&service);
        }
        Ok(())
    }

    /// Takes a token for used that may be good until then.
    pub(super) fn use_up(&self, bank: &BankCode, id: Uuid, until: i64, now: i64) {
        let mut table = self.change_table();
        let used = table.used_by(bank, self.most_tokens);
        used.lock().unwrap_or_else(PoisonError::into_inner).note(id, until, now);
    }

    /// Whose key and secret these are.
    pub(super) fn find(&self, api_key: &str, api_secret: &str) -> Option<Arc<Seat>> {
        let table = self.table();
        let seat = table.seats.get(table.by_key.get(&digest(api_key))?)?;
        seat.member.has_secret(api_secret).then(|| Arc::clone(seat))
    }

    /// The member of this bank, if its certificate alone proves who it is.
    pub(super) fn find_by_certificate(&self, bank: &BankCode) -> Option<Arc<Seat>> {
        self.table().seats.get(bank).filter(|seat| seat.member.is_known_by_certificate()).cloned()
    }

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change_table(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Gives a member its seat, or a new one in place of the old.
    fn seat(&mut self, member: Member, most_tokens: usize) -> Result<(), MembershipFault> {
        let bank = member.bank().clone();
        let key = member.key().copied();
        if key.and_then(|key| self.by_key.get(&key)).is_some_and(|owner| *owner != bank) {
            return Err(MembershipFault::KeyTaken);
        }
        let used = Arc::clone(self.used_by(&bank, most_tokens));
        let seat = Arc::new(Seat { member, used });
        let old = self.seats.insert(bank.clone(), seat);
        if let Some(old) = old.as_ref().and_then(|old| old.member.key()) {
            self.by_key.remove(old);
        }
        if let Some(key) = key {
            self.by_key.insert(key, bank);
        }
        Ok(())
    }

    fn used_by(&mut self, bank: &BankCode, most_tokens: usize) -> &Arc<Mutex<Replay>> {
        self.used.entry(bank.clone()).or_insert_with(|| Arc::new(Mutex::new(Replay::new(most_tokens))))
    }

    /// Forgets the tokens of those who have left, once none of them would be good, and no question that is under
    /// way can add one.
    fn forget(&mut self, now: Timestamp) {
        let seats = &self.seats;
        self.used.retain(|bank, used| {
            let is_held = seats.contains_key(bank) || Arc::strong_count(used) > 1;
            is_held || used.lock().unwrap_or_else(PoisonError::into_inner).forget(now.as_second())
        });
    }
}

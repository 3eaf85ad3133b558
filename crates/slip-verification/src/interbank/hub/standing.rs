//! What of a hub changes while it answers: members, issuers and routes. Each change holds for the questions that come
//! after it; one that was authenticated before is answered.

use crate::interbank::{
    AnswerVerifier, Audit, Hub, IssuerHealth, Member, MembershipFault, RouteTable, Service, Surroundings,
    token::LONGEST,
};
use satang_core::Transport;
use satang_schema::slip_verification::BankCode;
use std::prelude::v1::*;
use uuid::Uuid;

impl<T: Transport, A: Audit, S: Surroundings> Hub<T, A, S> {
    /// Takes a new member. One that has left and comes back cannot use a token again that it has used before.
    ///
    /// # Errors
    /// [`MembershipFault`] when the bank is a member already, or another member has the API key.
    pub fn join(&self, member: Member) -> Result<(), MembershipFault> {
        self.members.join(member, self.surroundings.now())
    }

    /// Puts `member` in place of the member of the same bank: other keys, another proof, other subscriptions. Its
    /// tokens that were used stay used.
    ///
    /// # Errors
    /// [`MembershipFault`] when the bank is not a member, or another member has the API key.
    pub fn replace_member(&self, member: Member) -> Result<(), MembershipFault> {
        self.members.replace(member)
    }

    /// Lets a member go, from all services. Its key, secret and tokens are refused from now on.
    ///
    /// # Errors
    /// [`MembershipFault`] when the bank is not a member.
    pub fn leave(&self, bank: &BankCode) -> Result<(), MembershipFault> {
        self.members.leave(bank)
    }

    /// Subscribes a member to a service; nothing changes when it has subscribed before.
    ///
    /// # Errors
    /// [`MembershipFault`] when the bank is not a member.
    pub fn subscribe(&self, bank: &BankCode, service: Service) -> Result<(), MembershipFault> {
        self.members.subscribe(bank, service, true)
    }

    /// Ends a subscription; nothing changes when there is none. The member gets 6403 from now on.
    ///
    /// # Errors
    /// [`MembershipFault`] when the bank is not a member.
    pub fn unsubscribe(&self, bank: &BankCode, service: Service) -> Result<(), MembershipFault> {
        self.members.subscribe(bank, service, false)
    }

    /// Takes a token of this bank, by its `jti`, for used: for whoever keeps records and starts a hub anew. Tell it those of
    /// the last two minutes before anybody is answered; older ones do no harm, and are forgotten like others.
    pub fn use_up(&self, bank: &BankCode, token: Uuid) {
        let now = self.surroundings.now().as_second();
        self.members.use_up(bank, token, now.saturating_add(LONGEST), now);
    }

    /// Asks this issuer over `transport` from now on about what the service is about, and believes what is signed under
    /// `signatures`: a bank about its slips, an operator about its mobile numbers. When it was asked before, over
    /// another way or under other keys, what is known of its health stays. A [route](Self::replace_routes) must
    /// lead to it.
    pub fn add_issuer(&self, service: Service, bank: BankCode, transport: T, signatures: AnswerVerifier) {
        self.directory.add(service, bank, transport, signatures);
    }

    /// Asks this issuer no more: questions that would go to it get 6501. Tells whether it was asked before.
    pub fn remove_issuer(&self, service: Service, bank: &BankCode) -> bool {
        self.directory.remove(service, bank)
    }

    /// Puts these routes in place of all that there were. They hold for all services: banks and operators have codes
    /// of one table.
    pub fn replace_routes(&self, routes: RouteTable) {
        self.directory.route(routes);
    }

    /// How each issuer is doing, by service and code.
    #[must_use]
    pub fn health(&self) -> Vec<IssuerHealth> {
        self.directory.health(self.surroundings.now())
    }
}

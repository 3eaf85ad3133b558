//! The control API: what an operator does to the gateway. See `openapi/sandbox.json`.

mod accounts;
mod clock;
mod events;
mod faults;
mod filers;
mod filings;
mod history;
mod issuers;
mod listing;
mod members;
mod merchants;
mod partners;
mod registrations;
mod slips;

use crate::{
    Gateway, callback, direct_debit::RegistrationEvent, interbank::member::KeptMember, partner::hash,
    store::Tx,
};
use http::{HeaderValue, header};
use jiff::Timestamp;
use satang_core::{
    Answered, Clock, Entropy, Host, Incoming, Refusal, Router,
    operation::Envelope,
    sandbox::{self as contract, *},
};
use satang_schema::krungsri::SandboxError;
use satang_validation::{Pointer, Rule, Violations};
use std::{fmt, sync::Arc};
use subtle::ConstantTimeEq;

/// Answers the operator.
pub struct Control {
    gateway: Arc<Gateway>,
    key_hash: [u8; 32],
}

impl Control {
    /// The control API of a gateway, for whoever has the key.
    pub(crate) fn router(gateway: &Arc<Gateway>, admin_key: &str) -> Router<contract::Server<Self>> {
        contract::router(Arc::new(Self::new(gateway, admin_key)))
    }

    pub(crate) fn new(gateway: &Arc<Gateway>, admin_key: &str) -> Self {
        Self { gateway: Arc::clone(gateway), key_hash: hash(admin_key.as_bytes()) }
    }

    /// Whether this is the admin key. Hashes are compared, so neither content nor length changes how long that takes.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        bool::from(hash(key.as_bytes()).ct_eq(&self.key_hash))
    }

    /// Answers a question from a snapshot.
    async fn ask<A, F>(&self, question: F) -> Result<A, Refusal>
    where
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        self.gateway.store.read(question).await
    }

    /// Changes something.
    async fn change<A, F>(&self, change: F) -> Result<A, Refusal>
    where
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        self.gateway.store.write(change).await
    }

    /// Changes a member of the hub, in the store and then in memory.
    async fn change_member<F>(&self, change: F) -> Result<HubMemberDetails, Refusal>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<(HubMemberDetails, KeptMember), Refusal> + Send + 'static,
    {
        let gateway = Arc::clone(&self.gateway);
        to_the_end(async move {
            let interbank = &gateway.interbank;
            let _alone = interbank.changing.lock().await;
            let (details, member) = gateway.store.write(change).await?;
            interbank.join(&member).map_err(|_| Refusal::internal())?;
            Ok(details)
        })
        .await
    }

    async fn change_registration(
        &self,
        request: RegistrationChange,
        event: RegistrationEvent,
    ) -> Result<RegistrationDetails, Refusal> {
        let now = self.now();
        let changed = self.change(move |tx| registrations::change(tx, &request, event, now)).await;
        // The partner is called back.
        self.gateway.wake();
        changed
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Host for Control {
    type Caller = ();

    async fn admit(&self, request: &Incoming) -> Result<(), Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let (scheme, key) = header.split_once(' ').unwrap_or_default();
        let is_right = self.has_key(key.trim());
        if scheme.eq_ignore_ascii_case("bearer") && is_right {
            return Ok(());
        }
        Err(Refusal::of(&SandboxError::ADMIN_KEY)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
    }

    fn answered(&self, answered: &Answered<'_>) {
        self.gateway.answered(answered);
    }
}

impl Clock for Control {
    fn now(&self) -> Timestamp {
        self.gateway.now()
    }
}

impl Entropy for Control {
    fn fill(&self, bytes: &mut [u8]) {
        self.gateway.fill(bytes);
    }
}

impl Handler for Control {
    async fn show_clock(&self, (): (), _: Nothing) -> Result<ClockState, Refusal> {
        Ok(self.gateway.clock_state())
    }

    async fn freeze_clock(&self, (): (), _: Nothing) -> Result<ClockState, Refusal> {
        let gateway = Arc::clone(&self.gateway);
        to_the_end(async move { gateway.freeze_clock().await }).await
    }

    async fn resume_clock(&self, (): (), _: Nothing) -> Result<ClockState, Refusal> {
        let gateway = Arc::clone(&self.gateway);
        to_the_end(async move { gateway.resume_clock().await }).await
    }

    async fn advance_clock(&self, (): (), request: ClockAdvance) -> Result<ClockMoved, Refusal> {
        let target = clock::target_of(&request, self.gateway.now())?;
        let gateway = Arc::clone(&self.gateway);
        to_the_end(async move { gateway.move_clock(target).await }).await
    }

    async fn set_clock(&self, (): (), request: ClockSetting) -> Result<ClockMoved, Refusal> {
        let target = clock::target_of_setting(&request, self.gateway.now())?;
        let gateway = Arc::clone(&self.gateway);
        to_the_end(async move { gateway.move_clock(target).await }).await
    }

    async fn list_partners(&self, (): (), query: PartnerQuery) -> Result<PartnerList, Refusal> {
        self.ask(move |tx| partners::list(tx, &query)).await
    }

    async fn admit_partner(&self, (): (), request: PartnerAdmission) -> Result<PartnerDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| partners::admit(tx, &request, now)).await
    }

    async fn change_partner(&self, (): (), request: PartnerChange) -> Result<PartnerDetails, Refusal> {
        let (now, gateway) = (self.now(), Arc::clone(&self.gateway));
        to_the_end(async move {
            let client_id = request.client_id.to_string();
            let changed = gateway.store.write(move |tx| partners::change(tx, &request, now)).await;
            // What is known of a partner stands beside each of its access tokens in use.
            gateway.sessions.forget(&client_id);
            changed
        })
        .await
    }

    async fn list_accounts(&self, (): (), query: AccountQuery) -> Result<AccountList, Refusal> {
        self.ask(move |tx| accounts::list(tx, &query)).await
    }

    async fn open_account(&self, (): (), request: AccountOpening) -> Result<AccountDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| accounts::open(tx, &request, now)).await
    }

    async fn change_account(&self, (): (), request: AccountChange) -> Result<AccountDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| accounts::change(tx, &request, now)).await
    }

    async fn fund_account(&self, (): (), request: MoneyMovement) -> Result<MoneyMoved, Refusal> {
        let now = self.now();
        let id = self.gateway.reference(now);
        self.change(move |tx| accounts::fund(tx, &request, id, now)).await
    }

    async fn withdraw_from_account(&self, (): (), request: MoneyMovement) -> Result<MoneyMoved, Refusal> {
        let now = self.now();
        let id = self.gateway.reference(now);
        self.change(move |tx| accounts::withdraw(tx, &request, id, now)).await
    }

    async fn list_registrations(
        &self,
        (): (),
        query: RegistrationQuery,
    ) -> Result<RegistrationList, Refusal> {
        self.ask(move |tx| history::registrations(tx, &query)).await
    }

    async fn register_at_branch(
        &self,
        (): (),
        request: BranchRegistration,
    ) -> Result<RegistrationDetails, Refusal> {
        // Not to be guessed: whoever knows the token may charge.
        let (now, token) = (self.now(), self.gateway.uuid());
        let made = self.change(move |tx| registrations::register(tx, &request, token, now)).await;
        self.gateway.wake();
        made
    }

    async fn suspend_registration(
        &self,
        (): (),
        request: RegistrationChange,
    ) -> Result<RegistrationDetails, Refusal> {
        self.change_registration(request, RegistrationEvent::Suspended).await
    }

    async fn resume_registration(
        &self,
        (): (),
        request: RegistrationChange,
    ) -> Result<RegistrationDetails, Refusal> {
        self.change_registration(request, RegistrationEvent::Resumed).await
    }

    async fn cancel_registration(
        &self,
        (): (),
        request: RegistrationChange,
    ) -> Result<RegistrationDetails, Refusal> {
        self.change_registration(request, RegistrationEvent::Cancelled).await
    }

    async fn list_payments(&self, (): (), query: PaymentQuery) -> Result<PaymentList, Refusal> {
        self.ask(move |tx| history::payments(tx, &query)).await
    }

    async fn list_schedules(&self, (): (), query: PlanQuery) -> Result<PlanList, Refusal> {
        self.ask(move |tx| history::schedules(tx, &query)).await
    }

    async fn list_filers(&self, (): (), query: FilerQuery) -> Result<FilerList, Refusal> {
        self.ask(move |tx| filers::list(tx, &query)).await
    }

    async fn admit_filer(&self, (): (), request: FilerAdmission) -> Result<FilerDetails, Refusal> {
        let (now, pepper) = (self.now(), self.gateway.pepper.clone());
        self.change(move |tx| filers::admit(tx, &pepper, &request, now)).await
    }

    async fn change_filer(&self, (): (), request: FilerChange) -> Result<FilerDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| filers::change(tx, &request, now)).await
    }

    async fn list_filings(&self, (): (), query: FilingQuery) -> Result<FilingList, Refusal> {
        self.ask(move |tx| filings::list(tx, &query)).await
    }

    async fn pay_stamp_duty(&self, (): (), request: StampDutyPayment) -> Result<StampDutyPaid, Refusal> {
        let now = self.now();
        let id = self.gateway.reference(now);
        self.change(move |tx| filings::pay(tx, &request, id, now)).await
    }

    async fn cancel_filing(&self, (): (), request: FilingChange) -> Result<FilingDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| filings::cancel(tx, &request, now)).await
    }

    async fn list_slips(&self, (): (), query: SlipQuery) -> Result<SlipList, Refusal> {
        let gateway = Arc::clone(&self.gateway);
        self.ask(move |tx| slips::list(tx, &gateway, &query)).await
    }

    async fn add_slip(&self, (): (), request: NewSlip) -> Result<SlipDetails, Refusal> {
        let (now, gateway) = (self.now(), Arc::clone(&self.gateway));
        self.change(move |tx| slips::add(tx, &gateway, request, now)).await
    }

    async fn list_hub_members(&self, (): (), query: HubMemberQuery) -> Result<HubMemberList, Refusal> {
        self.ask(move |tx| members::list(tx, &query)).await
    }

    async fn admit_hub_member(
        &self,
        (): (),
        request: HubMemberAdmission,
    ) -> Result<HubMemberDetails, Refusal> {
        let now = self.now();
        self.change_member(move |tx| members::admit(tx, &request, now)).await
    }

    async fn change_hub_member(&self, (): (), request: HubMemberChange) -> Result<HubMemberDetails, Refusal> {
        let now = self.now();
        self.change_member(move |tx| members::change(tx, &request, now)).await
    }

    async fn remove_hub_member(
        &self,
        (): (),
        request: HubMemberRemoval,
    ) -> Result<HubMemberDetails, Refusal> {
        let (now, gateway) = (self.now(), Arc::clone(&self.gateway));
        to_the_end(async move {
            let interbank = &gateway.interbank;
            let _alone = interbank.changing.lock().await;
            let bank = request.bank.clone();
            let removed = gateway.store.write(move |tx| members::remove(tx, &request, now)).await?;
            interbank.leave(&bank).map_err(|_| Refusal::internal())?;
            Ok(removed)
        })
        .await
    }

    async fn list_issuers(&self, (): (), query: IssuerQuery) -> Result<IssuerList, Refusal> {
        let health = self.gateway.interbank.health();
        self.ask(move |tx| issuers::list(tx, &query, &health)).await
    }

    async fn change_issuer(&self, (): (), request: IssuerChange) -> Result<IssuerDetails, Refusal> {
        let (now, gateway) = (self.now(), Arc::clone(&self.gateway));
        let query = IssuerQuery { bank: Some(request.bank.clone()), ..IssuerQuery::default() };
        to_the_end(async move {
            let interbank = &gateway.interbank;
            let _alone = interbank.changing.lock().await;
            let bank = request.bank.clone();
            let behaviour = gateway.store.write(move |tx| issuers::change(tx, &request, now)).await?;
            interbank.behave(&bank, behaviour);
            Ok(())
        })
        .await?;
        self.list_issuers((), query).await?.issuers.pop().ok_or_else(Refusal::internal)
    }

    async fn list_verifications(
        &self,
        (): (),
        query: VerificationQuery,
    ) -> Result<VerificationList, Refusal> {
        self.ask(move |tx| issuers::verifications(tx, &query)).await
    }

    async fn list_merchants(&self, (): (), query: MerchantQuery) -> Result<MerchantList, Refusal> {
        let now = self.now();
        self.ask(move |tx| merchants::list(tx, &query, now)).await
    }

    async fn admit_merchant(&self, (): (), request: MerchantAdmission) -> Result<MerchantDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| merchants::admit(tx, &request, now)).await
    }

    async fn change_merchant(&self, (): (), request: MerchantChange) -> Result<MerchantDetails, Refusal> {
        let now = self.now();
        self.change(move |tx| merchants::change(tx, &request, now)).await
    }

    async fn list_messages(&self, (): (), query: MessageQuery) -> Result<MessageList, Refusal> {
        self.ask(move |tx| history::messages(tx, &query)).await
    }

    async fn list_callbacks(&self, (): (), query: CallbackQuery) -> Result<CallbackList, Refusal> {
        self.ask(move |tx| history::callbacks(tx, &query)).await
    }

    async fn replay_callback(&self, (): (), request: CallbackReplay) -> Result<CallbackDetails, Refusal> {
        let now = self.now();
        let work = move |tx: &mut Tx<'_>| {
            let id = request.callback_identification.as_str();
            history::callback(tx, id)?;
            if callback::replay(tx, id, now)? {
                history::callback(tx, id)
            } else {
                Err(conflict("the callback is being delivered already"))
            }
        };
        let replayed = self.change(work).await;
        self.gateway.wake();
        replayed
    }

    async fn list_faults(&self, (): (), query: FaultQuery) -> Result<FaultList, Refusal> {
        self.ask(move |tx| faults::list(tx, &query)).await
    }

    async fn add_fault(&self, (): (), request: NewFault) -> Result<FaultDetails, Refusal> {
        faults::check_operation(&request)?;
        let now = self.now();
        let (id, gateway) = (self.gateway.reference(now), Arc::clone(&self.gateway));
        to_the_end(async move { gateway.change_faults(move |tx| faults::add(tx, &request, id, now)).await })
            .await
    }

    async fn remove_fault(&self, (): (), request: FaultRemoval) -> Result<FaultDetails, Refusal> {
        let (now, gateway) = (self.now(), Arc::clone(&self.gateway));
        to_the_end(async move { gateway.change_faults(move |tx| faults::remove(tx, &request, now)).await })
            .await
    }

    async fn list_events(&self, (): (), query: EventQuery) -> Result<EventList, Refusal> {
        self.ask(move |tx| events::list(tx, &query)).await
    }
}

/// Does work that must not be left half done, also when nobody waits for the answer any more: what is in memory follows
/// what is in the store.
async fn to_the_end<A: Send + 'static>(
    work: impl Future<Output = Result<A, Refusal>> + Send + 'static,
) -> Result<A, Refusal> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(Refusal::internal()))
}

/// The refusal of one member.
fn invalid(member: &str, rule: Rule) -> Refusal {
    let mut violations = Violations::new();
    violations.add(Pointer::root().member(member), rule);
    Refusal::invalid(Envelope::Problem, violations)
}

/// The refusal of what the present state does not allow.
fn conflict(why: &str) -> Refusal {
    Refusal::of(&SandboxError::STATE).saying(why)
}

/// The refusal of an identifier that is taken.
fn taken(why: &str) -> Refusal {
    Refusal::of(&SandboxError::TAKEN).saying(why)
}

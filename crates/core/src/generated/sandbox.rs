//! Generated from the contract document by `cargo xtask generate`: do not edit.
//!
//! Satang sandbox
//!
//! What an operator of the Satang gateway can do to it: move its clock, admit partners, open and fund
//! accounts, make calls go wrong, and see what happened. It is Satang's own; nothing of it is a bank's.
//!
//! ## Calls
//! Every call carries `Authorization: Bearer` with the operator's key. Lists come in pages: a page that
//! is not the last one has a `nextCursor`, to be sent as `cursor`.
//!
//! ## Errors
//! Errors are problem details (RFC 9457) with a `code` and, when the request breaks the contract, every
//! violation in `errors`, each with the JSON pointer of its place.
//!
//! ## Time
//! All times are the sandbox's, which the clock operations move. Three things go by the machine's
//! clock: the dates of signatures and tokens, since whoever signs has no other; the waiting of faults;
//! and how the banks that the hub asks are doing.

use crate::operation::{Body, Envelope, Operation, Repeat};
#[cfg(feature = "client")]
use crate::{Error, Transport, client};
#[cfg(feature = "server")]
use crate::{Host, Incoming, Page, Refusal, Router, Routes, server};
pub use satang_schema::sandbox::{
    AccountChange, AccountDetails, AccountList, AccountOpening, AccountQuery, BranchRegistration,
    CallbackDetails, CallbackList, CallbackQuery, CallbackReplay, ClockAdvance, ClockMoved, ClockSetting,
    ClockState, EventList, EventQuery, FaultDetails, FaultList, FaultQuery, FaultRemoval, FilerAdmission,
    FilerChange, FilerDetails, FilerList, FilerQuery, FilingChange, FilingDetails, FilingList, FilingQuery,
    HubMemberAdmission, HubMemberChange, HubMemberDetails, HubMemberList, HubMemberQuery, HubMemberRemoval,
    IssuerChange, IssuerDetails, IssuerList, IssuerQuery, MerchantAdmission, MerchantChange, MerchantDetails,
    MerchantList, MerchantQuery, MessageList, MessageQuery, MoneyMoved, MoneyMovement, NewFault, NewSlip,
    Nothing, PartnerAdmission, PartnerChange, PartnerDetails, PartnerList, PartnerQuery, PaymentList,
    PaymentQuery, PlanList, PlanQuery, RegistrationChange, RegistrationDetails, RegistrationList,
    RegistrationQuery, SlipDetails, SlipList, SlipQuery, StampDutyPaid, StampDutyPayment, VerificationList,
    VerificationQuery,
};
#[cfg(feature = "server")]
use std::sync::Arc;

/// Show the clock.
///
/// Also while the clock is being moved: then it tells how far the move has come.
pub static SHOW_CLOCK: Operation = Operation {
    id: "show_clock",
    method: http::Method::GET,
    path: "/sandbox/v1/clock",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Stop the clock.
///
/// The time stays what it is until somebody moves or resumes the clock. A clock that stands still
/// already stays as it is.
pub static FREEZE_CLOCK: Operation = Operation {
    id: "freeze_clock",
    method: http::Method::POST,
    path: "/sandbox/v1/clock/freeze",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Let the clock go on.
///
/// It goes on from where it stands.
pub static RESUME_CLOCK: Operation = Operation {
    id: "resume_clock",
    method: http::Method::POST,
    path: "/sandbox/v1/clock/resume",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Let time pass.
///
/// Everything that falls due on the way is done at its own time, in order: journeys expire, schedules
/// run, callbacks are tried again. It is answered when all that is done. A move that takes longer than
/// a request may take goes on by itself; until it has ended, `show_clock` tells how far it is, and
/// every other change of the clock is refused.
pub static ADVANCE_CLOCK: Operation = Operation {
    id: "advance_clock",
    method: http::Method::POST,
    path: "/sandbox/v1/clock/advance",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Set the clock.
///
/// Forward, it is as if that much time passed. Back, nothing that was done is undone: only the clock
/// changes.
pub static SET_CLOCK: Operation = Operation {
    id: "set_clock",
    method: http::Method::POST,
    path: "/sandbox/v1/clock/set",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List partners.
///
/// By client id. No secret is told.
pub static LIST_PARTNERS: Operation = Operation {
    id: "list_partners",
    method: http::Method::GET,
    path: "/sandbox/v1/partners",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Admit a partner.
///
/// It may call from now on.
pub static ADMIT_PARTNER: Operation = Operation {
    id: "admit_partner",
    method: http::Method::POST,
    path: "/sandbox/v1/partners/admit",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Change a partner.
///
/// A suspended partner is refused from the moment of the answer on, also with an access token that it
/// has.
pub static CHANGE_PARTNER: Operation = Operation {
    id: "change_partner",
    method: http::Method::POST,
    path: "/sandbox/v1/partners/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List accounts.
///
/// By number.
pub static LIST_ACCOUNTS: Operation = Operation {
    id: "list_accounts",
    method: http::Method::GET,
    path: "/sandbox/v1/accounts",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Open an account.
///
/// It is empty: its first money comes by `fund_account`.
pub static OPEN_ACCOUNT: Operation = Operation {
    id: "open_account",
    method: http::Method::POST,
    path: "/sandbox/v1/accounts/open",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Change an account.
///
/// Payments feel it from the moment of the answer on. The funding account cannot be changed.
pub static CHANGE_ACCOUNT: Operation = Operation {
    id: "change_account",
    method: http::Method::POST,
    path: "/sandbox/v1/accounts/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Put money into an account.
///
/// From the funding account, by double entry. The same request again has no second effect and gets the
/// first answer.
pub static FUND_ACCOUNT: Operation = Operation {
    id: "fund_account",
    method: http::Method::POST,
    path: "/sandbox/v1/accounts/fund",
    bearer: true,
    signed: false,
    repeat: Repeat::Keyed("transactionIdentification"),
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Take money out of an account.
///
/// Into the funding account, by double entry; not below the account's minimum. The same request again
/// has no second effect and gets the first answer.
pub static WITHDRAW_FROM_ACCOUNT: Operation = Operation {
    id: "withdraw_from_account",
    method: http::Method::POST,
    path: "/sandbox/v1/accounts/withdraw",
    bearer: true,
    signed: false,
    repeat: Repeat::Keyed("transactionIdentification"),
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List registrations.
///
/// By identifier, with whole account numbers.
pub static LIST_REGISTRATIONS: Operation = Operation {
    id: "list_registrations",
    method: http::Method::GET,
    path: "/sandbox/v1/registrations",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Register an account at a branch.
///
/// The registration is active at once, and the partner is called back as if the customer had agreed.
pub static REGISTER_AT_BRANCH: Operation = Operation {
    id: "register_at_branch",
    method: http::Method::POST,
    path: "/sandbox/v1/registrations/register",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Suspend a registration.
///
/// It cannot be charged until it is resumed. The partner is called back.
pub static SUSPEND_REGISTRATION: Operation = Operation {
    id: "suspend_registration",
    method: http::Method::POST,
    path: "/sandbox/v1/registrations/suspend",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Resume a registration.
///
/// A suspended one can be charged again. The partner is called back.
pub static RESUME_REGISTRATION: Operation = Operation {
    id: "resume_registration",
    method: http::Method::POST,
    path: "/sandbox/v1/registrations/resume",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Cancel a registration for the bank.
///
/// It can never be charged again, and its schedules stop. The partner is called back.
pub static CANCEL_REGISTRATION: Operation = Operation {
    id: "cancel_registration",
    method: http::Method::POST,
    path: "/sandbox/v1/registrations/cancel",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List payments.
///
/// Of all partners, also those that were rejected.
pub static LIST_PAYMENTS: Operation = Operation {
    id: "list_payments",
    method: http::Method::GET,
    path: "/sandbox/v1/payments",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// List schedules.
///
/// Of all partners, also those that are over.
pub static LIST_SCHEDULES: Operation = Operation {
    id: "list_schedules",
    method: http::Method::GET,
    path: "/sandbox/v1/schedules",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// List filers.
///
/// By user name. No secret is told.
pub static LIST_FILERS: Operation = Operation {
    id: "list_filers",
    method: http::Method::GET,
    path: "/sandbox/v1/filers",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Admit a filer.
///
/// It may log in with the Revenue Department from now on, and sign with the key of its certificate.
pub static ADMIT_FILER: Operation = Operation {
    id: "admit_filer",
    method: http::Method::POST,
    path: "/sandbox/v1/filers/admit",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Change a filer.
///
/// A suspended filer is refused from the moment of the answer on, also with a token that it has.
pub static CHANGE_FILER: Operation = Operation {
    id: "change_filer",
    method: http::Method::POST,
    path: "/sandbox/v1/filers/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List filings.
///
/// Of all filers, in the order in which they were filed.
pub static LIST_FILINGS: Operation = Operation {
    id: "list_filings",
    method: http::Method::GET,
    path: "/sandbox/v1/filings",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Pay stamp duty.
///
/// As a bank does for whoever brings the references or the QR code of a filing: the money goes from an
/// account to the Department's, by double entry, and the filing is paid. The same request again has no
/// second effect and gets the first answer.
pub static PAY_STAMP_DUTY: Operation = Operation {
    id: "pay_stamp_duty",
    method: http::Method::POST,
    path: "/sandbox/v1/filings/pay",
    bearer: true,
    signed: false,
    repeat: Repeat::Keyed("transactionIdentification"),
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Cancel a filing.
///
/// For the Department: it can no longer be paid, and its instruments may be filed again. One that is
/// paid stays.
pub static CANCEL_FILING: Operation = Operation {
    id: "cancel_filing",
    method: http::Method::POST,
    path: "/sandbox/v1/filings/cancel",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List slips.
///
/// In the order in which they came. Each direct debit payment that debited the payer has one, of bank
/// 025; the others were added. Accounts and proxies are masked.
pub static LIST_SLIPS: Operation = Operation {
    id: "list_slips",
    method: http::Method::GET,
    path: "/sandbox/v1/slips",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Add a slip.
///
/// Gives a bank of the sandbox a transaction, as if it had made it: from the moment of the answer on it
/// can be verified. No money moves. References of bank 025 that begin with `KSA` are given to payments
/// only.
pub static ADD_SLIP: Operation = Operation {
    id: "add_slip",
    method: http::Method::POST,
    path: "/sandbox/v1/slips/add",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List members of the hub.
///
/// By their codes, also those that have left.
pub static LIST_HUB_MEMBERS: Operation = Operation {
    id: "list_hub_members",
    method: http::Method::GET,
    path: "/sandbox/v1/hub-members",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Admit a member to the hub.
///
/// It may ask from the moment of the answer on, under keys of its own. With an `issuerUrl` the hub asks
/// it about its own slips, under the same rules as for callbacks: in production public https addresses
/// only. One that has left may join again.
pub static ADMIT_HUB_MEMBER: Operation = Operation {
    id: "admit_hub_member",
    method: http::Method::POST,
    path: "/sandbox/v1/hub-members/admit",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Change a member of the hub.
///
/// Its subscriptions, keys and address hold from the moment of the answer on.
pub static CHANGE_HUB_MEMBER: Operation = Operation {
    id: "change_hub_member",
    method: http::Method::POST,
    path: "/sandbox/v1/hub-members/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Let a member of the hub go.
///
/// From all services: its key is refused from the moment of the answer on, and it is not asked any
/// more. A bank of its code that the sandbox plays is.
pub static REMOVE_HUB_MEMBER: Operation = Operation {
    id: "remove_hub_member",
    method: http::Method::POST,
    path: "/sandbox/v1/hub-members/remove",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List the banks that the hub asks.
///
/// By their codes, each with how it has been doing.
pub static LIST_ISSUERS: Operation = Operation {
    id: "list_issuers",
    method: http::Method::GET,
    path: "/sandbox/v1/issuers",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Change how a bank answers the hub.
///
/// One that the sandbox plays, from the moment of the answer on. References of the fictional bank 999
/// that say what happens go before.
pub static CHANGE_ISSUER: Operation = Operation {
    id: "change_issuer",
    method: http::Method::POST,
    path: "/sandbox/v1/issuers/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List questions to the hub.
///
/// In the order in which they ended: one record for each, also of those that came to nothing.
pub static LIST_VERIFICATIONS: Operation = Operation {
    id: "list_verifications",
    method: http::Method::GET,
    path: "/sandbox/v1/verifications",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// List merchants.
///
/// Those of the bank that asks the hub, by their identifiers.
pub static LIST_MERCHANTS: Operation = Operation {
    id: "list_merchants",
    method: http::Method::GET,
    path: "/sandbox/v1/merchants",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Admit a merchant.
///
/// It may ask about slips from the moment of the answer on.
pub static ADMIT_MERCHANT: Operation = Operation {
    id: "admit_merchant",
    method: http::Method::POST,
    path: "/sandbox/v1/merchants/admit",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Change a merchant.
///
/// Its key, its quota and whether it may ask hold from the moment of the answer on.
pub static CHANGE_MERCHANT: Operation = Operation {
    id: "change_merchant",
    method: http::Method::POST,
    path: "/sandbox/v1/merchants/change",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List text messages.
///
/// What customers would have got on their telephones, such as one-time passwords.
pub static LIST_MESSAGES: Operation = Operation {
    id: "list_messages",
    method: http::Method::GET,
    path: "/sandbox/v1/messages",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// List callbacks.
///
/// Each with its attempts.
pub static LIST_CALLBACKS: Operation = Operation {
    id: "list_callbacks",
    method: http::Method::GET,
    path: "/sandbox/v1/callbacks",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Replay a callback.
///
/// One that was delivered or is dead is delivered once more: the same identifier, the same body, a new
/// round of attempts.
pub static REPLAY_CALLBACK: Operation = Operation {
    id: "replay_callback",
    method: http::Method::POST,
    path: "/sandbox/v1/callbacks/replay",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List faults.
///
/// Those that still wait for calls.
pub static LIST_FAULTS: Operation = Operation {
    id: "list_faults",
    method: http::Method::GET,
    path: "/sandbox/v1/faults",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Add a fault.
///
/// Calls of the bank's API go wrong from the moment of the answer on. When several faults fit a call,
/// the oldest of each kind strikes.
pub static ADD_FAULT: Operation = Operation {
    id: "add_fault",
    method: http::Method::POST,
    path: "/sandbox/v1/faults/add",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Remove a fault.
///
/// It strikes no more from the moment of the answer on.
pub static REMOVE_FAULT: Operation = Operation {
    id: "remove_fault",
    method: http::Method::POST,
    path: "/sandbox/v1/faults/remove",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// List events.
///
/// In the order in which they happened, from a position on.
pub static LIST_EVENTS: Operation = Operation {
    id: "list_events",
    method: http::Method::GET,
    path: "/sandbox/v1/events",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Problem,
};

/// Calls the provider.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

#[cfg(feature = "client")]
impl<T: Transport> Client<T> {
    /// A client whose requests are carried by `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Show the clock.
    ///
    /// Also while the clock is being moved: then it tells how far the move has come.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn show_clock(&self, request: &Nothing) -> Result<ClockState, Error> {
        client::send(&self.transport, &SHOW_CLOCK, request).await
    }

    /// Stop the clock.
    ///
    /// The time stays what it is until somebody moves or resumes the clock. A clock that stands still
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn freeze_clock(&self, request: &Nothing) -> Result<ClockState, Error> {
        client::send(&self.transport, &FREEZE_CLOCK, request).await
    }

    /// Let the clock go on.
    ///
    /// It goes on from where it stands.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn resume_clock(&self, request: &Nothing) -> Result<ClockState, Error> {
        client::send(&self.transport, &RESUME_CLOCK, request).await
    }

    /// Let time pass.
    ///
    /// Everything that falls due on the way is done at its own time, in order: journeys expire, schedules
    /// run, callbacks are tried again. It is answered when all that is done. A move that takes longer than
    /// a request may take goes on by itself; until it has ended, `show_clock` tells how far it is, and
    /// every other change of the clock is refused.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn advance_clock(&self, request: &ClockAdvance) -> Result<ClockMoved, Error> {
        client::send(&self.transport, &ADVANCE_CLOCK, request).await
    }

    /// Set the clock.
    ///
    /// Forward, it is as if that much time passed. Back, nothing that was done is undone: only the clock
    /// changes.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn set_clock(&self, request: &ClockSetting) -> Result<ClockMoved, Error> {
        client::send(&self.transport, &SET_CLOCK, request).await
    }

    /// List partners.
    ///
    /// By client id. No secret is told.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_partners(&self, request: &PartnerQuery) -> Result<PartnerList, Error> {
        client::send(&self.transport, &LIST_PARTNERS, request).await
    }

    /// Admit a partner.
    ///
    /// It may call from now on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn admit_partner(&self, request: &PartnerAdmission) -> Result<PartnerDetails, Error> {
        client::send(&self.transport, &ADMIT_PARTNER, request).await
    }

    /// Change a partner.
    ///
    /// A suspended partner is refused from the moment of the answer on, also with an access token that it
    /// has.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_partner(&self, request: &PartnerChange) -> Result<PartnerDetails, Error> {
        client::send(&self.transport, &CHANGE_PARTNER, request).await
    }

    /// List accounts.
    ///
    /// By number.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_accounts(&self, request: &AccountQuery) -> Result<AccountList, Error> {
        client::send(&self.transport, &LIST_ACCOUNTS, request).await
    }

    /// Open an account.
    ///
    /// It is empty: its first money comes by `fund_account`.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn open_account(&self, request: &AccountOpening) -> Result<AccountDetails, Error> {
        client::send(&self.transport, &OPEN_ACCOUNT, request).await
    }

    /// Change an account.
    ///
    /// Payments feel it from the moment of the answer on. The funding account cannot be changed.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_account(&self, request: &AccountChange) -> Result<AccountDetails, Error> {
        client::send(&self.transport, &CHANGE_ACCOUNT, request).await
    }

    /// Put money into an account.
    ///
    /// From the funding account, by double entry. The same request again has no second effect and gets the
    /// first answer.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn fund_account(&self, request: &MoneyMovement) -> Result<MoneyMoved, Error> {
        client::send(&self.transport, &FUND_ACCOUNT, request).await
    }

    /// Take money out of an account.
    ///
    /// Into the funding account, by double entry; not below the account's minimum. The same request again
    /// has no second effect and gets the first answer.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn withdraw_from_account(&self, request: &MoneyMovement) -> Result<MoneyMoved, Error> {
        client::send(&self.transport, &WITHDRAW_FROM_ACCOUNT, request).await
    }

    /// List registrations.
    ///
    /// By identifier, with whole account numbers.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_registrations(&self, request: &RegistrationQuery) -> Result<RegistrationList, Error> {
        client::send(&self.transport, &LIST_REGISTRATIONS, request).await
    }

    /// Register an account at a branch.
    ///
    /// The registration is active at once, and the partner is called back as if the customer had agreed.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn register_at_branch(
        &self,
        request: &BranchRegistration,
    ) -> Result<RegistrationDetails, Error> {
        client::send(&self.transport, &REGISTER_AT_BRANCH, request).await
    }

    /// Suspend a registration.
    ///
    /// It cannot be charged until it is resumed. The partner is called back.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn suspend_registration(
        &self,
        request: &RegistrationChange,
    ) -> Result<RegistrationDetails, Error> {
        client::send(&self.transport, &SUSPEND_REGISTRATION, request).await
    }

    /// Resume a registration.
    ///
    /// A suspended one can be charged again. The partner is called back.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn resume_registration(
        &self,
        request: &RegistrationChange,
    ) -> Result<RegistrationDetails, Error> {
        client::send(&self.transport, &RESUME_REGISTRATION, request).await
    }

    /// Cancel a registration for the bank.
    ///
    /// It can never be charged again, and its schedules stop. The partner is called back.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn cancel_registration(
        &self,
        request: &RegistrationChange,
    ) -> Result<RegistrationDetails, Error> {
        client::send(&self.transport, &CANCEL_REGISTRATION, request).await
    }

    /// List payments.
    ///
    /// Of all partners, also those that were rejected.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_payments(&self, request: &PaymentQuery) -> Result<PaymentList, Error> {
        client::send(&self.transport, &LIST_PAYMENTS, request).await
    }

    /// List schedules.
    ///
    /// Of all partners, also those that are over.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_schedules(&self, request: &PlanQuery) -> Result<PlanList, Error> {
        client::send(&self.transport, &LIST_SCHEDULES, request).await
    }

    /// List filers.
    ///
    /// By user name. No secret is told.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_filers(&self, request: &FilerQuery) -> Result<FilerList, Error> {
        client::send(&self.transport, &LIST_FILERS, request).await
    }

    /// Admit a filer.
    ///
    /// It may log in with the Revenue Department from now on, and sign with the key of its certificate.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn admit_filer(&self, request: &FilerAdmission) -> Result<FilerDetails, Error> {
        client::send(&self.transport, &ADMIT_FILER, request).await
    }

    /// Change a filer.
    ///
    /// A suspended filer is refused from the moment of the answer on, also with a token that it has.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_filer(&self, request: &FilerChange) -> Result<FilerDetails, Error> {
        client::send(&self.transport, &CHANGE_FILER, request).await
    }

    /// List filings.
    ///
    /// Of all filers, in the order in which they were filed.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_filings(&self, request: &FilingQuery) -> Result<FilingList, Error> {
        client::send(&self.transport, &LIST_FILINGS, request).await
    }

    /// Pay stamp duty.
    ///
    /// As a bank does for whoever brings the references or the QR code of a filing: the money goes from an
    /// account to the Department's, by double entry, and the filing is paid. The same request again has no
    /// second effect and gets the first answer.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn pay_stamp_duty(&self, request: &StampDutyPayment) -> Result<StampDutyPaid, Error> {
        client::send(&self.transport, &PAY_STAMP_DUTY, request).await
    }

    /// Cancel a filing.
    ///
    /// For the Department: it can no longer be paid, and its instruments may be filed again. One that is
    /// paid stays.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn cancel_filing(&self, request: &FilingChange) -> Result<FilingDetails, Error> {
        client::send(&self.transport, &CANCEL_FILING, request).await
    }

    /// List slips.
    ///
    /// In the order in which they came. Each direct debit payment that debited the payer has one, of bank
    /// 025; the others were added. Accounts and proxies are masked.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_slips(&self, request: &SlipQuery) -> Result<SlipList, Error> {
        client::send(&self.transport, &LIST_SLIPS, request).await
    }

    /// Add a slip.
    ///
    /// Gives a bank of the sandbox a transaction, as if it had made it: from the moment of the answer on it
    /// can be verified. No money moves. References of bank 025 that begin with `KSA` are given to payments
    /// only.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn add_slip(&self, request: &NewSlip) -> Result<SlipDetails, Error> {
        client::send(&self.transport, &ADD_SLIP, request).await
    }

    /// List members of the hub.
    ///
    /// By their codes, also those that have left.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_hub_members(&self, request: &HubMemberQuery) -> Result<HubMemberList, Error> {
        client::send(&self.transport, &LIST_HUB_MEMBERS, request).await
    }

    /// Admit a member to the hub.
    ///
    /// It may ask from the moment of the answer on, under keys of its own. With an `issuerUrl` the hub asks
    /// it about its own slips, under the same rules as for callbacks: in production public https addresses
    /// only. One that has left may join again.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn admit_hub_member(&self, request: &HubMemberAdmission) -> Result<HubMemberDetails, Error> {
        client::send(&self.transport, &ADMIT_HUB_MEMBER, request).await
    }

    /// Change a member of the hub.
    ///
    /// Its subscriptions, keys and address hold from the moment of the answer on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_hub_member(&self, request: &HubMemberChange) -> Result<HubMemberDetails, Error> {
        client::send(&self.transport, &CHANGE_HUB_MEMBER, request).await
    }

    /// Let a member of the hub go.
    ///
    /// From all services: its key is refused from the moment of the answer on, and it is not asked any
    /// more. A bank of its code that the sandbox plays is.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn remove_hub_member(&self, request: &HubMemberRemoval) -> Result<HubMemberDetails, Error> {
        client::send(&self.transport, &REMOVE_HUB_MEMBER, request).await
    }

    /// List the banks that the hub asks.
    ///
    /// By their codes, each with how it has been doing.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_issuers(&self, request: &IssuerQuery) -> Result<IssuerList, Error> {
        client::send(&self.transport, &LIST_ISSUERS, request).await
    }

    /// Change how a bank answers the hub.
    ///
    /// One that the sandbox plays, from the moment of the answer on. References of the fictional bank 999
    /// that say what happens go before.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_issuer(&self, request: &IssuerChange) -> Result<IssuerDetails, Error> {
        client::send(&self.transport, &CHANGE_ISSUER, request).await
    }

    /// List questions to the hub.
    ///
    /// In the order in which they ended: one record for each, also of those that came to nothing.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_verifications(&self, request: &VerificationQuery) -> Result<VerificationList, Error> {
        client::send(&self.transport, &LIST_VERIFICATIONS, request).await
    }

    /// List merchants.
    ///
    /// Those of the bank that asks the hub, by their identifiers.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_merchants(&self, request: &MerchantQuery) -> Result<MerchantList, Error> {
        client::send(&self.transport, &LIST_MERCHANTS, request).await
    }

    /// Admit a merchant.
    ///
    /// It may ask about slips from the moment of the answer on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn admit_merchant(&self, request: &MerchantAdmission) -> Result<MerchantDetails, Error> {
        client::send(&self.transport, &ADMIT_MERCHANT, request).await
    }

    /// Change a merchant.
    ///
    /// Its key, its quota and whether it may ask hold from the moment of the answer on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn change_merchant(&self, request: &MerchantChange) -> Result<MerchantDetails, Error> {
        client::send(&self.transport, &CHANGE_MERCHANT, request).await
    }

    /// List text messages.
    ///
    /// What customers would have got on their telephones, such as one-time passwords.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_messages(&self, request: &MessageQuery) -> Result<MessageList, Error> {
        client::send(&self.transport, &LIST_MESSAGES, request).await
    }

    /// List callbacks.
    ///
    /// Each with its attempts.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_callbacks(&self, request: &CallbackQuery) -> Result<CallbackList, Error> {
        client::send(&self.transport, &LIST_CALLBACKS, request).await
    }

    /// Replay a callback.
    ///
    /// One that was delivered or is dead is delivered once more: the same identifier, the same body, a new
    /// round of attempts.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn replay_callback(&self, request: &CallbackReplay) -> Result<CallbackDetails, Error> {
        client::send(&self.transport, &REPLAY_CALLBACK, request).await
    }

    /// List faults.
    ///
    /// Those that still wait for calls.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_faults(&self, request: &FaultQuery) -> Result<FaultList, Error> {
        client::send(&self.transport, &LIST_FAULTS, request).await
    }

    /// Add a fault.
    ///
    /// Calls of the bank's API go wrong from the moment of the answer on. When several faults fit a call,
    /// the oldest of each kind strikes.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn add_fault(&self, request: &NewFault) -> Result<FaultDetails, Error> {
        client::send(&self.transport, &ADD_FAULT, request).await
    }

    /// Remove a fault.
    ///
    /// It strikes no more from the moment of the answer on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn remove_fault(&self, request: &FaultRemoval) -> Result<FaultDetails, Error> {
        client::send(&self.transport, &REMOVE_FAULT, request).await
    }

    /// List events.
    ///
    /// In the order in which they happened, from a position on.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_events(&self, request: &EventQuery) -> Result<EventList, Error> {
        client::send(&self.transport, &LIST_EVENTS, request).await
    }
}

/// Answers as the provider does. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait Handler: Host {
    /// Show the clock.
    ///
    /// Also while the clock is being moved: then it tells how far the move has come.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn show_clock(
        &self,
        caller: Self::Caller,
        request: Nothing,
    ) -> impl Future<Output = Result<ClockState, Refusal>> + Send {
        server::unwritten(&SHOW_CLOCK, (caller, request))
    }

    /// Stop the clock.
    ///
    /// The time stays what it is until somebody moves or resumes the clock. A clock that stands still
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn freeze_clock(
        &self,
        caller: Self::Caller,
        request: Nothing,
    ) -> impl Future<Output = Result<ClockState, Refusal>> + Send {
        server::unwritten(&FREEZE_CLOCK, (caller, request))
    }

    /// Let the clock go on.
    ///
    /// It goes on from where it stands.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn resume_clock(
        &self,
        caller: Self::Caller,
        request: Nothing,
    ) -> impl Future<Output = Result<ClockState, Refusal>> + Send {
        server::unwritten(&RESUME_CLOCK, (caller, request))
    }

    /// Let time pass.
    ///
    /// Everything that falls due on the way is done at its own time, in order: journeys expire, schedules
    /// run, callbacks are tried again. It is answered when all that is done. A move that takes longer than
    /// a request may take goes on by itself; until it has ended, `show_clock` tells how far it is, and
    /// every other change of the clock is refused.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn advance_clock(
        &self,
        caller: Self::Caller,
        request: ClockAdvance,
    ) -> impl Future<Output = Result<ClockMoved, Refusal>> + Send {
        server::unwritten(&ADVANCE_CLOCK, (caller, request))
    }

    /// Set the clock.
    ///
    /// Forward, it is as if that much time passed. Back, nothing that was done is undone: only the clock
    /// changes.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn set_clock(
        &self,
        caller: Self::Caller,
        request: ClockSetting,
    ) -> impl Future<Output = Result<ClockMoved, Refusal>> + Send {
        server::unwritten(&SET_CLOCK, (caller, request))
    }

    /// List partners.
    ///
    /// By client id. No secret is told.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_partners(
        &self,
        caller: Self::Caller,
        request: PartnerQuery,
    ) -> impl Future<Output = Result<PartnerList, Refusal>> + Send {
        server::unwritten(&LIST_PARTNERS, (caller, request))
    }

    /// Admit a partner.
    ///
    /// It may call from now on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn admit_partner(
        &self,
        caller: Self::Caller,
        request: PartnerAdmission,
    ) -> impl Future<Output = Result<PartnerDetails, Refusal>> + Send {
        server::unwritten(&ADMIT_PARTNER, (caller, request))
    }

    /// Change a partner.
    ///
    /// A suspended partner is refused from the moment of the answer on, also with an access token that it
    /// has.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_partner(
        &self,
        caller: Self::Caller,
        request: PartnerChange,
    ) -> impl Future<Output = Result<PartnerDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_PARTNER, (caller, request))
    }

    /// List accounts.
    ///
    /// By number.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_accounts(
        &self,
        caller: Self::Caller,
        request: AccountQuery,
    ) -> impl Future<Output = Result<AccountList, Refusal>> + Send {
        server::unwritten(&LIST_ACCOUNTS, (caller, request))
    }

    /// Open an account.
    ///
    /// It is empty: its first money comes by `fund_account`.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn open_account(
        &self,
        caller: Self::Caller,
        request: AccountOpening,
    ) -> impl Future<Output = Result<AccountDetails, Refusal>> + Send {
        server::unwritten(&OPEN_ACCOUNT, (caller, request))
    }

    /// Change an account.
    ///
    /// Payments feel it from the moment of the answer on. The funding account cannot be changed.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_account(
        &self,
        caller: Self::Caller,
        request: AccountChange,
    ) -> impl Future<Output = Result<AccountDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_ACCOUNT, (caller, request))
    }

    /// Put money into an account.
    ///
    /// From the funding account, by double entry. The same request again has no second effect and gets the
    /// first answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn fund_account(
        &self,
        caller: Self::Caller,
        request: MoneyMovement,
    ) -> impl Future<Output = Result<MoneyMoved, Refusal>> + Send {
        server::unwritten(&FUND_ACCOUNT, (caller, request))
    }

    /// Take money out of an account.
    ///
    /// Into the funding account, by double entry; not below the account's minimum. The same request again
    /// has no second effect and gets the first answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn withdraw_from_account(
        &self,
        caller: Self::Caller,
        request: MoneyMovement,
    ) -> impl Future<Output = Result<MoneyMoved, Refusal>> + Send {
        server::unwritten(&WITHDRAW_FROM_ACCOUNT, (caller, request))
    }

    /// List registrations.
    ///
    /// By identifier, with whole account numbers.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_registrations(
        &self,
        caller: Self::Caller,
        request: RegistrationQuery,
    ) -> impl Future<Output = Result<RegistrationList, Refusal>> + Send {
        server::unwritten(&LIST_REGISTRATIONS, (caller, request))
    }

    /// Register an account at a branch.
    ///
    /// The registration is active at once, and the partner is called back as if the customer had agreed.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn register_at_branch(
        &self,
        caller: Self::Caller,
        request: BranchRegistration,
    ) -> impl Future<Output = Result<RegistrationDetails, Refusal>> + Send {
        server::unwritten(&REGISTER_AT_BRANCH, (caller, request))
    }

    /// Suspend a registration.
    ///
    /// It cannot be charged until it is resumed. The partner is called back.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn suspend_registration(
        &self,
        caller: Self::Caller,
        request: RegistrationChange,
    ) -> impl Future<Output = Result<RegistrationDetails, Refusal>> + Send {
        server::unwritten(&SUSPEND_REGISTRATION, (caller, request))
    }

    /// Resume a registration.
    ///
    /// A suspended one can be charged again. The partner is called back.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn resume_registration(
        &self,
        caller: Self::Caller,
        request: RegistrationChange,
    ) -> impl Future<Output = Result<RegistrationDetails, Refusal>> + Send {
        server::unwritten(&RESUME_REGISTRATION, (caller, request))
    }

    /// Cancel a registration for the bank.
    ///
    /// It can never be charged again, and its schedules stop. The partner is called back.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn cancel_registration(
        &self,
        caller: Self::Caller,
        request: RegistrationChange,
    ) -> impl Future<Output = Result<RegistrationDetails, Refusal>> + Send {
        server::unwritten(&CANCEL_REGISTRATION, (caller, request))
    }

    /// List payments.
    ///
    /// Of all partners, also those that were rejected.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_payments(
        &self,
        caller: Self::Caller,
        request: PaymentQuery,
    ) -> impl Future<Output = Result<PaymentList, Refusal>> + Send {
        server::unwritten(&LIST_PAYMENTS, (caller, request))
    }

    /// List schedules.
    ///
    /// Of all partners, also those that are over.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_schedules(
        &self,
        caller: Self::Caller,
        request: PlanQuery,
    ) -> impl Future<Output = Result<PlanList, Refusal>> + Send {
        server::unwritten(&LIST_SCHEDULES, (caller, request))
    }

    /// List filers.
    ///
    /// By user name. No secret is told.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_filers(
        &self,
        caller: Self::Caller,
        request: FilerQuery,
    ) -> impl Future<Output = Result<FilerList, Refusal>> + Send {
        server::unwritten(&LIST_FILERS, (caller, request))
    }

    /// Admit a filer.
    ///
    /// It may log in with the Revenue Department from now on, and sign with the key of its certificate.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn admit_filer(
        &self,
        caller: Self::Caller,
        request: FilerAdmission,
    ) -> impl Future<Output = Result<FilerDetails, Refusal>> + Send {
        server::unwritten(&ADMIT_FILER, (caller, request))
    }

    /// Change a filer.
    ///
    /// A suspended filer is refused from the moment of the answer on, also with a token that it has.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_filer(
        &self,
        caller: Self::Caller,
        request: FilerChange,
    ) -> impl Future<Output = Result<FilerDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_FILER, (caller, request))
    }

    /// List filings.
    ///
    /// Of all filers, in the order in which they were filed.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_filings(
        &self,
        caller: Self::Caller,
        request: FilingQuery,
    ) -> impl Future<Output = Result<FilingList, Refusal>> + Send {
        server::unwritten(&LIST_FILINGS, (caller, request))
    }

    /// Pay stamp duty.
    ///
    /// As a bank does for whoever brings the references or the QR code of a filing: the money goes from an
    /// account to the Department's, by double entry, and the filing is paid. The same request again has no
    /// second effect and gets the first answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn pay_stamp_duty(
        &self,
        caller: Self::Caller,
        request: StampDutyPayment,
    ) -> impl Future<Output = Result<StampDutyPaid, Refusal>> + Send {
        server::unwritten(&PAY_STAMP_DUTY, (caller, request))
    }

    /// Cancel a filing.
    ///
    /// For the Department: it can no longer be paid, and its instruments may be filed again. One that is
    /// paid stays.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn cancel_filing(
        &self,
        caller: Self::Caller,
        request: FilingChange,
    ) -> impl Future<Output = Result<FilingDetails, Refusal>> + Send {
        server::unwritten(&CANCEL_FILING, (caller, request))
    }

    /// List slips.
    ///
    /// In the order in which they came. Each direct debit payment that debited the payer has one, of bank
    /// 025; the others were added. Accounts and proxies are masked.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_slips(
        &self,
        caller: Self::Caller,
        request: SlipQuery,
    ) -> impl Future<Output = Result<SlipList, Refusal>> + Send {
        server::unwritten(&LIST_SLIPS, (caller, request))
    }

    /// Add a slip.
    ///
    /// Gives a bank of the sandbox a transaction, as if it had made it: from the moment of the answer on it
    /// can be verified. No money moves. References of bank 025 that begin with `KSA` are given to payments
    /// only.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn add_slip(
        &self,
        caller: Self::Caller,
        request: NewSlip,
    ) -> impl Future<Output = Result<SlipDetails, Refusal>> + Send {
        server::unwritten(&ADD_SLIP, (caller, request))
    }

    /// List members of the hub.
    ///
    /// By their codes, also those that have left.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_hub_members(
        &self,
        caller: Self::Caller,
        request: HubMemberQuery,
    ) -> impl Future<Output = Result<HubMemberList, Refusal>> + Send {
        server::unwritten(&LIST_HUB_MEMBERS, (caller, request))
    }

    /// Admit a member to the hub.
    ///
    /// It may ask from the moment of the answer on, under keys of its own. With an `issuerUrl` the hub asks
    /// it about its own slips, under the same rules as for callbacks: in production public https addresses
    /// only. One that has left may join again.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn admit_hub_member(
        &self,
        caller: Self::Caller,
        request: HubMemberAdmission,
    ) -> impl Future<Output = Result<HubMemberDetails, Refusal>> + Send {
        server::unwritten(&ADMIT_HUB_MEMBER, (caller, request))
    }

    /// Change a member of the hub.
    ///
    /// Its subscriptions, keys and address hold from the moment of the answer on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_hub_member(
        &self,
        caller: Self::Caller,
        request: HubMemberChange,
    ) -> impl Future<Output = Result<HubMemberDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_HUB_MEMBER, (caller, request))
    }

    /// Let a member of the hub go.
    ///
    /// From all services: its key is refused from the moment of the answer on, and it is not asked any
    /// more. A bank of its code that the sandbox plays is.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn remove_hub_member(
        &self,
        caller: Self::Caller,
        request: HubMemberRemoval,
    ) -> impl Future<Output = Result<HubMemberDetails, Refusal>> + Send {
        server::unwritten(&REMOVE_HUB_MEMBER, (caller, request))
    }

    /// List the banks that the hub asks.
    ///
    /// By their codes, each with how it has been doing.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_issuers(
        &self,
        caller: Self::Caller,
        request: IssuerQuery,
    ) -> impl Future<Output = Result<IssuerList, Refusal>> + Send {
        server::unwritten(&LIST_ISSUERS, (caller, request))
    }

    /// Change how a bank answers the hub.
    ///
    /// One that the sandbox plays, from the moment of the answer on. References of the fictional bank 999
    /// that say what happens go before.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_issuer(
        &self,
        caller: Self::Caller,
        request: IssuerChange,
    ) -> impl Future<Output = Result<IssuerDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_ISSUER, (caller, request))
    }

    /// List questions to the hub.
    ///
    /// In the order in which they ended: one record for each, also of those that came to nothing.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_verifications(
        &self,
        caller: Self::Caller,
        request: VerificationQuery,
    ) -> impl Future<Output = Result<VerificationList, Refusal>> + Send {
        server::unwritten(&LIST_VERIFICATIONS, (caller, request))
    }

    /// List merchants.
    ///
    /// Those of the bank that asks the hub, by their identifiers.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_merchants(
        &self,
        caller: Self::Caller,
        request: MerchantQuery,
    ) -> impl Future<Output = Result<MerchantList, Refusal>> + Send {
        server::unwritten(&LIST_MERCHANTS, (caller, request))
    }

    /// Admit a merchant.
    ///
    /// It may ask about slips from the moment of the answer on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn admit_merchant(
        &self,
        caller: Self::Caller,
        request: MerchantAdmission,
    ) -> impl Future<Output = Result<MerchantDetails, Refusal>> + Send {
        server::unwritten(&ADMIT_MERCHANT, (caller, request))
    }

    /// Change a merchant.
    ///
    /// Its key, its quota and whether it may ask hold from the moment of the answer on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn change_merchant(
        &self,
        caller: Self::Caller,
        request: MerchantChange,
    ) -> impl Future<Output = Result<MerchantDetails, Refusal>> + Send {
        server::unwritten(&CHANGE_MERCHANT, (caller, request))
    }

    /// List text messages.
    ///
    /// What customers would have got on their telephones, such as one-time passwords.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_messages(
        &self,
        caller: Self::Caller,
        request: MessageQuery,
    ) -> impl Future<Output = Result<MessageList, Refusal>> + Send {
        server::unwritten(&LIST_MESSAGES, (caller, request))
    }

    /// List callbacks.
    ///
    /// Each with its attempts.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_callbacks(
        &self,
        caller: Self::Caller,
        request: CallbackQuery,
    ) -> impl Future<Output = Result<CallbackList, Refusal>> + Send {
        server::unwritten(&LIST_CALLBACKS, (caller, request))
    }

    /// Replay a callback.
    ///
    /// One that was delivered or is dead is delivered once more: the same identifier, the same body, a new
    /// round of attempts.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn replay_callback(
        &self,
        caller: Self::Caller,
        request: CallbackReplay,
    ) -> impl Future<Output = Result<CallbackDetails, Refusal>> + Send {
        server::unwritten(&REPLAY_CALLBACK, (caller, request))
    }

    /// List faults.
    ///
    /// Those that still wait for calls.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_faults(
        &self,
        caller: Self::Caller,
        request: FaultQuery,
    ) -> impl Future<Output = Result<FaultList, Refusal>> + Send {
        server::unwritten(&LIST_FAULTS, (caller, request))
    }

    /// Add a fault.
    ///
    /// Calls of the bank's API go wrong from the moment of the answer on. When several faults fit a call,
    /// the oldest of each kind strikes.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn add_fault(
        &self,
        caller: Self::Caller,
        request: NewFault,
    ) -> impl Future<Output = Result<FaultDetails, Refusal>> + Send {
        server::unwritten(&ADD_FAULT, (caller, request))
    }

    /// Remove a fault.
    ///
    /// It strikes no more from the moment of the answer on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn remove_fault(
        &self,
        caller: Self::Caller,
        request: FaultRemoval,
    ) -> impl Future<Output = Result<FaultDetails, Refusal>> + Send {
        server::unwritten(&REMOVE_FAULT, (caller, request))
    }

    /// List events.
    ///
    /// In the order in which they happened, from a position on.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_events(
        &self,
        caller: Self::Caller,
        request: EventQuery,
    ) -> impl Future<Output = Result<EventList, Refusal>> + Send {
        server::unwritten(&LIST_EVENTS, (caller, request))
    }
}

/// Serves the operations of `handler`.
#[cfg(feature = "server")]
pub fn router<H: Handler>(handler: Arc<H>) -> Router<Server<H>> {
    Router::new(Server(handler))
}

/// A handler with its table of operations.
#[cfg(feature = "server")]
#[derive(Debug)]
pub struct Server<H>(Arc<H>);

#[cfg(feature = "server")]
impl<H: Handler> Routes for Server<H> {
    type Host = H;

    const OPERATIONS: &'static [&'static Operation] = &[
        &SHOW_CLOCK,
        &FREEZE_CLOCK,
        &RESUME_CLOCK,
        &ADVANCE_CLOCK,
        &SET_CLOCK,
        &LIST_PARTNERS,
        &ADMIT_PARTNER,
        &CHANGE_PARTNER,
        &LIST_ACCOUNTS,
        &OPEN_ACCOUNT,
        &CHANGE_ACCOUNT,
        &FUND_ACCOUNT,
        &WITHDRAW_FROM_ACCOUNT,
        &LIST_REGISTRATIONS,
        &REGISTER_AT_BRANCH,
        &SUSPEND_REGISTRATION,
        &RESUME_REGISTRATION,
        &CANCEL_REGISTRATION,
        &LIST_PAYMENTS,
        &LIST_SCHEDULES,
        &LIST_FILERS,
        &ADMIT_FILER,
        &CHANGE_FILER,
        &LIST_FILINGS,
        &PAY_STAMP_DUTY,
        &CANCEL_FILING,
        &LIST_SLIPS,
        &ADD_SLIP,
        &LIST_HUB_MEMBERS,
        &ADMIT_HUB_MEMBER,
        &CHANGE_HUB_MEMBER,
        &REMOVE_HUB_MEMBER,
        &LIST_ISSUERS,
        &CHANGE_ISSUER,
        &LIST_VERIFICATIONS,
        &LIST_MERCHANTS,
        &ADMIT_MERCHANT,
        &CHANGE_MERCHANT,
        &LIST_MESSAGES,
        &LIST_CALLBACKS,
        &REPLAY_CALLBACK,
        &LIST_FAULTS,
        &ADD_FAULT,
        &REMOVE_FAULT,
        &LIST_EVENTS,
    ];
    const ENVELOPE: Envelope = Envelope::Problem;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "show_clock" => server::json(self.0.show_clock(caller, request.read()?).await?),
            "freeze_clock" => server::json(self.0.freeze_clock(caller, request.read()?).await?),
            "resume_clock" => server::json(self.0.resume_clock(caller, request.read()?).await?),
            "advance_clock" => server::json(self.0.advance_clock(caller, request.read()?).await?),
            "set_clock" => server::json(self.0.set_clock(caller, request.read()?).await?),
            "list_partners" => server::json(self.0.list_partners(caller, request.read()?).await?),
            "admit_partner" => server::json(self.0.admit_partner(caller, request.read()?).await?),
            "change_partner" => server::json(self.0.change_partner(caller, request.read()?).await?),
            "list_accounts" => server::json(self.0.list_accounts(caller, request.read()?).await?),
            "open_account" => server::json(self.0.open_account(caller, request.read()?).await?),
            "change_account" => server::json(self.0.change_account(caller, request.read()?).await?),
            "fund_account" => server::json(self.0.fund_account(caller, request.read()?).await?),
            "withdraw_from_account" => {
                server::json(self.0.withdraw_from_account(caller, request.read()?).await?)
            }
            "list_registrations" => server::json(self.0.list_registrations(caller, request.read()?).await?),
            "register_at_branch" => server::json(self.0.register_at_branch(caller, request.read()?).await?),
            "suspend_registration" => {
                server::json(self.0.suspend_registration(caller, request.read()?).await?)
            }
            "resume_registration" => server::json(self.0.resume_registration(caller, request.read()?).await?),
            "cancel_registration" => server::json(self.0.cancel_registration(caller, request.read()?).await?),
            "list_payments" => server::json(self.0.list_payments(caller, request.read()?).await?),
            "list_schedules" => server::json(self.0.list_schedules(caller, request.read()?).await?),
            "list_filers" => server::json(self.0.list_filers(caller, request.read()?).await?),
            "admit_filer" => server::json(self.0.admit_filer(caller, request.read()?).await?),
            "change_filer" => server::json(self.0.change_filer(caller, request.read()?).await?),
            "list_filings" => server::json(self.0.list_filings(caller, request.read()?).await?),
            "pay_stamp_duty" => server::json(self.0.pay_stamp_duty(caller, request.read()?).await?),
            "cancel_filing" => server::json(self.0.cancel_filing(caller, request.read()?).await?),
            "list_slips" => server::json(self.0.list_slips(caller, request.read()?).await?),
            "add_slip" => server::json(self.0.add_slip(caller, request.read()?).await?),
            "list_hub_members" => server::json(self.0.list_hub_members(caller, request.read()?).await?),
            "admit_hub_member" => server::json(self.0.admit_hub_member(caller, request.read()?).await?),
            "change_hub_member" => server::json(self.0.change_hub_member(caller, request.read()?).await?),
            "remove_hub_member" => server::json(self.0.remove_hub_member(caller, request.read()?).await?),
            "list_issuers" => server::json(self.0.list_issuers(caller, request.read()?).await?),
            "change_issuer" => server::json(self.0.change_issuer(caller, request.read()?).await?),
            "list_verifications" => server::json(self.0.list_verifications(caller, request.read()?).await?),
            "list_merchants" => server::json(self.0.list_merchants(caller, request.read()?).await?),
            "admit_merchant" => server::json(self.0.admit_merchant(caller, request.read()?).await?),
            "change_merchant" => server::json(self.0.change_merchant(caller, request.read()?).await?),
            "list_messages" => server::json(self.0.list_messages(caller, request.read()?).await?),
            "list_callbacks" => server::json(self.0.list_callbacks(caller, request.read()?).await?),
            "replay_callback" => server::json(self.0.replay_callback(caller, request.read()?).await?),
            "list_faults" => server::json(self.0.list_faults(caller, request.read()?).await?),
            "add_fault" => server::json(self.0.add_fault(caller, request.read()?).await?),
            "remove_fault" => server::json(self.0.remove_fault(caller, request.read()?).await?),
            "list_events" => server::json(self.0.list_events(caller, request.read()?).await?),

            _ => Err(Refusal::unknown_path()),
        }
    }
}

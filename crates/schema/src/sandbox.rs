//! The control API of the sandbox: its clock, its partners and accounts, what goes wrong on request, and what happened.
//!
//! Nothing of it is a bank's: it is what an operator does to the gateway of this workspace. The table of operations is at
//! the end.

mod account;
mod callback;
mod clock;
mod event;
mod fault;
mod filing;
mod hub;
mod listing;
mod merchant;
mod message;
mod partner;
mod payment;
mod registration;
mod slip;

pub use crate::Nothing;
pub use crate::Problem;
pub use account::{
    AccountChange, AccountDetails, AccountList, AccountOpening, AccountQuery, AccountStatus,
    AccountStatusShown, MoneyMoved, MoneyMovement,
};
pub use callback::{
    CallbackDetails, CallbackList, CallbackQuery, CallbackReplay, CallbackStatus, DeliveryAttempt,
};
pub use clock::{ClockAdvance, ClockMoved, ClockProgress, ClockSetting, ClockState};
pub use event::{EventDetails, EventList, EventQuery, Facts};
pub use fault::{FaultDetails, FaultKind, FaultKindShown, FaultList, FaultQuery, FaultRemoval, NewFault};
pub use filing::{
    FilerAdmission, FilerChange, FilerDetails, FilerList, FilerQuery, FilerStatus, FilerStatusShown,
    FilingChange, FilingDetails, FilingList, FilingQuery, FilingStatus, FilingStatusShown, StampDutyPaid,
    StampDutyPayment,
};
pub use hub::{
    BreakerState, BreakerStateShown, HubMemberAdmission, HubMemberChange, HubMemberDetails, HubMemberList,
    HubMemberQuery, HubMemberRemoval, HubService, HubServiceShown, IssuerBehaviour, IssuerBehaviourShown,
    IssuerChange, IssuerDetails, IssuerList, IssuerQuery, MemberKey, VerificationDetails, VerificationEnd,
    VerificationEndShown, VerificationList, VerificationQuery,
};
pub use listing::{Cursor, Limit};
pub use merchant::{
    DailyQuota, MerchantAdmission, MerchantChange, MerchantDetails, MerchantList, MerchantQuery,
    MerchantStatus, MerchantStatusShown,
};
pub use message::{MessageDetails, MessageList, MessageQuery};
pub use partner::{
    AgreementDetails, CallbackProof, CallbackProofShown, NewAgreement, PartnerAdmission, PartnerChange,
    PartnerDetails, PartnerList, PartnerQuery, PartnerStatus, PartnerStatusShown,
};
pub use payment::{PaymentDetails, PaymentList, PaymentQuery, PlanDetails, PlanList, PlanQuery};
pub use registration::{
    BranchRegistration, RegistrationChange, RegistrationDetails, RegistrationList, RegistrationQuery,
};
pub use slip::{
    NewSlip, NewSlipParty, NewSlipProxy, SlipAccountNumber, SlipDetails, SlipList, SlipProxyNumber, SlipQuery,
};

/// The contract: everything that `openapi/sandbox.json` is made from.
#[cfg(feature = "schema")]
#[must_use]
pub fn product() -> crate::contract::Product {
    use crate::contract::{Envelope, Type, links, operations};
    crate::contract::Product {
        name: "sandbox",
        title: "Satang sandbox",
        description: DESCRIPTION,
        tags: &[
            ("clock", "The time that everything in the sandbox goes by."),
            ("partner", "Who may call the bank."),
            ("account", "Accounts, and money that enters or leaves the bank."),
            ("registration", "Customers' registrations, as the bank sees them."),
            ("payment", "Payments and schedules of all partners."),
            ("stamp-duty", "Who files with the Revenue Department, and what was filed."),
            ("slip", "Slips of payments, and transactions that banks of the sandbox are given."),
            (
                "hub",
                "Members of the slip hub, the banks that it asks, and the merchants of a bank that asks it.",
            ),
            ("message", "What the bank has told customers and partners."),
            ("fault", "What goes wrong on request."),
            ("event", "What happened."),
        ],
        operations: operations! {
            /// Show the clock
            ///
            /// Also while the clock is being moved: then it tells how far the move has come.
            show_clock: GET "/sandbox/v1/clock" Nothing => ClockState,
                tag "clock", security [Admin], repeat [Safe], errors [];

            /// Stop the clock
            ///
            /// The time stays what it is until somebody moves or resumes the clock. A clock that stands still already
            /// stays as it is.
            freeze_clock: POST "/sandbox/v1/clock/freeze" Nothing => ClockState,
                tag "clock", security [Admin], repeat [Safe], errors [409];

            /// Let the clock go on
            ///
            /// It goes on from where it stands.
            resume_clock: POST "/sandbox/v1/clock/resume" Nothing => ClockState,
                tag "clock", security [Admin], repeat [Safe], errors [409];

            /// Let time pass
            ///
            /// Everything that falls due on the way is done at its own time, in order: journeys expire, schedules run,
            /// callbacks are tried again. It is answered when all that is done. A move that takes longer than a request
            /// may take goes on by itself; until it has ended, `show_clock` tells how far it is, and every other change
            /// of the clock is refused.
            advance_clock: POST "/sandbox/v1/clock/advance" ClockAdvance => ClockMoved,
                tag "clock", security [Admin], repeat [Effect], errors [409];

            /// Set the clock
            ///
            /// Forward, it is as if that much time passed. Back, nothing that was done is undone: only the clock changes.
            set_clock: POST "/sandbox/v1/clock/set" ClockSetting => ClockMoved,
                tag "clock", security [Admin], repeat [Effect], errors [409];

            /// List partners
            ///
            /// By client id. No secret is told.
            list_partners: GET "/sandbox/v1/partners" PartnerQuery => PartnerList,
                tag "partner", security [Admin], repeat [Safe], errors [];

            /// Admit a partner
            ///
            /// It may call from now on.
            admit_partner: POST "/sandbox/v1/partners/admit" PartnerAdmission => PartnerDetails,
                tag "partner", security [Admin], repeat [Effect], errors [409];

            /// Change a partner
            ///
            /// A suspended partner is refused from the moment of the answer on, also with an access token that it has.
            change_partner: POST "/sandbox/v1/partners/change" PartnerChange => PartnerDetails,
                tag "partner", security [Admin], repeat [Safe], errors [404, 409];

            /// List accounts
            ///
            /// By number.
            list_accounts: GET "/sandbox/v1/accounts" AccountQuery => AccountList,
                tag "account", security [Admin], repeat [Safe], errors [];

            /// Open an account
            ///
            /// It is empty: its first money comes by `fund_account`.
            open_account: POST "/sandbox/v1/accounts/open" AccountOpening => AccountDetails,
                tag "account", security [Admin], repeat [Effect], errors [404, 409];

            /// Change an account
            ///
            /// Payments feel it from the moment of the answer on. The funding account cannot be changed.
            change_account: POST "/sandbox/v1/accounts/change" AccountChange => AccountDetails,
                tag "account", security [Admin], repeat [Safe], errors [404, 409];

            /// Put money into an account
            ///
            /// From the funding account, by double entry. The same request again has no second effect and gets the first
            /// answer.
            fund_account: POST "/sandbox/v1/accounts/fund" MoneyMovement => MoneyMoved,
                tag "account", security [Admin], repeat [Keyed "transactionIdentification"], errors [404, 409];

            /// Take money out of an account
            ///
            /// Into the funding account, by double entry; not below the account's minimum. The same request again has no
            /// second effect and gets the first answer.
            withdraw_from_account: POST "/sandbox/v1/accounts/withdraw" MoneyMovement => MoneyMoved,
                tag "account", security [Admin], repeat [Keyed "transactionIdentification"], errors [404, 409];

            /// List registrations
            ///
            /// By identifier, with whole account numbers.
            list_registrations: GET "/sandbox/v1/registrations" RegistrationQuery => RegistrationList,
                tag "registration", security [Admin], repeat [Safe], errors [];

            /// Register an account at a branch
            ///
            /// The registration is active at once, and the partner is called back as if the customer had agreed.
            register_at_branch: POST "/sandbox/v1/registrations/register"
                BranchRegistration => RegistrationDetails,
                tag "registration", security [Admin], repeat [Effect], errors [404, 409];

            /// Suspend a registration
            ///
            /// It cannot be charged until it is resumed. The partner is called back.
            suspend_registration: POST "/sandbox/v1/registrations/suspend"
                RegistrationChange => RegistrationDetails,
                tag "registration", security [Admin], repeat [Effect], errors [404, 409];

            /// Resume a registration
            ///
            /// A suspended one can be charged again. The partner is called back.
            resume_registration: POST "/sandbox/v1/registrations/resume"
                RegistrationChange => RegistrationDetails,
                tag "registration", security [Admin], repeat [Effect], errors [404, 409];

            /// Cancel a registration for the bank
            ///
            /// It can never be charged again, and its schedules stop. The partner is called back.
            cancel_registration: POST "/sandbox/v1/registrations/cancel"
                RegistrationChange => RegistrationDetails,
                tag "registration", security [Admin], repeat [Effect], errors [404, 409];

            /// List payments
            ///
            /// Of all partners, also those that were rejected.
            list_payments: GET "/sandbox/v1/payments" PaymentQuery => PaymentList,
                tag "payment", security [Admin], repeat [Safe], errors [];

            /// List schedules
            ///
            /// Of all partners, also those that are over.
            list_schedules: GET "/sandbox/v1/schedules" PlanQuery => PlanList,
                tag "payment", security [Admin], repeat [Safe], errors [];

            /// List filers
            ///
            /// By user name. No secret is told.
            list_filers: GET "/sandbox/v1/filers" FilerQuery => FilerList,
                tag "stamp-duty", security [Admin], repeat [Safe], errors [];

            /// Admit a filer
            ///
            /// It may log in with the Revenue Department from now on, and sign with the key of its certificate.
            admit_filer: POST "/sandbox/v1/filers/admit" FilerAdmission => FilerDetails,
                tag "stamp-duty", security [Admin], repeat [Effect], errors [409];

            /// Change a filer
            ///
            /// A suspended filer is refused from the moment of the answer on, also with a token that it has.
            change_filer: POST "/sandbox/v1/filers/change" FilerChange => FilerDetails,
                tag "stamp-duty", security [Admin], repeat [Safe], errors [404];

            /// List filings
            ///
            /// Of all filers, in the order in which they were filed.
            list_filings: GET "/sandbox/v1/filings" FilingQuery => FilingList,
                tag "stamp-duty", security [Admin], repeat [Safe], errors [];

            /// Pay stamp duty
            ///
            /// As a bank does for whoever brings the references or the QR code of a filing: the money goes from an account
            /// to the Department's, by double entry, and the filing is paid. The same request again has no second effect and
            /// gets the first answer.
            pay_stamp_duty: POST "/sandbox/v1/filings/pay" StampDutyPayment => StampDutyPaid,
                tag "stamp-duty", security [Admin], repeat [Keyed "transactionIdentification"], errors [404, 409];

            /// Cancel a filing
            ///
            /// For the Department: it can no longer be paid, and its instruments may be filed again. One that is paid stays.
            cancel_filing: POST "/sandbox/v1/filings/cancel" FilingChange => FilingDetails,
                tag "stamp-duty", security [Admin], repeat [Effect], errors [404, 409];

            /// List slips
            ///
            /// In the order in which they came. Each direct debit payment that debited the payer has one, of bank 025; the others
            /// were added. Accounts and proxies are masked.
            list_slips: GET "/sandbox/v1/slips" SlipQuery => SlipList,
                tag "slip", security [Admin], repeat [Safe], errors [];

            /// Add a slip
            ///
            /// Gives a bank of the sandbox a transaction, as if it had made it: from the moment of the answer on it can be
            /// verified. No money moves. References of bank 025 that begin with `KSA` are given to payments only.
            add_slip: POST "/sandbox/v1/slips/add" NewSlip => SlipDetails,
                tag "slip", security [Admin], repeat [Effect], errors [409];

            /// List members of the hub
            ///
            /// By their codes, also those that have left.
            list_hub_members: GET "/sandbox/v1/hub-members" HubMemberQuery => HubMemberList,
                tag "hub", security [Admin], repeat [Safe], errors [];

            /// Admit a member to the hub
            ///
            /// It may ask from the moment of the answer on, under keys of its own. With an `issuerUrl` the hub asks it about its own
            /// slips, under the same rules as for callbacks: in production public https addresses only. One that has left may
            /// join again.
            admit_hub_member: POST "/sandbox/v1/hub-members/admit" HubMemberAdmission => HubMemberDetails,
                tag "hub", security [Admin], repeat [Effect], errors [409];

            /// Change a member of the hub
            ///
            /// Its subscriptions, keys and address hold from the moment of the answer on.
            change_hub_member: POST "/sandbox/v1/hub-members/change" HubMemberChange => HubMemberDetails,
                tag "hub", security [Admin], repeat [Safe], errors [404, 409];

            /// Let a member of the hub go
            ///
            /// From all services: its key is refused from the moment of the answer on, and it is not asked any more. A bank of its
            /// code that the sandbox plays is.
            remove_hub_member: POST "/sandbox/v1/hub-members/remove" HubMemberRemoval => HubMemberDetails,
                tag "hub", security [Admin], repeat [Effect], errors [404, 409];

            /// List the banks that the hub asks
            ///
            /// By their codes, each with how it has been doing.
            list_issuers: GET "/sandbox/v1/issuers" IssuerQuery => IssuerList,
                tag "hub", security [Admin], repeat [Safe], errors [];

            /// Change how a bank answers the hub
            ///
            /// One that the sandbox plays, from the moment of the answer on. References of the fictional bank 999 that say what
            /// happens go before.
            change_issuer: POST "/sandbox/v1/issuers/change" IssuerChange => IssuerDetails,
                tag "hub", security [Admin], repeat [Safe], errors [404];

            /// List questions to the hub
            ///
            /// In the order in which they ended: one record for each, also of those that came to nothing.
            list_verifications: GET "/sandbox/v1/verifications" VerificationQuery => VerificationList,
                tag "hub", security [Admin], repeat [Safe], errors [];

            /// List merchants
            ///
            /// Those of the bank that asks the hub, by their identifiers.
            list_merchants: GET "/sandbox/v1/merchants" MerchantQuery => MerchantList,
                tag "hub", security [Admin], repeat [Safe], errors [];

            /// Admit a merchant
            ///
            /// It may ask about slips from the moment of the answer on.
            admit_merchant: POST "/sandbox/v1/merchants/admit" MerchantAdmission => MerchantDetails,
                tag "hub", security [Admin], repeat [Effect], errors [409];

            /// Change a merchant
            ///
            /// Its key, its quota and whether it may ask hold from the moment of the answer on.
            change_merchant: POST "/sandbox/v1/merchants/change" MerchantChange => MerchantDetails,
                tag "hub", security [Admin], repeat [Safe], errors [404, 409];

            /// List text messages
            ///
            /// What customers would have got on their telephones, such as one-time passwords.
            list_messages: GET "/sandbox/v1/messages" MessageQuery => MessageList,
                tag "message", security [Admin], repeat [Safe], errors [];

            /// List callbacks
            ///
            /// Each with its attempts.
            list_callbacks: GET "/sandbox/v1/callbacks" CallbackQuery => CallbackList,
                tag "message", security [Admin], repeat [Safe], errors [];

            /// Replay a callback
            ///
            /// One that was delivered or is dead is delivered once more: the same identifier, the same body, a new round of
            /// attempts.
            replay_callback: POST "/sandbox/v1/callbacks/replay" CallbackReplay => CallbackDetails,
                tag "message", security [Admin], repeat [Effect], errors [404, 409];

            /// List faults
            ///
            /// Those that still wait for calls.
            list_faults: GET "/sandbox/v1/faults" FaultQuery => FaultList,
                tag "fault", security [Admin], repeat [Safe], errors [];

            /// Add a fault
            ///
            /// Calls of the bank's API go wrong from the moment of the answer on. When several faults fit a call, the oldest
            /// of each kind strikes.
            add_fault: POST "/sandbox/v1/faults/add" NewFault => FaultDetails,
                tag "fault", security [Admin], repeat [Effect], errors [404, 409];

            /// Remove a fault
            ///
            /// It strikes no more from the moment of the answer on.
            remove_fault: POST "/sandbox/v1/faults/remove" FaultRemoval => FaultDetails,
                tag "fault", security [Admin], repeat [Effect], errors [404];

            /// List events
            ///
            /// In the order in which they happened, from a position on.
            list_events: GET "/sandbox/v1/events" EventQuery => EventList,
                tag "event", security [Admin], repeat [Safe], errors [];
        },
        callbacks: Vec::new(),
        called_back_after: &[],
        links: links! {
            "/partners/0/clientId" of list_partners => "/clientId" of change_partner;
            "/clientId" of admit_partner => "/clientId" of change_partner;
            "/accountNumber" of open_account => "/accountNumber" of change_account;
            "/accountNumber" of open_account => "/accountNumber" of fund_account;
            "/accountNumber" of open_account => "/accountNumber" of withdraw_from_account;
            "/registrationIdentification" of register_at_branch
                => "/registrationIdentification" of suspend_registration;
            "/registrationIdentification" of suspend_registration
                => "/registrationIdentification" of resume_registration;
            "/registrationIdentification" of register_at_branch
                => "/registrationIdentification" of cancel_registration;
            "/username" of admit_filer => "/username" of change_filer;
            "/filings/0/apiRefNo" of list_filings => "/apiRefNo" of cancel_filing;
            "/filings/0/reference1" of list_filings => "/reference1" of pay_stamp_duty;
            "/bank" of admit_hub_member => "/bank" of change_hub_member;
            "/bank" of admit_hub_member => "/bank" of remove_hub_member;
            "/issuers/0/bank" of list_issuers => "/bank" of change_issuer;
            "/merchantIdentification" of admit_merchant => "/merchantIdentification" of change_merchant;
            "/callbacks/0/callbackIdentification" of list_callbacks
                => "/callbackIdentification" of replay_callback;
            "/faultIdentification" of add_fault => "/faultIdentification" of remove_fault;
            "/faults/0/faultIdentification" of list_faults => "/faultIdentification" of remove_fault;
            "/nextAfter" of list_events => "/after" of list_events;
        },
        envelope: Envelope::Problem,
        enclosed: Vec::new(),
        errors: vec![Type::of::<Problem>("Problem")],
    }
}

#[cfg(feature = "schema")]
const DESCRIPTION: &str = "\
What an operator of the Satang gateway can do to it: move its clock, admit partners, open and fund accounts, make calls go \
wrong, and see what happened. It is Satang's own; nothing of it is a bank's.

## Calls
Every call carries `Authorization: Bearer` with the operator's key. Lists come in pages: a page that is not the last one \
has a `nextCursor`, to be sent as `cursor`.

## Errors
Errors are problem details (RFC 9457) with a `code` and, when the request breaks the contract, every violation in \
`errors`, each with the JSON pointer of its place.

## Time
All times are the sandbox's, which the clock operations move. Three things go by the machine's clock: the dates of signatures and \
tokens, since whoever signs has no other; the waiting of faults; and how the banks that the hub asks are doing.";

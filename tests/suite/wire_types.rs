//! The types of all rows by name, so that a test can go through the table and read whatever stands there.

use satang_schema::{
    contract::{Product, Response, Row, Security, Type},
    decode, direct_debit, sandbox, slip_verification, stamp_duty,
};
use satang_validation::Violations;

/// All products.
pub fn products() -> [Product; 4] {
    [direct_debit::product(), sandbox::product(), slip_verification::product(), stamp_duty::product()]
}

/// Reads a body strictly as the type `name`, and writes it again.
pub fn decode_as(name: &str, body: &[u8]) -> Result<String, Violations> {
    use direct_debit::*;
    use sandbox::*;
    use slip_verification::*;
    use stamp_duty::*;
    macro_rules! choose {
        ($($type:ident)+) => {
            match name {
                $(stringify!($type) => decode::<$type>(body).map(|value| serde_json::to_string(&value).unwrap()),)+
                _ => panic!("{name} is new: name it in wire_types.rs"),
            }
        };
    }
    choose! {
        AccessTokenRequest PrepareOAuthContext AuthorizeRequest TokenFilter TokenCancellation KmaDeeplinkRequest
        RealTimePayment TransactionStatusInquiry TransactionFilter
        ScheduleSubmission ScheduleFilter ScheduleCancellation
        AccessToken OAuthContext TokenStatusList TokenList TokenCancelled KmaDeeplink
        PaymentResult TransactionList ScheduleAccepted ScheduleList ScheduleCancelled
        RegistrationResult ErrorEnvelope AccessTokenError
        Nothing ClockAdvance ClockSetting ClockState ClockMoved
        PartnerQuery PartnerAdmission PartnerChange PartnerList PartnerDetails
        AccountQuery AccountOpening AccountChange AccountList AccountDetails MoneyMovement MoneyMoved
        BranchRegistration RegistrationChange RegistrationDetails CallbackReplay CallbackDetails
        PaymentQuery PaymentList PlanQuery PlanList
        RegistrationQuery RegistrationList MessageQuery MessageList CallbackQuery CallbackList
        FilerQuery FilerList FilerAdmission FilerChange FilerDetails
        FilingQuery FilingList FilingChange FilingDetails StampDutyPayment StampDutyPaid
        SubmitFilingAuth SubmitFiling CheckFilingStatus CheckPaymentStatus ReqFormReceiptFile
        FilingForm FilingStatusForm PaymentStatusForm ReceiptForm
        LoginAnswer FilingAnswer PaymentStatusAnswer ReceiptAnswer RevenueError LoginError
        SlipQuery SlipList NewSlip SlipDetails
        HubMemberQuery HubMemberList HubMemberAdmission HubMemberChange HubMemberRemoval HubMemberDetails
        IssuerQuery IssuerList IssuerChange IssuerDetails VerificationQuery VerificationList
        MerchantQuery MerchantList MerchantAdmission MerchantChange MerchantDetails
        SlipToVerify SlipVerdict TransactionQuery TransactionAnswer HubError
        NumberOwnershipQuery NumberOwnershipAnswer HubKeys
        FaultQuery NewFault FaultRemoval FaultList FaultDetails EventQuery EventList Problem
    }
}

/// What partners call, and what partners are called with.
pub fn rows(product: &Product) -> impl Iterator<Item = &Row> {
    product.operations.iter().chain(&product.callbacks)
}

/// What is read without strictness, because the bank may add to it: answers and callbacks.
pub fn lenient(product: &Product) -> Vec<Type> {
    let answers = rows(product).filter_map(|row| match &row.response {
        Response::Json(answer) | Response::Signed(answer) => Some(again(answer)),
        Response::Page | Response::Empty => None,
    });
    // A query has names of its own, to which nobody adds; and a token speaks for every member of the hub's question.
    let is_news = |row: &&Row| row.method != "GET" && !row.security.contains(&Security::Hub);
    let bodies = product.callbacks.iter().filter(is_news);
    let callbacks = bodies.map(|row| again(&row.request));
    answers.chain(callbacks).chain(product.errors.iter().map(again)).collect()
}

fn again(of: &Type) -> Type {
    Type { ..*of }
}

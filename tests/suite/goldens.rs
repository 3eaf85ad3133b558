//! The exact bytes of every request, as the client writes them: `goldens/<operation_id>.http`.
//!
//! `SATANG_BLESS=1` writes them anew; look at the difference before it is committed, because a partner's or a
//! bank's verification may depend on it. In the files lines that begin with `#` show the text that is signed, and
//! the line end after the body is not part of it.

use crate::wire_types::{products, rows};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use satang_core::{
    Error, Operation, Transport,
    direct_debit::*,
    sandbox::Client as ControlClient,
    signature,
    slip_verification::{CallbackClient as IssuerClient, Client as HubClient},
    stamp_duty::Client as StampDutyClient,
};
use satang_schema::{contract::Example, sandbox::*, slip_verification::*, stamp_duty::*};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::Mutex};

const CREATED: i64 = 1_597_424_400; // 2020-08-15T00:00:00+07:00
const TRANSACTION_ID: &str = "11111111-2222-4333-8444-555555555555";

#[test]
fn requests_are_the_golden_bytes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("suite/goldens");
    let written = written_requests();
    if std::env::var_os("SATANG_BLESS").is_some() {
        for (name, text) in &written {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    let golden: BTreeMap<_, _> = fs::read_dir(&folder).unwrap().map(|entry| read(entry.unwrap())).collect();
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&golden), names(&written), "a golden is missing, or a stranger is in the folder");
    for (name, text) in written {
        assert_eq!(golden[&name], text, "{name} differs; SATANG_BLESS=1 writes it anew");
    }
}

/// The file of each row of the table.
fn written_requests() -> BTreeMap<String, String> {
    let recorder = Recorder::default();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(call_everything(&recorder));
    let sent = recorder.0.into_inner().unwrap();
    let file = |id: &str| {
        let (operation, request) = sent
            .iter()
            .find(|(operation, _)| operation.id == id)
            .unwrap_or_else(|| panic!("{id} is new: call it in call_everything"));
        (format!("{id}.http"), http_text(operation, request))
    };
    products().iter().flat_map(rows).map(|row| file(row.id)).collect()
}

/// Sends the canonical request of every operation.
async fn call_everything(recorder: &Recorder) {
    macro_rules! call {
        ($client:ident, $($operation:ident($request:ident))+) => {{
            let client = $client::new(recorder);
            $(client.$operation(&$request::example()).await.map(drop).expect_err("the recorder answers nothing");)+
        }};
    }
    call! { Client,
        access_token(AccessTokenRequest)
        prepare_oauth_context(PrepareOAuthContext)
        token_status_inquiry(TokenFilter)
        token_inquiry(TokenFilter)
        token_cancellation(TokenCancellation)
        kma_deeplink(KmaDeeplinkRequest)
        real_time_payment(RealTimePayment)
        transaction_status_inquiry(TransactionStatusInquiry)
        transaction_inquiry(TransactionFilter)
        schedule_submission(ScheduleSubmission)
        schedule_inquiry(ScheduleFilter)
        schedule_cancellation(ScheduleCancellation)
    }
    call! { ControlClient,
        show_clock(Nothing)
        freeze_clock(Nothing)
        resume_clock(Nothing)
        advance_clock(ClockAdvance)
        set_clock(ClockSetting)
        list_partners(PartnerQuery)
        admit_partner(PartnerAdmission)
        change_partner(PartnerChange)
        list_accounts(AccountQuery)
        open_account(AccountOpening)
        change_account(AccountChange)
        fund_account(MoneyMovement)
        withdraw_from_account(MoneyMovement)
        list_registrations(RegistrationQuery)
        register_at_branch(BranchRegistration)
        suspend_registration(RegistrationChange)
        resume_registration(RegistrationChange)
        cancel_registration(RegistrationChange)
        list_payments(PaymentQuery)
        list_schedules(PlanQuery)
        replay_callback(CallbackReplay)
        list_filers(FilerQuery)
        admit_filer(FilerAdmission)
        change_filer(FilerChange)
        list_filings(FilingQuery)
        pay_stamp_duty(StampDutyPayment)
        cancel_filing(FilingChange)
        list_hub_members(HubMemberQuery)
        admit_hub_member(HubMemberAdmission)
        change_hub_member(HubMemberChange)
        remove_hub_member(HubMemberRemoval)
        list_issuers(IssuerQuery)
        change_issuer(IssuerChange)
        list_verifications(VerificationQuery)
        list_merchants(MerchantQuery)
        admit_merchant(MerchantAdmission)
        change_merchant(MerchantChange)
        list_slips(SlipQuery)
        add_slip(NewSlip)
        list_messages(MessageQuery)
        list_callbacks(CallbackQuery)
        list_faults(FaultQuery)
        add_fault(NewFault)
        remove_fault(FaultRemoval)
        list_events(EventQuery)
    }
    call! { StampDutyClient,
        submit_filing_auth(SubmitFilingAuth)
        submit_filing(SubmitFiling)
        check_filing_status(CheckFilingStatus)
        check_payment_status(CheckPaymentStatus)
        req_form_receipt_file(ReqFormReceiptFile)
    }
    call! { HubClient, verify_slip(SlipToVerify) list_hub_keys(Nothing) }
    macro_rules! fetch {
        ($client:ident, $operation:ident($request:ident)) => {
            let client = $client::new(recorder);
            client.$operation(&$request::example(), HeaderMap::new()).await.expect("whatever comes")
        };
    }
    fetch! { HubClient, verify_transaction(TransactionQuery) };
    fetch! { HubClient, verify_number_ownership(NumberOwnershipQuery) };
    fetch! { IssuerClient, look_up_transaction(TransactionQuery) };
    fetch! { IssuerClient, confirm_number_ownership(NumberOwnershipQuery) };
    call! { CallbackClient, registration_callback(RegistrationResult) }
    let authorize = Request::get(authorize_uri(&AuthorizeRequest::example()).unwrap()).body(Bytes::new());
    recorder.keep(&AUTHORIZE, authorize.unwrap());
}

/// Keeps what a client would have sent.
#[derive(Default)]
struct Recorder(Mutex<Vec<(&'static Operation, Request<Bytes>)>>);

impl Recorder {
    fn keep(&self, operation: &'static Operation, request: Request<Bytes>) {
        self.0.lock().unwrap().push((operation, request));
    }
}

impl Transport for Recorder {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        self.keep(operation, request);
        Ok(Response::builder().status(503).body(Bytes::new()).unwrap())
    }
}

/// The request with the headers that its signature needs, if it has one.
fn http_text(operation: &Operation, request: &Request<Bytes>) -> String {
    let target = request.uri().path_and_query().unwrap().as_str();
    let body = std::str::from_utf8(request.body()).unwrap();
    let mut headers: String = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    let mut comment = String::new();
    if operation.signed {
        let key = signature::Key::new("sandbox-signature-key").unwrap();
        let created = jiff::Timestamp::from_second(CREATED).unwrap();
        let digest = signature::digest(request.body());
        let text = signature::signing_text(&operation.method, target, created, &digest, TRANSACTION_ID);
        comment.extend(text.lines().map(|line| format!("# {line}\n")));
        let value = key.sign(&operation.method, target, created, &digest, TRANSACTION_ID);
        headers +=
            &format!("x-client-transaction-id: {TRANSACTION_ID}\ndigest: {digest}\nsignature: {value}\n");
    }
    format!("{comment}{} {target} HTTP/1.1\n{headers}\n{body}\n", request.method())
}

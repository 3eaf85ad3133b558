// The Department of the examples: it knows one filing, which is paid, and answers in the words of the contract's own
// examples. Included by each of them, so it cannot begin with a module's documentation.

use satang_core::{Clock, Entropy, Host, Incoming, Loopback, Refusal, System, stamp_duty::*};
use satang_schema::stamp_duty as contract;

struct Department;

impl Host for Department {
    type Caller = ();
    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Clock for Department {
    fn now(&self) -> jiff::Timestamp {
        System.now()
    }
}

impl Entropy for Department {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

fn example<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Refusal> {
    serde_json::from_str(json).map_err(|_| Refusal::internal())
}

impl Handler for Department {
    async fn submit_filing_auth(&self, _: (), _: SubmitFilingAuth) -> Result<LoginAnswer, Refusal> {
        example(r#"{"responseCode": "I07000", "tokenId": "TbDd2e5HoQ0q0YhJ4hS2rLVWchNS5ilKb4Xmi5PIghWJjOc1OeB"}"#)
    }
    async fn submit_filing(&self, _: (), _: SubmitFiling) -> Result<FilingAnswer, Refusal> {
        example(
            r#"{"eInstrument": {"responseCode": "I07000", "rdForm": {"apiRefNo": "20190916000000007181",
                "instInfo": [{"id": "2569/01", "refNo": "P0900022091"}],
                "paymentInfo": {"ref1": "20190916000000007181", "totalAmount": 240.00}}}}"#,
        )
    }
    async fn check_filing_status(&self, _: (), _: CheckFilingStatus) -> Result<FilingAnswer, Refusal> {
        example(
            r#"{"eInstrument": {"responseCode": "I07000", "rdForm": {"apiRefNo": "20190916000000007181"}}}"#,
        )
    }
    async fn check_payment_status(&self, _: (), _: CheckPaymentStatus) -> Result<PaymentStatusAnswer, Refusal> {
        example(
            r#"{"eInstrument": {"responseCode": "I07000", "rdForm": {"formStatus": 1, "instInfo": []}}}"#,
        )
    }
    async fn req_form_receipt_file(&self, _: (), _: ReqFormReceiptFile) -> Result<ReceiptAnswer, Refusal> {
        let file = "JVBERi0xLjcK"; // %PDF-1.7
        example(&format!(
            r#"{{"eInstrument": {{"responseCode": "I07000", "rdForm": {{"instInfo": [
                {{"refNo": "P0900022091", "receiptFile": "{file}"}}]}}}}}}"#
        ))
    }
}

fn department() -> Loopback<satang_core::Router<Server<Department>>> {
    Loopback::new(router(std::sync::Arc::new(Department)))
}

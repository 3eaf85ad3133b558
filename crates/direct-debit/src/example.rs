// The bank of the examples: it grants everything, and answers in the words of the contract's own examples. Included by
// each of them, so it cannot begin with a module's documentation.

use bytes::Bytes;
use satang_core::{Operation, Timer, Transport};
#[allow(unused_imports)]
use satang_direct_debit::*;

#[derive(Clone)]
struct Bank;

impl Transport for Bank {
    async fn call(
        &self,
        operation: &'static Operation,
        _: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, satang_core::Error> {
        Ok(http::Response::new(Bytes::from_static(match operation.id {
            "prepare_oauth_context" => br#"{"oauth_context_id": "68c971e1-6652-48f9-af3a-0f6c70bde952"}"#,
            "kma_deeplink" => {
                br#"{"deeplinkUrl": "kma://registration/68c971e1",
                "journeyIdentifier": "68c971e1-6652-48f9-af3a-0f6c70bde952",
                "expiryDateTime": "2020-08-15T09:40:00.000+07:00"}"#
            }
            "token_status_inquiry" => {
                br#"{"tokenStatusInformation": [{"journeyIdentifier": "68c971e1-6652-48f9-af3a-0f6c70bde952",
                "paymentToken": "06252dbc-0a4c-437f-b718-f2aa836b10b3", "paymentTokenStatus": "ACTV",
                "statusDateTime": "2020-08-15T09:30:00.000+07:00"}]}"#
            }
            "token_cancellation" => {
                br#"{"paymentToken": "06252dbc-0a4c-437f-b718-f2aa836b10b3", "paymentTokenStatus": "CANC",
                "statusDateTime": "2020-08-15T10:00:00.000+07:00"}"#
            }
            "schedule_submission" => {
                br#"{"scheduleIdentification": "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44",
                "transactionIdentification": "5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2",
                "processingStatus": "SCHD", "nextExecutionDate": "2026-01-31"}"#
            }
            "schedule_cancellation" => {
                br#"{"scheduleIdentification": "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44",
                "processingStatus": "CANC", "statusDateTime": "2020-08-15T10:00:00.000+07:00"}"#
            }
            "token_inquiry" => br#"{"tokenInformation": []}"#,
            "schedule_inquiry" => br#"{"scheduleInformation": []}"#,
            _ => br#"{"transactionInformation": []}"#,
        })))
    }
}

impl Timer for Bank {
    async fn sleep(&self, _: std::time::Duration) {}
}

//! Verification of slips between banks: a merchant asks its bank, the bank asks the hub, the hub asks the
//! bank of the slip.
//!
//! ITMX describes the service in public and specifies it to members only. The members of a transaction and
//! the numbers of codes are those of public traces; paths, headers, tokens, signatures and the merchant's
//! call are proposed by Satang. The table of operations is at the end.

mod amount;
mod code;
mod slip;
mod transaction;
mod verification;

pub use amount::SlipAmount;
pub use code::{CodeOrigin, HubCode, HubCodeClass};
pub use slip::{
    AccountSuffix, BankCode, DisplayedName, MaskedAccount, MaskedProxy, OrderReference, SlipDate,
    SlipPayload, SlipTime, TransRef,
};
pub use transaction::{
    HubError, HubStatus, SlipAccount, SlipAccountType, SlipParty, SlipProxy, SlipProxyType,
    TransactionAnswer, TransactionData, TransactionQuery,
};
pub use verification::{
    CheckResult, ExpectedReceiver, SlipChecks, SlipExpectation, SlipOutcome, SlipToVerify, SlipVerdict,
};

/// The contract: everything that `openapi/slip-verification.json` is made from.
#[cfg(feature = "schema")]
#[must_use]
pub fn product() -> crate::contract::Product {
    use crate::{
        Problem,
        contract::{Envelope, Type, links, operations},
    };
    crate::contract::Product {
        name: "slip-verification",
        title: "Slip Verification between Banks, as proposed by Satang",
        description: DESCRIPTION,
        tags: &[
            ("merchant", "Merchants ask their bank about a slip."),
            ("hub", "Banks ask the hub about each other's transactions."),
            ("issuer", "The hub asks the bank that printed the slip."),
        ],
        operations: operations! {
            /// Verify a slip
            ///
            /// The service bank reads the mini-QR, asks the bank of the slip through the hub, and holds the
            /// answer against what the merchant expects. A check that fails is an outcome with status 200. A
            /// slip that is verified with `checkDuplicate` is remembered for the merchant; of two equal
            /// requests at once, one is `verified` and the other `duplicate`, unless both name the same `order`.
            /// Proposed by Satang; not published by any bank.
            verify_slip: POST "/v1/slips/verify" SlipToVerify => SlipVerdict,
                tag "merchant", security [MerchantKey], repeat [Effect], errors [];

            /// Ask the hub about a transaction
            ///
            /// A member's bank asks, with a token for this one question. `X-Signature` of the answer is a
            /// detached JWS (RFC 7515 appendix F, RFC 7797) of the hub over the body as it is;
            /// `X-Issuer-Signature` is that of the issuer over the value of `data` as it is. The path is a
            /// public trace without its prefix; all else is proposed by Satang, not published by the hub. A token is
            /// good once, so the same request is refused when it comes again.
            verify_transaction: GET "/v1/promptpay/transactions" TransactionQuery => (signed TransactionAnswer),
                tag "hub", security [Member], repeat [Effect], errors [403];
        },
        callbacks: operations! {
            /// Ask the issuer about a transaction
            ///
            /// As the hub is asked, with the roles shifted: the hub's token is meant for the issuer. A
            /// transaction of another bank, an unknown one and one that is too old are answered alike.
            /// `X-Issuer-Signature` is a detached JWS (RFC 7797) of the issuer over the value of `data` as it
            /// is. Proposed by Satang; not published by the hub.
            look_up_transaction: GET "/v1/issuer/promptpay/transactions"
                TransactionQuery => (signed TransactionAnswer),
                tag "issuer", security [Hub], repeat [Effect], errors [];
        },
        called_back_after: &["verify_transaction"],
        envelope: Envelope::Hub,
        enclosed: Vec::new(),
        errors: vec![Type::of::<HubError>("HubError"), Type::of::<Problem>("Problem")],
        links: links! {},
    }
}

#[cfg(feature = "schema")]
const DESCRIPTION: &str = "\
Ask whether the transaction on a slip exists, whichever bank printed it. ITMX, which runs the hub between Thai banks, describes the \
service in public and specifies it to members only. *Public* is what public code and pages of banks say; what follows from it is \
marked as inferred. Everything else is proposed by Satang, and nothing here is ITMX's specification.

## Who asks whom
A merchant asks its own bank (the service bank). That bank asks the hub. The hub finds the bank that printed the slip (the issuer) \
by the three digits on it and asks it with a token of its own. Found means that the payer was debited. It does not mean that the \
payee was credited.

## Codes
Hub and issuers answer with a code in `status.code`. `6` in front is the hub, `8` the issuer. Compare the code, not the HTTP status: \
not found and not reachable come with status 200. The numbers are those of a public trace of 2019, kept to be compatible. \
`6425`, a token that was used before, is proposed by Satang.

## Tokens
A token is a compact JWS with RS256, PS256 or ES256, `typ` JWT and a `kid` made of bank and certificate version, such as `014-3`. \
It lives 60 seconds at most and is good once. Its claims: `iss` the member, `aud` who is asked (`itmx` is the hub), `jti` the \
identifier in `X-Request-Id`, `iat`, `exp`, and the question itself: `sb` the sending bank, `tr` the reference.

## Signatures
Answers are signed as they are, byte by byte, and so is `data` by the issuer; the hub passes both on untouched. Refusals that a server \
writes before it has read a question (404, 405, 413, 429, 501, 504) are not signed.";

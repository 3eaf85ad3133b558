//! Verification of slips between banks: a merchant asks its bank, the bank asks the hub, the hub asks the
//! bank of the slip.
//!
//! ITMX describes the service in public and specifies it to members only. The members of a transaction and
//! the numbers of codes are those of public traces; paths, headers, tokens, signatures and the merchant's
//! call are proposed by Satang. The table of operations is at the end.

mod amount;
mod code;
mod key;
mod number;
mod slip;
mod transaction;
mod verification;

pub use crate::Nothing;
pub use amount::SlipAmount;
pub use code::{CodeOrigin, HubCode, HubCodeClass};
pub use key::{HubKey, HubKeys};
pub use number::{
    CitizenId, MobileNumber, NumberOwnership, NumberOwnershipAnswer, NumberOwnershipQuery, QuestionDigest,
    QuestionSalt,
};
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
            ("issuer", "The hub asks the bank that printed the slip, or the operator of the mobile number."),
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

            /// Ask the hub whose a mobile number is
            ///
            /// A service of its own, with a subscription of its own: does this mobile number belong to this citizen?
            /// The operator that keeps the number answers yes or no, and nothing else: a number that it does not
            /// have and a number of somebody else are both no. The member names the operator, since a number
            /// keeps its digits when it moves to another one, and asking every operator would tell all of them. The
            /// question travels in the body, for a URL is written into logs. Tokens, headers and signatures are those
            /// of transactions. That the service exists is published by ITMX; all of this is proposed by Satang, not
            /// published by the hub.
            verify_number_ownership: POST "/v1/promptpay/number-ownership"
                NumberOwnershipQuery => (signed NumberOwnershipAnswer),
                tag "hub", security [Member], repeat [Effect], errors [403];

            /// Fetch the hub's public keys
            ///
            /// A JSON Web Key Set (RFC 7517) with every key under which the hub signs: `X-Signature` of its answers, and
            /// its tokens to issuers. For everybody. Whoever trusts it trusts the TLS connection that it comes
            /// over: compare the keys once with those that were exchanged when the membership began. Proposed by
            /// Satang; not published by the hub.
            list_hub_keys: GET "/v1/promptpay/keys" Nothing => HubKeys,
                tag "hub", security [], repeat [Safe], errors [];
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

            /// Ask the operator whose a mobile number is
            ///
            /// As the hub is asked, with the roles shifted. The operator answers `0000` with yes or no. It never answers
            /// `8404`: that would tell which numbers it has. Proposed by Satang; not published by the hub.
            confirm_number_ownership: POST "/v1/issuer/promptpay/number-ownership"
                NumberOwnershipQuery => (signed NumberOwnershipAnswer),
                tag "issuer", security [Hub], repeat [Effect], errors [];
        },
        called_back_after: &[
            ("verify_transaction", "look_up_transaction"),
            ("verify_number_ownership", "confirm_number_ownership"),
        ],
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
identifier in `X-Request-Id`, `iat`, `exp`, and the question itself: `sb` the sending bank, `tr` the reference. Of a question about a \
mobile number, `sb` is the operator, and in place of `tr` there is `qd`, the digest of the question.

## Mobile numbers
The digest of a question is the SHA-256, in lower-case hexadecimal, of `provider`, `mobileNumber`, `citizenId` and `salt`, with a line feed \
between each two. The salt is 16 random bytes that are used once: numbers can be tried one by one, so without it the digest, which stands in a \
token and in the answer, would give them away. The operator repeats the digest in the `data` that it signs, so that its yes cannot be \
taken for the answer to another question.

## Signatures
Answers are signed as they are, byte by byte, and so is `data` by the issuer; the hub passes both on untouched. Refusals that a server \
writes before it has read a question (404, 405, 413, 429, 501, 504) are not signed.";

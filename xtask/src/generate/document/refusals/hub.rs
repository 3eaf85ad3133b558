//! Refusals by the hub and by issuers. The numbers are those of a public trace.

use super::{Case, Refusal};

const fn because(code: &'static str, summary: &'static str, message: &'static str) -> Case {
    Case { code, summary, message, message_th: "", violation: None }
}

/// In the envelope of the hub.
pub(super) const HUB: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "HubInvalid",
        description: "The question is wrong; or the hub's question to the issuer was.",
        cases: &[
            because(
                "6400",
                "A parameter is missing or malformed",
                "transRef: expected 1 to 25 letters and digits",
            ),
            because("6410", "Send X-API-Version", "X-API-Version: expected 1"),
            because("6411", "Send X-CRT-Version", "X-CRT-Version: expected 1 to 6 digits"),
            because("6412", "Send X-Dest-Bank", "X-Dest-Bank: expected 3 digits"),
            because("8400", "The issuer misses a parameter", "the bank of the slip misses a parameter"),
            because(
                "8410",
                "The issuer misses X-API-Version",
                "the bank of the slip misses the header X-API-Version",
            ),
            because(
                "8411",
                "The issuer misses X-CRT-Version",
                "the bank of the slip misses the header X-CRT-Version",
            ),
        ],
    },
    Refusal {
        status: 401,
        name: "HubUnauthorized",
        description: "Who asks, or with what token, is wrong; or the hub's token is to the issuer.",
        cases: &[
            because("6421", "Send the member's own key and secret", "the API key or secret is wrong"),
            because(
                "6422",
                "Sign as the bank of the key",
                "the token was not issued by the bank of the API key",
            ),
            because("6423", "Name the hub as audience", "the token is not meant for the hub"),
            because(
                "6424",
                "Send the identifier of the request",
                "the token has no tracing identifier, or not that of the request",
            ),
            because("6425", "Make a token for each question", "the token was used before"),
            because(
                "6701",
                "Sign with the key that the hub knows",
                "the signature of the token is wrong, or it is about another slip",
            ),
            because("6702", "Make a new token", "the token has expired, or lives too long"),
            because(
                "6703",
                "Name the certificate that is used",
                "the token is signed under another certificate version",
            ),
            because(
                "8701",
                "The issuer refuses the hub's signature",
                "the bank of the slip refuses the signature of the hub's token",
            ),
            because(
                "8702",
                "The issuer's clock is another",
                "the bank of the slip takes the hub's token for expired",
            ),
            because(
                "8703",
                "The issuer knows another certificate",
                "the bank of the slip refuses the hub's certificate version",
            ),
        ],
    },
    Refusal {
        status: 403,
        name: "HubForbidden",
        description: "Not subscribed.",
        cases: &[because(
            "6403",
            "Subscribe to the service",
            "the participant has not subscribed to the service",
        )],
    },
    Refusal {
        status: 413,
        name: "HubTooLarge",
        description: "The body is larger than 64 KiB. Not signed.",
        cases: &[because("6400", "Send less", "the body is larger than it may be")],
    },
    Refusal {
        status: 429,
        name: "HubTooManyRequests",
        description: "Too many requests: ask again later. Not signed.",
        cases: &[because("6500", "Wait, then ask again", "too many requests: ask again later")],
    },
    Refusal {
        status: 500,
        name: "HubInternal",
        description: "Hub or issuer failed.",
        cases: &[
            because("6500", "The hub failed", "the hub failed"),
            because("8500", "The issuer failed", "the bank of the slip failed"),
        ],
    },
    Refusal {
        status: 501,
        name: "HubNotImplemented",
        description: "This server does not offer the operation. Not signed.",
        cases: &[because("6500", "Ask another server", "the operation is not offered here")],
    },
    Refusal {
        status: 504,
        name: "HubTimeOut",
        description: "The request took too long. Not signed.",
        cases: &[because("6500", "Ask again", "the request took too long")],
    },
];

//! What the hub does for one question, each step by itself.

use super::parties::{ISSUER, MEMBERS, Parties};
use crate::{load::on_this_thread, steps::each};
use bytes::Bytes;
use satang_core::{Clock as _, Entropy as _, System};
use satang_jose::{
    Content, NumericDate, Profile,
    SignatureAlgorithm::{Es256, Ps256, Rs256},
    Signer, Verifier,
};
use satang_schema::{
    decode,
    slip_verification::{TransactionAnswer, TransactionQuery},
};
use satang_slip_verification::interbank::{AnswerVerifier, HUB, TokenSigner};
use std::{error::Error, hint::black_box, time::Duration};

/// One answer of the hub, and the token under which it was asked.
pub struct Answered {
    pub token: String,
    pub body: Bytes,
    /// The issuer's part of the body, and its signature.
    pub data: String,
    pub signature: String,
}

/// Microseconds of one processor for one question.
pub struct Steps {
    pub verify_question: f64,
    pub sign_question: f64,
    pub verify_answer: f64,
    pub sign_answer: f64,
    /// The issuer's answer from JSON.
    pub read: f64,
}

impl Steps {
    /// All signatures.
    pub fn crypto(&self) -> f64 {
        self.verify_question + self.sign_question + self.verify_answer + self.sign_answer
    }

    /// Measures with the hub's own profiles.
    pub fn measure(parties: &Parties, answered: &Answered, length: Duration) -> Result<Self, Box<dyn Error>> {
        let Answered { token, body, data, signature } = answered;
        let profile = || Profile::new([Rs256, Ps256, Es256]);
        let tokens = Verifier::new(&profile().typ("JWT").max_token(4096), parties.public(MEMBERS[0])?)?;
        let asks = TokenSigner::new(HUB, &parties.key(HUB)?)?;
        let signatures = AnswerVerifier::new(parties.public(ISSUER)?)?;
        let answers = Signer::new(&profile().content(Content::DetachedUnencoded), &parties.key(HUB)?)?;
        let question = decode::<TransactionAnswer>(body).map_err(|violations| violations.to_string())?;
        let question = question.data.ok_or("the answer has data")?;
        let question =
            TransactionQuery { sending_bank: question.sending_bank, trans_ref: question.trans_ref };
        let date = NumericDate::new(System.now().as_second())?;
        tokens.verify(token, date)?;
        on_this_thread(async {
            Ok(Self {
                verify_question: each(length, async || drop(black_box(tokens.verify(token, date)))).await,
                sign_question: each(length, async || {
                    drop(black_box(asks.sign(ISSUER, &question, System.uuid(), System.now())));
                })
                .await,
                verify_answer: each(length, async || {
                    black_box(signatures.is_right(Some(signature), data.as_bytes(), System.now()));
                })
                .await,
                sign_answer: each(length, async || drop(black_box(answers.sign(body)))).await,
                read: each(length, async || drop(black_box(decode::<TransactionAnswer>(black_box(body)))))
                    .await,
            })
        })?
    }
}

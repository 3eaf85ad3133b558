//! Questions about slips, signed ahead: each token is good once and lives for a minute, so a window's are made right before it.

use super::parties::{ISSUER, MEMBERS, Parties, api_key, api_secret};
use crate::load::{Order, Orders};
use http::{
    HeaderMap, HeaderValue, Request,
    header::{AUTHORIZATION, HOST},
};
use http_body_util::Full;
use satang_core::{Clock as _, Entropy as _, System};
use satang_schema::slip_verification::TransactionQuery;
use satang_slip_verification::interbank::{HUB, TokenSigner};
use std::{cell::RefCell, error::Error, net::SocketAddr};

/// Who is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The hub, by its members.
    Hub,
    /// The issuer, by the hub.
    Issuer,
}

/// Writes questions.
pub struct Asker {
    whom: Whom,
    host: HeaderValue,
    /// Those who ask in turns, with the headers that never change.
    voices: Vec<(TokenSigner, HeaderMap)>,
}

/// Questions that were written and not asked yet.
pub struct Questions(RefCell<Vec<Order>>);

impl Asker {
    /// Asks the server at this address in the name of the parties.
    pub fn new(parties: &Parties, whom: Whom, server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let mut voices = Vec::new();
        let names = if whom == Whom::Hub { &MEMBERS[..] } else { &[HUB] };
        for name in names {
            let (key, secret) = (api_key(name), api_secret(name));
            let fixed: &[_] = match whom {
                Whom::Hub => &[("x-dest-bank", ISSUER), ("api-key", &key), ("api-secret", &secret)],
                Whom::Issuer => &[("x-orig-bank", MEMBERS[0])],
            };
            let mut headers = HeaderMap::new();
            for (name, value) in [("x-api-version", "1"), ("x-crt-version", "1")].iter().chain(fixed) {
                headers.insert(*name, value.parse()?);
            }
            voices.push((TokenSigner::new(name, &parties.key(name)?)?, headers));
        }
        Ok(Self { whom, host: server.to_string().parse()?, voices })
    }

    /// Writes so many questions, each about another slip and under a token of its own.
    pub fn write(&self, count: usize) -> Result<Questions, Box<dyn Error>> {
        let questions = (0..count).map(|number| self.question(number)).collect::<Result<_, _>>()?;
        Ok(Questions(RefCell::new(questions)))
    }

    fn question(&self, number: usize) -> Result<Order, Box<dyn Error>> {
        let (id, now) = (System.uuid(), System.now());
        let reference = id.simple().to_string().split_off(12);
        let asked = TransactionQuery {
            sending_bank: bank(ISSUER)?,
            trans_ref: reference.parse().map_err(|_| "no reference")?,
        };
        let (signer, headers) = &self.voices[number % self.voices.len()];
        let (path, audience) = match self.whom {
            Whom::Hub => ("/v1/promptpay/transactions", HUB),
            Whom::Issuer => ("/v1/issuer/promptpay/transactions", ISSUER),
        };
        let token = signer.sign(audience, &asked, id, now)?;
        let mut order =
            Request::get(format!("{path}?sendingBank={ISSUER}&transRef={reference}")).body(Full::default())?;
        *order.headers_mut() = headers.clone();
        let headers = order.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert("x-request-id", id.to_string().parse()?);
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse()?);
        Ok(order)
    }
}

impl Orders for Questions {
    fn order(&self) -> Option<Order> {
        self.0.borrow_mut().pop()
    }

    fn is_done(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"status":{"code":"0000""#)
    }
}

fn bank(code: &str) -> Result<satang_schema::slip_verification::BankCode, &'static str> {
    code.parse().map_err(|_| "a bank has three digits")
}

//! The demo's beginning: a customer agrees on the bank's pages; and its end: the right is given back.

use super::{Journey, browser::Browser, browser::Place, charge, demo_data};
use crate::output::Exit;
use satang_direct_debit::{
    Cancelled, Charged, DirectDebit, OAuthClient, PaymentToken, Registered, Registration, Returned, Secret,
    wire::{AccessTokenRequest, GrantType},
};
use satang_gateway::demo;
use satang_transport::Client;

impl Journey<'_> {
    /// Sends a customer to the bank, and waits for the token.
    pub(super) async fn registers(
        &mut self,
        bank: &DirectDebit<Client>,
    ) -> Result<Option<PaymentToken>, Exit> {
        let client = OAuthClient {
            bank: self.base_url.parse().map_err(demo_data)?,
            client_id: demo::CLIENT_ID.parse().map_err(demo_data)?,
            redirect_uri: demo::REDIRECT_URI.parse().map_err(demo_data)?,
        };
        let registration = Registration::new("DEMO".parse().map_err(demo_data)?);
        let begun = bank.register(&registration, &client).await;
        let name = "a registration begins with a URL for the customer";
        let journey = match begun {
            Ok(journey) => {
                self.step(name, true, format!("journey {}", journey.identifier()));
                journey
            }
            Err(error) => {
                self.step(name, false, error);
                return Ok(None);
            }
        };

        let (pages, place) = self.agrees(journey.url()).await?;
        let name = "the customer agrees on the bank's pages and comes back";
        let Place::Elsewhere(returned_uri) = place else {
            self.step(name, false, pages);
            return Ok(None);
        };
        let returned = journey.finish(&returned_uri);
        let is_own = returned.is_ok();
        let is_home = returned_uri.starts_with(demo::REDIRECT_URI);
        self.step(name, is_own && is_home, format!("{pages}, with this journey's own state: {is_own}"));
        if let Ok(Returned::Code(code)) = returned {
            self.exchanges(bank, &journey, code, &client).await?;
        }

        let outcome = bank.wait(&journey).await;
        let name = "the bank tells that the account may be charged";
        let Ok(Registered::Active(token)) = outcome else {
            self.step(name, false, format!("{outcome:?}"));
            return Ok(None);
        };
        self.step(name, true, format!("{token:?}"));
        Ok(Some(token))
    }

    /// Nothing needs what the code is exchanged for, but it shows that the code is this journey's.
    async fn exchanges(
        &mut self,
        bank: &DirectDebit<Client>,
        journey: &satang_direct_debit::Journey,
        code: Secret,
        client: &OAuthClient,
    ) -> Result<(), Exit> {
        let request = AccessTokenRequest {
            grant_type: GrantType::AuthorizationCode,
            client_id: Some(client.client_id.clone()),
            client_secret: Some(demo::CLIENT_SECRET.parse().map_err(demo_data)?),
            code: Some(code),
            redirect_uri: Some(client.redirect_uri.clone()),
            code_verifier: journey.code_verifier().cloned(),
            ..AccessTokenRequest::default()
        };
        let first = bank.client().access_token(&request).await;
        let second = bank.client().access_token(&request).await;
        let found = format!("the first time: {}, the second: {}", first.is_ok(), second.is_ok());
        let name = "the code that came back is good once, with the journey's verifier";
        self.step(name, first.is_ok() && second.is_err(), found);
        Ok(())
    }

    /// Fills in one page after the other. Returns their headings, and where that leads.
    async fn agrees(&self, url: &str) -> Result<(String, Place), Exit> {
        let [customer, ..] = demo::CUSTOMERS;
        let account = customer.accounts.first().copied().unwrap_or_default();
        let mut browser = Browser::new(&self.base_url)?;
        let mut place = browser.open(url).await?;
        let mut headings = vec![place.heading()];
        for fields in [
            &[("action", "login")][..],
            &[("action", "password"), ("user_name", customer.user_name), ("password", demo::PASSWORD)],
            &[("action", "account"), ("account", account)],
            &[("action", "agree")],
        ] {
            place = browser.submit(&place, fields).await?;
            headings.push(place.heading());
        }
        Ok((headings.join(" > "), place))
    }

    /// Gives the right back; what is charged then is rejected.
    pub(super) async fn ends(
        &mut self,
        bank: &DirectDebit<Client>,
        token: &PaymentToken,
    ) -> Result<(), Exit> {
        let cancelled = bank.cancel(token, None).await;
        let name = "the registration can be cancelled";
        self.step(name, matches!(cancelled, Ok(Cancelled::Done)), format!("{cancelled:?}"));
        let outcome = bank.charge(&charge(token.as_str(), "1.00")?).await;
        let name = "then it can be charged no more";
        match outcome {
            Ok(Charged::Rejected(rejected)) => {
                self.step(name, rejected.reason.as_str() == "MD01", rejected.reason);
            }
            other => self.step(name, false, format!("{other:?}")),
        }
        Ok(())
    }
}

//! The demo's beginning: a customer agrees on the bank's pages; and its end: the right is given back.

use super::{
    BROWSES, CALLS, CALLS_BACK, Journey, PATIENCE, RETURNS,
    browser::{Browser, Lost, Place},
    charge, demo_data, masked,
};
use crate::output::Exit;
use satang_direct_debit::{
    DirectDebit, Journey as Registering, JourneyIdentifier, OAuthClient, PaymentToken, Registered,
    Registration, Returned, Secret,
    wire::{AccessTokenRequest, GrantType, PaymentTokenStatus},
};
use satang_gateway::demo;
use satang_transport::Client;
use std::time::Instant;

impl Journey<'_, '_> {
    /// Sends a customer to the bank, who comes back, and waits for the bank to call.
    pub(super) async fn registers(
        &mut self,
        bank: &DirectDebit<Client>,
    ) -> Result<Option<(JourneyIdentifier, PaymentToken)>, Exit> {
        let client = OAuthClient {
            bank: self.stage.base_url.parse().map_err(demo_data)?,
            client_id: demo::CLIENT_ID.parse().map_err(demo_data)?,
            redirect_uri: self.partner.redirect_uri().parse().map_err(demo_data)?,
        };
        let registration = Registration::new("DEMO".parse().map_err(demo_data)?);
        let begun = bank.register(&registration, &client).await;
        let name = "a registration begins with an address for the customer";
        let journey = match begun {
            Ok(journey) => {
                self.stage.step(CALLS, name, true, format!("journey {}", journey.identifier()));
                journey
            }
            Err(error) => {
                self.stage.step(CALLS, name, false, error);
                return Ok(None);
            }
        };

        // Whoever begins to wait when the customer is back might miss the call.
        let since = Instant::now();
        let wait = async { (bank.wait(&journey).await, since.elapsed()) };
        let (walked, (outcome, waited)) = tokio::join!(self.agrees(journey.url()), wait);
        let (pages, place) = walked?;
        if !self.comes_back(bank, &client, &journey, pages, place).await? {
            return Ok(None);
        }
        let told = self.partner.told().await;
        let name = "a signed call says that the account may be charged, and the wait ends";
        let (Ok(Registered::Active(token)), Some(told)) = (&outcome, &told) else {
            let called = told.is_some();
            self.stage.step(CALLS_BACK, name, false, format!("called back: {called}; {outcome:?}"));
            return Ok(None);
        };
        let is_same = told.notice.result.payment_token.as_ref() == Some(token);
        let answers = self.stage.operator.answers(&told.notice.delivery, 1).await?;
        // Only the call can have ended it: the first inquiry would have come later.
        let passed = is_same && answers == [Some(200)] && waited < PATIENCE;
        let account = told.notice.result.drawer_account_number.as_ref().map(|account| account.as_str());
        let found = format!(
            "{}, token {}, account {}; answered {}",
            told.notice.result.payment_token_status,
            masked(token),
            account.unwrap_or("not told"),
            listed(&answers)
        );
        self.stage.step(CALLS_BACK, name, passed, found);
        Ok(Some((journey.identifier(), token.clone())))
    }

    /// Fills in one page after the other. Returns their headings, and where that leads.
    async fn agrees(&self, url: &str) -> Result<(String, Place), Exit> {
        let [customer, ..] = demo::CUSTOMERS;
        let account = customer.accounts.first().copied().unwrap_or_default();
        let mut browser = Browser::new(&self.stage.base_url)?;
        let mut place = browser.open(url).await?;
        let mut headings = vec![place.heading()];
        for fields in [
            &[("action", "login")][..],
            &[("action", "password"), ("user_name", customer.user_name), ("password", demo::PASSWORD)],
            &[("action", "account"), ("account", account)],
            &[("action", "agree")],
        ] {
            place = browser.submit(&place, fields).await?;
            if let Place::Page { .. } = place {
                headings.push(place.heading());
            }
        }
        Ok((headings.join(" > "), place))
    }

    /// Follows the bank's last redirect to the partner, who knows the browser again by the journey's state.
    async fn comes_back(
        &mut self,
        bank: &DirectDebit<Client>,
        client: &OAuthClient,
        journey: &Registering,
        pages: String,
        place: Place,
    ) -> Result<bool, Exit> {
        let name = "the customer agrees, page by page";
        let Place::Elsewhere(address) = place else {
            self.stage.step(BROWSES, name, false, pages);
            return Ok(false);
        };
        let is_home = address.starts_with(&self.partner.redirect_uri());
        self.stage.step(BROWSES, name, is_home, pages);
        if !is_home {
            return Ok(false);
        }
        let page = Browser::new(&self.partner.origin)?.open(&address).await?.heading();
        let returned = self.partner.returned().await;
        let returned = returned.map(|address| journey.finish(&address));
        let name = "the browser comes back with a code and with this journey's own state";
        let Some(Ok(Returned::Code(code))) = returned else {
            self.stage.step(RETURNS, name, false, format!("{returned:?}"));
            return Ok(false);
        };
        self.stage.step(RETURNS, name, true, page);
        self.exchanges(bank, journey, code, client).await?;
        Ok(true)
    }

    /// Nothing needs what the code is exchanged for, but it shows that the code is this journey's.
    async fn exchanges(
        &mut self,
        bank: &DirectDebit<Client>,
        journey: &Registering,
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
        let name = "the code is good once, with the journey's verifier";
        self.stage.step(CALLS, name, first.is_ok() && second.is_err(), found);
        Ok(())
    }

    /// Gives the right back; the bank says so, and comes again when the partner could not store it; what is charged then
    /// is rejected.
    pub(super) async fn ends(
        &mut self,
        bank: &DirectDebit<Client>,
        journey: JourneyIdentifier,
        token: &PaymentToken,
    ) -> Result<(), Exit> {
        self.partner.fail_once();
        let cancelled = bank.cancel(token, None).await;
        self.cancelled("the registration is cancelled", cancelled);
        self.calls_again(journey).await?;
        let outcome = bank.charge(&charge(token, "1.00")?).await;
        self.rejected("then it can be charged no more", outcome, "MD01");
        Ok(())
    }

    async fn calls_again(&mut self, journey: JourneyIdentifier) -> Result<(), Exit> {
        let first = self.partner.told().await;
        let name = "a call says so, and the partner cannot store it";
        let Some(first) = first else {
            self.stage.step(CALLS_BACK, name, false, "nobody called");
            return Ok(());
        };
        let status = &first.notice.result.payment_token_status;
        let is_own = first.notice.result.journey_identifier == journey;
        let answers = self.stage.operator.answers(&first.notice.delivery, 1).await?;
        let passed =
            is_own && *status == PaymentTokenStatus::Cancelled && !first.stored && answers == [Some(500)];
        self.stage.step(CALLS_BACK, name, passed, format!("{status}; answered {}", listed(&answers)));

        self.lets_pass("1m").await?;
        let second = self.partner.told().await;
        let answers = self.stage.operator.answers(&first.notice.delivery, 2).await?;
        let is_same = second.is_some_and(|second| second.stored && second.notice == first.notice);
        let found = format!("the same call: {is_same}; answered {}", listed(&answers));
        let passed = is_same && answers == [Some(500), Some(200)];
        self.stage.step(CALLS_BACK, "so it comes again a minute later", passed, found);
        Ok(())
    }
}

impl From<Lost> for Exit {
    fn from(Lost(why): Lost) -> Self {
        Self::Failed(why, serde_json::Map::new())
    }
}

fn listed(answers: &[Option<u64>]) -> String {
    let told =
        answers.iter().map(|status| status.map_or("not at all".to_owned(), |status| status.to_string()));
    told.collect::<Vec<_>>().join(", then ")
}

//! `satang demo slip`: a customer pays and shows the slip, and the shop asks whether it is true.

use super::{
    demo_data, direct_debit,
    stage::{Between, Stage},
};
use crate::output::Exit;
use bytes::Bytes;
use http::{Method, Request};
use jiff::{Timestamp, civil::date, tz::Offset};
use satang_core::{
    Error, Operation, Transport,
    operation::{Body, Repeat},
};
use satang_direct_debit::Charged;
use satang_gateway::demo;
use satang_schema::{PaymentReference, sandbox::SlipDetails, slip_verification::CheckResult};
use satang_slip_verification::{
    BankSlip, Mode, Slip, TransRef,
    merchant::{Merchant, ShownSlip, Verdict},
    picture,
};
use satang_transport::Client;

const PAYS: Between = Between("customer", "bank");
const LOOKS: Between = Between("customer", "picture");
const ASKS: Between = Between("shop", "bank");
const READS: Between = Between("shop", "slip");
const OPERATES: Between = Between("operator", "bank");
const AUDITS: Between = Between("auditor", "bank");

static PICTURE: Operation = Operation::new("picture", Method::GET, "/")
    .without_token()
    .with_body(Body::Query)
    .repeating(Repeat::Safe);

/// What the customer pays.
const PRICE: &str = "125.00";
/// The bank whose references say what happens.
const FICTIONAL: &str = "999";
/// A bank whose sponsor has no such service.
const SPONSORED: &str = "998";
/// A bank to which no route leads.
const UNKNOWN: &str = "997";

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), Exit> {
    stage.note(format!(
        "The customer's bank, the hub, and the shop's bank: a gateway on {}. Its store, in {}, goes when the demo ends.\n\
        They ask each other over HTTP, each question with its token and each answer signed; nothing leaves this machine.",
        stage.base_url,
        stage.directory().display()
    ));
    let client = |builder: satang_transport::Builder| {
        builder.build().map_err(|error| Exit::failed("no client", &error))
    };
    let shop = Merchant::new(client(Client::builder(&stage.base_url).bearer_token(demo::MERCHANT_KEY))?);
    let phone = client(Client::builder(&stage.base_url))?;
    Journey { stage, shop, phone }.slip().await
}

struct Journey<'a, 'b> {
    stage: &'a mut Stage<'b>,
    shop: Merchant<Client>,
    /// The customer's.
    phone: Client,
}

impl Journey<'_, '_> {
    async fn slip(&mut self) -> Result<(), Exit> {
        self.stage.chapter("A payment makes a slip");
        // A day on which seven more can be counted without a doubt.
        self.travels_to(first_of_august(self.stage.operator.now().await?)?, "it is 1 August").await?;
        let Some(slip) = self.pays().await? else { return Ok(()) };
        let Some(payload) = self.reads_the_picture(&slip).await? else { return Ok(()) };

        self.stage.chapter("The shop asks its bank");
        self.is_verified(&payload).await?;
        self.is_a_duplicate(&payload).await?;
        self.is_not_as_expected(&payload).await?;

        self.stage.chapter("Slips that are not what they look like");
        self.is_altered(&payload).await?;
        self.is_unknown().await?;

        self.stage.chapter("Banks that do not answer as they should");
        self.misbehave().await?;

        self.stage.chapter("A slip is good for seven days");
        self.ages(&payload).await?;
        self.passes_the_audit().await
    }

    /// The customer's account is charged, and the bank prints a slip.
    async fn pays(&mut self) -> Result<Option<SlipDetails>, Exit> {
        let name = "a payment of 125.00 by Direct Debit has a slip";
        let bank = direct_debit::bank(&self.stage.base_url, demo::SIGNATURE_KEY)?;
        let payer = demo::DRAWERS[0].token.parse().map_err(demo_data)?;
        let paid = match bank.charge(&direct_debit::charge(&payer, PRICE)?).await {
            Ok(Charged::Settled(paid)) => paid,
            other => {
                self.stage.step(PAYS, name, false, format!("{other:?}"));
                return Ok(None);
            }
        };
        let payment = paid.payment_reference_identification;
        let slips = self.stage.operator.slips(payment.as_ref().map_or("", PaymentReference::as_str)).await?;
        let found = match slips.as_slice() {
            [slip] => format!(
                "{} of bank {}: {}",
                slip.trans_ref.as_str(),
                slip.sending_bank.as_str(),
                slip.picture_url
            ),
            other => format!("{} slips", other.len()),
        };
        self.stage.step(PAYS, name, slips.len() == 1, found);
        Ok(slips.into_iter().next())
    }

    /// What a camera sees, and nobody has told.
    async fn reads_the_picture(&mut self, slip: &SlipDetails) -> Result<Option<String>, Exit> {
        let name = "the mini-QR in its picture is found and read";
        let failed = |error: &dyn std::error::Error| Exit::failed("the picture cannot be fetched", error);
        let path = slip.picture_url.strip_prefix(&self.stage.base_url).unwrap_or(&slip.picture_url);
        let request = Request::get(path).body(Bytes::new()).map_err(|e| failed(&e))?;
        let png = self.phone.call(&PICTURE, request).await.map_err(|e| failed(&e))?.into_body();
        let codes = picture::read(&png, &picture::Limits::default()).map_err(|e| failed(&e))?;
        let mut slips = codes.payloads().filter(|code| Slip::read_in(*code, Mode::Strict).is_ok());
        let payload = slips.next().and_then(|payload| String::from_utf8(payload.to_vec()).ok());
        let found = format!("{} bytes of PNG: {}", png.len(), payload.as_deref().unwrap_or("no slip"));
        self.stage.step(
            LOOKS,
            name,
            payload.as_ref() == Some(&slip.payload) && slips.next().is_none(),
            found,
        );
        Ok(payload)
    }

    async fn is_verified(&mut self, payload: &str) -> Result<(), Exit> {
        let slip = self.expected(payload)?.for_order("SO-1".parse().map_err(demo_data)?);
        let name = "the slip is true: the right amount, to the shop's account, for the first time";
        self.verdict(name, &slip, |verdict| matches!(verdict, Verdict::Verified { first_seen: None, .. }))
            .await;
        let name = "an answer was lost? asked again for the same order, it is the same yes";
        self.verdict(name, &slip, |verdict| matches!(verdict, Verdict::Verified { first_seen: Some(_), .. }))
            .await;
        Ok(())
    }

    async fn is_a_duplicate(&mut self, payload: &str) -> Result<(), Exit> {
        let slip = self.expected(payload)?.for_order("SO-2".parse().map_err(demo_data)?);
        let name = "shown again for another order, it is a duplicate";
        self.verdict(name, &slip, |verdict| matches!(verdict, Verdict::Duplicate { first_seen: Some(_) }))
            .await;
        Ok(())
    }

    async fn is_not_as_expected(&mut self, payload: &str) -> Result<(), Exit> {
        let slip = || shown(payload);
        let dearer = slip()?.of_amount("125.01".parse().map_err(demo_data)?);
        self.mismatch("a satang is missing", &dearer, [true, false]).await;
        let other = slip()?.paid_to(bank(OUR_BANK)?, "9999".parse().map_err(demo_data)?);
        self.mismatch("somebody else was paid", &other, [false, true]).await;
        Ok(())
    }

    /// A slip with another digit in it, and one whose checksum was mended after that.
    async fn is_altered(&mut self, payload: &str) -> Result<(), Exit> {
        let failed = |error| Exit::failed("the slip", &error);
        let Slip::Bank(slip) = Slip::read(payload).map_err(failed)? else { return Ok(()) };
        let reference = slip.trans_ref.as_str();
        let last = if reference.ends_with('0') { '1' } else { '0' };
        let other = format!("{}{last}", reference.get(..reference.len() - 1).unwrap_or_default());
        let altered = payload.replace(reference, &other);
        let refused = ShownSlip::read(&altered);
        let found = refused.as_ref().err().map(ToString::to_string);
        self.stage.step(
            READS,
            "an altered slip is refused before anybody is asked",
            refused.is_err(),
            found.unwrap_or_default(),
        );
        let sender = satang_slip_verification::BankCode::new(slip.sending_bank.as_str());
        let forged = sender.and_then(|bank| BankSlip::new(bank, TransRef::new(&other)?).to_payload());
        let forged = forged.map_err(failed)?;
        let name = "one whose checksum fits names no transaction";
        self.verdict(name, &shown(&forged)?, |verdict| *verdict == Verdict::NotFound).await;
        Ok(())
    }

    async fn is_unknown(&mut self) -> Result<(), Exit> {
        let name = "a bank that the hub does not know cannot be asked (6501)";
        self.unavailable(name, UNKNOWN, "6501").await?;
        self.unavailable("nor one whose sponsor has no such service (8501)", SPONSORED, "8501").await?;
        let name = "a reference that its bank does not know (8404)";
        let slip = ShownSlip::new(bank(FICTIONAL)?, "MISS1".parse().map_err(demo_data)?);
        self.verdict(name, &slip, |verdict| *verdict == Verdict::NotFound).await;
        Ok(())
    }

    /// The slow one is asked first and answers last.
    async fn misbehave(&mut self) -> Result<(), Exit> {
        let magic = |reference: &str| {
            Ok::<_, Exit>(ShownSlip::new(bank(FICTIONAL)?, reference.parse().map_err(demo_data)?))
        };
        let (slow, shop) = (magic("SLOW60000A")?, self.shop.clone());
        let slow = tokio::spawn(async move { shop.verify(&slow).await });
        for (name, reference) in [
            ("one hangs up: nobody knows, ask again", "DOWN1"),
            ("one's signature is forged: nobody knows", "BADSIG1"),
            ("one answers about another slip: nobody knows", "WRONGREF1"),
            ("one answers what is no answer: nobody knows", "GARBAGE1"),
        ] {
            self.verdict(name, &magic(reference)?, is_pending).await;
        }
        self.stage.note("       (the hub gives a bank five seconds)");
        let slow = slow.await.map_err(|e| Exit::failed("the slow question", &e))?;
        self.judge("one is too slow: nobody knows", slow, is_pending);
        Ok(())
    }

    async fn ages(&mut self, payload: &str) -> Result<(), Exit> {
        let slip = shown(payload)?.shown_again();
        let year = Offset::constant(7).to_datetime(self.stage.operator.now().await?).year();
        let bangkok = |day, hour| {
            let moment = Offset::constant(7).to_timestamp(date(year, 8, day).at(hour, 0, 0, 0));
            moment.map_err(|e| Exit::failed("the calendar", &e))
        };
        self.travels_to(bangkok(8, 23)?, "it is 8 August, an hour before midnight").await?;
        let name = "a payment of 1 August is still known";
        self.verdict(name, &slip, |verdict| matches!(verdict, Verdict::Verified { .. })).await;
        self.travels_to(bangkok(9, 0)?, "it is 9 August").await?;
        self.verdict("and not any more", &slip, |verdict| *verdict == Verdict::NotFound).await;
        Ok(())
    }

    async fn passes_the_audit(&mut self) -> Result<(), Exit> {
        let audit = self.stage.audit().await?;
        let found = format!("{} ledger transactions, {} findings", audit.transactions, audit.findings.len());
        self.stage.step(AUDITS, "the books add up", audit.is_clean(), found);
        Ok(())
    }

    async fn travels_to(&mut self, moment: Timestamp, name: &str) -> Result<(), Exit> {
        let moved = self.stage.operator.set_clock(moment).await?;
        let passed = moved.date_time.timestamp() >= moment;
        self.stage.step(OPERATES, name, passed, format!("it is {}", moved.date_time));
        Ok(())
    }

    fn expected(&self, payload: &str) -> Result<ShownSlip, Exit> {
        let slip = shown(payload)?.of_amount(PRICE.parse().map_err(demo_data)?);
        Ok(slip.paid_to(bank(OUR_BANK)?, SHOP_ACCOUNT_SHOWS.parse().map_err(demo_data)?))
    }

    /// A step that passes when the shop gets such a verdict.
    async fn verdict(&mut self, name: &str, slip: &ShownSlip, is_right: impl FnOnce(&Verdict) -> bool) {
        let found = self.shop.verify(slip).await;
        self.judge(name, found, is_right);
    }

    fn judge(&mut self, name: &str, found: Result<Verdict, Error>, is_right: impl FnOnce(&Verdict) -> bool) {
        match found {
            Ok(verdict) => self.stage.step(ASKS, name, is_right(&verdict), words(&verdict)),
            Err(error) => self.stage.step(ASKS, name, false, error),
        }
    }

    async fn mismatch(&mut self, name: &str, slip: &ShownSlip, [amount, receiver]: [bool; 2]) {
        let is_right = |verdict: &Verdict| match verdict {
            Verdict::Mismatch { checks, .. } => {
                let failed = |check: &CheckResult| *check == CheckResult::Failed;
                failed(&checks.amount) == amount && failed(&checks.receiver) == receiver
            }
            _ => false,
        };
        self.verdict(name, slip, is_right).await;
    }

    async fn unavailable(&mut self, name: &str, code: &str, said: &str) -> Result<(), Exit> {
        let slip = ShownSlip::new(bank(code)?, "A1".parse().map_err(demo_data)?);
        let is_right = |verdict: &Verdict| match verdict {
            Verdict::Unavailable { hub_code, .. } => {
                hub_code.as_ref().is_some_and(|code| code.as_str() == said)
            }
            _ => false,
        };
        self.verdict(name, &slip, is_right).await;
        Ok(())
    }
}

/// The bank that has both accounts.
const OUR_BANK: &str = "025";
/// What the shop's account shows when it is masked.
const SHOP_ACCOUNT_SHOWS: &str = "6282";

/// The next 1 August, at noon in Bangkok.
fn first_of_august(now: Timestamp) -> Result<Timestamp, Exit> {
    let failed = |error: jiff::Error| Exit::failed("the calendar", &error);
    let year = Offset::constant(7).to_datetime(now).year();
    let august = |year| Offset::constant(7).to_timestamp(date(year, 8, 1).at(12, 0, 0, 0)).map_err(failed);
    let this_year = august(year)?;
    if now <= this_year { Ok(this_year) } else { august(year + 1) }
}

fn shown(payload: &str) -> Result<ShownSlip, Exit> {
    ShownSlip::read(payload).map_err(|error| Exit::failed("the slip", &error))
}

fn bank(code: &str) -> Result<satang_schema::slip_verification::BankCode, Exit> {
    code.parse().map_err(demo_data)
}

fn is_pending(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pending { .. })
}

fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Verified { slip, first_seen: None } => format!("verified: {} baht", slip.amount),
        Verdict::Verified { first_seen: Some(at), .. } => format!("verified, as on {at}"),
        Verdict::Mismatch { checks, slip } => {
            let failed = [("amount", &checks.amount), ("receiver", &checks.receiver)];
            let failed =
                failed.iter().filter(|(_, check)| **check == CheckResult::Failed).map(|(name, _)| *name);
            format!("mismatch, {}: it is of {} baht", failed.collect::<Vec<_>>().join(", "), slip.amount)
        }
        Verdict::Duplicate { first_seen } => {
            format!("duplicate{}", first_seen.map(|at| format!(", first shown at {at}")).unwrap_or_default())
        }
        Verdict::NotFound => "notFound".to_owned(),
        Verdict::Pending { retry_after, hub_code } => {
            let code = hub_code.as_ref().map(|code| code.as_str()).unwrap_or("no answer");
            format!("pending, {code}: ask again in {} s", retry_after.as_secs())
        }
        Verdict::Unavailable { hub_code, .. } => {
            format!("unavailable, {}", hub_code.as_ref().map(|code| code.as_str()).unwrap_or("no answer"))
        }
        other => format!("{other:?}"),
    }
}

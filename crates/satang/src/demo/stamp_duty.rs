//! `satang demo stamp-duty`: from the login to the receipt, between the Revenue Department and somebody who files.

mod counted;

use super::{
    demo_data,
    stage::{Between, Stage},
};
use crate::output::Exit;
use counted::Counted;
use jiff::tz::Offset;
use satang_core::{Entropy as _, Error, System, sandbox::StampDutyPayment};
use satang_gateway::demo;
use satang_jose::{Certificate, PrivateKey};
use satang_schema::{Amount, Date, Satang, Text, TransactionIdentification};
use satang_stamp_duty::{
    Accepted, ApiRefNo, Filer, Filing, FormSigner, Holidays, Instrument, Media, Outcome, Paper, Patience,
    SignedFiling, StampDuty, Submitted, filing_deadline,
    wire::{PaidStatus, RequestType, SenderRole},
};
use satang_transport::Client;
use std::{fmt::Debug, time::Duration};

const FILES: Between = Between("filer", "revenue");
const RECKONS: Between = Between("filer", "law");
const PAYS: Between = Between("filer", "bank");
const OPERATES: Between = Between("operator", "revenue");
const AUDITS: Between = Between("auditor", "bank");

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), Exit> {
    stage.note(format!(
        "The Revenue Department: a gateway on {}. Its store, in {}, goes when the demo ends.\n\
        The filer: somebody with an RSA key and a certificate. Both speak HTTP; nothing leaves this machine.",
        stage.base_url,
        stage.directory().display()
    ));
    let department = department(stage, demo::FILER_PASSWORD)?;
    let today = Date(Offset::constant(7).to_datetime(stage.operator.now().await?).date());
    let mut journey = Journey { stage, department, today };
    journey.stamp_duty().await
}

/// The Department, to the demo filer with this password.
fn department(stage: &Stage<'_>, password: &str) -> Result<StampDuty<Counted<Client>>, Exit> {
    let failed = |error: satang_jose::Error| Exit::failed("the demo's key", &error);
    let key = PrivateKey::from_pem(demo::FILER_KEY).map_err(failed)?;
    let certificate = Certificate::from_pem(demo::FILER_CERTIFICATE).map_err(failed)?;
    let signer = FormSigner::with_certificate(key, certificate).map_err(failed)?;
    let filer = Filer {
        username: demo::FILER.parse().map_err(demo_data)?,
        password: password.parse().map_err(demo_data)?,
        sender: demo::FILER_SENDER.parse().map_err(demo_data)?,
        role: SenderRole::DutyPayer,
    };
    let client = Client::builder(&stage.base_url).build().map_err(|e| Exit::failed("no client", &e))?;
    let department = StampDuty::new(Counted::new(client), filer, signer);
    // The operator lets time pass; nobody waits for it.
    Ok(department.with_patience(Patience::new([Duration::ZERO])))
}

struct Journey<'a, 'b> {
    stage: &'a mut Stage<'b>,
    department: StampDuty<Counted<Client>>,
    /// When the demo begins, in Bangkok.
    today: Date,
}

impl Journey<'_, '_> {
    async fn stamp_duty(&mut self) -> Result<(), Exit> {
        self.stage.chapter("Three leases are filed");
        let filing = self.reckons()?;
        self.logs_in().await?;
        let Some((signed, accepted)) = self.files(&filing).await? else { return Ok(()) };
        self.files_again(&signed, &accepted).await;
        self.refuses_another_under_the_same_name().await?;
        self.refuses_an_altered_form(&signed).await;

        self.stage.chapter("Sixty loans are verified first");
        self.files_many().await?;

        self.stage.chapter("The duty is paid");
        self.is_not_paid(&accepted.api_ref_no).await;
        self.pays(&accepted).await?;
        self.is_paid("the payment is known", &accepted.api_ref_no).await;

        self.stage.chapter("The token expires, and nobody notices");
        self.survives_an_expired_token(&accepted.api_ref_no).await?;

        self.stage.chapter("Receipts");
        self.opens_receipts(&accepted).await;
        self.passes_the_audit().await
    }

    /// Says a step whose outcome is not what it should be.
    fn failed(&mut self, between: Between, name: &str, found: impl Debug) {
        self.stage.step(between, name, false, format!("{found:?}"));
    }

    /// The duty of three leases, and until when they are filed.
    fn reckons(&mut self) -> Result<Filing, Exit> {
        let filing = self.filing("DEMO-LEASES")?;
        let filing =
            [("240000.00", "Flat 12, Silom"), ("12000.00", "A stall"), ("999.50", "A parking space")]
                .iter()
                .zip(1..)
                .try_fold(filing, |filing, ((rent, property), number)| {
                    let rent = rent.parse().map_err(demo_data)?;
                    let property = property.parse().map_err(demo_data)?;
                    let lease =
                        Instrument::lease(self.paper("L", number)?, property, rent).map_err(demo_data)?;
                    Ok::<_, Exit>(filing.with(lease))
                })?;
        let duties: Vec<_> =
            filing.instruments().iter().map(|one| one.payment().total_amount.to_string()).collect();
        let deadline = filing_deadline(self.today, &Holidays::weekends()).map_err(demo_data)?;
        let found = format!("{} baht, to be filed until {deadline}", duties.join(" + "));
        self.stage.step(
            RECKONS,
            "the duty is a baht for every 1000 or part of it",
            duties == ["240.00", "12.00", "1.00"],
            found,
        );
        Ok(filing)
    }

    async fn logs_in(&mut self) -> Result<(), Exit> {
        let name = "a wrong password is no login";
        let stranger = department(self.stage, "not-the-password")?;
        self.refused(name, stranger.log_in().await, "E07103");
        Ok(())
    }

    async fn files(&mut self, filing: &Filing) -> Result<Option<(SignedFiling, Accepted)>, Exit> {
        let name = "three leases, signed as one form, are filed";
        let signed = self.department.sign(filing).map_err(|e| Exit::failed("the form is not signed", &e))?;
        match self.department.file(&signed).await {
            Ok(Submitted::Accepted(accepted)) => {
                let amount = total(&accepted);
                let references: Vec<_> =
                    accepted.instruments.iter().flat_map(|one| &one.ref_no).map(Text::as_str).collect();
                let found = format!(
                    "filing {}, forms {}; {amount} baht to pay",
                    accepted.api_ref_no,
                    references.join(", ")
                );
                let passed = references.len() == 3 && amount == Satang::from_baht(253);
                self.stage.step(FILES, name, passed, found);
                Ok(Some((signed, accepted)))
            }
            other => {
                self.failed(FILES, name, other);
                Ok(None)
            }
        }
    }

    async fn files_again(&mut self, signed: &SignedFiling, first: &Accepted) {
        let name = "the same form again is not filed twice";
        match self.department.file(signed).await {
            Ok(Submitted::Accepted(again)) => {
                let is_same = again == *first;
                self.stage.step(FILES, name, is_same, format!("the same answer: {is_same}"));
            }
            other => self.failed(FILES, name, other),
        }
    }

    async fn refuses_another_under_the_same_name(&mut self) -> Result<(), Exit> {
        let name = "another form under the same requestId is refused";
        let lease = Instrument::lease(
            self.paper("X", 1)?,
            "Another flat".parse().map_err(demo_data)?,
            Satang::from_baht(1),
        );
        let other = self.filing("DEMO-LEASES")?.with(lease.map_err(demo_data)?);
        let signed = self.department.sign(&other).map_err(|e| Exit::failed("the form is not signed", &e))?;
        match self.department.file(&signed).await {
            Ok(Submitted::Duplicate(error)) => self.stage.step(FILES, name, true, error),
            other => self.failed(FILES, name, other),
        }
        Ok(())
    }

    async fn refuses_an_altered_form(&mut self, signed: &SignedFiling) {
        let name = "a form that was altered is refused";
        let token = signed.as_str();
        let (start, signature) = token.rsplit_once('.').unwrap_or_default();
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let forged = format!("{start}.{other}{}", signature.get(1..).unwrap_or_default());
        let forged = SignedFiling::restore(signed.request_id().clone(), &forged);
        self.refused(name, self.department.file(&forged).await, "E07117");
    }

    async fn files_many(&mut self) -> Result<(), Exit> {
        let name = "a form with sixty is received, and being verified";
        let filing = (1..=60).try_fold(self.filing("DEMO-LOANS")?, |filing, number| {
            let loan = Instrument::loan(self.paper("K", number)?, Satang::from_baht(2_000));
            Ok::<_, Exit>(filing.with(loan.map_err(demo_data)?))
        })?;
        let signed = self.department.sign(&filing).map_err(|e| Exit::failed("the form is not signed", &e))?;
        let reference = match self.department.file(&signed).await {
            Ok(Submitted::Received(reference)) => reference,
            other => {
                self.failed(FILES, name, other);
                return Ok(());
            }
        };
        match self.department.wait(&reference).await {
            Ok(Outcome::Pending { code, .. }) => {
                self.stage.step(FILES, name, true, format!("filing {reference}: {code}"));
            }
            other => self.failed(FILES, name, other),
        }
        self.let_pass("1m", "a minute passes").await?;
        let name = "then it is filed";
        match self.department.wait(&reference).await {
            Ok(Outcome::Done(accepted)) => {
                let (count, amount) = (accepted.instruments.len(), total(&accepted));
                let passed = count == 60 && amount == Satang::from_baht(60);
                self.stage.step(FILES, name, passed, format!("{count} forms; {amount} baht to pay"));
            }
            other => self.failed(FILES, name, other),
        }
        Ok(())
    }

    async fn is_not_paid(&mut self, reference: &ApiRefNo) {
        let name = "nothing is paid by filing";
        match self.department.payment_status(reference, &[]).await {
            Ok(Outcome::Done(paid)) => {
                let found = format!("formStatus {}", paid.form_status.as_str());
                self.stage.step(FILES, name, paid.form_status == PaidStatus::NotPaid, found);
            }
            other => self.failed(FILES, name, other),
        }
        let receipts = self.department.receipts(reference, RequestType::Receipt, &[]).await;
        self.refused("and without a payment there is no receipt", receipts, "E07110");
    }

    /// Pays at the bank by the two references, twice under one identification.
    async fn pays(&mut self, accepted: &Accepted) -> Result<(), Exit> {
        let [payer, ..] = demo::DRAWERS;
        let payment = accepted.payment.as_ref();
        let reference = |text: Option<&Text<0, 64>>| text.map(|text| text.as_str().parse()).transpose();
        let bill = StampDutyPayment {
            transaction_identification: TransactionIdentification(System.uuid()),
            account_number: payer.account.parse().map_err(demo_data)?,
            amount: Some(Amount::new(total(accepted)).map_err(demo_data)?),
            reference1: reference(payment.and_then(|payment| payment.ref1.as_ref())).map_err(demo_data)?,
            reference2: reference(payment.and_then(|payment| payment.ref2.as_ref())).map_err(demo_data)?,
            qr_payment: None,
        };
        let before = self.stage.operator.balance(payer.account).await?;
        let first = self.stage.operator.pay_stamp_duty(&bill).await;
        let after = self.stage.operator.balance(payer.account).await?;
        let moved = Satang(before.0 - after.0);
        let found = match &first {
            Ok(_) => format!("{moved} baht; the payer had {before} and has {after}"),
            Err(error) => error.to_string(),
        };
        let passed = first.is_ok() && moved == total(accepted);
        self.stage.step(PAYS, "the references are paid, as at any bank", passed, found);

        let again = self.stage.operator.pay_stamp_duty(&bill).await;
        let is_still = self.stage.operator.balance(payer.account).await? == after;
        let is_same = again.is_ok() && again.ok() == first.ok();
        let found = format!("the same answer: {is_same}; the same balance: {is_still}");
        self.stage.step(PAYS, "the same payment again has no second effect", is_same && is_still, found);
        Ok(())
    }

    async fn is_paid(&mut self, name: &str, reference: &ApiRefNo) {
        match self.department.payment_status(reference, &[]).await {
            Ok(Outcome::Done(paid)) => {
                let all = paid.inst_info.iter().filter(|one| one.inst_status == PaidStatus::Paid).count();
                let found = format!("formStatus {}; {all} forms paid", paid.form_status.as_str());
                self.stage.step(FILES, name, paid.form_status == PaidStatus::Paid && all == 3, found);
            }
            other => self.failed(FILES, name, other),
        }
    }

    /// Tokens live half an hour. The next call meets an expired one, logs in and is made again.
    async fn survives_an_expired_token(&mut self, reference: &ApiRefNo) -> Result<(), Exit> {
        self.let_pass("31m", "31 minutes pass").await?;
        let (logins, refusals) = self.counts();
        self.is_paid("the status is asked for again", reference).await;
        let (new_logins, new_refusals) = self.counts();
        let (logins, refusals) = (new_logins - logins, new_refusals - refusals);
        let found = format!("refused tokens (E07104): {refusals}; new logins: {logins}");
        self.stage.step(FILES, "which took one new login", (logins, refusals) == (1, 1), found);
        Ok(())
    }

    /// How many logins there were, and how many tokens were refused.
    fn counts(&self) -> (usize, usize) {
        let department = self.department.client();
        let counted = department.transport().transport();
        (counted.logins(), counted.refusals())
    }

    async fn opens_receipts(&mut self, accepted: &Accepted) {
        let name = "each form has its receipt, a PDF file";
        match self.department.receipts(&accepted.api_ref_no, RequestType::CodeReceiptAndForms, &[]).await {
            Ok(Outcome::Done(found)) => {
                let files: Vec<_> = found.iter().flat_map(|documents| &documents.files).collect();
                let are_whole = files.iter().all(|file| file.media == Media::Pdf && ends(&file.bytes));
                let have_codes = found.iter().all(|documents| documents.verification_code.is_some());
                let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
                let told = format!("{} forms, {} PDF files, {bytes} bytes", found.len(), files.len());
                let passed = found.len() == 3 && files.len() == 6 && are_whole && have_codes;
                self.stage.step(FILES, name, passed, told);
            }
            other => self.failed(FILES, name, other),
        }
    }

    async fn passes_the_audit(&mut self) -> Result<(), Exit> {
        let audit = self.stage.audit().await?;
        let found = format!("{} ledger transactions, {} findings", audit.transactions, audit.findings.len());
        self.stage.step(AUDITS, "the books add up", audit.is_clean(), found);
        Ok(())
    }

    async fn let_pass(&mut self, duration: &str, name: &str) -> Result<(), Exit> {
        let before = self.stage.operator.now().await?;
        let moved = self.stage.operator.let_pass(duration).await?;
        let now = moved.date_time.timestamp();
        self.stage.step(OPERATES, name, now > before, format!("it is {}", moved.date_time));
        Ok(())
    }

    /// A step that passes when a call is refused with this code.
    fn refused<T: Debug>(&mut self, name: &str, found: Result<T, Error>, code: &str) {
        match found {
            Err(error) => self.stage.step(FILES, name, error.code() == Some(code), error),
            Ok(other) => self.failed(FILES, name, other),
        }
    }

    fn filing(&self, request_id: &str) -> Result<Filing, Exit> {
        let payer = demo::FILERS[0].tax_id.parse().map_err(demo_data)?;
        Ok(Filing::new(request_id.parse().map_err(demo_data)?, payer))
    }

    fn paper(&self, series: &str, number: u32) -> Result<Paper, Exit> {
        Ok(Paper {
            number: format!("2569/{series}{number:02}").parse().map_err(demo_data)?,
            created: self.today,
            payer: demo::FILERS[0].tax_id.parse().map_err(demo_data)?,
        })
    }
}

/// What is to be paid.
fn total(accepted: &Accepted) -> Satang {
    accepted.payment.as_ref().and_then(|payment| payment.total_amount).unwrap_or_default()
}

/// Whether a PDF file is whole: its last line says so (ISO 32000-1, 7.5.5).
fn ends(bytes: &[u8]) -> bool {
    bytes.trim_ascii_end().ends_with(b"%%EOF")
}

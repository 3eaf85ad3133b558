//! Forms and receipts: files made from what is stored, the same bytes each time.
//!
//! What comes back depends on `requestType`, which is public; the files themselves are the sandbox's own papers. The forms of a
//! filing are there as soon as it stands, all else when it is paid (proposed by Satang).

use super::{
    address,
    answer::{self, Instrument, stored},
    filer::Filer,
    filing::{self, Filing},
    form::refuse_form,
    inquiry::{choose, find},
    refusal::{rd_form, refuse, refuse_at},
    state::FilingStatus,
};
use crate::{paper::Paper, pepper::Pepper, store::Tx};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    DateTime, Satang,
    stamp_duty::{
        InstrumentFiles, ReceiptAnswer, ReceiptFiles, ReceiptForm, RequestType, ResponseCode,
        SpecifiedTaxRegistration, Unknown,
    },
};
use satang_validation::{Code, Pointer, Rule, Violations};

/// At most as many instruments with files in one answer. Proposed by Satang, so that an answer stays a few megabytes.
const MOST: usize = 100;

/// What there is to be had.
#[derive(Clone, Copy, Default)]
struct Wanted {
    verification: bool,
    receipt: bool,
    form: bool,
    form2: bool,
    addresses: bool,
}

impl Wanted {
    fn of(request: &RequestType) -> Option<Self> {
        use RequestType::{Addresses, All, CodeReceiptAndForms, Form2, Forms, Receipt, VerificationCode};
        let any = |kinds: &[RequestType]| kinds.contains(request);
        let wanted = Self {
            verification: any(&[VerificationCode, CodeReceiptAndForms, All]),
            receipt: any(&[Receipt, CodeReceiptAndForms, All]),
            form: any(&[Forms, CodeReceiptAndForms, All]),
            form2: any(&[Form2, All]),
            addresses: any(&[Addresses]),
        };
        (!matches!(request, RequestType::Other(_))).then_some(wanted)
    }

    fn needs_payment(self) -> bool {
        self.verification || self.receipt || self.form2 || self.addresses
    }
}

/// ReqFormReceiptFile.
pub(super) fn files(
    tx: &mut Tx<'_>,
    (pepper, public_url): (&Pepper, &str),
    filer: &Filer,
    form: &ReceiptForm,
) -> Result<ReceiptAnswer, Refusal> {
    let wanted = Wanted::of(&form.request_type).ok_or_else(|| {
        let place = rd_form().member("requestType");
        refuse_at(&ResponseCode::InvalidData, place, Rule::malformed("expected 1 to 7"))
    })?;
    let api_ref_no = reference(tx, filer, form)?;
    let filing = find(tx, filer, &api_ref_no)?;
    match filing.status {
        FilingStatus::Received => return Ok(ReceiptAnswer::new(ResponseCode::InVerification, None)),
        FilingStatus::Cancelled => return Err(refuse(&ResponseCode::Cancelled)),
        FilingStatus::Filed | FilingStatus::Expired if wanted.needs_payment() => {
            return Err(refuse(&ResponseCode::NotPaid));
        }
        _ => {}
    }
    let chosen = chosen(tx, &filing, form)?;
    let at = filed_and_paid(tx, &filing)?;
    let desk = Desk { filing: &filing, at, pepper, public_url, wanted };
    let inst_info = chosen.iter().map(|instrument| desk.files(instrument)).collect::<Result<_, _>>()?;
    let files = ReceiptFiles { inst_info, other: Unknown::default() };
    Ok(ReceiptAnswer::new(ResponseCode::Success, Some(files)))
}

/// The reference of the filing, by itself or by the first instrument.
fn reference(tx: &mut Tx<'_>, filer: &Filer, form: &ReceiptForm) -> Result<String, Refusal> {
    if let Some(api_ref_no) = &form.api_ref_no {
        return Ok(api_ref_no.to_string());
    }
    let Some(first) = form.inst_info.first() else {
        let mut found = Violations::new();
        found.add(
            Pointer::root().member("apiRefNo"),
            Rule::new(Code::Missing, "a required member, without instInfo"),
        );
        return Err(refuse_form(&ResponseCode::MissingData, found));
    };
    let sql = "SELECT filing.api_ref_no FROM instrument JOIN filing ON filing.api_ref_no = instrument.filing
        WHERE instrument.ref_no = $1 AND filing.filer = $2";
    let found =
        tx.query_one(sql, &[first.ref_no.as_str().into(), (&filer.username).into()], |row| row.text(0))?;
    found.ok_or_else(|| refuse(&ResponseCode::NoData))
}

/// The instruments that are asked for, which must be of the filing, and of who is said to owe their duty.
fn chosen(tx: &mut Tx<'_>, filing: &Filing, form: &ReceiptForm) -> Result<Vec<Instrument>, Refusal> {
    let place = |position| rd_form().member("instInfo").index(position);
    let asked: Vec<&str> = form.inst_info.iter().map(|it| it.ref_no.as_str()).collect();
    let all = answer::instruments(tx, filing)?;
    for (position, asked) in form.inst_info.iter().enumerate() {
        let payer = asked.specified_tax_registration.as_ref().map(|it| it.id.as_str());
        let other =
            |it: &&Instrument| it.ref_no == asked.ref_no.as_str() && payer != Some(it.tax_payer.as_str());
        if payer.is_some() && all.iter().any(|it| other(&it)) {
            let rule = Rule::malformed("expected who owes the duty of this instrument");
            let place = place(position).member("specifiedTaxRegistration").member("id");
            return Err(refuse_at(&ResponseCode::ForeignReference, place, rule));
        }
    }
    let chosen = choose(all, &asked, |position| place(position).member("refNo"))?;
    if chosen.len() > MOST {
        let rule = Rule::new(Code::Limit, "expected at most 100 instruments at once");
        return Err(refuse_at(&ResponseCode::InvalidData, rd_form().member("instInfo"), rule));
    }
    Ok(chosen)
}

/// When the filing was filed, and when it was paid, as papers show it.
fn filed_and_paid(tx: &mut Tx<'_>, filing: &Filing) -> Result<[String; 2], Refusal> {
    let sql = "SELECT created_at, status_at FROM filing WHERE api_ref_no = $1";
    let times = tx.query_one(sql, &[(&filing.api_ref_no).into()], |row| Ok([row.int(0)?, row.int(1)?]))?;
    let shown = |micros| {
        let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN);
        DateTime::in_bangkok(time).to_string()
    };
    Ok(times.unwrap_or_default().map(shown))
}

/// The code to verify a payment with: nobody can make one who does not have the store.
pub(super) fn code(pepper: &Pepper, ref_no: &str) -> String {
    let hash = pepper.hash(&["verification-code", ref_no]);
    hash.iter().take(10).map(|byte| format!("{byte:02X}")).collect()
}

/// Where on this gateway the form and the receipt of an instrument are, once it is paid.
pub(crate) fn addresses(pepper: &Pepper, ref_no: &str) -> [String; 2] {
    [address::FORM, address::RECEIPT].map(|name| address::of("", ref_no, &code(pepper, ref_no), name))
}

/// A paper of an instrument that is paid, by the name in its address.
pub(super) fn paper(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    ref_no: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, Refusal> {
    let sql = "SELECT filing FROM instrument WHERE ref_no = $1";
    let Some(api_ref_no) = tx.query_one(sql, &[ref_no.into()], |row| row.text(0))? else { return Ok(None) };
    let filing = filing::find(tx, &api_ref_no)?.filter(|filing| filing.status == FilingStatus::Paid);
    let Some(filing) = filing else { return Ok(None) };
    let instrument = answer::instruments(tx, &filing)?.into_iter().find(|it| it.ref_no == ref_no);
    let Some(instrument) = instrument else { return Ok(None) };
    let desk = Desk {
        at: filed_and_paid(tx, &filing)?,
        filing: &filing,
        pepper,
        public_url: "",
        wanted: Wanted::default(),
    };
    Ok(match name {
        address::FORM => Some(desk.form(&instrument).pdf()),
        address::RECEIPT => Some(desk.receipt(&instrument).pdf()),
        address::VERIFICATION => Some(format!("{} {} paid\n", filing.api_ref_no, instrument.ref_no).into()),
        _ => None,
    })
}

/// Makes the files of one filing.
struct Desk<'a> {
    filing: &'a Filing,
    at: [String; 2],
    pepper: &'a Pepper,
    public_url: &'a str,
    wanted: Wanted,
}

impl Desk<'_> {
    fn files(&self, instrument: &Instrument) -> Result<InstrumentFiles, Refusal> {
        let Wanted { verification, receipt, form, form2, addresses } = self.wanted;
        let code = code(self.pepper, &instrument.ref_no);
        let file =
            |is_wanted: bool, paper: &dyn Fn() -> Paper| is_wanted.then(|| BASE64.encode(paper().pdf()));
        let url = |name| addresses.then(|| address::of(self.public_url, &instrument.ref_no, &code, name));
        Ok(InstrumentFiles {
            ref_no: Some(stored(&instrument.ref_no)?),
            specified_tax_registration: Some(SpecifiedTaxRegistration { id: stored(&instrument.tax_payer)? }),
            verification_code: verification.then(|| code.clone()),
            receipt_file: file(receipt, &|| self.receipt(instrument)),
            form_file: file(form, &|| self.form(instrument)),
            form2_file: file(form2, &|| self.form2(instrument)),
            form_url: url(address::FORM),
            receipt_url: url(address::RECEIPT),
            verification_url: url(address::VERIFICATION),
            other: Unknown::default(),
        })
    }

    fn receipt(&self, instrument: &Instrument) -> Paper {
        let [_, paid_at] = &self.at;
        let mut lines = self.lines(instrument);
        lines.push(("Paid at".into(), paid_at.clone()));
        lines.push(("Verification code".into(), code(self.pepper, &instrument.ref_no)));
        Paper { title: "Receipt for stamp duty".into(), lines }
    }

    fn form(&self, instrument: &Instrument) -> Paper {
        Paper { title: "Form O.S.9: stamp duty in money".into(), lines: self.lines(instrument) }
    }

    fn form2(&self, instrument: &Instrument) -> Paper {
        Paper { title: "Form P.2".into(), lines: self.lines(instrument) }
    }

    fn lines(&self, instrument: &Instrument) -> Vec<(String, String)> {
        let baht = |satang| format!("{} baht", Satang(satang));
        let [filed_at, _] = &self.at;
        [
            ("Reference of the filing", self.filing.api_ref_no.clone()),
            ("Reference of the form", instrument.ref_no.clone()),
            ("Instrument", instrument.id.clone()),
            ("Contract", instrument.contract_no.clone()),
            ("Made on", instrument.creation_date.clone()),
            ("Tax number", instrument.tax_payer.clone()),
            ("Value", baht(instrument.amount)),
            ("Duty", baht(instrument.duty)),
            ("Surcharge", baht(instrument.surcharge)),
            ("Filed at", filed_at.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

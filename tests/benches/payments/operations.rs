//! What is measured beside payments: inquiries for registrations (B, C), and schedules (I).

use crate::{
    Arguments, Pace, Scratch, cashier,
    disk::Disk,
    errand::Errand,
    load,
    mocks::Stub,
    process::{self, Process},
    report::{Measured, Operations, Subject},
    token,
};
use bytes::Bytes;
use jiff::{ToSpan, Zoned};
use satang_core::{
    direct_debit::{TOKEN_INQUIRY, TOKEN_STATUS_INQUIRY},
    sandbox::{AccountOpening, BranchRegistration, Client},
};
use satang_gateway::{
    audit, demo,
    store::{Store, StoreError},
};
use satang_schema::PaymentToken;
use serde_json::json;
use std::{error::Error, path::Path};

/// How many customers register, and how often each.
const CUSTOMERS: [usize; 2] = [10, 100];

/// Measures everything, prints the report, and tells whether it is complete.
pub fn run(arguments: &Arguments, program: &Path) -> Result<bool, Box<dyn Error>> {
    let scratch = Scratch::new()?;
    let pace = Pace::new(arguments.quick);
    let disk = Disk::below(scratch.path())?;
    let data = scratch.directory("gateway")?;
    let (loaded, held) = gateway(&pace, program, &data)?;
    let mut measured = Vec::new();
    for Loaded { what, errand, answer, subject } in loaded {
        eprintln!("{what}: mocks ...");
        let stub = Stub { operation: errand.operation(), answer: std::str::from_utf8(&answer)? };
        let mocks = pace.mocks(&arguments.peers, &scratch, &errand, stub)?;
        measured.push(Measured { what, gateway: subject, mocks });
    }
    let report = Operations { disk, measured, held };
    println!("{report}");
    Ok(report.is_fine())
}

/// An operation whose figures at the gateway are known.
struct Loaded {
    what: String,
    errand: Errand,
    /// What the gateway answered at first.
    answer: Bytes,
    subject: Subject,
}

/// The gateway, with each errand in turn, and what its store holds after it was killed.
fn gateway(pace: &Pace, program: &Path, data: &Path) -> Result<(Vec<Loaded>, String), Box<dyn Error>> {
    let gateway = process::gateway(program, data)?;
    eprintln!("registering ...");
    let wanted = wanted(&register(&gateway)?)?;
    let token = token(&gateway)?;
    let (mut loaded, mut accepted) = (Vec::new(), 0);
    for Wanted { what, mut errand, found } in wanted {
        let answer = load::once(gateway.address, &*cashier(errand.clone(), &gateway, &token)?)?.into_body();
        if let Errand::Question { answer: expected, .. } = &mut errand {
            let times = answer.windows(STATUS.len()).filter(|part| *part == STATUS).count();
            if times != found {
                return Err(format!("{what}: {times} registrations instead of {found}").into());
            }
            *expected = Some(answer.clone());
        }
        let subject = pace.loaded("gateway", &gateway, &cashier(errand.clone(), &gateway, &token)?)?;
        if matches!(errand, Errand::Schedule { .. }) {
            accepted += 1 + subject.confirmed;
        }
        loaded.push(Loaded { what, errand, answer, subject });
    }
    gateway.kill()?;
    Ok((loaded, held(data, accepted)?))
}

/// Occurs in an answer once for each registration.
const STATUS: &[u8] = b"\"paymentTokenStatus\"";

/// Opens accounts and registers each many times, as a branch does; answers one account and one token.
fn register(gateway: &Process) -> Result<(String, PaymentToken), Box<dyn Error>> {
    load::on_this_thread(async {
        let url = format!("http://{}", gateway.address);
        let transport = satang_transport::Client::builder(url).bearer_token(demo::ADMIN_KEY).build()?;
        let operator = Client::new(transport);
        let (customers, times) = (CUSTOMERS[0], CUSTOMERS[1]);
        let mut one = None;
        for customer in 0..customers {
            let account = format!("88800{customer:05}");
            let opening: AccountOpening = serde_json::from_value(json!({
                "accountNumber": account, "ownerName": "Customer",
            }))?;
            operator.open_account(&opening).await?;
            let registration: BranchRegistration = serde_json::from_value(json!({
                "partner": demo::CLIENT_ID, "drawerAccountNumber": account,
            }))?;
            for _ in 0..times {
                let registered = operator.register_at_branch(&registration).await?;
                let token = registered.payment_token.ok_or("a registration without a token")?;
                one = Some((account.clone(), token));
            }
        }
        one.ok_or_else(|| "nobody has registered".into())
    })?
}

/// What is measured.
struct Wanted {
    what: String,
    errand: Errand,
    /// How many registrations a question finds.
    found: usize,
}

/// Each operation, the inquiries with a criterion that finds one registration and one that finds many.
fn wanted((account, token): &(String, PaymentToken)) -> Result<Vec<Wanted>, Box<dyn Error>> {
    let (customers, each) = (CUSTOMERS[0], CUSTOMERS[1]);
    let all = customers * each;
    let mut wanted = Vec::new();
    for operation in [&TOKEN_STATUS_INQUIRY, &TOKEN_INQUIRY] {
        for (asked, found) in [
            (json!({ "paymentToken": token.as_str() }), 1),
            (json!({ "drawerAccountNumber": account }), each),
        ] {
            let errand = Errand::Question { operation, asked: asked.to_string().into(), answer: None };
            wanted.push(Wanted { what: format!("`{}` finds {found} of {all}", operation.id), errand, found });
        }
    }
    let start = Zoned::now().date().checked_add(1.month())?;
    let errand = Errand::Schedule { start };
    wanted.push(Wanted { what: format!("`{}`", errand.operation().id), errand, found: 0 });
    Ok(wanted)
}

/// Audits the store of a killed gateway, which must hold exactly the schedules that it has accepted.
fn held(data: &Path, accepted: u64) -> Result<String, Box<dyn Error>> {
    let (audit, stored) = load::on_this_thread(async {
        let store = Store::open_read_only(data)?;
        let audit = store.read(audit::run).await?;
        let count = |tx: &mut satang_gateway::store::Tx<'_>| {
            let counted = tx.query_one("SELECT COUNT(*) FROM schedule", &[], |row| row.int(0))?;
            Ok::<_, StoreError>(counted.unwrap_or_default())
        };
        let stored = store.read(count).await?;
        store.close().await.map(|()| (audit, stored))
    })??;
    if !audit.is_clean() || u64::try_from(stored) != Ok(accepted) {
        return Err(format!("{accepted} schedules accepted, {stored} stored: {audit:?}").into());
    }
    Ok(format!("killed, then audited: {accepted} schedules accepted, {stored} stored, no findings"))
}

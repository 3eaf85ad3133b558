//! What the hub between banks costs: an issuer that is asked directly, through a reverse proxy that does no work, through the hub of
//! the crate with its records in memory, and through the gateway, whose records are durable before it answers. Everything is signed.

mod parties;
mod questions;
mod report;
pub mod servers;
mod steps;

use crate::{
    Arguments, Pace, Scratch,
    disk::Disk,
    load::{self, Orders as _, over_http},
    process::{self, Process},
    report::Subject,
};
use parties::{ISSUER, Parties};
use questions::{Asker, Whom};
use report::{Measured, Report};
use satang_core::{Clock as _, System};
use satang_gateway::{
    audit,
    store::{Store, StoreError, Tx},
};
use satang_jose::SignatureAlgorithm::{self, Es256, Rs256};
use satang_slip_verification::interbank::{AnswerVerifier, HUB};
use std::{cell::Cell, error::Error, path::Path, rc::Rc};
use steps::{Answered, Steps};

/// How many connections there are at a time.
const LEVELS: [usize; 2] = [1, 64];

/// For how many questions a second there are always some, in case the server was slow at first.
const FEWEST: f64 = 1000.0;

/// Measures everything, prints the report, and tells whether the goals are met.
pub fn run(arguments: &Arguments, program: &Path) -> Result<bool, Box<dyn Error>> {
    let scratch = Scratch::new()?;
    let pace = Pace::new(arguments.quick);
    let disk = Disk::below(scratch.path())?;
    let mut measured = Vec::new();
    for algorithm in [Rs256, Es256] {
        measured.push(measure(&pace, &scratch, program, algorithm)?);
    }
    let report = Report { disk, measured };
    println!("{report}");
    Ok(report.is_fine())
}

/// All ways to the issuer, when everybody signs under this algorithm.
fn measure(
    pace: &Pace,
    scratch: &Scratch,
    program: &Path,
    algorithm: SignatureAlgorithm,
) -> Result<Measured, Box<dyn Error>> {
    eprintln!("{} ...", algorithm.name());
    let parties = Parties::new(algorithm)?;
    let file = scratch.directory("parties")?.join("parties.json");
    parties.write(&file)?;
    let issuer = process::this(|bench| bench.arg("--serve-issuer").arg(&file))?;

    let direct = pace.asked("the issuer, asked directly", &parties, Whom::Issuer, &issuer)?;
    let proxy = process::this(|bench| bench.arg("--serve-proxy").arg(issuer.address.to_string()))?;
    let proxied = pace.asked("through a bare reverse proxy", &parties, Whom::Issuer, &proxy)?;
    drop(proxy);
    let hub = process::this(|bench| {
        bench.arg("--serve-hub").arg(&file).arg("--issuer").arg(issuer.address.to_string())
    })?;
    let in_memory = pace.asked("through the hub, records in memory", &parties, Whom::Hub, &hub)?;
    drop(hub);

    let data = scratch.directory("gateway")?;
    load::on_this_thread(parties.move_in(&data))??;
    let gateway = process::gateway(program, &data)?;
    load::on_this_thread(parties.join(gateway.address, issuer.address))??;
    let answered = verified(&parties, &gateway)?;
    let durable = pace.asked("through the gateway, records durable", &parties, Whom::Hub, &gateway)?;
    gateway.kill()?;
    // The first answer is not among those of the load.
    let held = held(&data, durable.confirmed + 1)?;
    let steps = Steps::measure(&parties, &answered, pace.window / 10)?;
    Ok(Measured { algorithm, subjects: [direct, proxied, in_memory, durable], steps, held })
}

impl Pace {
    /// Asks a server, with questions that are signed before each window and not in it.
    fn asked(
        &self,
        name: &'static str,
        parties: &Parties,
        whom: Whom,
        server: &Process,
    ) -> Result<Subject, Box<dyn Error>> {
        let asker = Asker::new(parties, whom, server.address)?;
        let expected = Cell::new(FEWEST);
        self.subject(name, &LEVELS, |level, length| {
            // A window that gets through more ends when it is through.
            let questions = asker.write((expected.get() * 1.5 * length.as_secs_f64()) as usize)?;
            let figures = over_http(server.server(), &Rc::new(questions), level, length)?;
            expected.set(figures.rate().max(FEWEST));
            Ok(figures)
        })
    }
}

/// One answer of the hub, of which everything is verified that a bank would verify.
fn verified(parties: &Parties, hub: &Process) -> Result<Answered, Box<dyn Error>> {
    let asker = Asker::new(parties, Whom::Hub, hub.address)?;
    let question = asker.write(1)?.order().ok_or("there is no question")?;
    let token = question.headers()["authorization"].to_str()?.trim_start_matches("Bearer ").to_owned();
    let (head, body) = load::once(hub.address, &load::Alone::new(question))?.into_parts();
    let text = std::str::from_utf8(&body)?;
    let data = text.split_once(r#","data":"#).and_then(|(_, rest)| rest.strip_suffix('}'));
    let data = data.ok_or_else(|| format!("the answer has no data: {text}"))?.to_owned();
    let signature = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let by_issuer = signature("x-issuer-signature").ok_or("the issuer has not signed")?.to_owned();
    for (party, signature, bytes) in
        [(HUB, signature("x-signature"), &body[..]), (ISSUER, Some(&*by_issuer), data.as_bytes())]
    {
        if !AnswerVerifier::new(parties.public(party)?)?.is_right(signature, bytes, System.now()) {
            return Err(format!("the signature of {party} is wrong").into());
        }
    }
    Ok(Answered { token, body, data, signature: by_issuer })
}

/// Audits the store of a killed gateway, which must hold a record of each question that it has answered.
fn held(data: &Path, answered: u64) -> Result<String, Box<dyn Error>> {
    let (audit, kept) = load::on_this_thread(async {
        let store = Store::open_read_only(data)?;
        let audit = store.read(audit::run).await?;
        let count = |tx: &mut Tx<'_>| {
            let sql = "SELECT COUNT(*) FROM verification WHERE end_state = 'FOUND' AND forwarded = 1";
            Ok::<_, StoreError>(tx.query_one(sql, &[], |row| row.int(0))?.unwrap_or_default())
        };
        let kept = store.read(count).await?;
        store.close().await.map(|()| (audit, kept))
    })??;
    if !audit.is_clean() || u64::try_from(kept) != Ok(answered) {
        return Err(format!("{answered} questions answered, {kept} recorded: {audit:?}").into());
    }
    Ok(format!("killed, then audited: {answered} questions answered, {kept} recorded, no findings"))
}

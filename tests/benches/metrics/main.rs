//! What counting costs: payments through the whole site, with metrics and without, in turns.
//!
//! `cargo bench -p satang-tests --bench metrics`. Payments per second differ more between two rounds than between the two
//! ways, so look at the spread, and at the time of processors, which what else the machine does changes less.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use satang_core::{Entropy as _, System};
use satang_gateway::{Gateway, Options, demo};
use satang_schema::{contract::Example as _, direct_debit::RealTimePayment};
use std::{sync::Arc, time::Instant};

const ROUNDS: usize = 5;
const CALLERS: usize = 64;
const PAYMENTS: usize = 50;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (mut rates, mut costs) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..ROUNDS {
        // Each goes first in turn, since a disk is not the same twice.
        for with_metrics in [round % 2 == 0, round % 2 == 1] {
            let (rate, cost) = measure(with_metrics).await?;
            rates[usize::from(with_metrics)].push(rate);
            costs[usize::from(with_metrics)].push(cost);
        }
    }
    for (name, found) in ["without metrics", "with metrics"].into_iter().zip(rates.into_iter().zip(costs)) {
        println!("{name}: {} payments/s, {} us of processors each", spread(found.0), spread(found.1));
    }
    Ok(())
}

/// The median, and from where to where.
fn spread(mut found: Vec<f64>) -> String {
    found.sort_by(f64::total_cmp);
    format!("{:.0} ({:.0} to {:.0})", found[ROUNDS / 2], found[0], found[ROUNDS - 1])
}

/// Payments per second, and microseconds of processors for each.
async fn measure(with_metrics: bool) -> Result<(f64, f64), Failure> {
    let directory = tempfile::tempdir()?;
    let mut options = Options::new(directory.path());
    options.metrics = with_metrics;
    options.demand_signatures = false;
    let gateway = Gateway::open(&options).await?;
    let authorization = format!("Bearer {}", access_token(&gateway).await?);
    let (began, used) = (Instant::now(), processor_micros()?);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(pay(Arc::clone(&gateway), authorization.clone()));
    }
    while let Some(paid) = callers.join_next().await {
        paid??;
    }
    let seconds = began.elapsed().as_secs_f64();
    let used = processor_micros()? - used;
    gateway.close().await?;
    let payments = (CALLERS * PAYMENTS) as f64;
    Ok((payments / seconds, used / payments))
}

/// What all threads have used so far, in steps of 10 ms (proc(5): utime and stime, in ticks).
fn processor_micros() -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) * 10_000.0)
}

async fn access_token(gateway: &Arc<Gateway>) -> Result<String, Failure> {
    let (id, secret) = (demo::CLIENT_ID, demo::CLIENT_SECRET);
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let request = Request::post("/auth/oauth/v2/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::<Bytes>::from(form))?;
    let answer: serde_json::Value = serde_json::from_slice(gateway.site().answer(request).await.body())?;
    Ok(answer.get("access_token").and_then(|token| token.as_str()).ok_or("no access token")?.to_owned())
}

async fn pay(gateway: Arc<Gateway>, authorization: String) -> Result<(), Failure> {
    let site = gateway.site();
    let mut payment = RealTimePayment::example();
    payment.transaction_information.payment_amount = "1.00".parse()?;
    for _ in 0..PAYMENTS {
        payment.transaction_identification.0 = System.uuid();
        let request = Request::post(satang_core::direct_debit::REAL_TIME_PAYMENT.path)
            .header("content-type", "application/json")
            .header("authorization", &authorization)
            .header("x-client-transaction-id", System.uuid().to_string())
            .body(Full::<Bytes>::from(serde_json::to_vec(&payment)?))?;
        let answer = site.answer(request).await;
        if answer.status() != StatusCode::OK {
            return Err(String::from_utf8_lossy(answer.body()).into_owned().into());
        }
    }
    Ok(())
}

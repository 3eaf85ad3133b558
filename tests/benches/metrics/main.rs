//! What counting costs: payments per second through the whole site, with metrics and without, in turns.
//!
//! `cargo bench -p satang-tests --bench metrics`. The two differ by less than the rounds do, so look at the spread.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use satang_core::{Entropy as _, System};
use satang_gateway::{Gateway, Options, demo};
use satang_schema::{contract::Example as _, direct_debit::RealTimePayment};
use std::{sync::Arc, time::Instant};

const ROUNDS: usize = 7;
const CALLERS: usize = 64;
const PAYMENTS: usize = 100;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        // Each goes first in turn, since a disk is not the same twice.
        for with_metrics in [round % 2 == 0, round % 2 == 1] {
            let rate = payments_per_second(with_metrics).await?;
            if let Some(rates) = rates.get_mut(usize::from(with_metrics)) {
                rates.push(rate);
            }
        }
    }
    for (name, mut rates) in ["without metrics", "with metrics"].into_iter().zip(rates) {
        rates.sort_by(f64::total_cmp);
        let at = |index: usize| rates.get(index).copied().unwrap_or_default();
        println!("{name}: {:.0} payments/s (from {:.0} to {:.0})", at(ROUNDS / 2), at(0), at(ROUNDS - 1));
    }
    Ok(())
}

async fn payments_per_second(with_metrics: bool) -> Result<f64, Failure> {
    let directory = tempfile::tempdir()?;
    let mut options = Options::new(directory.path());
    options.metrics = with_metrics;
    options.demand_signatures = false;
    let gateway = Gateway::open(&options).await?;
    let authorization = format!("Bearer {}", access_token(&gateway).await?);
    let began = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(pay(Arc::clone(&gateway), authorization.clone()));
    }
    while let Some(paid) = callers.join_next().await {
        paid??;
    }
    let seconds = began.elapsed().as_secs_f64();
    gateway.close().await?;
    Ok((CALLERS * PAYMENTS) as f64 / seconds)
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

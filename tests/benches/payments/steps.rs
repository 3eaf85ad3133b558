//! Where the time of one payment goes: each step by itself, measured from outside.

use crate::{
    errand::PAID, handlers::Empty, load::on_this_thread, processor::this_thread, store_alone::StoreAlone,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use satang_core::{
    Clock, System,
    direct_debit::{self, Handler, PaymentResult, RealTimePayment},
    signature::{self, Key},
};
use satang_gateway::{demo, store::StoreError};
use satang_schema::decode;
use std::{
    error::Error,
    hint::black_box,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};
use tokio::task::{spawn_local, yield_now};

/// Microseconds of one processor for one payment.
pub struct Steps {
    /// Finding the operation, reading the body, building the answer's head.
    pub route: f64,
    /// The body from JSON, and its rules.
    pub decode: f64,
    /// The access token and the standard headers.
    pub admit: f64,
    /// The signature and the digest.
    pub verify: f64,
    /// The answer to JSON.
    pub encode: f64,
    /// One payment in a commit of so many, commit and flush included, by the clock on the wall.
    pub commits: [(usize, f64); 3],
}

impl Steps {
    /// What each payment adds to a commit.
    pub fn statements(&self) -> f64 {
        let [(one, alone), _, (many, grouped)] = self.commits;
        (many as f64 * grouped - alone) / (many - one) as f64
    }

    /// What a commit takes however many payments it holds: flushing, and waking those who wait.
    pub fn commit(&self) -> f64 {
        self.commits[0].1 - self.statements()
    }

    /// Measures, with payments on the store of `alone`.
    pub fn measure(alone: &StoreAlone, length: Duration) -> Result<Self, Box<dyn Error>> {
        on_this_thread(async {
            let (parts, body) = alone.cashier.order().into_parts();
            let body = body.collect().await?.to_bytes();
            let answer: PaymentResult = serde_json::from_str(PAID)?;
            let key = Key::new(demo::SIGNATURE_KEY)?;
            let decode = each(length, async || {
                let _ = black_box(decode::<RealTimePayment>(black_box(&body)));
            });
            let encode = each(length, async || {
                let _ = black_box(serde_json::to_vec(black_box(&answer)));
            });
            let (method, path) = (&parts.method, parts.uri.path());
            let verify = each(length, async || {
                let now = System.now();
                let _ = black_box(signature::verify(&key, method, path, &parts.headers, &body, now));
            });
            let (decode, encode, verify) = (decode.await, encode.await, verify.await);
            // An order is used again here: who admits it does not remember it, only who pays.
            let order =
                || http::Request::from_parts(parts.clone(), http_body_util::Full::new(Bytes::clone(&body)));
            let ordering = each(length, async || drop(black_box(order()))).await;
            let empty = direct_debit::router(Arc::new(Empty::new()?));
            let empty = each(length, async || drop(black_box(empty.answer(order()).await))).await;
            let admitted = each(length, async || {
                drop(black_box(alone.counter.answer(order()).await));
                drop(alone.catching.take());
            });
            let admitted = admitted.await;
            let mut commits = [(1, 0.0), (16, 0.0), (64, 0.0)];
            for (size, micros) in &mut commits {
                *micros = in_commits_of(alone, *size, length).await?;
            }
            let route = empty - ordering - decode - encode;
            Ok(Self { route, decode, admit: admitted - empty - verify, verify, encode, commits })
        })?
    }
}

/// Microseconds of this thread for one run of `step`.
pub async fn each(length: Duration, mut step: impl AsyncFnMut()) -> f64 {
    const BATCH: u32 = 1000;
    let (start, used) = (Instant::now(), this_thread());
    let mut runs = 0;
    while start.elapsed() < length {
        for _ in 0..BATCH {
            step().await;
        }
        runs += BATCH;
    }
    (this_thread() - used).as_secs_f64() * 1e6 / f64::from(runs)
}

/// Microseconds of one payment in commits of exactly `size`: the median of many.
async fn in_commits_of(alone: &StoreAlone, size: usize, length: Duration) -> Result<f64, Box<dyn Error>> {
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < length {
        times.push(one_commit(alone, size).await?);
    }
    times.sort_unstable();
    Ok(times[times.len() / 2].as_secs_f64() * 1e6 / size as f64)
}

/// Keeps the writer busy until all payments wait for it, so that it takes them at once.
async fn one_commit(alone: &StoreAlone, size: usize) -> Result<Duration, Box<dyn Error>> {
    let orders = alone.admitted(size).await?;
    let (enter, entered) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let store = alone.gateway.store().clone();
    let gate = spawn_local(async move {
        let work = move |_: &mut satang_gateway::store::Tx<'_>| {
            // Whoever is not there any more has given up the whole measurement.
            let _ = (enter.send(()), released.recv());
            Ok::<_, StoreError>(())
        };
        store.write(work).await
    });
    yield_now().await;
    entered.recv()?;
    let mut payments = Vec::new();
    for (caller, request) in orders {
        let gateway = Arc::clone(&alone.gateway);
        payments.push(spawn_local(async move { gateway.real_time_payment(caller, request).await }));
    }
    // Tasks of one thread take turns, so this one comes when all others wait for the writer.
    let start = spawn_local(async move {
        let start = Instant::now();
        release.send(()).map(|()| start)
    });
    for payment in payments {
        payment.await?.map_err(|refusal| format!("{refusal:?}"))?;
    }
    let elapsed = start.await??.elapsed();
    gate.await??;
    Ok(elapsed)
}

//! The store alone: the gateway's own payment, called in this process. That is the whole transaction (replay,
//! idempotency, mandate, ledger, payment; committed and flushed) without HTTP, token, signature, and the JSON of
//! the wire.

use crate::{
    errand::Errand,
    handlers::Catching,
    load::{Figures, Window, on_this_thread},
    order::Cashier,
    processor::ProcessorTime,
};
use satang_core::{
    Loopback, Router, Transport,
    direct_debit::{self, Client, Handler, RealTimePayment},
};
use satang_gateway::{Caller, Gateway, Options, demo};
use satang_schema::{decode, direct_debit::ProcessingStatus};
use std::{
    cell::RefCell,
    error::Error,
    path::Path,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

/// A gateway without a server.
pub struct StoreAlone {
    /// The gateway.
    pub gateway: Arc<Gateway>,
    /// Behind which its orders are caught.
    pub catching: Arc<Catching>,
    /// Where orders are handed in: it admits and reads them, but does not pay.
    pub counter: Router<direct_debit::Server<Catching>>,
    /// Who writes them.
    pub cashier: Rc<Cashier>,
}

/// An order that was admitted and read.
type Admitted = (Caller, RealTimePayment);

impl StoreAlone {
    /// Opens one in this directory.
    pub fn open(directory: &Path) -> Result<Self, Box<dyn Error>> {
        on_this_thread(async {
            let gateway = Gateway::open(&Options::new(directory)).await?;
            let token = access_token(&Client::new(Loopback::new(gateway.router()))).await?;
            let catching = Arc::new(Catching::new(Arc::clone(&gateway))?);
            let counter = direct_debit::router(Arc::clone(&catching));
            let cashier = Rc::new(Cashier::new(Errand::Payment, &token, "localhost")?);
            Ok(Self { gateway, catching, counter, cashier })
        })?
    }

    /// Admits and reads so many new orders.
    pub async fn admitted(&self, count: usize) -> Result<Vec<Admitted>, Box<dyn Error>> {
        for _ in 0..count {
            let answer = self.counter.answer(self.cashier.order()).await;
            if !answer.status().is_success() {
                return Err(format!("an order was refused: {answer:?}").into());
            }
        }
        Ok(self.catching.take())
    }

    /// Pays with so many tasks, each of which waits for one payment before it begins the next, until the window
    /// closes or the orders, `count` of them and admitted beforehand, are all paid.
    pub fn load(&self, tasks: usize, length: Duration, count: usize) -> Result<Figures, Box<dyn Error>> {
        on_this_thread(async {
            let orders = Rc::new(RefCell::new(self.admitted(count).await?));
            let process = std::process::id();
            let (server, start, window) = (ProcessorTime::of(process), Instant::now(), Window::open(length));
            let paying: Vec<_> = (0..tasks)
                .map(|_| {
                    let gateway = Arc::clone(&self.gateway);
                    tokio::task::spawn_local(pay(gateway, Rc::clone(&orders), Rc::clone(&window)))
                })
                .collect();
            for task in paying {
                task.await??;
            }
            let (elapsed, latency) = (start.elapsed(), window.latency());
            let server = ProcessorTime::of(process).since(&server);
            Ok(Figures { answered: latency.len(), elapsed, latency, server, generator: Duration::ZERO })
        })?
    }
}

async fn pay(
    gateway: Arc<Gateway>,
    orders: Rc<RefCell<Vec<Admitted>>>,
    window: Rc<Window>,
) -> Result<(), String> {
    loop {
        let Some((caller, request)) = orders.borrow_mut().pop() else { return Ok(()) };
        let asked = Instant::now();
        let paid = gateway.real_time_payment(caller, request).await;
        let paid = paid.map_err(|refusal| format!("a payment was refused: {refusal:?}"))?;
        if paid.processing_status != ProcessingStatus::Settled {
            return Err(format!("a payment failed: {paid:?}"));
        }
        if !window.answered(asked) {
            return Ok(());
        }
    }
}

/// A token of the demo partner.
pub async fn access_token<T: Transport>(client: &Client<T>) -> Result<String, Box<dyn Error>> {
    let request = format!(
        r#"{{"grant_type":"client_credentials","client_id":"{}","client_secret":"{}"}}"#,
        demo::CLIENT_ID,
        demo::CLIENT_SECRET
    );
    let request = decode(request.as_bytes()).map_err(|violations| violations.to_string())?;
    Ok(client.access_token(&request).await?.access_token.as_str().to_owned())
}

//! Handlers that answer at once: what remains of a server when a payment costs nothing.

use crate::errand::PAID;
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, Host, Incoming, Refusal, System,
    direct_debit::{self, Handler, PaymentResult, RealTimePayment},
};
use satang_gateway::{Caller, Gateway};
use satang_transport::Server;
use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

/// Lets everybody in, and pays nothing.
pub struct Empty(PaymentResult);

impl Empty {
    /// The handler.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self(answer()?))
    }
}

impl Host for Empty {
    type Caller = ();
    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Handler for Empty {
    async fn real_time_payment(&self, (): (), _: RealTimePayment) -> Result<PaymentResult, Refusal> {
        Ok(self.0.clone())
    }
}

/// Lets in whom the gateway lets in, and keeps what they ask for, so that it can be done later without HTTP.
pub struct Catching {
    gateway: Arc<Gateway>,
    answer: PaymentResult,
    caught: Mutex<Vec<(Caller, RealTimePayment)>>,
}

impl Catching {
    /// The handler in front of a gateway.
    pub fn new(gateway: Arc<Gateway>) -> Result<Self, Box<dyn Error>> {
        Ok(Self { gateway, answer: answer()?, caught: Mutex::default() })
    }

    /// What was asked for so far.
    pub fn take(&self) -> Vec<(Caller, RealTimePayment)> {
        std::mem::take(&mut self.caught.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Catching {
    type Caller = Caller;
    async fn admit(&self, request: &Incoming) -> Result<Caller, Refusal> {
        self.gateway.admit(request).await
    }
}

impl Handler for Catching {
    async fn real_time_payment(
        &self,
        caller: Caller,
        request: RealTimePayment,
    ) -> Result<PaymentResult, Refusal> {
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).push((caller, request));
        Ok(self.answer.clone())
    }
}

/// Serves the empty handler as `satang serve` serves the gateway, until it is killed.
pub fn serve_empty_handler() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let server = Server::bind("127.0.0.1:0").await?;
        println!("{}", serde_json::json!({ "listening": format!("http://{}", server.local_addr()?) }));
        let router = direct_debit::router(Arc::new(Empty::new()?));
        server.serve(router, std::future::pending::<()>()).await;
        Ok(())
    })
}

fn answer() -> Result<PaymentResult, Box<dyn Error>> {
    Ok(serde_json::from_str(PAID)?)
}

/// Handlers need the time and identifiers for refusals, which these two never make.
macro_rules! system_clock_and_entropy {
    ($($handler:ty),*) => { $(
        impl Clock for $handler {
            fn now(&self) -> Timestamp { System.now() }
        }
        impl Entropy for $handler {
            fn fill(&self, bytes: &mut [u8]) { System.fill(bytes) }
        }
    )* };
}
system_clock_and_entropy!(Empty, Catching);

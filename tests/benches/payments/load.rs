//! The load: callers that each wait for one answer before they send the next order.

use crate::processor::{ProcessorTime, this_thread};
use bytes::Bytes;
use hdrhistogram::Histogram;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::{
    cell::{Cell, RefCell},
    error::Error,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::LocalSet};

/// A request on its way.
pub type Order = Request<Full<Bytes>>;

/// What callers ask a server for.
pub trait Orders: 'static {
    /// The next order; `None` when none is left.
    fn order(&self) -> Option<Order>;

    /// True when an answer says that what was ordered is done.
    fn is_done(&self, answer: &[u8]) -> bool;
}

/// A single order.
pub struct Alone(Cell<Option<Order>>);

impl Alone {
    /// This one.
    pub fn new(order: Order) -> Self {
        Self(Cell::new(Some(order)))
    }
}

impl Orders for Alone {
    fn order(&self) -> Option<Order> {
        self.0.take()
    }

    fn is_done(&self, _: &[u8]) -> bool {
        true
    }
}

/// What one window of load brought.
pub struct Figures {
    /// Orders that were answered as they should be.
    pub answered: u64,
    /// How long that took.
    pub elapsed: Duration,
    /// From an order to its answer, in microseconds.
    pub latency: Histogram<u64>,
    /// What the server used meanwhile.
    pub server: ProcessorTime,
    /// What the load generator used meanwhile.
    pub generator: Duration,
}

impl Figures {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds of `time` for each answer.
    pub fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e6 / self.answered.max(1) as f64
    }
}

/// Counts answers while a window is open.
pub struct Window {
    end: Instant,
    latency: RefCell<Histogram<u64>>,
}

impl Window {
    /// Opens one.
    pub fn open(length: Duration) -> Rc<Self> {
        // From a microsecond to a minute, to three digits.
        let latency = Histogram::new_with_bounds(1, 60_000_000, 3).expect("these are bounds that it has");
        Rc::new(Self { end: Instant::now() + length, latency: RefCell::new(latency) })
    }

    /// Takes note of an answer, and tells whether there is time for another.
    pub fn answered(&self, asked: Instant) -> bool {
        let now = Instant::now();
        let micros = u64::try_from((now - asked).as_micros()).unwrap_or(u64::MAX);
        self.latency.borrow_mut().saturating_record(micros);
        now < self.end
    }

    /// The latencies of all answers.
    pub fn latency(&self) -> Histogram<u64> {
        self.latency.borrow().clone()
    }
}

/// Runs callers on this thread until the last one is done.
pub fn on_this_thread<T>(work: impl Future<Output = T>) -> Result<T, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(LocalSet::new().block_on(&runtime, work))
}

/// Loads a server over so many connections, all from this thread, until the time is over or no order is left.
pub fn over_http(
    server: (SocketAddr, u32),
    orders: &Rc<impl Orders>,
    connections: usize,
    length: Duration,
) -> Result<Figures, Box<dyn Error>> {
    let (address, process) = server;
    on_this_thread(async {
        let mut senders = Vec::new();
        for _ in 0..connections {
            senders.push(connect(address).await?);
        }
        let (server, generator, start) = (ProcessorTime::of(process), this_thread(), Instant::now());
        let window = Window::open(length);
        let callers: Vec<_> = senders
            .into_iter()
            .map(|sender| tokio::task::spawn_local(call(sender, Rc::clone(orders), Rc::clone(&window))))
            .collect();
        for caller in callers {
            caller.await??;
        }
        let elapsed = start.elapsed();
        let latency = window.latency();
        Ok(Figures {
            answered: latency.len(),
            elapsed,
            latency,
            server: ProcessorTime::of(process).since(&server),
            generator: this_thread() - generator,
        })
    })?
}

/// What a server answers to one order.
pub fn once(address: SocketAddr, orders: &impl Orders) -> Result<Response<Bytes>, Box<dyn Error>> {
    on_this_thread(async {
        let mut sender = connect(address).await?;
        let order = orders.order().ok_or("there is no order")?;
        Ok(answer(&mut sender, orders, order).await?)
    })?
}

type Sender = http1::SendRequest<Full<Bytes>>;

async fn connect(address: SocketAddr) -> Result<Sender, Box<dyn Error>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(connection);
    Ok(sender)
}

/// One caller. An answer that does not say that the order is done ends the whole run.
async fn call(mut sender: Sender, orders: Rc<impl Orders>, window: Rc<Window>) -> Result<(), String> {
    while let Some(order) = orders.order() {
        let asked = Instant::now();
        answer(&mut sender, &*orders, order).await?;
        if !window.answered(asked) {
            break;
        }
    }
    Ok(())
}

async fn answer(sender: &mut Sender, orders: &impl Orders, order: Order) -> Result<Response<Bytes>, String> {
    let answer = sender.send_request(order).await.map_err(|error| error.to_string())?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    if !head.status.is_success() || !orders.is_done(&body) {
        return Err(format!("answered {}: {}", head.status, String::from_utf8_lossy(&body)));
    }
    Ok(Response::from_parts(head, body))
}

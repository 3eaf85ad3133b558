//! A connection between client and gateway that breaks at the worst moment: the gateway has paid and answered, and the
//! answer gets lost.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

/// Not yet told what to do after the answer was lost.
pub(crate) struct Unset {
    listener: TcpListener,
    link: Link,
}

/// Passes everything on, but for one answer.
pub(crate) struct Proxy {
    address: SocketAddr,
    lost: Arc<AtomicBool>,
}

impl Proxy {
    /// Listens for clients of `gateway`. The first answer to a request that names `path` gets lost.
    pub(crate) fn start(gateway: &str, path: &'static str) -> Unset {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Link { gateway: gateway.to_owned(), path, lost: Arc::default() };
        Unset { listener, link }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether an answer has been lost.
    pub(crate) fn has_lost(&self) -> bool {
        self.lost.load(SeqCst)
    }
}

impl Unset {
    /// After the loss, everything comes through again.
    pub(crate) fn loses_one_answer(self) -> Proxy {
        self.run(false)
    }

    /// After the loss, nobody answers here any more.
    pub(crate) fn ends_at_the_answer(self) -> Proxy {
        self.run(true)
    }

    fn run(self, ends: bool) -> Proxy {
        let Self { listener, link } = self;
        let proxy = Proxy { address: listener.local_addr().unwrap(), lost: Arc::clone(&link.lost) };
        // One connection at a time, which is all that one payment needs.
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                link.carry(&client);
                if ends && link.lost.load(SeqCst) {
                    return;
                }
            }
        });
        proxy
    }
}

struct Link {
    gateway: String,
    path: &'static str,
    lost: Arc<AtomicBool>,
}

impl Link {
    /// Carries one connection to its end.
    fn carry(&self, client: &TcpStream) {
        let Ok(gateway) = TcpStream::connect(&self.gateway) else { return };
        // True once the answer that gets lost has been asked for.
        let asked = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut seen = Vec::new();
                copy(client, &gateway, |bytes| {
                    seen.extend_from_slice(bytes);
                    let named = seen.windows(self.path.len()).any(|window| window == self.path.as_bytes());
                    asked.store(named && !self.lost.load(SeqCst), SeqCst);
                    true
                });
            });
            copy(&gateway, client, |_| {
                let loses = asked.load(SeqCst);
                self.lost.fetch_or(loses, SeqCst);
                !loses
            });
        });
    }
}

/// Copies what comes until one side ends, or until `passes` says of some bytes that they do not. Then both are closed.
fn copy(mut from: &TcpStream, mut to: &TcpStream, mut passes: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !passes(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    for side in [from, to] {
        let _ = side.shutdown(Shutdown::Both);
    }
}

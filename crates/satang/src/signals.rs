//! Signals to stop: the first asks for an orderly end, the second for an end at once.

use tokio::sync::watch;

/// Counts the signals that have come since [`Signals::new`].
#[derive(Clone, Debug)]
pub struct Signals(watch::Receiver<u32>);

impl Signals {
    /// Counts from the call on, not from the first poll on.
    ///
    /// # Errors
    /// The operating system gives no signals.
    pub fn new() -> std::io::Result<Self> {
        let mut source = Source::new()?;
        let (count, counted) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                source.next().await;
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(counted))
    }

    /// Resolves when so many have come.
    pub async fn reach(&self, number: u32) {
        if self.0.clone().wait_for(|count| *count >= number).await.is_err() {
            std::future::pending().await
        }
    }
}

/// Ctrl-C, and what a service manager sends.
#[cfg(unix)]
struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Source;

#[cfg(not(unix))]
impl Source {
    #[expect(clippy::unnecessary_wraps, reason = "one shape with the other systems")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

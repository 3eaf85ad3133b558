//! A gateway that browsers can reach, with a clock that stands.

use jiff::Timestamp;
use satang_core::Clock;
use satang_gateway::{Gateway, Options};
use satang_transport::Server;
use std::sync::Arc;
use tempfile::TempDir;

/// A gateway behind an address.
pub(super) struct Served {
    pub(super) gateway: Arc<Gateway>,
    /// Without a slash at the end.
    pub(super) url: String,
    _directory: TempDir,
}

impl Served {
    pub(super) async fn start() -> Self {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", server.local_addr().unwrap());
        let directory = tempfile::tempdir().unwrap();
        let mut options = Options::new(directory.path());
        options.public_url.clone_from(&url);
        options.clock = Arc::new(Standing);
        let gateway = Gateway::open(&options).await.unwrap();
        tokio::spawn(server.serve(gateway.site(), std::future::pending::<()>()));
        Self { gateway, url, _directory: directory }
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// Nine in the morning of 1 March 2026 in Bangkok.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        "2026-03-01T09:00:00+07:00".parse().unwrap()
    }
}

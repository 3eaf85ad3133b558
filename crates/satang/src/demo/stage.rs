//! Where a demo is played: a gateway of its own, somebody who operates it, and whoever watches.

use super::operator::Operator;
use crate::{
    courier::{courier, inside},
    output::{Exit, Output},
};
use satang_gateway::{Gateway, Options, audit, demo};
use satang_transport::Server;
use serde_json::json;
use std::{error::Error, fmt::Display, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// Who does something, and to whom.
#[derive(Clone, Copy)]
pub(super) struct Between(pub(super) &'static str, pub(super) &'static str);

pub(super) struct Stage<'a> {
    pub(super) base_url: String,
    pub(super) operator: Operator,
    output: &'a Output,
    failures: usize,
    /// Only the auditor looks into it; everybody else calls.
    gateway: Arc<Gateway>,
    /// Gone when this is.
    directory: TempDir,
    serving: Task,
    working: Task,
}

/// What runs until it is told to stop.
struct Task(oneshot::Sender<()>, JoinHandle<()>);

impl Task {
    async fn stop(self) {
        let Self(stop, running) = self;
        let _ = stop.send(());
        let _ = running.await;
    }
}

impl<'a> Stage<'a> {
    pub(super) async fn open(output: &'a Output) -> Result<Self, Exit> {
        let failed = |what: &str, error: &dyn Error| Exit::failed(what, error);
        let directory = tempfile::tempdir().map_err(|e| failed("no temporary directory", &e))?;
        let server = Server::bind("127.0.0.1:0").await.map_err(|e| failed("cannot listen", &e))?;
        let base_url = format!("http://{}", server.local_addr().map_err(|e| failed("cannot listen", &e))?);
        let mut options = Options::new(directory.path());
        options.public_url.clone_from(&base_url);
        options.admin_key = Some(demo::ADMIN_KEY.to_owned());
        options.courier = courier(true)?;
        options.own_url.clone_from(&base_url);
        options.inside = inside()?;
        let gateway = Gateway::open(&options).await.map_err(|e| failed("cannot open the store", &e))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let site = gateway.site();
        let serving = tokio::spawn(async {
            server.serve(site, stopped).await;
        });
        let (rest, rested) = oneshot::channel::<()>();
        let working = tokio::spawn(Arc::clone(&gateway).work(async {
            let _ = rested.await;
        }));
        Ok(Self {
            operator: Operator::new(&base_url)?,
            base_url,
            output,
            failures: 0,
            gateway,
            directory,
            serving: Task(stop, serving),
            working: Task(rest, working),
        })
    }

    /// Says how many steps have failed.
    pub(super) async fn close(self) -> Result<usize, Exit> {
        self.serving.stop().await;
        self.working.stop().await;
        self.gateway.close().await.map_err(|e| Exit::failed("cannot close the store", &e))?;
        Ok(self.failures)
    }

    /// Where its store is.
    pub(super) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Tells people what they see.
    pub(super) fn note(&self, text: impl Display) {
        self.output.note(text);
    }

    pub(super) fn chapter(&self, title: &str) {
        self.output.note(format!("\n{title}"));
    }

    /// Says what a step should do and did.
    pub(super) fn step(&mut self, between: Between, name: &str, passed: bool, found: impl Display) {
        self.failures += usize::from(!passed);
        let mark = if passed { "ok    " } else { "FAILED" };
        let Between(from, to) = between;
        let value = json!({
            "step": name, "from": from, "to": to, "passed": passed, "found": found.to_string(),
        });
        self.output.say(&value, format!("{mark} {from:>8} > {to:<8} {name}\n{:27}{found}", ""));
    }

    /// Whether the books add up, and what is in them.
    pub(super) async fn audit(&self) -> Result<audit::Audit, Exit> {
        self.gateway.store().read(audit::run).await.map_err(|e| Exit::failed("cannot audit", &e))
    }
}

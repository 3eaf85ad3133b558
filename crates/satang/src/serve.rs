//! `satang serve`: the gateway, until it is told to stop.

use crate::{
    courier::{courier, inside, outside, own_url},
    output::{Exit, Output},
    settings::{Flags, Resolved, Settings},
    signals::Signals,
};
use satang_gateway::{Gateway, Options, demo};
use satang_transport::{Limits, Server};
use serde_json::json;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

/// How long operators' connections may take to end when everything else has.
const OPERATORS_GRACE: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub struct Arguments {
    /// A TOML file of settings; flags and the environment are stronger
    #[arg(long, env = "SATANG_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the settings that would hold, secrets masked, and where each comes from; then end
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    flags: Flags<false>,
}

impl Arguments {
    /// The settings that hold.
    ///
    /// # Errors
    /// Each thing that is wrong with them.
    pub fn settings(&self, global: &Flags<true>) -> Result<Resolved, Exit> {
        Resolved::new(&[global.given(), self.flags.given()].concat(), self.config.as_deref())
    }
}

pub async fn run(arguments: &Arguments, settings: &Resolved, output: &Output) -> Result<Exit, Exit> {
    if arguments.check {
        settings.say(output);
        return Ok(Exit::Success);
    }
    let settings = &settings.settings;
    let server = listen(settings.listen).await?;
    let address = server.local_addr().map_err(|e| Exit::failed("cannot listen", &e))?;
    let gateway = Gateway::open(&options(settings, address)?)
        .await
        .map_err(|e| Exit::failed("cannot open the store", &e))?;
    // From the moment that the address is known, a signal drains.
    let signals = Signals::new().map_err(|e| Exit::failed("cannot wait for signals", &e))?;
    let operators = Operators::start(&gateway, settings.metrics_listen).await?;
    welcome(settings, address, operators.as_ref().map(|operators| operators.address), output);

    let mut site = gateway.site();
    if operators.is_some() {
        site = site.without_metrics();
    }
    let late = site.clone();
    let server = server.limits(limits(settings)).late(move |head| late.late(head));
    let worker = tokio::spawn(Arc::clone(&gateway).work(stop(Arc::clone(&gateway), signals.clone())));
    let at_work = async {
        stop(Arc::clone(&gateway), signals.clone()).await;
        gateway.drain();
        let abort = worker.abort_handle();
        if timeout(settings.shutdown_grace.0, worker).await.is_err() {
            // What it was at is due again at the next start.
            abort.abort();
        }
    };
    let ended = async {
        let (drained, ()) =
            tokio::join!(server.serve(site, stop(Arc::clone(&gateway), signals.clone())), at_work);
        tracing::info!(?drained, "stopped");
    };
    tokio::select! {
        () = ended => {}
        () = signals.reach(2) => tracing::warn!("stopped at once, by a second signal"),
    }
    if let Some(operators) = operators {
        operators.end().await;
    }
    if let Some(failure) = gateway.store().failure() {
        return Err(Exit::failed("the store failed, so the gateway stopped", &failure));
    }
    gateway.close().await.map_err(|e| Exit::failed("cannot close the store", &e))?;
    Ok(Exit::Success)
}

/// Resolves when the gateway has to stop: by a signal, or because nothing that it answers from here on could be relied on.
async fn stop(gateway: Arc<Gateway>, signals: Signals) {
    tokio::select! {
        () = signals.reach(1) => {}
        _ = gateway.store().failed() => {}
    }
}

async fn listen(address: SocketAddr) -> Result<Server, Exit> {
    Server::bind(address).await.map_err(|e| Exit::failed(&format!("cannot listen on {address}"), &e))
}

fn options(settings: &Settings, address: SocketAddr) -> Result<Options, Exit> {
    let mut options = Options::new(&settings.data);
    options.public_url =
        settings.public_url.as_ref().map_or_else(|| format!("http://{address}"), |url| url.0.clone());
    options.demand_signatures = !settings.accept_unsigned;
    options.demo = settings.demo;
    options.production = settings.production;
    options.admin_key = admin_key(settings, address);
    options.courier = courier(settings.allow_private_addresses)?;
    options.outside = Some(outside(settings.allow_private_addresses)?);
    options.own_url = own_url(address);
    options.inside = inside()?;
    options.body_limit = settings.body_bytes.0;
    options.stamp_duty_prefix = settings.stamp_duty_prefix.0.clone();
    options.tolerate_blanks = settings.tolerate_blanks;
    options.metrics = settings.metrics;
    Ok(options)
}

/// The key of the control API. The demo's is known to everybody, so it opens nothing that others can reach.
fn admin_key(settings: &Settings, address: SocketAddr) -> Option<String> {
    let given = settings.admin_key.as_ref().map(|key| key.0.clone());
    let is_demo = settings.demo && !settings.production;
    given.or_else(|| (is_demo && address.ip().is_loopback()).then(|| demo::ADMIN_KEY.to_owned()))
}

fn limits(settings: &Settings) -> Limits {
    let mut limits = Limits::default();
    limits.max_connections = settings.connections.0;
    limits.header_timeout = settings.header_timeout.0;
    limits.idle_timeout = settings.idle_timeout.0;
    limits.request_timeout = settings.request_timeout.0;
    limits.drain_timeout = settings.shutdown_grace.0;
    limits
}

fn welcome(settings: &Settings, address: SocketAddr, operators: Option<SocketAddr>, output: &Output) {
    let mut text = format!(
        "The gateway listens on http://{address} and keeps its store in {}.\n",
        settings.data.display()
    );
    if let Some(operators) = operators {
        text.push_str(&format!("Operators find /metrics, /healthz and /readyz on http://{operators}.\n"));
    }
    if settings.demo {
        let (id, secret, key) = (demo::CLIENT_ID, demo::CLIENT_SECRET, demo::SIGNATURE_KEY);
        text.push_str(&format!(
            "Demo partner: client id {id}, client secret {secret}, signature key {key}. "
        ));
    }
    text.push_str(&match (admin_key(settings, address), settings.production) {
        (_, true) => String::new(),
        (Some(key), _) if key == demo::ADMIN_KEY => format!("Control API: admin key {key}. "),
        (Some(_), _) => "The control API is on. ".to_owned(),
        (None, _) => {
            "THE CONTROL API IS OFF: set an admin key to use it on an address that others can reach, or without the demo. "
                .to_owned()
        }
    });
    text.push_str("Stop with Ctrl-C.");
    let mut value = json!({ "listening": format!("http://{address}"), "data": settings.data });
    if let (Some(value), Some(operators)) = (value.as_object_mut(), operators) {
        value.insert("operations".to_owned(), format!("http://{operators}").into());
    }
    output.say(&value, text);
}

/// The listener of operators' own, which answers until everything else has ended.
struct Operators {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Operators {
    async fn start(gateway: &Arc<Gateway>, address: Option<SocketAddr>) -> Result<Option<Self>, Exit> {
        let Some(address) = address else { return Ok(None) };
        let mut limits = Limits::default();
        limits.drain_timeout = OPERATORS_GRACE;
        let server = listen(address).await?.limits(limits);
        let address = server.local_addr().map_err(|e| Exit::failed("cannot listen", &e))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let site = gateway.operations();
        let serving = tokio::spawn(async move {
            server.serve(site, stopped).await;
        });
        Ok(Some(Self { address, stop, serving }))
    }

    async fn end(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}

//! `satang serve`: the gateway, until it is told to stop.

use crate::{
    courier::courier,
    output::{Exit, Output},
};
use satang_gateway::{Gateway, Options, demo};
use satang_transport::Server;
use serde_json::json;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::sync::oneshot;

#[derive(clap::Args)]
pub struct Arguments {
    /// The address to listen on; a port of 0 takes any that is free. Everybody who reaches it can use the demo partner.
    #[arg(long, env = "SATANG_LISTEN", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// The directory of the store; created when missing
    #[arg(long, env = "SATANG_DATA", default_value = "satang-data")]
    data: PathBuf,
    /// Accept calls without a signature where the contract signs; a wrong signature is refused all the same
    #[arg(long, env = "SATANG_ACCEPT_UNSIGNED")]
    accept_unsigned: bool,
}

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let mut options = Options::new(&arguments.data);
    options.demand_signatures = !arguments.accept_unsigned;
    // Partners are those of a sandbox: their receivers are on this machine, most often.
    options.courier = courier(true)?;
    let gateway = Gateway::open(&options).await.map_err(|e| Exit::failed("cannot open the store", &e))?;
    let server = Server::bind(arguments.listen).await.map_err(|e| Exit::failed("cannot listen", &e))?;
    let address = server.local_addr().map_err(|e| Exit::failed("cannot listen", &e))?;
    // From the moment that the address is known, a signal drains.
    let signal = stop_signal().map_err(|e| Exit::failed("cannot wait for signals", &e))?;
    output.say(
        &json!({ "listening": format!("http://{address}"), "data": arguments.data }),
        format!(
            "The gateway listens on http://{address} and keeps its store in {}.\n\
             Demo partner: client id {}, client secret {}, signature key {}. Stop with Ctrl-C.",
            arguments.data.display(),
            demo::CLIENT_ID,
            demo::CLIENT_SECRET,
            demo::SIGNATURE_KEY,
        ),
    );
    let store = gateway.store().clone();
    let stop = async {
        tokio::select! {
            () = signal => {}
            // Nothing that is answered from here on could be relied on.
            _ = store.failed() => {}
        }
    };
    let (end, ended) = oneshot::channel::<()>();
    let working = tokio::spawn(Arc::clone(&gateway).work(async {
        let _ = ended.await;
    }));
    let drained = server.serve(gateway.site(), stop).await;
    drop(end);
    let _ = working.await;
    tracing::info!(?drained, "stopped");
    if let Some(failure) = store.failure() {
        return Err(Exit::failed("the store failed, so the gateway stopped", &failure));
    }
    gateway.close().await.map_err(|e| Exit::failed("cannot close the store", &e))?;
    Ok(Exit::Success)
}

/// Ctrl-C, or what a service manager sends: waited for from the call on, not from the first poll on.
#[cfg(unix)]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

//! The other side: bare hyper on a thread of its own, with two answers that never change.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use satang_core::direct_debit::ACCESS_TOKEN;
use std::{error::Error, io, net::SocketAddr, sync::mpsc, thread};
use tokio::{net::TcpListener, task::LocalSet};

/// The access token that it gives; as long as a gateway's.
pub const TOKEN: &str = "0123456789012345678901234567890123456789012";

const GRANT: &str = r#"{"access_token":"0123456789012345678901234567890123456789012","token_type":"Bearer","expires_in":1800}"#;
const ANSWER: &str = r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","paymentReferenceIdentification":"6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10","processingStatus":"ACSC","processingDateTime":"2020-08-15T00:00:00.000+07:00","paymentAmount":5000.00}"#;

/// Starts it, and tells where it listens. It ends with the process.
pub fn start() -> Result<SocketAddr, Box<dyn Error>> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            // Nobody waits for it any more when the process ends.
            let _ = tell.send(listener.local_addr()?);
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
                tokio::task::spawn_local(connection);
            }
        })
    });
    Ok(told.recv()?)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let text = if request.uri().path() == ACCESS_TOKEN.path { GRANT } else { ANSWER };
    request.into_body().collect().await?;
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

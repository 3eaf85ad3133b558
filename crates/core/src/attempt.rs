//! One attempt of a caller: what is known of it from its head on, until it is answered.

use crate::{
    Entropy, Host, Operation, Refusal, Routes,
    envelope::Ids,
    operation::Envelope,
    server::{Answered, Page},
};
use http::{HeaderMap, Response, request::Parts};
use satang_schema::TransactionId;
use std::{net::SocketAddr, time::Instant};
use uuid::Uuid;

/// Where a request comes from. A server that knows it puts it into the extensions of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// The server's identifier of an attempt. A router takes the one in the extensions of the request, if whoever came before
/// it has put one there, and otherwise a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerTransactionId(pub TransactionId);

/// An attempt that is not answered yet.
pub(crate) struct Attempt {
    /// The operation, when the path has one for the method.
    pub(crate) operation: Option<&'static Operation>,
    /// Another operation of the same path.
    pub(crate) neighbour: Option<&'static Operation>,
    /// How refusals of the path are written.
    envelope: Envelope,
    ids: Ids,
    began: Instant,
}

impl Attempt {
    pub(crate) fn begin<R: Routes>(head: &Parts, host: &R::Host) -> Self {
        let of_path = || R::OPERATIONS.iter().copied().filter(|operation| operation.path == head.uri.path());
        let operation = of_path().find(|operation| operation.method == head.method);
        let given = head.extensions.get::<ServerTransactionId>();
        let server = given.map_or_else(|| TransactionId(host.uuid()), |ServerTransactionId(id)| *id);
        let ids = Ids { client: client_transaction_id(&head.headers), server };
        let neighbour = of_path().next();
        let envelope = neighbour.map_or(R::ENVELOPE, |operation| operation.envelope);
        Self { operation, neighbour, envelope, ids, began: Instant::now() }
    }

    /// Tells the host, and writes a refusal in the envelope of the path.
    pub(crate) fn end(self, host: &impl Host, outcome: Result<Page, Refusal>) -> Page {
        host.answered(&Answered {
            operation: self.operation,
            status: outcome.as_ref().map_or_else(Refusal::status, Response::status),
            code: outcome.as_ref().err().map(Refusal::code),
            client_transaction_id: self.ids.client,
            server_transaction_id: self.ids.server,
            took: self.began.elapsed(),
        });
        outcome.unwrap_or_else(|refusal| self.envelope.write(&refusal, &self.ids, host.now()))
    }
}

/// The caller's identifier, or the nil UUID when there is none that can be read.
fn client_transaction_id(headers: &HeaderMap) -> TransactionId {
    let id = headers.get("x-client-transaction-id").and_then(|value| value.to_str().ok()?.parse().ok());
    id.unwrap_or(TransactionId(Uuid::nil()))
}

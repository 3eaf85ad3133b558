//! A disk that fails: nothing is acknowledged that is not durable, and a failed gateway stops instead of going on.
//!
//! A shim (`faults.c`) counts what the gateway does to its files, and lets the n-th call fail. The sweep is over every
//! n that a short session reaches. `SATANG_FAULTS=all` sweeps with every error and mode for each n.

mod session;
mod shim;
mod trace;

use session::{Place, Session, recover};
use shim::Shim;

#[tokio::test]
async fn count() {
    let Some(shim) = Shim::build() else { return };
    let place = Place::new();
    let session = place.session(&shim, None, (8, 16)).await;
    println!(
        "{:?} {:?} {:?} {}",
        session.listening,
        session.positions,
        session.asked_to_stop,
        place.trace().len()
    );
}

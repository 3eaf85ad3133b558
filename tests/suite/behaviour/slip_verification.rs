//! Slip verification over real HTTP: merchant to service bank, service bank to hub, hub to issuer.

mod members;
mod merchants;
mod outcomes;
mod restarts;
mod till;

//! Slip verification over real HTTP: merchant to service bank, service bank to hub, hub to issuer.

mod faults;
mod goners;
mod members;
mod merchants;
mod numbers;
mod operators;
mod outcomes;
mod outsiders;
mod restarts;
mod till;

//! Verification between banks: service bank, hub and issuer in one process, with real signatures and a clock that is set.

mod health;
mod hub;
mod issuer;
mod membership;
mod merchant;
mod network;
mod number;
mod wire;

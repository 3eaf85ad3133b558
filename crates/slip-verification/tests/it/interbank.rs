//! Verification between banks: service bank, hub and issuer in one process, with real signatures and a clock that is set.

mod hub;
mod issuer;
mod merchant;
mod network;
mod wire;

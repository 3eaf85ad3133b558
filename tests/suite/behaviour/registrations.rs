//! A to E: how registrations begin, how they are found, how they end.

use super::{
    behaviour,
    visitor::Visitor,
    world::{DEMO, Network, OTHER, World, payment},
};
use jiff::SignedDuration;
use satang_core::{Client as _, Error};
use satang_gateway::{Agreement, demo, store::StoreError};
use satang_schema::{
    contract::Example,
    direct_debit::{
        KmaDeeplinkRequest, PaymentTokenStatus, PrepareOAuthContext, RegistrationChannel, TokenCancellation,
        TokenFilter,
    },
};

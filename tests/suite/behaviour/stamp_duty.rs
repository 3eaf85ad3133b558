//! Stamp duty as a filer sees it: whole journeys and what is refused, in the bytes of the wire.

mod codes;
mod desk;
mod filings;
mod login;
mod payments;
mod signatures;
mod tenants;

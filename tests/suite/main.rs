//! Tests of the workspace as a whole, in one binary because each one links again.
//!
//! What can be told from the table of operations is told from it: a new row is tested by being a row.

mod behaviour;
mod browser;
mod contract;
mod document;
mod goldens;
mod model;
mod mounting;
mod mutation;
mod refusals;
mod sandbox;
mod shared_data;
mod vectors;
mod wire_types;

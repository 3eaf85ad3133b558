//! What the gateway does, written once against the typed client, and run in the same process and over real HTTP.

mod access;
mod codes;
mod control;
mod facade;
mod failures;
mod faults;
mod inquiries;
mod journeys;
mod payments;
mod registrations;
mod schedules;
mod slip_verification;
mod slips;
mod stamp_duty;
mod tenants;
pub(crate) mod visitor;
pub(crate) mod world;

/// Makes two tests of each function that takes a `World`.
macro_rules! behaviour {
    ($($name:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::behaviour::world::World::in_process().await).await;
            })+
        }

        mod over_http {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::behaviour::world::World::over_http().await).await;
            })+
        }
    };
}
pub(crate) use behaviour;

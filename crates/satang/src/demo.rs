//! `satang demo`: every journey over real HTTP, between a gateway and users of its own.

mod direct_debit;
mod operator;
mod slip;
mod stage;
mod stamp_duty;

use crate::output::{Exit, Output};
use satang_validation::Rule;
use serde_json::json;
use stage::Stage;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Arguments {
    /// What to play; everything unless told otherwise
    #[arg(value_enum)]
    product: Option<Product>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Product {
    /// Krungsri Direct Debit: register, charge, plan, travel, cancel
    DirectDebit,
    /// Stamp duty of the Revenue Department: log in, file, pay, fetch receipts
    StampDuty,
    /// Slip verification: pay, show the slip, ask whether it is true; and slips that are not
    Slip,
}

/// How long one side may keep the other waiting: far more than it needs on one machine.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let mut failures = 0;
    for product in [Product::DirectDebit, Product::StampDuty, Product::Slip] {
        if arguments.product.is_none_or(|wanted| wanted == product) {
            failures += play(product, output).await?;
        }
    }
    output.say(
        &json!({ "demo": if failures == 0 { "passed" } else { "failed" }, "failures": failures }),
        match failures {
            0 => "\nAll as it should be.".to_owned(),
            1 => "\n1 step failed.".to_owned(),
            _ => format!("\n{failures} steps failed."),
        },
    );
    Ok(if failures == 0 { Exit::Success } else { Exit::No })
}

/// Plays a product on a stage of its own, and says how many steps have failed.
async fn play(product: Product, output: &Output) -> Result<usize, Exit> {
    let mut stage = Stage::open(output).await?;
    let outcome = match product {
        Product::DirectDebit => direct_debit::play(&mut stage).await,
        Product::StampDuty => stamp_duty::play(&mut stage).await,
        Product::Slip => slip::play(&mut stage).await,
    };
    let failures = stage.close().await?;
    outcome.map(|()| failures)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn demo_data(rule: Rule) -> Exit {
    Exit::failed("the demo data", &rule)
}

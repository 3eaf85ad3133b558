//! `satang stamp`: stamp duty, from what it costs to the receipt.

mod connection;
mod describe;
mod duty;
mod file;
mod pay;
mod receipt;
mod status;

use crate::output::{Exit, Output};
use clap::Subcommand;
use satang_core::Error;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what an instrument costs, and until when it is filed; calls nobody
    Duty(duty::Arguments),
    /// File instruments, and say what to pay
    File(file::Arguments),
    /// Ask whether the duty of a filing has been paid
    Status(status::Arguments),
    /// Pay the duty of a filing at a gateway, as a bank would; there is no such call at the Department
    Pay(pay::Arguments),
    /// Fetch receipts and forms, and write them to files
    Receipt(receipt::Arguments),
}

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    match &arguments.command {
        Command::Duty(arguments) => duty::run(arguments, output),
        Command::File(arguments) => file::run(arguments, output).await,
        Command::Status(arguments) => status::run(arguments, output).await,
        Command::Pay(arguments) => pay::run(arguments, output).await,
        Command::Receipt(arguments) => receipt::run(arguments, output).await,
    }
}

/// A call that was not done, with what the Department or the gateway said.
fn refused(attempt: &str, error: &Error) -> Exit {
    let violations: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
    Exit::call(attempt, error).with("violations", violations)
}

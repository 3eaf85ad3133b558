//! `satang`: Thai payment and tax systems on one machine.

mod audit;
mod clock;
mod codes;
mod courier;
mod demo;
mod jws;
mod key_file;
mod keys;
mod lines;
mod listen;
mod loopback;
mod output;
mod pay;
mod serve;
mod settings;
mod signals;
mod stamp;

use clap::{Parser, Subcommand};
use output::{Exit, Output};
use settings::Resolved;
use std::process::ExitCode;

/// Thai payment and tax systems on one machine
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES)]
struct Arguments {
    /// Print JSON for programs instead of text for people
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    flags: settings::Flags<true>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  done, and the answer is no: a rejected payment, duty that is not paid, an audit with findings, a failed demo, a token
      or a code that is not valid, a slip that is not what it should be, a hostile token that was accepted
  2  the command line is wrong
  3  the outcome is unknown, or not known yet: do what the command says, and nothing else; after `satang pay`, ask with
     `satang pay --resolve`, do not pay again
  4  could not be done: no connection, no store, no permission";

#[derive(Subcommand)]
enum Command {
    /// Run the gateway
    Serve(serve::Arguments),
    /// Play every journey over HTTP against a gateway of its own
    Demo(demo::Arguments),
    /// Make one payment against any base URL, or ask what became of one
    Pay(Box<pay::Arguments>),
    /// File instruments with the Revenue Department, pay their stamp duty, fetch receipts
    Stamp(Box<stamp::Arguments>),
    /// Show or move the clock of a gateway
    Clock(clock::Arguments),
    /// Receive callbacks as a partner would: verify, print, and pass them on
    Listen(listen::Arguments),
    /// Read, build and verify the mini-QR of payment slips
    Slip(codes::slip::Arguments),
    /// Read and build codes that ask for a payment: PromptPay and bill barcodes
    Qr(codes::qr::Arguments),
    /// Prove that the store of a stopped or running gateway is consistent
    Audit(audit::Arguments),
    /// Sign, verify and look at JOSE tokens, and attack your own endpoint with hostile ones
    #[command(subcommand)]
    Jws(jws::Command),
    /// Make keys, sets of public keys, and certificates for tests
    #[command(subcommand)]
    Keys(keys::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let exit = run(&arguments, &output).await;
    output.end(exit.unwrap_or_else(|failed| failed))
}

async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    // A command that has no settings of its own is told what to log all the same.
    let settings = match &arguments.command {
        Command::Serve(serve) => serve.settings(&arguments.flags)?,
        _ => Resolved::global(&arguments.flags)?,
    };
    output::start_logging(&settings.settings.log.0, settings.settings.json_logs)?;
    match &arguments.command {
        Command::Serve(arguments) => serve::run(arguments, &settings, output).await,
        Command::Demo(arguments) => demo::run(arguments, output).await,
        Command::Pay(arguments) => pay::run(arguments, output).await,
        Command::Stamp(arguments) => stamp::run(arguments, output).await,
        Command::Listen(arguments) => listen::run(arguments, output.clone()).await,
        Command::Clock(arguments) => clock::run(arguments, output).await,
        Command::Slip(arguments) => codes::slip::run(arguments, output).await,
        Command::Qr(arguments) => codes::qr::run(arguments, output),
        Command::Audit(arguments) => audit::run(arguments, output).await,
        Command::Jws(command) => jws::run(command, output).await,
        Command::Keys(command) => keys::run(command, output),
    }
}

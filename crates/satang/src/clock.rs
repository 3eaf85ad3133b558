//! `satang clock`: shows and moves the clock of a gateway, over its control API.

use crate::output::{Exit, Output};
use clap::Subcommand;
use satang_core::{
    Error, Timer as _,
    sandbox::{self, ClockAdvance, ClockMoved, ClockSetting, ClockState, Nothing},
};
use satang_gateway::demo;
use satang_schema::{DateTime, Duration as Span};
use satang_transport::Client;
use serde_json::{Value, json};
use std::time::Duration;

#[derive(clap::Args)]
pub struct Arguments {
    /// Where the gateway answers
    #[arg(long, env = "SATANG_URL", default_value = "http://127.0.0.1:8700", global = true)]
    url: String,
    /// The operator's key; better given by the environment, which other users do not see
    #[arg(
        long,
        env = "SATANG_ADMIN_KEY",
        default_value = demo::ADMIN_KEY,
        hide_env_values = true,
        global = true
    )]
    admin_key: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What time it is in the sandbox
    Show,
    /// Stop the clock
    Freeze,
    /// Let the clock go on
    Resume,
    /// Let time pass, and do all that falls due on the way
    Advance {
        /// How long: 30d, 12h, 90m, 2w, 1mo, 1y, or an ISO 8601 duration such as P1M or PT1H30M; at most ten years
        duration: Span,
    },
    /// Set the clock, such as to 2026-03-01T09:00:00+07:00
    Set {
        /// What time it shall be (RFC 3339); at most ten years away
        date_time: DateTime,
    },
}

/// How often a move that takes long is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long a single call may take: longer than a gateway lets it.
const PATIENCE: Duration = Duration::from_secs(300);

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let client = Client::builder(&arguments.url).bearer_token(&arguments.admin_key).timeout(PATIENCE).build();
    let control = Control {
        client: sandbox::Client::new(client.map_err(|error| Exit::Usage(error.to_string()))?),
        output,
    };
    match &arguments.command {
        Command::Show => control.show(control.client.show_clock(&Nothing {}).await),
        Command::Freeze => control.show(control.client.freeze_clock(&Nothing {}).await),
        Command::Resume => control.show(control.client.resume_clock(&Nothing {}).await),
        Command::Advance { duration } => {
            let advance = ClockAdvance { duration: duration.clone() };
            control.follow(control.client.advance_clock(&advance)).await
        }
        Command::Set { date_time } => {
            let setting = ClockSetting { date_time: *date_time };
            control.follow(control.client.set_clock(&setting)).await
        }
    }
}

struct Control<'a> {
    client: sandbox::Client<Client>,
    output: &'a Output,
}

impl Control<'_> {
    fn show(&self, state: Result<ClockState, Error>) -> Result<Exit, Exit> {
        let state = state.map_err(|error| failed(&error))?;
        let mut text = format!("{} ({})", state.date_time, words(&state));
        if let Some(progress) = &state.advancing {
            text.push_str(&format!(
                "\non the way to {}, {} pieces of work done",
                progress.target, progress.work_done
            ));
        }
        self.output.say(&state, text);
        Ok(Exit::Success)
    }

    /// Waits for a move, and says how far it is.
    async fn follow(&self, moving: impl Future<Output = Result<ClockMoved, Error>>) -> Result<Exit, Exit> {
        let mut moving = std::pin::pin!(moving);
        let outcome = loop {
            tokio::select! {
                outcome = &mut moving => break outcome,
                () = self.client.transport().sleep(LOOK) => self.report().await,
            }
        };
        match outcome {
            Ok(moved) => {
                let text = format!("{}, {} pieces of work done", moved.date_time, moved.work_done);
                self.output.say(&moved, text);
                Ok(Exit::Success)
            }
            // The gateway goes on without us.
            Err(error) if error.status().is_some_and(|status| status.as_u16() == 504) => {
                self.wait_for_the_end().await
            }
            Err(error) => Err(failed(&error)),
        }
    }

    async fn wait_for_the_end(&self) -> Result<Exit, Exit> {
        loop {
            self.client.transport().sleep(LOOK).await;
            let state = self.client.show_clock(&Nothing {}).await.map_err(|error| failed(&error))?;
            if state.advancing.is_none() {
                return self.show(Ok(state));
            }
            self.progress(&state);
        }
    }

    /// A look that fails says nothing; the move itself will.
    async fn report(&self) {
        if let Ok(state) = self.client.show_clock(&Nothing {}).await {
            self.progress(&state);
        }
    }

    fn progress(&self, state: &ClockState) {
        let Some(progress) = &state.advancing else { return };
        let value: Value = json!({ "advancing": progress, "dateTime": state.date_time });
        let text = format!(
            "{} on the way to {}, {} pieces of work done ...",
            state.date_time, progress.target, progress.work_done
        );
        self.output.say(&value, text);
    }
}

fn words(state: &ClockState) -> String {
    let standing = if state.frozen { "stands still" } else { "goes on" };
    match state.ahead_seconds {
        0 => format!("{standing}, the machine's time"),
        ahead if ahead > 0 => format!("{standing}, {ahead} s ahead of the machine"),
        behind => format!("{standing}, {} s behind the machine", behind.unsigned_abs()),
    }
}

fn failed(error: &Error) -> Exit {
    Exit::failed("the clock was not moved, or not yet", error).with("code", error.code())
}

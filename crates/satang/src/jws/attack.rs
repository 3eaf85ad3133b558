//! `satang jws attack`: hundreds of hostile tokens against an endpoint of one's own.
//!
//! A refusal proves something only where a good token is accepted, so a good one is sent before and after.

mod endpoint;
mod placement;
mod report;

use super::{contents, profile};
use crate::{
    key_file,
    loopback::is_loopback,
    output::{Exit, Output},
};
use endpoint::{Endpoint, Verdict};
use placement::Placement;
use report::Report;
use satang_core::{Clock as _, System};
use satang_jose::{
    Content, NumericDate, PublicKey,
    attack::{Attack, Captured, Family, Target},
};
use std::{
    num::NonZeroU32,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

#[derive(clap::Args)]
pub struct Arguments {
    /// The URL that the tokens are sent to
    url: String,
    /// Says that the URL, which is not on this machine, is yours to attack
    #[arg(long)]
    i_own_this_endpoint: bool,
    #[command(flatten)]
    key: key_file::Arguments,
    /// A good token, when there is no key to make one. Most hostile ones are then signed with a strange key, and show less
    #[arg(long, conflicts_with = "key", required_unless_present = "key")]
    token: Option<String>,
    /// The public key of --token, for the attacks that misuse it
    #[arg(long, value_name = "FILE", requires = "token")]
    public_key: Option<PathBuf>,
    /// What a good token holds, when it is made with --key
    #[arg(long, value_name = "FILE", requires = "key")]
    payload: Option<PathBuf>,
    /// How a token travels: `body`; `header:NAME`, or with more around it `header:Authorization: Bearer {}`; or, in a JSON
    /// body, at `json:POINTER` (RFC 6901) of --body
    #[arg(long = "as", value_name = "HOW", default_value = "body")]
    placement: Placement,
    /// The body around the token for `json:POINTER`, a JSON document
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// The method
    #[arg(long, default_value = "POST")]
    method: http::Method,
    /// A further header, `NAME: VALUE`; may be given several times
    #[arg(long, value_name = "HEADER", value_parser = placement::header)]
    header: Vec<(http::HeaderName, http::HeaderValue)>,
    /// A text that the answer's body has when a token was accepted; without it, every status 2xx counts. May be given
    /// several times
    #[arg(long, value_name = "TEXT")]
    accepted_if: Vec<String>,
    /// A text that the answer's body has when a token was refused, also with a status 2xx; may be given several times
    #[arg(long, value_name = "TEXT")]
    refused_if: Vec<String>,
    /// The endpoint takes each token once: the good one is sent again at the end, and must be refused
    #[arg(long)]
    single_use: bool,
    /// How many requests are under way at a time
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// How many requests are begun in a second; as many as go, unless told otherwise
    #[arg(long, value_name = "REQUESTS")]
    rate: Option<NonZeroU32>,
    /// How many seconds an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    #[command(flatten)]
    profile: profile::Arguments,
}

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    if !arguments.i_own_this_endpoint && !is_loopback(&arguments.url) {
        return Err(Exit::Usage(
            "the URL is not on this machine: hostile tokens go to endpoints of your own only; say --i-own-this-endpoint"
                .to_owned(),
        ));
    }
    let now = NumericDate::new(System.now().as_second()).map_err(|error| Exit::Usage(error.to_string()))?;
    let (good, attacks) = arguments.tokens(now)?;
    let endpoint = Arc::new(Endpoint::new(arguments)?);
    let first = endpoint.judge(&good).await;
    if !matches!(first, Verdict::Accepted(_)) {
        return Err(proves_nothing("the endpoint did not accept the good token", &first));
    }
    output.note(format!("The good token is accepted. {} hostile ones follow ...", attacks.len()));
    let mut report = fire(attacks, arguments, &endpoint, output).await;
    if arguments.single_use {
        let mut replay = good.clone();
        "the good token once more".clone_into(&mut replay.name);
        let verdict = endpoint.judge(&replay).await;
        report.add(replay, verdict);
    } else {
        let last = endpoint.judge(&good).await;
        if !matches!(last, Verdict::Accepted(_)) && !report.has_accepted() {
            return Err(proves_nothing("the endpoint did not accept the good token any more", &last));
        }
    }
    Ok(report.end(&arguments.url, output))
}

fn proves_nothing(what: &str, verdict: &Verdict) -> Exit {
    let message = format!("this proves nothing: {what} ({verdict})");
    Exit::Failed(message, serde_json::Map::new()).with("verdict", "proves_nothing")
}

/// Sends all of them, so many at a time and in a second as was asked for.
async fn fire(
    attacks: Vec<Attack>,
    arguments: &Arguments,
    endpoint: &Arc<Endpoint>,
    output: &Output,
) -> Report {
    let total = attacks.len();
    let waiting = Arc::new(Mutex::new(attacks.into_iter()));
    let pause = arguments.rate.map(|rate| Duration::from_secs(1) / rate.get());
    let slots = Arc::new(Mutex::new(Instant::now()));
    let (sender, mut judged) = tokio::sync::mpsc::channel(64);
    let mut workers = JoinSet::new();
    for _ in 0..arguments.concurrency {
        let (endpoint, waiting, slots) = (Arc::clone(endpoint), Arc::clone(&waiting), Arc::clone(&slots));
        let sender = sender.clone();
        workers.spawn(async move {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(attack) = next else { break };
                if let Some(pause) = pause {
                    tokio::time::sleep_until(slot(&slots, pause)).await;
                }
                let verdict = endpoint.judge(&attack).await;
                if sender.send((attack, verdict)).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut report = Report::default();
    while let Some((attack, verdict)) = judged.recv().await {
        report.add(attack, verdict);
        if report.count().is_multiple_of(100) {
            output.note(format!("{} of {total}: {}", report.count(), report.summary()));
        }
    }
    report
}

/// When the next request may begin.
fn slot(slots: &Mutex<Instant>, pause: Duration) -> Instant {
    let mut next = slots.lock().unwrap_or_else(PoisonError::into_inner);
    let mine = (*next).max(Instant::now());
    *next = mine + pause;
    mine
}

impl Arguments {
    /// A good token, and the hostile ones that are made of it.
    fn tokens(&self, now: NumericDate) -> Result<(Attack, Vec<Attack>), Exit> {
        let wrong = |error: satang_jose::Error| Exit::Usage(error.to_string());
        let (profile, algorithms) = self.profile.profile()?;
        let content = self.profile.content();
        let payload = self.payload.as_deref().map(contents).transpose()?;
        let payload = payload.unwrap_or_else(|| b"{\"satang\":\"attack\"}".to_vec());
        let beside = if content == Content::Attached { Vec::new() } else { payload.clone() };
        let (token, attacks) = match &self.token {
            Some(token) => {
                let public: Option<PublicKey> = match &self.public_key {
                    Some(path) => Some(key_file::KeyFile::read(path, None)?.public),
                    None => None,
                };
                let captured = Captured { token, payload: &beside, content, public: public.as_ref() };
                (token.clone(), captured.attacks().map_err(wrong)?)
            }
            None => {
                let key = self.key.signing_key(algorithms)?;
                let target = Target { profile: &profile, key: &key, payload: &payload, now };
                (target.genuine().map_err(wrong)?, target.attacks().map_err(wrong)?)
            }
        };
        let name = "the good token".to_owned();
        // Of no family, which nobody looks at.
        Ok((Attack { name, family: Family::Encoding, token: token.into_bytes(), payload: beside }, attacks))
    }
}

#[cfg(test)]
mod tests {
    use super::slot;
    use std::{sync::Mutex, time::Duration};
    use tokio::time::Instant;

    #[test]
    fn requests_are_begun_so_many_in_a_second() {
        let pause = Duration::from_millis(100);
        let start = Instant::now() + Duration::from_secs(5);
        let slots = Mutex::new(start);
        assert_eq!([(); 3].map(|()| slot(&slots, pause)), [start, start + pause, start + 2 * pause]);
        // What was not used is not made up for.
        let late = Mutex::new(Instant::now() - Duration::from_secs(5));
        let (first, second) = (slot(&late, pause), slot(&late, pause));
        assert!(second >= first + pause);
    }
}

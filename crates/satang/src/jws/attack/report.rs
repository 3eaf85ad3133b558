//! What came of an attack.

use super::endpoint::Verdict;
use crate::output::{Exit, Output};
use satang_jose::attack::Attack;
use serde_json::{Map, Value, json};

/// Counts, and the names of what should not have happened.
#[derive(Debug, Default)]
pub struct Report {
    accepted: Vec<Value>,
    failing: Vec<Value>,
    undecided: Vec<Value>,
    refused: usize,
    closed: usize,
    could_not_travel: usize,
}

impl Report {
    pub fn add(&mut self, attack: Attack, verdict: Verdict) {
        let named = |status: u16| json!({ "name": attack.name, "status": status });
        match verdict {
            Verdict::Accepted(status) => self.accepted.push(named(status.as_u16())),
            Verdict::Failing(status) => self.failing.push(named(status.as_u16())),
            Verdict::Undecided(why) => self.undecided.push(json!({ "name": attack.name, "why": why })),
            Verdict::Refused(_) => self.refused += 1,
            Verdict::Closed => self.closed += 1,
            Verdict::CannotTravel => self.could_not_travel += 1,
        }
    }

    pub fn has_accepted(&self) -> bool {
        !self.accepted.is_empty()
    }

    pub fn count(&self) -> usize {
        let named = [&self.accepted, &self.failing, &self.undecided].map(Vec::len);
        named.iter().sum::<usize>() + self.refused + self.closed + self.could_not_travel
    }

    pub fn summary(&self) -> String {
        format!(
            "{} accepted, {} refused, {} closed without an answer, {} answered 5xx, {} undecided, {} that HTTP cannot carry there",
            self.accepted.len(),
            self.refused,
            self.closed,
            self.failing.len(),
            self.undecided.len(),
            self.could_not_travel
        )
    }

    /// Says it all, and how the command ends.
    pub fn end(self, url: &str, output: &Output) -> Exit {
        let sent = self.count() - self.could_not_travel;
        let (verdict, exit, word) = if self.has_accepted() {
            ("accepted", Exit::No, "HOSTILE TOKENS WERE ACCEPTED.")
        } else if !self.undecided.is_empty() {
            let message = "this proves little: of some tokens nothing is known".to_owned();
            ("undecided", Exit::Failed(message, Map::new()), "Of some tokens nothing is known.")
        } else {
            ("clean", Exit::Success, "No hostile token was accepted.")
        };
        let value = json!({ "url": url, "verdict": verdict, "sent": sent, "accepted": self.accepted,
            "refused": self.refused, "closed": self.closed, "failing": self.failing, "undecided": self.undecided,
            "couldNotTravel": self.could_not_travel });
        let mut text = format!("{word} {}", self.summary());
        for (what, which) in
            [("ACCEPTED", &self.accepted), ("answered 5xx", &self.failing), ("undecided", &self.undecided)]
        {
            for one in which.iter().take(100) {
                let name = one["name"].as_str().unwrap_or_default();
                let told = one.get("status").or_else(|| one.get("why"));
                let told = told.map(Value::to_string).unwrap_or_default();
                text.push_str(&format!("\n  {what}: {} ({told})", name.escape_debug()));
            }
            if which.len() > 100 {
                text.push_str(&format!("\n  {what}: {} more; --json names them all", which.len() - 100));
            }
        }
        output.say(&value, text);
        exit
    }
}

//! How the model says what there is, in the words in which the gateway's answers are retold.

use super::bank::{AGREED, Bank, Registration};
use super::command::Command;

impl Registration {
    /// As B has it.
    pub(super) fn show_short(&self) -> String {
        let token = if self.has_token { "token" } else { "-" };
        let (code, words) = match self.reason {
            Some((code, words)) => (code.unwrap_or("-"), words),
            None => ("-", "-"),
        };
        format!("{} {token} {} {code} {words}", self.status, self.status_at)
    }

    /// As C has it.
    pub(super) fn show(&self) -> String {
        let drawer = self.drawer.map_or("-".into(), |account| account.to_string());
        let channel = self.channel.unwrap_or("-");
        let (created, updated) = (self.created, self.status_at);
        format!("{}; {channel} {drawer} -> {AGREED}, {created} to {updated}", self.show_short())
    }
}

impl Bank {
    pub(super) fn show_payment(&self, number: usize) -> String {
        let payment = &self.payments[number];
        let status = if payment.reason.is_none() { "ACSC" } else { "RJCT" };
        format!("200 {status} {} {} {}", payment.reason.unwrap_or("-"), payment.amount, payment.at)
    }

    pub(super) fn show_schedule(&self, number: usize) -> String {
        let schedule = &self.schedules[number];
        let plan = &self.plans[schedule.plan];
        let next = schedule.next.map_or("-".into(), |day| day.to_string());
        let done =
            schedule.done.iter().map(|done| format!(" {}={}", done.day, done.reason.unwrap_or("ACSC")));
        let done: String = done.collect();
        format!(
            "{} {} from {} next {next} at {}:{done}",
            schedule.status, plan.amount, plan.start, schedule.created
        )
    }

    /// Everything that inquiries tell.
    pub(super) fn picture(&self) -> Vec<String> {
        let mut picture = vec![];
        for (number, registration) in self.registrations.iter().enumerate() {
            picture.push(format!("registration {number}: {}", registration.show()));
        }
        for number in 0..self.schedules.len() {
            picture.push(format!("schedule {number}: {}", self.show_schedule(number)));
        }
        for (number, payment) in self.payments.iter().enumerate() {
            let cause = match payment.cause {
                Ok(charge) => format!("charge {charge}"),
                Err((schedule, occurrence)) => format!("due date {schedule}.{occurrence}"),
            };
            picture.push(format!("{cause}: {}", self.show_payment(number)));
        }
        for (number, account) in self.accounts.iter().enumerate() {
            picture.push(format!("account {number}: {}", account.balance));
        }
        picture.sort();
        picture
    }

    /// Counts in which state a command meets what it is for.
    pub(super) fn note(&mut self, command: &Command) {
        let state = match command {
            Command::Cancel { registration }
            | Command::Decide { registration, .. }
            | Command::Ask { registration }
            | Command::Inquire { registration }
            | Command::Charge { registration, .. }
            | Command::Misspell { registration, .. }
            | Command::Plan { registration, .. } => match registration.among(self.registrations.len()) {
                Some(number) => self.registrations[number].status,
                None => "unknown",
            },
            Command::Look { schedule } | Command::Stop { schedule } => {
                let found = schedule.among(self.schedules.len()).map(|number| &self.schedules[number]);
                match found {
                    None => "unknown",
                    Some(it) if it.next.is_some_and(|next| next.at_six() <= self.now) => "due",
                    Some(it) => it.status,
                }
            }
            _ => "any",
        };
        *self.reached.entry((state, command.name().into())).or_default() += 1;
    }
}

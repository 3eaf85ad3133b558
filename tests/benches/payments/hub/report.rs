//! The hub's figures as tables in Markdown.

use super::steps::Steps;
use crate::{
    disk::Disk,
    load::Figures,
    report::{Goal, Level, Subject, WRITER, goals, machine, quantile},
};
use satang_jose::SignatureAlgorithm;
use std::fmt::{self, Display, Formatter};

/// Everything that one run found.
pub struct Report {
    pub disk: Disk,
    pub measured: Vec<Measured>,
}

/// What was found when everybody signs under one algorithm.
pub struct Measured {
    pub algorithm: SignatureAlgorithm,
    /// The issuer directly, through the proxy, through the hub with records in memory, and through the gateway.
    pub subjects: [Subject; 4],
    pub steps: Steps,
    /// What the gateway's store held after it was killed.
    pub held: String,
}

impl Report {
    /// True when every goal is met.
    pub fn is_fine(&self) -> bool {
        self.measured.iter().flat_map(Measured::goals).all(|goal| goal.is_met())
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        machine(f, &self.disk)?;
        writeln!(f, "Questions are signed before each window and not in it; the load verifies no answer.")?;
        for measured in &self.measured {
            writeln!(f, "\n{measured}")?;
        }
        Ok(())
    }
}

impl Display for Measured {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}. Gateway {}.\n", self.algorithm.name(), self.held)?;
        self.rates(f)?;
        writeln!(f)?;
        self.where_the_time_goes(f)?;
        writeln!(f)?;
        goals(f, &self.goals())
    }
}

impl Measured {
    fn rates(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| way | connections | a second (median of 3) | p50 ms | p99 ms | added p50 | added p99 | µs of processor each: server | load |"
        )?;
        writeln!(f, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")?;
        let [direct, ..] = &self.subjects;
        for (place, way) in direct.levels.iter().enumerate() {
            for subject in &self.subjects {
                let Level { callers, median, .. } = &subject.levels[place];
                let [p50, p99] = [0.5, 0.99].map(|part| quantile(median, part));
                let [added50, added99] =
                    [(0.5, p50), (0.99, p99)].map(|(part, ms)| ms - quantile(&way.median, part));
                let (rate, load) = (median.rate(), median.each(median.generator));
                let server = median.each(median.server.total());
                writeln!(
                    f,
                    "| {} | {callers} | {rate:.0} | {p50:.2} | {p99:.2} | {added50:.2} | {added99:.2} | {server:.1} | {load:.1} |",
                    subject.name
                )?;
            }
        }
        Ok(())
    }

    /// At the most connections. HTTP is what the proxy uses, which takes a request and passes it on.
    fn parts(&self) -> Parts {
        let [_, proxy, in_memory, gateway] = &self.subjects;
        let micros = |subject: &Subject| subject.busiest().map_or(f64::NAN, |it| it.each(it.server.total()));
        let writer = |figures: &Figures| figures.each(figures.server.named(WRITER));
        let (http, in_memory) = (micros(proxy), micros(in_memory));
        let total = micros(gateway);
        let writer = gateway.busiest().map_or(f64::NAN, writer);
        let logic = in_memory - http - self.steps.crypto() - self.steps.read;
        Parts { http, logic, writer, gateway: total - writer - in_memory, total }
    }

    fn where_the_time_goes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Parts { http, logic, writer, gateway, total } = self.parts();
        let Steps { verify_question, sign_question, verify_answer, sign_answer, read } = &self.steps;
        writeln!(f, "| where the gateway's time goes | µs of processor each |\n| --- | --- |")?;
        for (step, micros) in [
            ("verifying the member's token", *verify_question),
            ("signing the hub's token", *sign_question),
            ("verifying the issuer's signature", *verify_answer),
            ("signing the answer", *sign_answer),
            ("**signatures together**", self.steps.crypto()),
            ("HTTP on both sides: what the bare proxy uses", http),
            ("the issuer's answer from JSON", *read),
            ("the rest of the hub: headers, routing, claims, guards, timers", logic),
            ("audit record: the writer thread", writer),
            ("what the gateway adds: to the writer and back, spans, counters", gateway),
            ("**all threads of the gateway**", total),
        ] {
            writeln!(f, "| {step} | {micros:.1} |")?;
        }
        Ok(())
    }

    fn goals(&self) -> [Goal; 1] {
        let Parts { http, logic, writer, gateway, .. } = self.parts();
        let largest = [http, self.steps.read, logic, writer + gateway].into_iter().fold(f64::NAN, f64::max);
        [Goal::at_least("signatures, in times of the next largest part", 1.0, self.steps.crypto() / largest)]
    }
}

/// Microseconds of the gateway's processor for each question.
struct Parts {
    http: f64,
    logic: f64,
    writer: f64,
    gateway: f64,
    total: f64,
}

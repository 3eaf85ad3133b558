//! The figures as tables in Markdown, and what they say about the goals.

use crate::{LEVELS, disk::Disk, load::Figures, steps::Steps};
use std::{
    fmt::{self, Display, Formatter},
    thread,
};

/// Everything that one run found.
pub struct Report {
    pub disk: Disk,
    pub gateway: Subject,
    pub empty: Subject,
    pub store: Subject,
    pub mocks: [Subject; 2],
    pub steps: Steps,
    /// What the audit of the gateway's store said.
    pub audit: String,
}

/// Something that was loaded.
pub struct Subject {
    pub name: &'static str,
    /// Good answers, those of the warm-up included.
    pub confirmed: u64,
    pub levels: Vec<Level>,
}

/// One number of callers.
pub struct Level {
    pub callers: usize,
    /// The window with the median rate.
    pub median: Figures,
    slowest: f64,
    fastest: f64,
}

impl Subject {
    /// One without figures.
    pub fn missing(name: &'static str) -> Self {
        Self { name, confirmed: 0, levels: Vec::new() }
    }

    /// Adds the windows of a level.
    pub fn add(&mut self, callers: usize, mut windows: Vec<Figures>) {
        windows.sort_by(|one, other| one.rate().total_cmp(&other.rate()));
        let (slowest, fastest) = (windows[0].rate(), windows[windows.len() - 1].rate());
        let median = windows.swap_remove(windows.len() / 2);
        self.levels.push(Level { callers, median, slowest, fastest });
    }

    /// The figures at the most callers.
    pub fn busiest(&self) -> Option<&Figures> {
        self.levels.last().map(|level| &level.median)
    }

    fn rate(&self) -> f64 {
        self.busiest().map_or(f64::NAN, Figures::rate)
    }
}

impl Report {
    /// True when nothing is missing and every goal is met.
    pub fn is_fine(&self) -> bool {
        self.mocks.iter().all(|mock| mock.busiest().is_some())
            && self.goals().iter().all(|goal| goal.is_met())
    }

    fn subjects(&self) -> impl Iterator<Item = &Subject> {
        [&self.gateway, &self.empty, &self.store].into_iter().chain(&self.mocks)
    }

    fn goals(&self) -> [Goal; 3] {
        let mock = self.mocks.iter().map(Subject::rate).fold(f64::NAN, f64::max);
        let p99 = self.gateway.busiest().map_or(f64::NAN, |figures| quantile(figures, 0.99));
        [
            Goal::at_least("times the faster mock", 3.0, self.gateway.rate() / mock),
            Goal::at_least("of the store alone", 0.5, self.gateway.rate() / self.store.rate()),
            Goal::at_most("ms for 99 of 100 payments", 50.0, p99),
        ]
    }
}

/// What one run found for operations that are measured as a whole.
pub struct Operations {
    pub disk: Disk,
    pub measured: Vec<Measured>,
    /// What the gateway's store held after it was killed.
    pub held: String,
}

/// One operation, by the gateway and by the mocks that answer what it has answered.
pub struct Measured {
    pub what: String,
    pub gateway: Subject,
    pub mocks: [Subject; 2],
}

impl Operations {
    /// True when nothing is missing.
    pub fn is_fine(&self) -> bool {
        self.measured.iter().flat_map(|measured| &measured.mocks).all(|mock| mock.busiest().is_some())
    }
}

impl Display for Operations {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        machine(f, &self.disk)?;
        writeln!(f, "Gateway {}.", self.held)?;
        for Measured { what, gateway, mocks } in &self.measured {
            writeln!(f, "\n{what}:\n")?;
            rates(f, std::iter::once(gateway).chain(mocks))?;
        }
        writeln!(f, "\n| at {} connections | times Prism | times WireMock |", LEVELS[LEVELS.len() - 1])?;
        writeln!(f, "| --- | --- | --- |")?;
        for Measured { what, gateway, mocks: [prism, wiremock] } in &self.measured {
            let times = |mock: &Subject| gateway.rate() / mock.rate();
            writeln!(f, "| {what} | {:.2} | {:.2} |", times(prism), times(wiremock))?;
        }
        Ok(())
    }
}

/// What is wanted, and what was found.
pub struct Goal {
    what: &'static str,
    wanted: f64,
    found: f64,
    more_is_better: bool,
}

impl Goal {
    pub fn at_least(what: &'static str, wanted: f64, found: f64) -> Self {
        Self { what, wanted, found, more_is_better: true }
    }

    fn at_most(what: &'static str, wanted: f64, found: f64) -> Self {
        Self { what, wanted, found, more_is_better: false }
    }

    /// A goal that could not be compared is not met.
    pub fn is_met(&self) -> bool {
        if self.more_is_better { self.found >= self.wanted } else { self.found <= self.wanted }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        machine(f, &self.disk)?;
        writeln!(f, "Gateway {}.\n", self.audit)?;
        rates(f, self.subjects())?;
        writeln!(f)?;
        self.where_the_time_goes(f)?;
        writeln!(f)?;
        goals(f, &self.goals())
    }
}

impl Report {
    /// The steps of a payment at the most connections. HTTP is what the empty handler uses beside its steps, and
    /// handing over what the gateway uses beside all that is named.
    fn where_the_time_goes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (Some(gateway), Some(empty)) = (self.gateway.busiest(), self.empty.busiest()) else {
            return Ok(());
        };
        let Steps { route, decode, admit, verify, encode, commits } = &self.steps;
        let writer = gateway.each(gateway.server.named(WRITER));
        let others = gateway.each(gateway.server.total()) - writer;
        let http = empty.each(empty.server.total()) - route - decode - encode;
        let named = http + route + admit + verify + decode + encode;
        let (statements, commit) = (self.steps.statements(), self.steps.commit());
        let [_, _, (largest, _)] = commits;
        writeln!(f, "| where the time goes | µs of processor each |")?;
        writeln!(f, "| --- | --- |")?;
        for (step, micros) in [
            ("HTTP: sockets, parsing, writing, tasks", http),
            ("finding the operation, reading the body", *route),
            ("access token, standard headers", *admit),
            ("signature and digest", *verify),
            ("request from JSON, and its rules", *decode),
            ("answer to JSON", *encode),
            ("to the writer and back", others - named),
            ("**all threads but the writer**", others),
            ("**the writer: statements, commit, answers**", writer),
        ] {
            writeln!(f, "| {step} | {micros:.1} |")?;
        }
        writeln!(f, "\n| the writer, by the clock | µs |\n| --- | --- |")?;
        writeln!(f, "| statements of one payment | {statements:.1} |")?;
        writeln!(f, "| one commit: flush, waking who waits | {commit:.1} |")?;
        for (size, micros) in commits {
            writeln!(f, "| one payment in a commit of {size} | {micros:.1} |")?;
        }
        let busy = gateway.server.named(WRITER).as_secs_f64() / gateway.elapsed.as_secs_f64();
        writeln!(f, "| share of the time in which it computes, under load | {:.0} % |", busy * 100.0)?;
        let limit = 1e6 / (statements + commit / *largest as f64);
        writeln!(f, "\nThe writer alone would allow {limit:.0} payments a second in commits of {largest}.")
    }
}

pub fn machine(f: &mut Formatter<'_>, disk: &Disk) -> fmt::Result {
    let processors = thread::available_parallelism().map_or(0, usize::from);
    let Disk { file_system, flush } = disk;
    let flush = flush.as_micros();
    writeln!(
        f,
        "{processors} processors, shared by load and server; stores on {file_system}, where 4 KiB are durable after {flush} µs."
    )
}

/// What is wanted at the most connections, and whether it was found.
pub fn goals(f: &mut Formatter<'_>, goals: &[Goal]) -> fmt::Result {
    writeln!(f, "| goal at {} connections | wanted | found | |", LEVELS[LEVELS.len() - 1])?;
    writeln!(f, "| --- | --- | --- | --- |")?;
    for goal in goals {
        let Goal { what, wanted, found, more_is_better } = goal;
        let bound = if *more_is_better { "at least" } else { "at most" };
        let verdict = if goal.is_met() { "met" } else { "MISSED" };
        writeln!(f, "| {what} | {bound} {wanted} | {found:.2} | {verdict} |")?;
    }
    Ok(())
}

fn rates<'a>(f: &mut Formatter<'_>, subjects: impl Iterator<Item = &'a Subject>) -> fmt::Result {
    writeln!(
        f,
        "| server | connections | a second (median of 3) | slowest to fastest | p50 ms | p99 ms | µs of processor each: server | load |"
    )?;
    writeln!(f, "| --- | --- | --- | --- | --- | --- | --- | --- |")?;
    for subject in subjects {
        if subject.levels.is_empty() {
            writeln!(f, "| {} | MISSING | | | | | | |", subject.name)?;
        }
        for Level { callers, median, slowest, fastest } in &subject.levels {
            writeln!(
                f,
                "| {} | {callers} | {:.0} | {slowest:.0} to {fastest:.0} | {:.2} | {:.2} | {:.1} | {:.1} |",
                subject.name,
                median.rate(),
                quantile(median, 0.5),
                quantile(median, 0.99),
                median.each(median.server.total()),
                median.each(median.generator),
            )?;
        }
    }
    Ok(())
}

/// The name of the store's writing thread.
pub const WRITER: &str = "satang-writer";

/// Milliseconds.
pub fn quantile(figures: &Figures, quantile: f64) -> f64 {
    figures.latency.value_at_quantile(quantile) as f64 / 1e3
}

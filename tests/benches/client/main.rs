//! What a call costs its caller: this library beside the HTTP client below it, and beside reqwest.
//!
//! `cargo xtask bench client` runs it. All calls go over kept connections to one bare server, from one thread of
//! this process; the server has the other. The callers take turns, round after round, so that whatever else runs on
//! the machine slows all of them.

mod calls;
mod server;

use calls::{Bare, Call, Reqwest, Signed, Unsigned, WithJson};
use clap::Parser;
use std::{
    cell::Cell,
    error::Error,
    fs,
    process::ExitCode,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::{LocalSet, spawn_local};

/// How many calls are in flight at a time.
const LEVELS: [usize; 2] = [1, 32];

/// Of the bare client's speed, what is left for an unsigned call.
const GOAL: f64 = 0.9;

/// What a call brings: nothing that anybody looks at.
type Answer = Result<(), Box<dyn Error>>;

#[derive(Parser)]
struct Arguments {
    /// Short windows, to see that everything works; the figures mean little
    #[arg(long)]
    quick: bool,
    /// Fail when the goal is missed
    #[arg(long)]
    strict: bool,
    /// Given by `cargo bench`, and not by `cargo test`, for which there is nothing to do here
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.bench {
        return ExitCode::SUCCESS;
    }
    match run(arguments.quick) {
        Ok(fine) if fine || !arguments.strict => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench client: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures everything, prints the table, and tells whether the goal is met.
fn run(quick: bool) -> Result<bool, Box<dyn Error>> {
    let server = server::start()?;
    let (rounds, window) = if quick { (3, 100) } else { (9, 1000) };
    let window = Duration::from_millis(window);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let mut rows = [
            Row::new("hyper-util, bytes", Bare::new(server)?),
            Row::new("hyper-util and serde_json", WithJson::new(server)?),
            Row::new("reqwest, bytes", Reqwest::new(server)?),
            Row::new("satang, unsigned", Unsigned::new(server)?),
            Row::new("satang, signed", Signed::new(server)?),
        ];
        for level in 0..LEVELS.len() {
            for row in &mut rows {
                row.measure(level, window / 2).await?; // the connections, the token
                row.windows[level].clear();
            }
            for _ in 0..rounds {
                for row in &mut rows {
                    row.measure(level, window).await?;
                }
            }
        }
        Ok(report(&rows))
    })
}

fn report(rows: &[Row]) -> bool {
    println!("| client | in flight | calls a second (median) | of bare | µs of processor each |");
    println!("| --- | --- | --- | --- | --- |");
    let [bare, _, _, unsigned, _] = rows else { return false };
    for (level, in_flight) in LEVELS.into_iter().enumerate() {
        for row in rows {
            let (window, share) = (row.median(level), row.rate(level) / bare.rate(level));
            let (name, rate, each) = (row.name, window.rate(), window.processor_micros());
            println!("| {name} | {in_flight} | {rate:.0} | {share:.2} | {each:.2} |");
        }
    }
    println!("\n| goal | wanted | found | |\n| --- | --- | --- | --- |");
    let mut met = true;
    for (level, in_flight) in LEVELS.into_iter().enumerate() {
        let found = unsigned.rate(level) / bare.rate(level);
        met &= found >= GOAL;
        let verdict = if found >= GOAL { "met" } else { "MISSED" };
        println!(
            "| unsigned, of bare hyper-util, {in_flight} in flight | at least {GOAL} | {found:.2} | {verdict} |"
        );
    }
    met
}

/// One way to call, and what was measured of it at each level.
struct Row {
    name: &'static str,
    load: Box<dyn Fn(usize, Duration) -> Load>,
    windows: [Vec<Window>; LEVELS.len()],
}

type Load = std::pin::Pin<Box<dyn Future<Output = Result<Window, Box<dyn Error>>>>>;

impl Row {
    fn new(name: &'static str, caller: impl Call) -> Self {
        let caller = Rc::new(caller);
        let load = move |in_flight, length| -> Load { Box::pin(load(Rc::clone(&caller), in_flight, length)) };
        Self { name, load: Box::new(load), windows: Default::default() }
    }

    async fn measure(&mut self, level: usize, length: Duration) -> Result<(), Box<dyn Error>> {
        let window =
            (self.load)(LEVELS[level], length).await.map_err(|error| format!("{}: {error}", self.name))?;
        self.windows[level].push(window);
        self.windows[level].sort_by(|one, other| one.rate().total_cmp(&other.rate()));
        Ok(())
    }

    fn median(&self, level: usize) -> &Window {
        &self.windows[level][self.windows[level].len() / 2]
    }

    fn rate(&self, level: usize) -> f64 {
        self.median(level).rate()
    }
}

/// What was done in a stretch of time.
struct Window {
    calls: u64,
    elapsed: Duration,
    processor: Duration,
}

impl Window {
    fn rate(&self) -> f64 {
        self.calls as f64 / self.elapsed.as_secs_f64()
    }

    fn processor_micros(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.calls as f64
    }
}

/// Callers that each wait for one answer before they call again.
async fn load(caller: Rc<impl Call>, in_flight: usize, length: Duration) -> Result<Window, Box<dyn Error>> {
    let (start, used, calls) = (Instant::now(), processor_time(), Rc::new(Cell::new(0)));
    let callers: Vec<_> = (0..in_flight)
        .map(|_| {
            let (caller, calls) = (Rc::clone(&caller), Rc::clone(&calls));
            spawn_local(async move {
                while start.elapsed() < length {
                    caller.call().await.map_err(|error| error.to_string())?;
                    calls.set(calls.get() + 1);
                }
                Ok::<_, String>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(Window { calls: calls.get(), elapsed: start.elapsed(), processor: processor_time() - used })
}

/// What this thread has used of the processors so far.
fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}

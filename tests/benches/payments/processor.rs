//! How much of the processors' time a process or a thread has used, as Linux counts it.
//!
//! Unlike the clock on the wall, this hardly changes when something else runs on the machine.

use std::{collections::BTreeMap, fs, time::Duration};

/// Processor time of the threads of a process, by name.
#[derive(Clone, Debug, Default)]
pub struct ProcessorTime(BTreeMap<String, Duration>);

impl ProcessorTime {
    /// What the living threads of a process have used so far.
    pub fn of(process: u32) -> Self {
        let mut times = BTreeMap::<String, Duration>::new();
        let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        for thread in threads.map(|thread| thread.path()) {
            let read = |file: &str| fs::read_to_string(thread.join(file)).unwrap_or_default();
            *times.entry(read("comm").trim().to_owned()).or_default() += nanoseconds(&read("schedstat"));
        }
        Self(times)
    }

    /// What was used since an earlier look.
    pub fn since(&self, earlier: &Self) -> Self {
        let used =
            |(name, now): (&String, &Duration)| (name.clone(), now.saturating_sub(earlier.named(name)));
        Self(self.0.iter().map(used).collect())
    }

    /// Of all threads.
    pub fn total(&self) -> Duration {
        self.0.values().sum()
    }

    /// Of the threads with this name, which Linux cuts after 15 bytes.
    pub fn named(&self, name: &str) -> Duration {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// What the calling thread has used so far. The kernel brings the number up to date some hundred times a second.
pub fn this_thread() -> Duration {
    nanoseconds(&fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default())
}

/// The first number of a `schedstat`.
fn nanoseconds(schedstat: &str) -> Duration {
    let first = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}

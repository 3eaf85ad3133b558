//! The disk below the stores: without a real one, "durable" means nothing.

use std::{
    error::Error,
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

/// What the stores stand on.
pub struct Disk {
    /// The file system's type, such as `ext4`.
    pub file_system: String,
    /// How long it takes until 4 KiB more at the end of a file are durable: the median.
    pub flush: Duration,
}

impl Disk {
    /// Looks at the file system of a directory.
    ///
    /// # Errors
    /// It is memory, or cannot be told.
    pub fn below(directory: &Path) -> Result<Self, Box<dyn Error>> {
        let file_system = file_system(&directory.canonicalize()?)?;
        if matches!(file_system.as_str(), "tmpfs" | "ramfs" | "devtmpfs") {
            return Err(format!("{} is {file_system}: nothing is durable there", directory.display()).into());
        }
        Ok(Self { file_system, flush: flush(&directory.join("flush"))? })
    }
}

/// The type of the mount whose path is the longest that leads to `path`.
fn file_system(path: &Path) -> Result<String, Box<dyn Error>> {
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?)).filter(|(mount, _)| path.starts_with(mount))
    });
    let nearest = mounts.max_by_key(|(mount, _)| mount.len());
    Ok(nearest.ok_or("no file system")?.1.to_owned())
}

fn flush(file: &Path) -> Result<Duration, Box<dyn Error>> {
    let mut appended = File::create(file)?;
    let mut times = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        appended.write_all(&[0x5a; 4096])?;
        appended.sync_data()?;
        times.push(start.elapsed());
    }
    fs::remove_file(file)?;
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

//! Resource usage of this process; `None` if the system does not report it.

use std::time::Duration;

/// Resident memory, in bytes.
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The number of open file descriptors.
pub fn open_descriptors() -> Option<u64> {
    let listed = std::fs::read_dir("/proc/self/fd").ok()?;
    // Listing them opens one more.
    Some((listed.count() as u64).saturating_sub(1))
}

/// Hundredths of a second: Linux's unit of processor time on all machines that wasmtime
/// supports.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of all threads of this process, including ended ones.
pub fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, which may contain any characters.
    let (_, fields) = stat.rsplit_once(')')?;
    // User and kernel time are fields 14 and 15.
    let ticks = fields.split_ascii_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.map(|ticks| ticks.parse().unwrap_or(0)).sum();
    Some(TICK * ticks)
}

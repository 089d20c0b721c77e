//! What the system says this process holds and has used; none where it does not
//! tell.

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

/// How many descriptors are open: files, sockets and the like.
pub fn open_descriptors() -> Option<u64> {
    let listed = std::fs::read_dir("/proc/self/fd").ok()?;
    // Listing them takes one, too.
    Some((listed.count() as u64).saturating_sub(1))
}

/// Hundredths of a second, in which Linux tells processor time on all machines
/// that wasmtime compiles for.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that all threads of this process have used, those that have
/// ended among them.
pub fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, which may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    // In user mode and in the kernel: the 14th and the 15th.
    let ticks = fields.split_ascii_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.map(|ticks| ticks.parse().unwrap_or(0)).sum();
    Some(TICK * ticks)
}

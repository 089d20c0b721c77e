//! The machine and software that the figures were measured on.

use std::process::Command;

use serde::{Deserialize, Serialize};

/// A machine and its software.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub memory_gib: u64,
    pub kernel: String,
    pub rust: String,
    pub node: String,
    pub sdk: String,
    /// The one-minute load average at the start.
    pub load: String,
    pub date: String,
}

impl Machine {
    pub fn here(sdk: &str) -> Self {
        let processor = field("/proc/cpuinfo", "model name");
        let kib = field("/proc/meminfo", "MemTotal");
        let kib = kib.split(' ').next().unwrap_or_default().parse::<u64>();
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processor,
            cores: field_count("/proc/cpuinfo", "processor"),
            memory_gib: kib.map_or(0, |kib| kib.div_ceil(1 << 20)),
            kernel: output_of("uname", &["-sr"]),
            rust: output_of("rustc", &["--version"]),
            node: output_of("node", &["--version"]),
            sdk: sdk.to_owned(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            date: output_of("date", &["-u", "+%Y-%m-%d"]),
        }
    }
}

fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default().trim().to_owned()
}

fn lines(file: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let of_it = text.lines().filter_map(|line| line.split_once(':'));
    of_it
        .filter(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}

fn field(file: &str, name: &str) -> String {
    lines(file, name).into_iter().next().unwrap_or_default()
}

fn field_count(file: &str, name: &str) -> usize {
    lines(file, name).len()
}

//! Runs each client in its own process, one after the other, on the core that
//! this process is pinned to.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use lab::load::{Figures, Work};
use serde_json::{Value, json};

use crate::figures::{All, Kind, MANY, Run, Start};
use crate::machine::Machine;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The server that all clients call
    #[arg(long)]
    url: String,
    /// A server that shares this process's core
    #[arg(long)]
    one_core_url: String,
    /// The program `lab`, a release build
    #[arg(long)]
    lab: PathBuf,
    /// The component
    #[arg(long)]
    component: PathBuf,
    /// The minimal component, `guests/minimal`
    #[arg(long)]
    minimal: PathBuf,
    /// The script that calls with the SDK
    #[arg(long)]
    sdk: PathBuf,
    /// The number of rounds, of which the medians are taken
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Duration of each measurement, in ms
    #[arg(long, default_value_t = 400)]
    time_ms: u64,
    /// Duration of the warm-up before each, in ms; Node.js compiles meanwhile
    #[arg(long, default_value_t = 700)]
    warm_up_ms: u64,
    /// The JSON file to write
    #[arg(long)]
    out: PathBuf,
}

/// The numbers of calls in flight of the curve.
const CURVE: [usize; 6] = [1, 4, 16, 64, 256, 1024];

/// The kinds of the curve. The native core would need a thread for each call.
const CURVED: [Kind; 6] = [
    Kind::Bare,
    Kind::MinimalFresh,
    Kind::Reused,
    Kind::Fresh,
    Kind::Fetch,
    Kind::Sdk,
];

/// How often each kind is started.
const STARTS: usize = 11;

/// The sandboxes of an engine whose start is measured: each takes some µs to
/// reserve.
const FEW: &str = "16";

/// The number of calls in a reused sandbox.
const REUSE: &str = "1000";

/// What one process does.
#[derive(Debug, Clone, Copy)]
struct Task {
    kind: Kind,
    work: Work,
    in_flight: usize,
    /// The number of calls, instead of the time.
    calls: Option<u64>,
    /// Whether the server shares the client's core.
    one_core: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    let mut all = All {
        machine: Machine::here(&version_of_the_sdk(&arguments.sdk)),
        component_bytes: size(&arguments.component)?,
        minimal_bytes: size(&arguments.minimal)?,
        time_ms: arguments.time_ms,
        rounds: arguments.rounds,
        runs: Vec::new(),
        one_core: Vec::new(),
        curve: Vec::new(),
        starts: Vec::new(),
        extremes: Vec::new(),
    };
    let tasks = compared();
    for round in 1..=arguments.rounds {
        for (number, task) in tasks.iter().enumerate() {
            let about = format!("round {round}, {} of {}", number + 1, tasks.len());
            all.runs.push(arguments.measure(*task, &about)?);
        }
        for kind in Kind::COMPARED {
            let task = Task {
                one_core: true,
                ..Task::new(kind, Work::GetContactById, 1)
            };
            all.one_core.push(arguments.measure(task, "one core")?);
        }
    }
    for in_flight in CURVE {
        for kind in CURVED {
            let task = Task::new(kind, Work::GetContactById, in_flight);
            all.curve.push(arguments.measure(task, "curve")?);
        }
    }
    for kind in Kind::STARTED {
        eprintln!("starts of {}", kind.name());
        all.starts.push((kind, arguments.starts(kind)?));
    }
    eprintln!("the searches that cost most, and the manifest");
    all.extremes = crate::extremes::measure(&arguments.component)?;
    if all.failures() > 0 {
        return Err(format!(
            "{} calls failed; nothing is written",
            all.failures()
        ));
    }
    let text = serde_json::to_string(&all).unwrap();
    std::fs::write(&arguments.out, text)
        .map_err(|error| format!("could not write {}: {error}", arguments.out.display()))
}

/// All works with all kinds; and without a socket.
fn compared() -> Vec<Task> {
    let mut tasks = Vec::new();
    for work in Work::ALL {
        for in_flight in [1, MANY] {
            tasks.extend(Kind::COMPARED.map(|kind| Task::new(kind, work, in_flight)));
        }
    }
    let without = [Kind::NoSocketReused, Kind::NoSocketFresh];
    tasks.extend(without.map(|kind| Task::new(kind, Work::GetContactById, 1)));
    tasks
}

impl Task {
    fn new(kind: Kind, work: Work, in_flight: usize) -> Self {
        Self {
            kind,
            work,
            in_flight,
            calls: None,
            one_core: false,
        }
    }
}

impl Arguments {
    fn measure(&self, task: Task, about: &str) -> Result<Run, String> {
        let figures = figures_of(self.command(task))?;
        let name = task.kind.name();
        eprintln!(
            "{about}: {name}, {}, {} in flight: {:.0} per second",
            task.work.action(),
            task.in_flight,
            figures.rate
        );
        Ok(Run {
            kind: task.kind,
            figures,
        })
    }

    fn starts(&self, kind: Kind) -> Result<Vec<Start>, String> {
        let task = Task {
            calls: Some(1),
            ..Task::new(kind, Work::GetContactById, 1)
        };
        let start = |_| {
            let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            let figures = figures_of(self.command(task))?;
            let first = figures.first_end_unix_ns.ok_or("no call ended")?;
            Ok(Start {
                process: first.saturating_sub(before.as_nanos()) as f64 / 1e6,
                engine: figures
                    .sandboxes
                    .and_then(|sandboxes| sandboxes.first_end_ms),
            })
        };
        // The first start reads the files from the disk.
        (0..=STARTS).map(start).skip(1).collect()
    }

    fn command(&self, task: Task) -> Command {
        let url = ["--url", self.url_of(task)];
        let (whole, minimal) = (&self.component, &self.minimal);
        match task.kind {
            Kind::Bare => self.client("bare", task),
            Kind::Native => self.client("native", task),
            Kind::Fetch => self.node("fetch", task),
            Kind::Sdk => self.node("sdk", task),
            Kind::MinimalFresh => self.sandboxes(task, minimal, &url, "1"),
            Kind::MinimalReused => self.sandboxes(task, minimal, &url, REUSE),
            Kind::Fresh => self.sandboxes(task, whole, &url, "1"),
            Kind::Reused => self.sandboxes(task, whole, &url, REUSE),
            Kind::NoSocketFresh => self.sandboxes(task, whole, &["--no-socket"], "1"),
            Kind::NoSocketReused => self.sandboxes(task, whole, &["--no-socket"], REUSE),
        }
    }

    fn url_of(&self, task: Task) -> &str {
        match task.one_core {
            true => &self.one_core_url,
            false => &self.url,
        }
    }

    fn client(&self, kind: &str, task: Task) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["client", "--kind", kind, "--url", self.url_of(task)])
            .args(["--action", task.work.action()])
            .args(["--in-flight", &task.in_flight.to_string()]);
        match task.calls {
            Some(calls) => command.args(["--calls", &calls.to_string()]),
            None => command
                .args(["--time-ms", &self.time_ms.to_string()])
                .args(["--warm-up-ms", &self.warm_up_ms.to_string()]),
        };
        command
    }

    /// A component in sandboxes, with `uses` calls in each.
    fn sandboxes(&self, task: Task, component: &Path, to: &[&str], uses: &str) -> Command {
        let mut command = Command::new(&self.lab);
        command
            .args(["bench", "--json", "--threads", "1"])
            .args(["--action", task.work.action()])
            .args(["--in-flight", &task.in_flight.to_string()])
            .args(to)
            .args(["--reuse", uses])
            .arg("--component")
            .arg(component);
        match task.calls {
            Some(calls) => command
                .args(["--no-memory", "--calls", &calls.to_string()])
                .args(["--sandboxes", FEW]),
            None => command
                .args(["--for", &format!("{}ms", self.time_ms)])
                .args(["--warm-up", &format!("{}ms", self.warm_up_ms)]),
        };
        command
    }

    fn node(&self, kind: &str, task: Task) -> Command {
        let mut plan = json!({
            "url": self.url_of(task),
            "action": task.work.action(),
            "in_flight": task.in_flight,
        });
        match task.calls {
            Some(calls) => plan["calls"] = calls.into(),
            None => {
                plan["time_ms"] = self.time_ms.into();
                plan["warm_up_ms"] = self.warm_up_ms.into();
            }
        }
        let mut command = Command::new("node");
        command.arg(&self.sdk).arg(kind).arg(plan.to_string());
        command
    }
}

fn figures_of(mut command: Command) -> Result<Figures, String> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{command:?} does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .map_err(|error| format!("{command:?} printed no figures: {error}\n{text}"))
}

fn size(path: &Path) -> Result<u64, String> {
    let data = std::fs::metadata(path);
    let data = data.map_err(|error| format!("could not read {}: {error}", path.display()))?;
    Ok(data.len())
}

fn version_of_the_sdk(script: &Path) -> String {
    let package = script.with_file_name("node_modules/intercom-client/package.json");
    let text = std::fs::read_to_string(package).unwrap_or_default();
    let package: Value = serde_json::from_str(&text).unwrap_or_default();
    package["version"].as_str().unwrap_or_default().to_owned()
}

//! A person's shell: bash in a copy of the repository, with a double of Intercom in its
//! environment.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::files;

/// How long a block may run, and how long a running command may take to print. A connector of
/// one's own is compiled in it.
const PATIENCE: Duration = Duration::from_secs(300);

/// `cargo run -p NAME -- …` runs the program that is built, and so does `cargo run -p NAME
/// --example EXAMPLE`; everything else is cargo's. A
/// block has the status of its last command that failed. What keeps running ends with the
/// shell, which ends with this process.
const PRELUDE: &str = r#"
cargo() {
  if [ "$1 $2 $4" = "run -p --" ] || [ "$1 $2 $#" = "run -p 3" ]; then
    "$PROGRAMS/$3" "${@:5}"
  elif [ "$1 $2 $4" = "run -p --example" ]; then
    "$PROGRAMS/examples/$5"
  else
    command cargo "$@"
  fi
}
trap 'status=$?' ERR
running=
trap '[ -z "$running" ] || kill -- "-$running" 2>/dev/null' EXIT
"#;

pub struct Session {
    folder: PathBuf,
    bash: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    blocks: usize,
    /// The group of the command that keeps running, and the file that it prints to.
    running: Option<(String, PathBuf)>,
}

impl Session {
    /// Starts a shell in the [copy](copy_repository) in `folder`, with the address of a
    /// service, the token for it, and no other variable of a connector.
    pub fn start(folder: &Path, url: &str, token: &str) -> Self {
        let mut command = Command::new("bash");
        let ours = |name: &String| name.starts_with("INTERCOM_") || name.starts_with("WORKFLOW_");
        for name in std::env::vars().map(|(name, _)| name).filter(ours) {
            command.env_remove(name);
        }
        let programs = Path::new(env!("CARGO_BIN_EXE_connector")).parent();
        let mut bash = command
            .current_dir(folder.join("repository"))
            .process_group(0)
            .env("PROGRAMS", programs.unwrap())
            .env("CONNECTOR_CONNECTIONS", folder.join("connections"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("INTERCOM_BASE_URL", url)
            .env("INTERCOM_ACCESS_TOKEN", token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut session = Self {
            lines: read_lines(bash.stdout.take().unwrap()),
            stdin: bash.stdin.take().unwrap(),
            bash,
            folder: folder.to_owned(),
            blocks: 0,
            running: None,
        };
        session.send(PRELUDE);
        session
    }

    fn send(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).unwrap();
    }

    fn receive(&self) -> Result<String, String> {
        let line = self.lines.recv_timeout(PATIENCE);
        line.map_err(|_| format!("takes more than {PATIENCE:?}"))
    }

    /// Writes a block to a file; returns it and the file for what it prints.
    fn write(&mut self, block: &str) -> (PathBuf, PathBuf) {
        self.blocks += 1;
        let path = self.folder.join(format!("{}.sh", self.blocks));
        std::fs::write(&path, block).unwrap();
        let printed = path.with_extension("out");
        (path, printed)
    }

    /// Runs a block, and returns its status and what it printed.
    pub fn run(&mut self, block: &str) -> Result<(String, String), String> {
        let (path, printed) = self.write(block);
        let (path, to) = (path.display(), printed.display());
        self.send(&format!(
            "status=0; source '{path}' >'{to}' 2>&1 </dev/null; echo $status\n"
        ));
        let status = self.receive()?;
        Ok((status, std::fs::read_to_string(printed).unwrap_or_default()))
    }

    /// Starts a block that keeps running, in place of the one that does.
    pub fn keep_running(&mut self, block: &str) -> Result<(), String> {
        self.end_running();
        let (path, printed) = self.write(block);
        let (path, to) = (path.display(), printed.display());
        self.send(&format!(
            "set -m; source '{path}' >'{to}' 2>&1 </dev/null & set +m; running=$!; echo $running\n"
        ));
        self.running = Some((self.receive()?, printed));
        Ok(())
    }

    /// Waits until what the running command has printed is as wanted; returns it in any case.
    pub fn printed(&self, is_wanted: impl Fn(&str) -> bool) -> Result<String, String> {
        let (group, file) = self.running.as_ref().ok_or("nothing keeps running here")?;
        let started = Instant::now();
        loop {
            let runs = signal(group, "-0");
            let printed = std::fs::read_to_string(file).unwrap_or_default();
            if is_wanted(&printed) || !runs || started.elapsed() > PATIENCE {
                return Ok(printed);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Writes a file that a page shows.
    pub fn write_file(&mut self, name: &str, text: &str) -> Result<(), String> {
        let (path, _) = self.write(text);
        let path = path.display();
        let copy = format!("mkdir -p \"$(dirname '{name}')\" && cp '{path}' '{name}'");
        let (_, printed) = self.run(&copy)?;
        printed.is_empty().then_some(()).ok_or(printed)
    }

    fn end_running(&mut self) {
        let Some((group, _)) = self.running.take() else {
            return;
        };
        let started = Instant::now();
        signal(&group, "-TERM");
        while signal(&group, "-0") && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end_running();
        signal(&self.bash.id().to_string(), "-TERM");
        let _ = self.bash.wait();
    }
}

/// Sends a signal to a group of processes; returns whether there is one.
fn signal(group: &str, signal: &str) -> bool {
    let group = format!("-{group}");
    let mut kill = Command::new("kill");
    kill.args([signal, "--", &group]).stderr(Stdio::null());
    kill.status().is_ok_and(|status| status.success())
}

fn read_lines(stdout: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let read = BufReader::new(stdout).lines().map_while(Result::ok);
        read.for_each(|line| drop(sender.send(line)));
    });
    lines
}

/// Copies the files of the repository, and links to what is built; returns the folder that
/// has the copy. Each run has its own, so that two at once do not meet.
pub fn copy_repository(root: &Path) -> TempDir {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = TempDir::with_prefix_in("guides ", built).unwrap();
    let copy = folder.path().join("repository");
    for path in files::below(root) {
        let to = copy.join(&path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root.join(path), to).unwrap();
    }
    symlink(root.join("target"), copy.join("target")).unwrap();
    // Of the connector that a page makes, kept so that its dependencies are compiled once.
    let own = copy.join("host-test/guests/weather");
    std::fs::create_dir_all(built.join("weather")).unwrap();
    std::fs::create_dir(&own).unwrap();
    symlink(built.join("weather"), own.join("target")).unwrap();
    folder
}

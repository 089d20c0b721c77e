//! Runs the blocks of a page, and compares what they print.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use host_test::build::workspace;
use intercom_double::intercom::TOKEN;
use intercom_double::{IntercomDouble, Options};

use crate::page::{Block, Page};
use crate::ports::Ports;
use crate::session::Session;
use crate::shown::{Shown, commands, holds};

/// What became of the commands of all pages.
#[derive(Default)]
pub struct Report {
    /// Commands that were run.
    pub run: usize,
    /// Outputs that were compared with what they printed.
    pub outputs: usize,
    /// Commands that another script runs.
    pub named: usize,
    pub wrong: Vec<String>,
}

/// Builds the programs that pages call beside this crate's own, so that a call only starts
/// one.
pub fn build_programs() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--locked"])
        .args(["--package", "host-test", "--package", "intercom-double"])
        .args(["--package", "connector-host", "--bins", "--examples"])
        .current_dir(workspace());
    // Of the cargo that runs this test; build scripts would run again for them.
    let names = std::env::vars().map(|(name, _)| name);
    for name in
        names.filter(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    {
        cargo.env_remove(name);
    }
    assert!(cargo.status().unwrap().success());
}

/// Runs the blocks of a page in the copy in `folder`, with a double of Intercom of its own;
/// of a page's commands those of `script` alone, if there is one.
pub async fn page(page: &Page, script: Option<&str>, folder: &Path, report: &mut Report) {
    let options = Options {
        contacts: 3,
        ..Options::default()
    };
    let double = IntercomDouble::start(options).await.unwrap();
    let name = page.path.file_name().unwrap_or_default();
    let mut reader = Reader {
        page: name.to_string_lossy().into_owned(),
        folder: folder.to_owned(),
        url: double.url(),
        ports: Ports::of(page),
        session: None,
    };
    let started = Instant::now();
    let before = report.run;
    for (block, output) in page.blocks_with_output() {
        let result = match script {
            None => reader.read(block, output, report),
            Some(script) if block.run_by() == Some(script) => reader.run(block, output, report),
            Some(_) => Ok(()),
        };
        if let Err(why) = result {
            report
                .wrong
                .push(format!("{}:{}: {why}", page.path.display(), block.line));
        }
    }
    if report.run > before {
        let seconds = started.elapsed().as_secs_f32();
        println!(
            "{}: {} commands, {seconds:.1} s",
            page.path.display(),
            report.run - before
        );
    }
}

/// Somebody who does what a page says.
struct Reader {
    /// The name of the page.
    page: String,
    /// The folder with the copy of the repository.
    folder: PathBuf,
    /// The double's address.
    url: String,
    /// The ports that its commands have here.
    ports: Ports,
    /// The shell, once there is something to do.
    session: Option<Session>,
}

impl Reader {
    fn read(
        &mut self,
        block: &Block,
        output: Option<&Block>,
        report: &mut Report,
    ) -> Result<(), String> {
        let text = &block.text;
        if let Some(script) = block.run_by() {
            report.named += commands(text).len();
            return self.named(text, script);
        }
        match block.comment.split_once(' ').unwrap_or_default() {
            ("file", name) => self.session().write_file(name, text),
            ("printed", _) => self.printed(text, report),
            ("compared", file) => self.compared(file.trim_start_matches("by ")),
            ("keeps", _) => {
                report.run += commands(text).len();
                let text = self.ports.run(text);
                self.session().keep_running(&text)?;
                let shown = output.ok_or("shows nothing that says when it is ready")?;
                self.printed(&shown.text, report)
            }
            _ if block.language == "sh" => self.run(block, output, report),
            _ if block.is_output() => Err("is the output of no command".to_owned()),
            _ => Ok(()),
        }
    }

    /// Runs commands, and compares what they print.
    fn run(
        &mut self,
        block: &Block,
        output: Option<&Block>,
        report: &mut Report,
    ) -> Result<(), String> {
        report.run += commands(&block.text).len();
        let text = self.ports.run(&block.text);
        let (status, printed) = self.session().run(&text)?;
        match output {
            Some(output) => {
                report.outputs += 1;
                self.compare(&Shown::new(&output.text), &printed)
            }
            None if status == "0" => Ok(()),
            None => Err(format!("ends with {status}\n{printed}")),
        }
    }

    fn session(&mut self) -> &mut Session {
        let start = || Session::start(&self.folder, &self.url, TOKEN);
        self.session.get_or_insert_with(start)
    }

    /// Waits until the running command has printed what is shown.
    fn printed(&mut self, shown: &str, report: &mut Report) -> Result<(), String> {
        report.outputs += 1;
        let shown = Shown::new(shown);
        let session = self.session.as_ref().ok_or("nothing keeps running here")?;
        let printed = session.printed(|printed| shown.is(&self.public(printed)))?;
        self.compare(&shown, &printed)
    }

    fn compare(&self, shown: &Shown, printed: &str) -> Result<(), String> {
        let printed = self.public(printed);
        if shown.is(&printed) {
            return Ok(());
        }
        Err(format!("prints\n{printed}"))
    }

    /// What is printed, with Intercom's address in place of the double's, the page's ports,
    /// and without what cargo says when it waits for another one.
    fn public(&self, printed: &str) -> String {
        let waits = |line: &str| {
            line.trim_start()
                .starts_with("Blocking waiting for file lock")
        };
        let lines = printed.split_inclusive('\n').filter(|line| !waits(line));
        let printed: String = lines.collect();
        let printed = printed.replace(&self.url, "https://api.intercom.io");
        self.ports.show(&printed)
    }

    /// Checks that a test reads this page.
    fn compared(&self, test: &str) -> Result<(), String> {
        let text = read(test)?;
        let reads = code(&text).any(|line| line.contains(&self.page));
        let why = || format!("{test} does not read {}", self.page);
        reads.then_some(()).ok_or_else(why)
    }

    /// Checks that another script runs the commands, one by one or by reading the page; a
    /// command may also be a script itself.
    fn named(&self, block: &str, script: &str) -> Result<(), String> {
        let text = read(script)?;
        let reads_page =
            code(&text).any(|line| line.contains(&self.page) || line.contains("RUN_BY="));
        let is_script = |command: &str| {
            let program = command.split(' ').next().unwrap_or_default();
            workspace().join(program).is_file()
        };
        let mut missing = commands(block);
        missing.retain(|it| !reads_page && !is_script(it) && !holds(&text, it));
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!("{script} does not run\n{}", missing.join("\n")))
    }
}

fn read(file: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(workspace().join(file));
    text.map_err(|error| format!("{file}: {error}"))
}

/// The lines of a script that are no comments.
fn code(script: &str) -> impl Iterator<Item = &str> {
    let is_code = |line: &&str| {
        !["#", "//"]
            .iter()
            .any(|it| line.trim_start().starts_with(it))
    };
    script.lines().filter(is_code)
}

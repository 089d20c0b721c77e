//! Runs the blocks of a page, and compares what they print.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use host_test::build::workspace;
use intercom_double::intercom::TOKEN;
use intercom_double::{IntercomDouble, Options};

use crate::page::{Block, Page};
use crate::session::Session;
use crate::shown::{Shown, commands, holds};

/// What became of the commands of all pages.
#[derive(Default)]
pub struct Report {
    pub run: usize,
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

/// Runs all blocks of a page in the copy in `folder`, with a double of Intercom of its own.
pub async fn page(page: &Page, folder: &Path, report: &mut Report) {
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
        session: None,
    };
    let started = Instant::now();
    let before = report.run;
    for (at, block) in page.blocks.iter().enumerate() {
        let next = page.blocks.get(at + 1).filter(|next| next.follows_block);
        let output = next.filter(|next| next.language != "sh" && next.comment.is_empty());
        if let Err(why) = reader.read(block, output, report) {
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
        let count = commands(&block.text).len();
        let text = &block.text;
        let shown = output.map(|output| Shown::new(&output.text));
        match block.comment.split_once(' ').unwrap_or_default() {
            ("run", script) => {
                report.named += count;
                self.named(text, script.trim_start_matches("by "))
            }
            ("file", name) => self.session().write_file(name, text),
            ("printed", _) => self.printed(&Shown::new(text)),
            ("keeps", _) => {
                report.run += count;
                self.session().keep_running(text)?;
                let shown = shown.ok_or("shows nothing that says when it is ready")?;
                self.printed(&shown)
            }
            _ if block.language == "sh" => {
                report.run += count;
                let (status, printed) = self.session().run(text)?;
                match shown {
                    Some(shown) => self.compare(&shown, &printed),
                    None if status == "0" => Ok(()),
                    None => Err(format!("ends with {status}\n{printed}")),
                }
            }
            _ if text.lines().any(|line| line.starts_with("$ ")) => {
                Err("has a command that nothing runs".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn session(&mut self) -> &mut Session {
        let start = || Session::start(&self.folder, &self.url, TOKEN);
        self.session.get_or_insert_with(start)
    }

    /// Waits until the running command has printed what is shown.
    fn printed(&mut self, shown: &Shown) -> Result<(), String> {
        let url = self.url.clone();
        let is_shown = |printed: &str| shown.is(&public(printed, &url));
        let printed = self.session().printed(is_shown)?;
        self.compare(shown, &printed)
    }

    fn compare(&self, shown: &Shown, printed: &str) -> Result<(), String> {
        let printed = public(printed, &self.url);
        if shown.is(&printed) {
            return Ok(());
        }
        Err(format!("prints\n{printed}"))
    }

    /// Checks that another script runs the commands, one by one or by reading the page; a
    /// command may also be a script itself.
    fn named(&self, block: &str, script: &str) -> Result<(), String> {
        let text = std::fs::read_to_string(workspace().join(script));
        let text = text.map_err(|error| format!("{script}: {error}"))?;
        let mut code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let reads_page = code.any(|line| line.contains(&self.page));
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

/// What is printed, with Intercom's address in place of the double's.
fn public(printed: &str, url: &str) -> String {
    printed.replace(url, "https://api.intercom.io")
}

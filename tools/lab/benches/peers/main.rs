//! Compares the connector with other clients, in one run against one server, and
//! writes the tables and pictures of `docs/performance.md`. The script `run` beside
//! this file does all of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark"
)]

mod aims;
mod clients;
mod extremes;
mod figures;
mod instructions;
mod machine;
mod measure;
#[path = "../native/mod.rs"]
mod native;
mod page;
mod pictures;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Compares the connector with other clients.
#[derive(Debug, Parser)]
enum Command {
    /// Make calls without a sandbox, and print their figures as JSON
    Client(clients::Arguments),
    /// Run one recorded case repeatedly, to count its instructions
    Repeat(instructions::Arguments),
    /// Measure everything, and write the figures to a file
    Measure(measure::Arguments),
    /// Write the page's tables and pictures from a file of figures
    Write {
        /// The file that `measure` wrote
        figures: PathBuf,
        /// The page
        page: PathBuf,
        /// The folder of its pictures
        pictures: PathBuf,
    },
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Client(arguments) => clients::run(&arguments),
        Command::Repeat(arguments) => instructions::run(&arguments),
        Command::Measure(arguments) => measure::run(&arguments),
        Command::Write {
            figures,
            page,
            pictures,
        } => write(&figures, &page, &pictures),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(
    figures: &std::path::Path,
    page: &std::path::Path,
    pictures: &std::path::Path,
) -> Result<(), String> {
    let text = std::fs::read_to_string(figures)
        .map_err(|error| format!("could not read {}: {error}", figures.display()))?;
    let all = serde_json::from_str(&text)
        .map_err(|error| format!("{}: not a file of figures: {error}", figures.display()))?;
    pictures::draw(&all, pictures)?;
    page::update(&all, page)
}

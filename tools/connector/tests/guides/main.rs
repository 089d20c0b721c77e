//! The pages of Markdown are true: their commands print what they show, and their links
//! lead somewhere.
//!
//! A block of `sh` is run, in the order of its page, in one shell. The block that follows it
//! without text in between is what it prints, with `…` for text that is left out; a block
//! without one must succeed. A comment above a block says what else it is:
//!
//! - `<!-- run by FILE -->`: it needs a program that may be missing, or minutes; FILE runs it.
//!   With `RUN_BY=FILE` this test runs the blocks of that script and no others, so that a
//!   script which sets up what they need has their outputs compared, too.
//! - `<!-- compared by FILE -->`: an output of no command of the page; the test FILE reads it.
//! - `<!-- keeps running -->`: a server. It ends with its page, or with the next one.
//! - `<!-- printed by the running command -->`: all that the server has printed by then.
//! - `<!-- file NAME -->`: a file that later commands read.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "for tests only"
)]

mod files;
mod page;
mod ports;
mod run;
mod session;
mod shown;

use host_test::build::workspace;
use page::Page;

/// All pages of the repository.
fn pages() -> Vec<Page> {
    let files = files::below(workspace()).into_iter();
    let pages = files.filter(|path| path.extension().is_some_and(|it| it == "md"));
    pages.map(|path| Page::read(workspace(), path)).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut broken = Vec::new();
    for page in &pages {
        let links = page.links.iter().filter(|link| !link.contains(':'));
        let wrong = links.filter(|link| !leads_somewhere(page, link, &pages));
        broken.extend(wrong.map(|link| format!("{}: {link}", page.path.display())));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Whether the file of a link exists, and its heading if it is one of our pages.
fn leads_somewhere(page: &Page, link: &str, pages: &[Page]) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let here = workspace().join(&page.path);
    let target = if path.is_empty() {
        here
    } else {
        here.parent().unwrap().join(path)
    };
    let Ok(target) = target.canonicalize() else {
        return false;
    };
    let root = workspace().canonicalize().unwrap();
    let linked = pages.iter().find(|it| root.join(&it.path) == target);
    anchor.is_empty() || linked.is_some_and(|it| it.anchors.contains(anchor))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_prints_what_its_page_shows() {
    run::build_programs();
    let folder = session::copy_repository(workspace());
    let only = std::env::var("PAGE").unwrap_or_default();
    let script = std::env::var("RUN_BY").ok();
    let mut report = run::Report::default();
    for page in pages() {
        if page.path.to_string_lossy().contains(&only) {
            run::page(&page, script.as_deref(), folder.path(), &mut report).await;
        }
    }
    println!(
        "{} commands of the pages run here, {} outputs compared; {} commands in other scripts",
        report.run, report.outputs, report.named
    );
    assert!(report.wrong.is_empty(), "\n{}\n", report.wrong.join("\n\n"));
    assert!(
        script.is_none() || report.run > 0,
        "no block is run by this script"
    );
}

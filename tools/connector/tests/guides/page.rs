//! Reads a page of Markdown: its fenced blocks with the comment above each, its links, and
//! the anchors of its headings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page, with its path below the workspace.
#[derive(Default)]
pub struct Page {
    pub path: PathBuf,
    pub blocks: Vec<Block>,
    pub links: Vec<String>,
    pub anchors: BTreeSet<String>,
}

/// A fenced block.
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    pub language: String,
    pub text: String,
    /// The HTML comment just above it, or empty.
    pub comment: String,
    /// Whether nothing stands between it and the block before it.
    pub follows_block: bool,
}

impl Block {
    /// The script that runs it, if its comment names one.
    pub fn run_by(&self) -> Option<&str> {
        self.comment.strip_prefix("run by ")
    }

    /// Whether the block after it shows its output.
    fn shows(&self, next: &Self) -> bool {
        let is_plain = next.language != "sh" && next.comment.is_empty();
        self.language == "sh" && next.follows_block && is_plain
    }

    /// Whether it shows what something printed.
    pub fn is_output(&self) -> bool {
        ["text", "http"].contains(&&*self.language)
            || self.text.lines().any(|line| line.starts_with("$ "))
    }
}

/// Where the reader is.
#[derive(Default)]
enum Place {
    #[default]
    Elsewhere,
    InBlock,
    AfterBlock,
    AfterComment(String),
    InHeading(String),
}

impl Page {
    /// Reads the page at `path` below `root`.
    pub fn read(root: &Path, path: PathBuf) -> Self {
        let text = std::fs::read_to_string(root.join(&path)).unwrap();
        Self {
            path,
            ..Self::parse(&text)
        }
    }

    /// Reads a page without a path.
    pub fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let mut place = Place::default();
        let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
        for (event, range) in events {
            page.read_links(&event);
            let before = text.as_bytes().iter().take(range.start);
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            place = page.read_event(place, event, line);
        }
        page
    }

    /// The blocks, commands with the block that shows their output.
    pub fn blocks_with_output(&self) -> impl Iterator<Item = (&Block, Option<&Block>)> {
        let before = std::iter::once(None).chain(self.blocks.iter().map(Some));
        let after = self.blocks.iter().skip(1).map(Some).chain([None]);
        let blocks = before.zip(&self.blocks).zip(after);
        let blocks =
            blocks.filter(|((before, block), _)| !before.is_some_and(|it| it.shows(block)));
        blocks.map(|((_, block), after)| (block, after.filter(|after| block.shows(after))))
    }

    fn read_event(&mut self, place: Place, event: Event, line: usize) -> Place {
        match (place, event) {
            (place, Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language)))) => {
                self.blocks.push(Block {
                    line,
                    language: language.into_string(),
                    text: String::new(),
                    follows_block: matches!(place, Place::AfterBlock),
                    comment: match place {
                        Place::AfterComment(comment) => comment,
                        _ => String::new(),
                    },
                });
                Place::InBlock
            }
            (Place::InBlock, Event::Text(text)) => {
                self.blocks.last_mut().unwrap().text.push_str(&text);
                Place::InBlock
            }
            (_, Event::End(TagEnd::CodeBlock)) => Place::AfterBlock,
            (_, Event::Start(Tag::Heading { .. })) => Place::InHeading(String::new()),
            (Place::InHeading(heading), Event::Text(part) | Event::Code(part)) => {
                Place::InHeading(heading + &part)
            }
            (Place::InHeading(heading), Event::End(TagEnd::Heading(_))) => {
                self.anchors.insert(anchor(&heading));
                Place::Elsewhere
            }
            (_, Event::Html(html)) => Place::AfterComment(comment(&html)),
            (place, Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)) => place,
            (place @ Place::InHeading(_), _) => place,
            _ => Place::Elsewhere,
        }
    }

    fn read_links(&mut self, event: &Event) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.links.push(dest_url.to_string());
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let sources = html.split("src=\"").skip(1);
                let sources = sources.filter_map(|rest| rest.split('"').next());
                self.links.extend(sources.map(str::to_owned));
            }
            _ => {}
        }
    }
}

fn comment(html: &str) -> String {
    let inner = html.trim().strip_prefix("<!--");
    let inner = inner.and_then(|rest| rest.strip_suffix("-->"));
    inner.unwrap_or_default().trim().to_owned()
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let heading = heading.to_lowercase();
    let kept = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

//! Resources for agents: the reference of all actions, guides, and the skill.

use std::path::{Path, PathBuf};

use rmcp::model::{
    Resource, ResourceContents, Skill, SkillFrontmatter, SkillResource, SkillResources,
};

use super::skill;
use super::tools::Toolbox;
use crate::reference_page::page as reference_page;
use connector_host::Manifest;

/// The media type of all resources.
const MARKDOWN: &str = "text/markdown";

/// A page that the person who starts the server adds.
#[derive(Debug, Clone)]
pub struct Guide {
    name: String,
    text: String,
}

/// A guide cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("--guide: could not read {}: {source}; give a Markdown file", path.display())]
pub struct GuideError {
    path: PathBuf,
    source: std::io::Error,
}

/// All pages.
pub(super) struct Resources {
    pages: Vec<(Resource, String)>,
    skill: Skill,
}

impl Guide {
    /// The guide in a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read as text.
    pub fn read(path: &Path) -> Result<Self, GuideError> {
        let text = std::fs::read_to_string(path).map_err(|source| GuideError {
            path: path.to_owned(),
            source,
        })?;
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        Ok(Self { name, text })
    }

    /// The first heading.
    fn title(&self) -> &str {
        let heading = self.text.lines().find_map(|line| line.strip_prefix("# "));
        heading.unwrap_or(&self.name)
    }
}

impl Resources {
    pub(super) fn new(manifest: &Manifest, tools: &Toolbox, guides: &[Guide]) -> Self {
        let connector = &manifest.name;
        let reference = reference_page(manifest);
        let reference_title = format!("{} reference", manifest.title);
        let page = |file: &str, title: &str, text: &str| {
            let uri = format!("connector://{connector}/{file}");
            let resource = Resource::new(uri, file).with_title(title);
            (described(resource, text), text.to_owned())
        };
        let mut pages = vec![page("reference.md", &reference_title, &reference)];
        pages.extend(
            guides
                .iter()
                .map(|guide| page(&guide.name, guide.title(), &guide.text)),
        );

        let text = skill::text(manifest, tools);
        let description = skill::description(manifest);
        let uri = format!("skill://{connector}/SKILL.md");
        let file = SkillResource::from_bytes(uri.as_str(), text.as_bytes());
        let front = SkillFrontmatter::new(connector.as_str(), description.as_str());
        let skill = Skill::new(uri.as_str(), front, SkillResources::Files(vec![file]));
        let resource = Resource::new(uri, "SKILL.md").with_description(description);
        pages.push((described(resource, &text), text));
        Self { pages, skill }
    }

    pub(super) fn list(&self) -> Vec<Resource> {
        self.pages
            .iter()
            .map(|(resource, _)| resource.clone())
            .collect()
    }

    pub(super) fn read(&self, uri: &str) -> Option<ResourceContents> {
        let mut pages = self.pages.iter();
        let (resource, text) = pages.find(|(resource, _)| resource.uri == uri)?;
        let contents = ResourceContents::text(text.as_str(), resource.uri.as_str());
        Some(contents.with_mime_type(MARKDOWN))
    }

    pub(super) fn skill(&self) -> &Skill {
        &self.skill
    }
}

fn described(resource: Resource, text: &str) -> Resource {
    let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
    resource.with_mime_type(MARKDOWN).with_size(size)
}

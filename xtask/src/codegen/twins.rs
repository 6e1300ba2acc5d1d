//! The documents of a French page are those of the English one: copied, so that the two cannot come to show different things.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::{Files, read};

/// Blocks that name a file: the documents with which a page's commands are run.
const OPENING: &str = "```json file=";

/// The French pages with the documents of the English ones, from what was drawn so far or else from the disk.
pub(super) fn files(workspace: &Path, drawn: &Files) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for folder in ["", "actions/"] {
        let listed = fs::read_dir(workspace.join("docs").join(folder))?;
        for entry in listed {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.strip_suffix(".md").is_none() {
                continue;
            }
            let text = |path: String| match drawn.get(&path) {
                Some(text) => Ok(text.clone()),
                None => read(workspace, &path),
            };
            let path = format!("docs/fr/{folder}{name}");
            let (english, french) = (text(format!("docs/{folder}{name}"))?, text(path.clone())?);
            if !french.is_empty() {
                files.insert(path.clone(), twin(&english, &french).context(path)?);
            }
        }
    }
    Ok(files)
}

/// The French page with the documents of the English one, in their order.
fn twin(english: &str, french: &str) -> anyhow::Result<String> {
    let (shown, mut parts) = (english.split(OPENING), french.split(OPENING));
    let mut twin = parts.next().unwrap_or_default().to_owned();
    for shown in shown.skip(1) {
        let (document, _) = cut(shown)?;
        let (_, after) = cut(parts.next().context("it shows fewer documents than in English")?)?;
        twin = format!("{twin}{OPENING}{document}{after}");
    }
    if parts.next().is_some() {
        bail!("it shows more documents than in English");
    }
    Ok(twin)
}

/// A part that begins in a block: what belongs to the block, and what follows.
fn cut(part: &str) -> anyhow::Result<(&str, &str)> {
    let end = part.find("\n```").context("a document has no end")?;
    Ok(part.split_at(end))
}

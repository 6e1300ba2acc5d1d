//! What a reference may name where the cursor stands: roots, the contact, earlier blocks and what they give, the run, secrets,
//! and the filters behind `|`.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use relance_diagnostics::Edit;
use relance_model::{
    action::{ERROR_OUTPUT, Parameter, ParameterKind, References},
    names::{self, Name},
    text::Root,
};

use super::{Completion, CompletionKind, Wanted, say};
use crate::{
    about,
    mentions::names_read,
    outline::Outline,
    passage::Passage,
    place::passage,
    rename::bracket,
    slot::{self, Path, Slot, Token, TokenKind, is_name, path},
    tree::Node,
};

/// What may be written in the reference at a cursor. None: it stands in none.
pub(super) fn complete(
    outline: &Outline<'_>,
    block: usize,
    parameter: &Parameter,
    node: &Node<'_>,
    offset: usize,
    wanted: Wanted<'_>,
) -> Option<Vec<Completion>> {
    let passage = passage(node.literal()?, &parameter.kind, offset)?;
    let offset = passage.offset(offset);
    let slot = slot::at(&passage.text, offset)?;
    let allowed = allowed(parameter, &passage.text, slot.range.start);
    if allowed == References::None {
        return Some(Vec::new());
    }
    let Some(gap) = Gap::of(&slot, offset) else { return Some(Vec::new()) };
    let scope = Scope { outline, block, wanted, allowed };
    let candidates = scope.candidates(&gap);
    let writer = Writer { passage: &passage, slot: &slot, gap: &gap };
    Some(candidates.into_iter().filter_map(|it| writer.item(it)).collect())
}

/// Which references may stand at a place of a parameter: in a URL it depends on what stands before it.
fn allowed(parameter: &Parameter, text: &str, start: usize) -> References {
    if !matches!(parameter.kind, ParameterKind::Url) {
        return parameter.references;
    }
    let before = text.get(..start).unwrap_or_default();
    let Some((_, after_scheme)) = before.split_once("://") else { return References::None };
    if after_scheme.contains('#') {
        References::None
    } else if after_scheme.contains('?') {
        References::DataAndSecrets
    } else if after_scheme.contains('/') {
        References::Data
    } else {
        References::None
    }
}

/// What is to be written next, and in the place of what.
struct Gap<'t> {
    range: Range<usize>,
    what: What<'t>,
}

enum What<'t> {
    Root,
    /// A step behind a dot that stands there.
    Step {
        of: Path<'t>,
        dot: usize,
    },
    /// A step in brackets, with that quote.
    Bracket {
        of: Path<'t>,
        quote: char,
    },
    Filter,
}

impl<'t> Gap<'t> {
    fn of(slot: &Slot<'t>, offset: usize) -> Option<Gap<'t>> {
        let is_text = |it: &Token<'_>| matches!(it.kind, TokenKind::Word(_) | TokenKind::Quoted(_));
        let tokens = slot.tokens.as_slice();
        let under = tokens
            .iter()
            .position(|it| is_text(it) && it.range.start < offset && offset <= it.range.end);
        let before = match under {
            Some(place) => tokens.get(..place)?,
            None => tokens.get(..tokens.partition_point(|it| it.range.end <= offset))?,
        };
        let current = under.and_then(|place| tokens.get(place));
        let range = current.map_or(offset..offset, |it| it.range.clone());
        let is_word = current.is_none_or(|it| matches!(it.kind, TokenKind::Word(_)));
        let Some((last, prior)) = before.split_last() else {
            return is_word.then_some(Gap { range, what: What::Root });
        };
        let has_pipe = before.iter().any(|it| it.kind == TokenKind::Sign('|'));
        match last.kind {
            TokenKind::Sign('|') if is_word => Some(Gap { range, what: What::Filter }),
            TokenKind::Sign('.') if is_word && !has_pipe => {
                Some(Gap { range, what: What::Step { of: path(prior), dot: last.range.start } })
            }
            TokenKind::Sign('[') if !has_pipe => {
                let quote = match current.map(|it| &it.kind) {
                    Some(TokenKind::Quoted(_)) => None,
                    Some(TokenKind::Word(_) | TokenKind::Sign(_)) | None => Some('\''),
                };
                // A closing bracket that is there is replaced too.
                let next = under.map_or(before.len(), |place| place + 1);
                let closing = tokens.get(next).filter(|it| it.kind == TokenKind::Sign(']'));
                let end = closing.map_or(range.end, |it| it.range.end);
                Some(Gap {
                    range: last.range.start..end,
                    what: What::Bracket { of: path(prior), quote: quote.unwrap_or('"') },
                })
            }
            TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Sign(_) => None,
        }
    }
}

/// Something that may be named.
struct Candidate {
    name: String,
    kind: CompletionKind,
    detail: String,
    about: String,
    /// Whether a reference may end with it.
    is_end: bool,
}

/// What can be named from where the cursor stands.
struct Scope<'s, 'v> {
    outline: &'s Outline<'v>,
    block: usize,
    wanted: Wanted<'s>,
    allowed: References,
}

impl Scope<'_, '_> {
    fn candidates(&self, gap: &Gap<'_>) -> Vec<Candidate> {
        match &gap.what {
            What::Root => {
                let secret = |it: &&Name| it.name == Root::Secrets.as_str();
                let may = |it: &&Name| !secret(it) || self.allowed == References::DataAndSecrets;
                self.named(names::ROOTS.iter().filter(may), CompletionKind::Field, false)
            }
            What::Filter => self.named(names::FILTERS.iter(), CompletionKind::Filter, true),
            What::Step { of, .. } | What::Bracket { of, .. } => self.steps(of),
        }
    }

    fn steps(&self, path: &Path<'_>) -> Vec<Candidate> {
        let steps: Vec<&str> = path.steps.iter().map(|step| step.name.as_ref()).collect();
        match (path.known_root(), steps.as_slice()) {
            (Some(Root::Contact), []) => {
                let mut known = self.named(names::CONTACT.iter(), CompletionKind::Field, true);
                for it in &mut known {
                    it.is_end = it.name != names::FIELDS.name;
                }
                known
            }
            (Some(Root::Contact), ["fields"]) => {
                self.read_elsewhere(Root::Contact, CompletionKind::Field, BTreeSet::new())
            }
            (Some(Root::Run), []) => self.named(names::RUN.iter(), CompletionKind::Field, true),
            (Some(Root::Secrets), []) if self.allowed == References::DataAndSecrets => {
                let configured = self.wanted.secrets.iter().cloned().collect();
                self.read_elsewhere(Root::Secrets, CompletionKind::Secret, configured)
            }
            (Some(Root::Blocks), []) => self.blocks(),
            (Some(Root::Blocks), [id]) => self.outputs(id),
            (Some(Root::Blocks), [_, error]) if *error == ERROR_OUTPUT.name => {
                self.named(names::ERROR.iter(), CompletionKind::Field, true)
            }
            _ => Vec::new(),
        }
    }

    /// The blocks before this one that give something.
    fn blocks(&self) -> Vec<Candidate> {
        let language = self.wanted.language;
        let before = self.outline.ancestors(self.block).into_iter();
        before
            .filter_map(|block| {
                let (id, kind) = (block.id.as_ref()?, block.kind?);
                let title = kind.spec().title.to(language);
                let label = block.label.as_deref().filter(|label| *label != title);
                let detail = label.map_or_else(|| title.to_owned(), |it| format!("{it} · {title}"));
                Some(Candidate {
                    name: id.text.clone().into_owned(),
                    kind: CompletionKind::Block,
                    detail,
                    about: String::new(),
                    is_end: false,
                })
            })
            .collect()
    }

    /// What a block gives: nothing, unless it comes before this one.
    fn outputs(&self, id: &str) -> Vec<Candidate> {
        let language = self.wanted.language;
        let before = self.outline.ancestors(self.block);
        let is_it = |named: &crate::outline::Named<'_>| named.text == id;
        let block = before.into_iter().find(|block| block.id.as_ref().is_some_and(is_it));
        let Some(kind) = block.and_then(|block| block.kind) else { return Vec::new() };
        let outputs = kind.spec().outputs.iter().chain([&ERROR_OUTPUT]);
        outputs
            .map(|output| Candidate {
                name: output.name.to_owned(),
                kind: CompletionKind::Field,
                detail: say(&about::json_type(output), language),
                about: say(&output.about, language),
                is_end: true,
            })
            .collect()
    }

    /// Names that the document reads elsewhere, and these.
    fn read_elsewhere(
        &self,
        root: Root,
        kind: CompletionKind,
        mut known: BTreeSet<String>,
    ) -> Vec<Candidate> {
        names_read(self.outline, &mut |of, name| {
            if of == root && !name.is_empty() {
                known.insert(name.to_owned());
            }
        });
        let names = known.into_iter().map(|name| Candidate {
            name,
            kind,
            detail: String::new(),
            about: String::new(),
            is_end: true,
        });
        names.collect()
    }

    fn named(
        &self,
        names: impl Iterator<Item = &'static Name>,
        kind: CompletionKind,
        is_end: bool,
    ) -> Vec<Candidate> {
        let candidates = names.map(|name| Candidate {
            name: name.name.to_owned(),
            kind,
            detail: String::new(),
            about: say(&name.about, self.wanted.language),
            is_end,
        });
        candidates.collect()
    }
}

/// Writes a name where it is to stand.
struct Writer<'s, 't> {
    passage: &'s Passage<'t>,
    slot: &'s Slot<'s>,
    gap: &'s Gap<'s>,
}

impl Writer<'_, '_> {
    fn item(&self, candidate: Candidate) -> Option<Completion> {
        let Candidate { name, kind, detail, about, is_end } = candidate;
        let (range, words): (Range<usize>, Cow<'_, str>) = match &self.gap.what {
            What::Root => (self.gap.range.clone(), Cow::Borrowed(&name)),
            What::Filter => (self.gap.range.clone(), Cow::Owned(with_argument(&name))),
            What::Step { .. } if name.chars().all(is_name) => {
                (self.gap.range.clone(), Cow::Borrowed(&name))
            }
            What::Step { dot, .. } => (*dot..self.gap.range.end, bracket(&name).ok()?),
            What::Bracket { quote, .. } if !name.contains(*quote) => {
                (self.gap.range.clone(), Cow::Owned(format!("[{quote}{name}{quote}]")))
            }
            What::Bracket { .. } => (self.gap.range.clone(), bracket(&name).ok()?),
        };
        // A step in brackets takes the place of a dot, which was typed.
        let dotted = matches!(self.gap.what, What::Step { .. }) && words.starts_with('[');
        let filter =
            self.passage.escape(&if dotted { format!(".{name}") } else { words.to_string() });
        // A blank behind the opening braces, and the closing ones where they are missing.
        let before =
            if range.start == self.slot.range.start + 2 && range.is_empty() { " " } else { "" };
        let last = self.slot.tokens.iter().all(|it| it.range.end <= self.gap.range.end);
        let after = if is_end && last && !self.slot.closed { " }}" } else { "" };
        let text = self.passage.escape(&format!("{before}{words}{after}"));
        let span = self.passage.span(range);
        Some(Completion {
            label: name,
            kind,
            detail,
            about,
            edit: Edit { span, text },
            snippet: None,
            comma: None,
            filter,
        })
    }
}

/// A filter with the argument that it needs.
fn with_argument(name: &str) -> String {
    match name {
        "default" => "default: ''".to_owned(),
        "date" => "date: '%d/%m/%Y'".to_owned(),
        other => other.to_owned(),
    }
}

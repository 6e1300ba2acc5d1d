//! What a person reads in a terminal: the sentence, the place, the line itself with a caret under the wrong characters, and the
//! way out.
//!
//! Lines are laid out by `annotate-snippets`, which walks the whole text that it is given, trusts its spans, and counts columns
//! in it. It is therefore given a quote only, and the heading with the true place is written here.

use std::{borrow::Cow, iter::repeat};

use annotate_snippets::{
    AnnotationKind, Group, Level, Renderer, Snippet,
    renderer::{
        DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_LINE_NUM_STYLE,
        DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE, Style as Paint,
    },
};

use super::{
    Report,
    clean::clean,
    quote::{Mark, quote},
    words,
};
use crate::{Diagnostic, Language, Place, Severity, Span, Text};

/// How findings look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colours: bool,
    width: usize,
}

impl Style {
    /// Without colours, for files and pipes.
    pub const fn plain() -> Style {
        Style { colours: false, width: 100 }
    }

    /// With colours, for a terminal that shows them.
    pub const fn colour() -> Style {
        Style { colours: true, width: 100 }
    }

    /// Cuts quoted lines to a width in columns: 100 unless told.
    #[must_use]
    pub const fn width(self, width: usize) -> Style {
        Style { width, ..self }
    }
}

/// Every finding of a file, as people read it.
pub fn human(report: &Report<'_>, language: Language, style: Style) -> String {
    let writer = Writer { report, language, style, renderer: renderer(style) };
    let mut shown = String::new();
    for diagnostic in report.diagnostics {
        writer.push_diagnostic(&mut shown, diagnostic);
        shown.push('\n');
    }
    shown
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.colours { Renderer::styled() } else { Renderer::plain() };
    // Lines are already cut; it must not cut them again.
    renderer.term_width(usize::from(u16::MAX))
}

/// A related place joins the quote when both fit in so many lines.
const NEAR: usize = 8;

/// However narrow the terminal, a quote is this wide.
const NARROWEST: usize = 24;

struct Writer<'a> {
    report: &'a Report<'a>,
    language: Language,
    style: Style,
    renderer: Renderer,
}

/// One quote, with what stands above and below it.
struct Section<'a> {
    level: Level<'static>,
    paint: Paint,
    title: String,
    message: &'a Text,
    span: Span,
    /// The marks, with what stands under them. The first is the one that matters.
    marks: Vec<(Mark, Option<&'a Text>)>,
    /// What is said below, with the word that announces it.
    footer: Vec<(Text, Cow<'a, str>)>,
}

impl Writer<'_> {
    fn push_diagnostic(&self, shown: &mut String, diagnostic: &Diagnostic) {
        let (level, paint) = match diagnostic.severity {
            Severity::Error => (Level::ERROR, DEFAULT_ERROR_STYLE),
            Severity::Warning => (Level::WARNING, DEFAULT_WARNING_STYLE),
            Severity::Info => (Level::INFO, DEFAULT_INFO_STYLE),
        };
        let severity = diagnostic.severity.word();
        let mut marks = vec![(self.mark(diagnostic.span), diagnostic.label.as_ref())];
        let mut apart = Vec::new();
        for related in &diagnostic.related {
            let mark = self.mark(related.span);
            if self.stands_with(&mark, &marks) {
                marks.push((mark, Some(&related.message)));
            } else {
                apart.push((mark, related));
            }
        }
        let section = Section {
            level,
            paint,
            title: format!("{}[{}]", severity.to(self.language), diagnostic.code),
            message: &diagnostic.message,
            span: diagnostic.span,
            marks,
            footer: self.footer(diagnostic),
        };
        self.push_section(shown, section);
        for (mark, related) in apart {
            let section = Section {
                level: Level::NOTE,
                paint: DEFAULT_NOTE_STYLE,
                title: words::NOTE.to(self.language).to_owned(),
                message: &related.message,
                span: related.span,
                marks: vec![(mark, None)],
                footer: Vec::new(),
            };
            self.push_section(shown, section);
        }
    }

    fn mark(&self, span: Span) -> Mark {
        Mark::of(self.report.source, span)
    }

    /// Whether a related place can be shown in the quote of these marks.
    fn stands_with(&self, mark: &Mark, marks: &[(Mark, Option<&Text>)]) -> bool {
        let width = self.style.width;
        marks.iter().all(|(it, _)| it.lines_with(mark) <= NEAR && !it.crowds(mark, width))
    }

    fn footer<'d>(&self, diagnostic: &'d Diagnostic) -> Vec<(Text, Cow<'d, str>)> {
        let mut footer = Vec::new();
        if let Some(block) = &diagnostic.block {
            let id = clean(&block.id);
            let named = match &block.label {
                Some(label) => Cow::Owned(format!("{id} ({})", clean(label))),
                None => id,
            };
            footer.push((words::BLOCK, named));
        }
        let help = diagnostic.help.iter();
        footer.extend(help.map(|help| (words::HELP, clean(help.to(self.language)))));
        if let Some(fix) = &diagnostic.fix {
            footer.push((words::fix(fix.safety), clean(fix.title.to(self.language))));
        }
        let page = words::page(diagnostic.code, self.language);
        footer.push((words::SEE, Cow::Owned(page)));
        footer
    }

    fn push_section(&self, shown: &mut String, section: Section<'_>) {
        let Report { source, mask, .. } = self.report;
        let (marks, labels): (Vec<_>, Vec<_>) = section.marks.into_iter().unzip();
        let last_line = marks.iter().map(Mark::last_line).max().unwrap_or(1);
        let gutter = last_line.to_string().len();
        let width = self.style.width.saturating_sub(gutter + " | ".len()).max(NARROWEST);
        let quote = quote(source, mask, &marks, width);

        let Place { line, column, .. } = source.place(section.span.range().start);
        let message = clean(section.message.to(self.language));
        let colon = words::colon(self.language);
        self.push_painted(shown, section.paint, &section.title);
        self.push_painted(shown, DEFAULT_EMPHASIS_STYLE, &format!("{colon}{message}"));
        shown.push('\n');
        self.push_painted(shown, DEFAULT_LINE_NUM_STYLE, &format!("{:gutter$}--> ", ""));
        let place = format!("{}:{line}:{column}\n", clean(source.name()));
        shown.push_str(&place);

        let kinds = [AnnotationKind::Primary].into_iter().chain(repeat(AnnotationKind::Context));
        let annotations =
            quote.marks.into_iter().zip(labels).zip(kinds).map(|((range, label), kind)| {
                kind.span(range).label(label.map(|label| clean(label.to(self.language))))
            });
        let lines =
            Snippet::source(quote.text).line_start(quote.first_line).annotations(annotations);
        let footer = section.footer.iter().map(|(word, message)| {
            // It writes the colon itself; what a language wants before that belongs to the word.
            let before = colon.strip_suffix(": ").unwrap_or_default();
            let name = format!("{}{before}", word.to(self.language));
            Level::NOTE.with_name(name).message(message.as_ref())
        });
        let group = Group::with_level(section.level).element(lines).elements(footer);
        shown.push_str(&self.renderer.render(&[group]));
        shown.push('\n');
    }

    fn push_painted(&self, shown: &mut String, paint: Paint, text: &str) {
        if self.style.colours {
            shown.push_str(&paint.render().to_string());
            shown.push_str(text);
            shown.push_str(&paint.render_reset().to_string());
        } else {
            shown.push_str(text);
        }
    }
}

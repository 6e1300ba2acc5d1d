//! A finding while a check goes on: it knows its span; its pointer and block follow from that at the end.

use relance_diagnostics::{Fix, Related, Safety, Span, Text};

use crate::{
    Code,
    edit::{self, Change, Mend, Side, writing},
};

/// A finding in the making.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) span: Span,
    /// Points at the root although its span lies deeper: broken JSON and exceeded limits.
    pub(crate) at_root: bool,
    pub(crate) message: Text,
    pub(crate) label: Option<Text>,
    pub(crate) help: Vec<Text>,
    pub(crate) related: Vec<Related>,
    pub(crate) fix: Option<Fix>,
}

impl Finding {
    pub(crate) fn new(code: Code, span: Span, message: Text) -> Finding {
        let (label, help, related, fix) = (None, Vec::new(), Vec::new(), None);
        Finding { code, span, at_root: false, message, label, help, related, fix }
    }

    pub(crate) fn at_root(&mut self) -> &mut Finding {
        self.at_root = true;
        self
    }

    pub(crate) fn label(&mut self, label: Text) -> &mut Finding {
        self.label = Some(label);
        self
    }

    pub(crate) fn help(&mut self, help: Text) -> &mut Finding {
        self.help.push(help);
        self
    }

    pub(crate) fn related(&mut self, span: Span, message: Text) -> &mut Finding {
        self.related.push(Related { span, message });
        self
    }

    /// "did you mean `…`?", when there is something to mean.
    pub(crate) fn did_you_mean(&mut self, meant: Option<&str>) -> &mut Finding {
        if let Some(meant) = meant {
            self.help(did_you_mean(meant));
        }
        self
    }

    /// An edit that surely means what the author meant.
    pub(crate) fn fix(&mut self, title: Text, span: Span, text: impl Into<String>) -> &mut Finding {
        self.edit(title, Safety::Safe, span, text.into())
    }

    /// An edit that a person should look at.
    pub(crate) fn unsafe_fix(
        &mut self,
        title: Text,
        span: Span,
        text: impl Into<String>,
    ) -> &mut Finding {
        self.edit(title, Safety::Unsafe, span, text.into())
    }

    /// The edit that puts a text in the place of a value.
    pub(crate) fn replace(&mut self, safety: Safety, span: Span, text: &str) -> &mut Finding {
        let title = match text {
            "" => Text::fixed("leave it empty", "le laisser vide"),
            _ => writing(text),
        };
        self.edit(title, safety, span, quoted(text))
    }

    /// The edit that puts a member into an object, beside its others.
    pub(crate) fn insert(
        &mut self,
        safety: Safety,
        source: &str,
        object: Span,
        (key, value): (&str, &str),
        side: Side,
    ) -> &mut Finding {
        let member = format!("\"{key}\": {value}");
        let title = Text::new(format!("add `{member}`"), format!("ajouter `{member}`"));
        let change = edit::insertion(source, object.range(), key, value, side);
        self.mend(Mend::new(safety, title, [change]))
    }

    /// Changes of the file that mend it.
    pub(crate) fn mend(&mut self, mend: Mend) -> &mut Finding {
        let Mend { title, safety, changes } = mend;
        let edits = changes.into_iter().map(Change::in_file).collect();
        self.fix = Some(Fix { title, safety, edits });
        self
    }

    fn edit(&mut self, title: Text, safety: Safety, span: Span, text: String) -> &mut Finding {
        self.mend(Mend::new(safety, title, [Change::new(span.range(), text)]))
    }
}

/// "did you mean `…`?"
pub(crate) fn did_you_mean(meant: &str) -> Text {
    Text::new(format!("did you mean `{meant}`?"), format!("vouliez-vous dire `{meant}` ?"))
}

/// A JSON string literal.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// Words as a list: `a`, `b` or `c`.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> Text {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    let join = |or: &str| match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {or} {last}", rest.join(", ")),
        _ => words.join(""),
    };
    Text::new(join("or"), join("ou"))
}

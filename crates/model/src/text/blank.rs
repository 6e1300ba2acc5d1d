//! `""` is absent, said once.

/// Whether an optional parameter with this text counts as absent: only `""` does (DESIGN, "Text values").
pub fn is_blank(text: &str) -> bool {
    text.is_empty()
}

/// The text of an optional parameter, unless it is blank.
pub fn present(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

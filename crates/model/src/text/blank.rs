//! `""` is absent, said once.

/// Whether an optional parameter with this text counts as absent: only `""` does (DESIGN, "Text values").
pub fn is_blank(text: &str) -> bool {
    text.is_empty()
}

/// The text of an optional parameter, unless it is blank.
pub fn present(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

/// Whether a text holds nothing but white space: a tag may not. Only the white space of ASCII counts, as in the schemas, whose
/// patterns every dialect must read alike.
pub fn is_white(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\t'..=b'\r' | b' '))
}

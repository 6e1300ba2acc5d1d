//! Mistakes of the strict reader, in words. The same words serve a file and JSON written as text.

use relance_diagnostics::{Span, Text};
use relance_model::document::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};

use crate::{Code, finding::Finding};

/// What a mistake is called and how it is said, its span given by the caller.
pub(crate) fn finding(mistake: &Mistake, span: Span) -> Finding {
    let mut finding = Finding::new(code(&mistake.kind), span, message(&mistake.kind));
    match &mistake.kind {
        MistakeKind::ByteOrderMark => {
            finding.fix(Text::fixed("remove the mark", "enlever la marque"), span, "");
        }
        MistakeKind::Syntax(Syntax::TrailingComma) => {
            finding.fix(Text::fixed("remove the comma", "enlever la virgule"), span, "");
        }
        MistakeKind::Syntax(Syntax::LoneSurrogate) => {
            finding.help(Text::fixed(
                "write the character itself, or both halves of its pair",
                "écrivez le caractère lui-même, ou les deux moitiés de sa paire",
            ));
        }
        MistakeKind::Syntax(Syntax::ControlCharacter(_)) => {
            finding.help(Text::fixed(
                "inside a text write a line break as `\\n` and a tab as `\\t`",
                "dans un texte, écrivez un retour à la ligne `\\n` et une tabulation `\\t`",
            ));
        }
        MistakeKind::TooLarge
        | MistakeKind::InvalidUtf8
        | MistakeKind::TooDeep
        | MistakeKind::Syntax(_)
        | MistakeKind::DuplicateKey { .. }
        | MistakeKind::NulInText
        | MistakeKind::NumberOutOfRange => {}
    }
    finding
}

fn code(kind: &MistakeKind) -> Code {
    match kind {
        MistakeKind::TooLarge => Code::TooLarge,
        MistakeKind::ByteOrderMark => Code::ByteOrderMark,
        MistakeKind::InvalidUtf8 => Code::InvalidUtf8,
        MistakeKind::TooDeep => Code::TooDeep,
        MistakeKind::Syntax(_) => Code::InvalidJson,
        MistakeKind::DuplicateKey { .. } => Code::DuplicateKey,
        MistakeKind::NulInText => Code::NulInText,
        MistakeKind::NumberOutOfRange => Code::NumberOutOfRange,
    }
}

fn message(kind: &MistakeKind) -> Text {
    match kind {
        MistakeKind::TooLarge => {
            Text::fixed("the document is larger than 16 MiB", "le document dépasse 16 Mio")
        }
        MistakeKind::ByteOrderMark => Text::fixed(
            "the text begins with a byte order mark, which JSON does not allow",
            "le texte commence par une marque d'ordre des octets (BOM), interdite en JSON",
        ),
        MistakeKind::InvalidUtf8 => {
            Text::fixed("the text is not UTF-8 here", "le texte n'est pas en UTF-8 ici")
        }
        MistakeKind::TooDeep => Text::new(
            format!("arrays and objects are nested deeper than {MAX_DEPTH}"),
            format!("les tableaux et objets sont imbriqués sur plus de {MAX_DEPTH} niveaux"),
        ),
        MistakeKind::Syntax(syntax) => syntax_message(syntax),
        MistakeKind::DuplicateKey { key, .. } => Text::new(
            format!("`{key}` is already a key of this object"),
            format!("`{key}` est déjà une clé de cet objet"),
        ),
        MistakeKind::NulInText => Text::fixed(
            "a text may not hold the character NUL",
            "un texte ne peut pas contenir le caractère NUL",
        ),
        MistakeKind::NumberOutOfRange => Text::fixed(
            "this number is too large to be kept exactly",
            "ce nombre est trop grand pour être conservé exactement",
        ),
    }
}

fn syntax_message(syntax: &Syntax) -> Text {
    match syntax {
        Syntax::Nothing => Text::fixed(
            "there is no JSON here, only blanks",
            "il n'y a pas de JSON ici, seulement du vide",
        ),
        Syntax::UnexpectedEnd(expected) => {
            let expected = awaited(*expected);
            Text::new(
                format!("the JSON ends too early: {} is missing", expected.en),
                format!("le JSON s'arrête trop tôt : il manque {}", expected.fr),
            )
        }
        Syntax::Unexpected(found, expected) => {
            let (found, expected) = (visible(*found), awaited(*expected));
            Text::new(
                format!("{} was expected here, not {found}", expected.en),
                format!("{} était attendu ici, et non {found}", expected.fr),
            )
        }
        Syntax::TrailingComma => Text::fixed(
            "a comma may not stand before a closing bracket",
            "une virgule ne peut pas précéder un crochet fermant",
        ),
        Syntax::MissingComma => {
            Text::fixed("a comma is missing before this", "il manque une virgule avant ceci")
        }
        Syntax::TrailingContent => Text::fixed(
            "there is something after the end of the JSON",
            "il y a quelque chose après la fin du JSON",
        ),
        Syntax::Comment => Text::fixed("JSON has no comments", "le JSON n'a pas de commentaires"),
        Syntax::UnquotedKey => Text::fixed(
            "a key must stand in double quotes",
            "une clé s'écrit entre guillemets doubles",
        ),
        Syntax::SingleQuotes => Text::fixed(
            "a text must stand in double quotes, not single ones",
            "un texte s'écrit entre guillemets doubles, pas simples",
        ),
        Syntax::UnknownWord(word) => Text::new(
            format!("`{word}` is not a JSON value"),
            format!("`{word}` n'est pas une valeur JSON"),
        ),
        Syntax::BadNumber => Text::fixed(
            "this is not how JSON writes a number",
            "ce n'est pas ainsi que le JSON écrit un nombre",
        ),
        Syntax::ControlCharacter(found) => {
            let found = visible(*found);
            Text::new(
                format!("{found} may not stand in a text as it is"),
                format!("{found} ne peut pas figurer tel quel dans un texte"),
            )
        }
        Syntax::BadEscape => {
            Text::fixed("JSON does not know this escape", "le JSON ne connaît pas cet échappement")
        }
        Syntax::LoneSurrogate => Text::fixed(
            "this escape is half of a surrogate pair",
            "cet échappement est la moitié d'une paire de substitution",
        ),
    }
}

fn awaited(expected: Expected) -> Text {
    match expected {
        Expected::Value => Text::fixed("a value", "une valeur"),
        Expected::Key => Text::fixed("a key in double quotes", "une clé entre guillemets doubles"),
        Expected::Colon => Text::fixed("`:`", "`:`"),
        Expected::CommaOrBrace => Text::fixed("`,` or `}`", "`,` ou `}`"),
        Expected::CommaOrBracket => Text::fixed("`,` or `]`", "`,` ou `]`"),
        Expected::Quote => Text::fixed("the closing `\"`", "le `\"` fermant"),
    }
}

/// A character as it can be shown: control and invisible ones by their number.
fn visible(character: char) -> String {
    match character {
        '\n' => "`\\n`".to_owned(),
        '\r' => "`\\r`".to_owned(),
        '\t' => "`\\t`".to_owned(),
        it if it.is_control()
            || it.is_whitespace()
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}') =>
        {
            format!("U+{:04X}", u32::from(it))
        }
        it => format!("`{it}`"),
    }
}

//! Mistakes of the strict reader, in words. The same words serve a file and JSON written as text.

mod mend;

use relance_diagnostics::{Source, Span, Text};
use relance_model::document::{Expected, MAX_DEPTH, Mistake, MistakeKind, Syntax};

use crate::{Code, context::Context, finding::Finding, origin::Origin};

/// A mistake in the file itself.
pub(crate) fn in_file(source: &Source, mistake: &Mistake) -> Finding {
    let mut finding = finding(mistake, Inside::File, |span| span);
    finding.at_root = mistake.kind.concerns_the_whole();
    if let Some(mend) = mend::file(source, mistake) {
        finding.mend(mend);
    }
    finding
}

/// A mistake in JSON written as text: `text` with its escapes undone, which stands at `origin`.
pub(crate) fn in_text(
    cx: &mut Context<'_>,
    text: &str,
    origin: Origin<'_>,
    mistake: &Mistake,
) -> Finding {
    let mut finding = finding(mistake, Inside::Text, |span| cx.place(origin, span.range()));
    finding.label(Text::fixed("in this JSON written as text", "dans ce JSON écrit en texte"));
    finding.fix = mend::text(text, mistake).map(|mend| cx.fix(origin, mend));
    finding
}

/// Where the JSON stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Inside {
    File,
    Text,
}

fn finding(mistake: &Mistake, inside: Inside, mut place: impl FnMut(Span) -> Span) -> Finding {
    let span = place(mistake.span);
    let mut finding = Finding::new(code(&mistake.kind), span, message(&mistake.kind));
    match &mistake.kind {
        MistakeKind::InvalidUtf8 => {
            finding.help(Text::fixed(
                "save the file in the encoding UTF-8",
                "enregistrez le fichier dans l'encodage UTF-8",
            ));
        }
        MistakeKind::DuplicateKey { first, .. } => {
            finding.related(place(*first), Text::fixed("first written here", "écrite d'abord ici"));
        }
        MistakeKind::Syntax(syntax) => way_out(&mut finding, syntax, inside),
        MistakeKind::ByteOrderMark
        | MistakeKind::TooLarge
        | MistakeKind::TooDeep
        | MistakeKind::NulInText
        | MistakeKind::NumberOutOfRange => {}
    }
    finding
}

fn way_out(finding: &mut Finding, syntax: &Syntax, inside: Inside) {
    match (syntax, inside) {
        (Syntax::LoneSurrogate, _) => {
            finding.help(Text::fixed(
                "write the character itself, or both halves of its pair",
                "écrivez le caractère lui-même, ou les deux moitiés de sa paire",
            ));
        }
        (Syntax::ControlCharacter('\n' | '\r'), Inside::File) => {
            finding.help(Text::fixed(
                "close the text with `\"` on its line, or write the line break as `\\n`",
                "fermez le texte par `\"` sur sa ligne, ou écrivez le retour à la ligne `\\n`",
            ));
        }
        (Syntax::ControlCharacter('\n' | '\r'), Inside::Text) => {
            finding.help(Text::fixed(
                "in JSON written as text a backslash is doubled: write the line break as `\\\\n`",
                "dans du JSON écrit en texte, la barre oblique inverse se double : écrivez le retour à la ligne `\\\\n`",
            ));
        }
        (Syntax::Unexpected('{', Expected::Key), Inside::Text) => {
            finding.help(Text::fixed(
                "a reference stands in quotes, `\\\"{{ … }}\\\"`: alone in its text, it keeps the type of its value",
                "une référence se met entre guillemets, `\\\"{{ … }}\\\"` : seule dans son texte, elle garde le type de sa valeur",
            ));
        }
        (Syntax::Unexpected(quote, _), _) if is_typographic_quote(*quote) => {
            finding.help(Text::fixed(
                "JSON wants straight quotes: `\"`",
                "le JSON veut des guillemets droits : `\"`",
            ));
        }
        _ => {}
    }
}

/// What word processors put in the place of `"`.
fn is_typographic_quote(character: char) -> bool {
    matches!(character, '“' | '”' | '„' | '«' | '»' | '‘' | '’')
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
            "there is no JSON here, nothing but blanks",
            "il n'y a pas de JSON ici, rien que du vide",
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
                format!("il fallait ici {}, et non {found}", expected.fr),
            )
        }
        Syntax::TrailingComma => Text::fixed(
            "a comma may not stand before `}` or `]`",
            "une virgule ne peut pas précéder `}` ou `]`",
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
        Syntax::ControlCharacter('\n' | '\r') => Text::fixed(
            "a line break may not stand in a text as it is",
            "un retour à la ligne ne peut pas figurer tel quel dans un texte",
        ),
        Syntax::ControlCharacter('\t') => Text::fixed(
            "a tab may not stand in a text as it is: write `\\t`",
            "une tabulation ne peut pas figurer telle quelle dans un texte : écrivez `\\t`",
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

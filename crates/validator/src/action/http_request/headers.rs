//! The headers of a call: a flat JSON object of texts, written as text.

mod mend;

use std::cell::OnceCell;

use foldhash::HashMap;
use relance_diagnostics::{Span, Text};
use relance_model::{
    action::http_request::HEADERS_JSON,
    document::{Kind, Member, Node, Object, read_text},
    text::Template,
};

use super::{Parameters, Written, body, secrets};
use crate::{
    Code,
    context::Context,
    origin::Origin,
    references::{Scope, not_allowed_here, template},
};

/// Headers that the client alone sets: with one of them an author could change how the request is framed or where it goes.
const REFUSED: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "expect",
];

/// How the names of headers for proxies begin: what is said to a proxy is the client's business too.
const PROXY: &str = "proxy-";

/// Headers that have been judged.
#[derive(Debug)]
pub(super) struct Lowered<'d>(Option<&'d str>);

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Vec<(String, Template)>> {
        let Some(text) = self.0 else { return Some(Vec::new()) };
        let document = read_text(text).document?;
        let headers = document.root().as_object()?.members();
        headers
            .map(|it| Some((it.key.to_owned(), Template::parse(it.node.as_text()?).ok()?)))
            .collect()
    }
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
) -> Option<Lowered<'d>> {
    let Some(written) = parameters.written(cx, &HEADERS_JSON).ok()? else {
        return Some(Lowered(None));
    };
    let inner = body::inner(cx, written).ok()?;
    let headers = Origin::Value(written.node.span);
    let root = inner.root();
    let Some(object) = root.as_object() else {
        let message = Text::fixed(
            "headers are a JSON object: `{\"Name\": \"value\"}`",
            "les en-têtes sont un objet JSON : `{\"Nom\": \"valeur\"}`",
        );
        let span = cx.place(headers, underlined(root).range());
        let fix = mend::not_an_object(written.text, root).map(|it| cx.fix(headers, it));
        cx.report(Code::HeadersNotObject, span, message).fix = fix;
        return None;
    };
    let all = Headers { text: written.text, origin: headers, object, firsts: OnceCell::new() };
    let mut sound = true;
    for member in object.members() {
        sound &= name(cx, &all, &member);
        sound &= value(cx, scope, written, &member);
    }
    sound.then_some(Lowered(Some(written.text)))
}

/// The headers, as JSON with its escapes undone.
struct Headers<'d> {
    text: &'d str,
    origin: Origin<'d>,
    object: Object<'d>,
    /// The first header of each name in small letters, looked up when there are many.
    firsts: OnceCell<HashMap<String, Member<'d>>>,
}

/// So many headers are looked through faster than their names are hashed.
const FEW_HEADERS: usize = 16;

impl<'d> Headers<'d> {
    /// The header of that name before this one, whatever its case.
    fn earlier(&self, member: &Member<'_>) -> Option<Member<'d>> {
        let first = if self.object.len() <= FEW_HEADERS {
            self.object.members().find(|it| it.key.eq_ignore_ascii_case(member.key))
        } else {
            let firsts = self.firsts.get_or_init(|| {
                let mut firsts = HashMap::default();
                for member in self.object.members() {
                    firsts.entry(member.key.to_ascii_lowercase()).or_insert(member);
                }
                firsts
            });
            firsts.get(&member.key.to_ascii_lowercase()).copied()
        };
        first.filter(|first| first.key_span != member.key_span)
    }
}

/// Whether the name of a header is right; if not, that is said.
fn name(cx: &mut Context<'_>, headers: &Headers<'_>, member: &Member<'_>) -> bool {
    let name = member.key;
    let (code, message) = if name.contains("{{") {
        let span = cx.place(headers.origin, member.key_span.range());
        not_allowed_here(cx, span).help(Text::fixed(
            "the name of a header is written out",
            "le nom d'un en-tête s'écrit en toutes lettres",
        ));
        return false;
    } else if name.is_empty() {
        let message = Text::fixed("a header needs a name", "un en-tête doit avoir un nom");
        (Code::InvalidHeaderName, message)
    } else if !is_token(name) {
        let message = Text::new(
            format!("`{name}` is not a header name: letters, digits and hyphens only"),
            format!("`{name}` n'est pas un nom d'en-tête : lettres, chiffres et tirets seulement"),
        );
        (Code::InvalidHeaderName, message)
    } else if is_refused(name) {
        let message = Text::new(
            format!("the header `{name}` is set by the HTTP client alone: leave it out"),
            format!("l'en-tête `{name}` est réservé au client HTTP : enlevez-le"),
        );
        (Code::RefusedHeader, message)
    } else if let Some(first) = headers.earlier(member) {
        let message = Text::new(
            format!("the header `{name}` is there already: case does not tell headers apart"),
            format!("l'en-tête `{name}` y est déjà : la casse ne distingue pas les en-têtes"),
        );
        let fix = cx.fix(headers.origin, mend::again(headers.text, member, &first));
        let span = cx.place(headers.origin, member.key_span.range());
        let first = cx.place(headers.origin, first.key_span.range());
        cx.report(Code::DuplicateHeader, span, message)
            .related(first, Text::fixed("first written here", "écrit d'abord ici"))
            .fix = Some(fix);
        return false;
    } else {
        return true;
    };
    let span = cx.place(headers.origin, member.key_span.range());
    let mend = if code == Code::RefusedHeader {
        Some(mend::refused(headers.text, member))
    } else {
        mend::name(headers.text, headers.object, member)
    };
    let fix = mend.map(|mend| cx.fix(headers.origin, mend));
    cx.report(code, span, message).fix = fix;
    false
}

/// Whether the value of a header is right; if not, that is said.
fn value(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    written: Written<'_>,
    member: &Member<'_>,
) -> bool {
    let Some(value) = member.node.as_text() else {
        not_text(cx, written, member);
        return false;
    };
    let origin =
        Origin::Inner { value: written.node.span, text: written.text, leaf: member.node.span };
    if let Some(place) = value.bytes().position(|byte| !may_be_sent(char::from(byte))) {
        let span = cx.place(origin, place..place + 1);
        let message = Text::fixed(
            "a header value may hold no line break and no other control character",
            "une valeur d'en-tête ne contient ni retour à la ligne ni autre caractère de contrôle",
        );
        let fix = mend::value(value).map(|mend| cx.fix(origin, mend));
        cx.report(Code::InvalidHeaderValue, span, message).fix = fix;
        return false;
    }
    secrets::in_header(cx, member.key, value, origin);
    template(cx, scope, value, origin, HEADERS_JSON.references).is_some()
}

/// All of a plain value, the bracket that opens a large one.
fn underlined(node: Node<'_>) -> Span {
    match node.kind() {
        Kind::Object | Kind::Array => node.span.first_byte(),
        Kind::Null | Kind::Bool | Kind::Number | Kind::Text => node.span,
    }
}

fn not_text(cx: &mut Context<'_>, written: Written<'_>, member: &Member<'_>) {
    let name = member.key;
    let message = Text::new(
        format!("the value of the header `{name}` must be a text"),
        format!("la valeur de l'en-tête `{name}` doit être un texte"),
    );
    let origin = Origin::Value(written.node.span);
    let span = cx.place(origin, underlined(member.node).range());
    let fix = cx.fix(origin, mend::not_text(written.text, member));
    cx.report(Code::HeaderNotText, span, message).fix = Some(fix);
}

/// Whether a name is a token (RFC 9110, 5.6.2).
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether the client alone sets a header of that name.
fn is_refused(name: &str) -> bool {
    let proxy = name.get(..PROXY.len()).is_some_and(|start| start.eq_ignore_ascii_case(PROXY));
    proxy || REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(name))
}

fn may_be_sent(character: char) -> bool {
    character == '\t' || !character.is_ascii_control()
}

//! Whether a URL may be called, as far as its text can tell; and if not, which stretch of it is to blame.

use std::{fmt::Write as _, ops::Range, sync::LazyLock};

use regex::Regex;
use relance_diagnostics::{Fix, Safety, Text};
use relance_model::{
    Environment,
    egress::{NameKind, Refusal},
    schema::url_pattern,
    text::Template,
};
use url::{ParseError, Url};

use super::cut::{Cut, Place};
use crate::{
    Code,
    action::Written,
    context::Context,
    edit::{Change, Mend, stretches},
    finding::Finding,
    origin::Origin,
};

static PRODUCTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&url_pattern(Environment::Production)).ok());
static DEVELOPMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&url_pattern(Environment::Development)).ok());

/// What is wrong with a URL, as the parser reads it.
pub(super) fn judge(
    cx: &mut Context<'_>,
    written: Written<'_>,
    cut: &Cut<'_>,
) -> Result<(), Box<Finding>> {
    if is_hostless(written.text) {
        return Err(unparsable(cx, written, ParseError::EmptyHost));
    }
    let url = Url::parse(&cut.probe).map_err(|error| unparsable(cx, written, error))?;
    cx.policy.judge_url(&url).map_err(|refusal| refused(cx, written, &refusal))?;
    if let Some(range) = outside_ascii(written.text) {
        let message = Text::fixed(
            "this URL holds characters outside ASCII",
            "cette URL contient des caractères hors ASCII",
        );
        return Err(not_ascii(cx, written, range, message));
    }
    if !has_the_shape(cx, written.text) {
        let (range, message) = oddity(written.text);
        return Err(mendable(cx, written, Code::InvalidUrl, range, message));
    }
    let segments = url.path_segments().map_or(0, Iterator::count);
    if cut.first_in(Place::Path).is_some() && segments != cut.segments {
        let message = Text::fixed(
            "beside references a path may hold no `.`, `..` or backslash",
            "à côté de références, un chemin ne contient ni `.`, ni `..`, ni barre oblique inverse",
        );
        let whole = written.node.span;
        let odd = odd_segment(written.text);
        let span = odd.map_or(whole, |range| cx.place(Origin::Value(whole), range));
        return Err(Box::new(Finding::new(Code::InvalidUrl, span, message)));
    }
    Ok(())
}

/// Whether the published pattern takes a URL.
fn has_the_shape(cx: &Context<'_>, text: &str) -> bool {
    let pattern = match cx.options.environment {
        Environment::Production => &PRODUCTION,
        Environment::Development => &DEVELOPMENT,
    };
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Whether nothing stands where the host belongs. The parser would take what follows the slashes for one.
fn is_hostless(text: &str) -> bool {
    let web = |scheme: &str| ["https", "http"].iter().any(|it| it.eq_ignore_ascii_case(scheme));
    let after = text.split_once("://").filter(|(scheme, _)| web(scheme));
    after.is_some_and(|(_, rest)| rest.starts_with(['/', '\\', '?', '#']))
}

/// The first segment of the path, references apart, that the parser would take away or cut.
fn odd_segment(text: &str) -> Option<Range<usize>> {
    let template = template(text);
    let path = text.find("://").map_or(0, |colon| colon + 3);
    let in_reference =
        |place: usize| template.references().any(|reference| reference.range.contains(&place));
    let slashes = text.match_indices('/').map(|(place, _)| place);
    let slashes: Vec<usize> =
        slashes.filter(|place| *place >= path && !in_reference(*place)).collect();
    slashes.iter().enumerate().find_map(|(nth, slash)| {
        let rest = slashes.get(nth + 1).copied().unwrap_or(text.len());
        let segment = text.get(slash + 1..rest)?;
        let segment = segment.split(['?', '#']).next().unwrap_or_default();
        let odd = matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        (odd || (segment.contains('\\') && !segment.contains("{{")))
            .then(|| slash + 1..slash + 1 + segment.len())
    })
}

/// The first stretch outside ASCII, references apart: a default text may be in any script.
fn outside_ascii(text: &str) -> Option<Range<usize>> {
    if text.is_ascii() {
        return None;
    }
    stretches_outside_ascii(text, &template(text)).next()
}

/// The parts of a text of which it is known that it has no mistake of grammar.
fn template(text: &str) -> Template {
    Template::parse(text).unwrap_or_default()
}

/// The stretches outside ASCII between the references of a text, in order.
fn stretches_outside_ascii(text: &str, template: &Template) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(template.references().map(|it| it.range.end));
    let ends = template.references().map(|it| it.range.start).chain([text.len()]);
    starts.zip(ends).flat_map(move |(start, end)| stretches(text, start..end, |it| !it.is_ascii()))
}

/// What is odd about a URL that the parser understands but nobody should write, and where.
fn oddity(text: &str) -> (Option<Range<usize>>, Text) {
    let odd = |character: char| character.is_ascii_control() || character.is_ascii_whitespace();
    if let Some(place) = text.find(odd) {
        let message = if text.get(place..).is_some_and(|rest| rest.starts_with(' ')) {
            Text::fixed("a blank stands in this URL", "cette URL contient un espace")
        } else {
            Text::fixed(
                "a line break or another control character stands in this URL",
                "cette URL contient un retour à la ligne ou un autre caractère de contrôle",
            )
        };
        return (Some(place..place + 1), message);
    }
    let scheme = text.find(':').map_or(0, |colon| colon + 1);
    if !text.get(scheme..).is_some_and(|rest| rest.starts_with("//")) {
        let message = Text::fixed(
            "two slashes stand between `https:` and the host",
            "deux barres obliques séparent `https:` de l'hôte",
        );
        let end = text.get(scheme..).and_then(|rest| rest.find(|it| !matches!(it, '/' | '\\')));
        return (end.map(|length| 0..scheme + length), message);
    }
    let host = Places::of(text).map(|places| places.host);
    (host, Text::fixed("this is not how a host is written", "un hôte ne s'écrit pas ainsi"))
}

/// A mistake that the parser overlooks: what it made of the URL is surely what the author meant.
fn mendable(
    cx: &mut Context<'_>,
    written: Written<'_>,
    code: Code,
    range: Option<Range<usize>>,
    message: Text,
) -> Box<Finding> {
    let whole = written.node.span;
    let span = range.map_or(whole, |range| cx.place(Origin::Value(whole), range));
    let mut finding = Finding::new(code, span, message);
    let parsed = template(written.text).as_literal().and_then(|literal| Url::parse(literal).ok());
    let sound = |it: &Url| !it.as_str().contains("{{") && has_the_shape(cx, it.as_str());
    if let Some(parsed) = parsed.filter(sound) {
        finding.replace(Safety::Safe, whole, parsed.as_str());
    }
    Box::new(finding)
}

/// Characters outside ASCII, each written as the parser writes it. In a host that is another name, and all is written anew.
fn not_ascii(
    cx: &mut Context<'_>,
    written: Written<'_>,
    first: Range<usize>,
    message: Text,
) -> Box<Finding> {
    let host_end = Places::of(written.text).map_or(written.text.len(), |it| it.end);
    if first.start < host_end {
        return mendable(cx, written, Code::UrlNotAscii, Some(first), message);
    }
    let changes: Vec<Change> = stretches_outside_ascii(written.text, &template(written.text))
        .map(|range| {
            let stretch = written.text.get(range.clone()).unwrap_or_default();
            Change::new(range, percent_encoded(stretch))
        })
        .collect();
    let title = Text::fixed("write it in ASCII", "l'écrire en ASCII");
    let origin = Origin::Value(written.node.span);
    let mut finding = Finding::new(Code::UrlNotAscii, cx.place(origin, first), message);
    finding.fix = Some(cx.fix(origin, Mend::safe(title, changes)));
    Box::new(finding)
}

/// Every byte as `%` and two digits.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

fn unparsable(cx: &mut Context<'_>, written: Written<'_>, error: ParseError) -> Box<Finding> {
    let places = Places::of(written.text);
    let range = match error {
        ParseError::InvalidPort => places.and_then(|it| it.port),
        ParseError::InvalidIpv4Address
        | ParseError::InvalidIpv6Address
        | ParseError::IdnaError
        | ParseError::InvalidDomainCharacter => places.map(|it| it.host),
        ParseError::EmptyHost
        | ParseError::RelativeUrlWithoutBase
        | ParseError::RelativeUrlWithCannotBeABaseBase
        | ParseError::SetHostOnCannotBeABaseUrl
        | ParseError::Overflow
        | _ => None,
    };
    let whole = written.node.span;
    let span = range.map_or(whole, |range| cx.place(Origin::Value(whole), range));
    let message = match error {
        ParseError::RelativeUrlWithoutBase | ParseError::RelativeUrlWithCannotBeABaseBase => {
            Text::fixed("a URL begins with `https://`", "une URL commence par `https://`")
        }
        ParseError::EmptyHost => Text::fixed("this URL has no host", "cette URL n'a pas d'hôte"),
        ParseError::InvalidPort => Text::fixed(
            "the port of this URL is not a port",
            "le port de cette URL n'en est pas un",
        ),
        ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => Text::fixed(
            "the address in this URL is not one",
            "l'adresse dans cette URL n'en est pas une",
        ),
        ParseError::IdnaError
        | ParseError::InvalidDomainCharacter
        | ParseError::SetHostOnCannotBeABaseUrl
        | ParseError::Overflow
        | _ => Text::fixed(
            "the host of this URL is not a host name",
            "l'hôte de cette URL n'est pas un nom d'hôte",
        ),
    };
    let mut finding = Finding::new(Code::InvalidUrl, span, message);
    if error == ParseError::RelativeUrlWithoutBase {
        let host = written.text.trim().trim_start_matches(['/', '\\', ':']);
        let whole = format!("https://{host}");
        let callable = Url::parse(&whole).is_ok_and(|url| cx.policy.judge_url(&url).is_ok());
        if callable && has_the_shape(cx, &whole) {
            finding.replace(Safety::Unsafe, span, &whole);
        }
    }
    Box::new(finding)
}

/// A URL that the rules about calls refuse, with the stretch of it that they are about.
fn refused(cx: &mut Context<'_>, written: Written<'_>, refusal: &Refusal) -> Box<Finding> {
    let places = Places::of(written.text);
    let (code, range) = match refusal {
        Refusal::Scheme { scheme, .. } => {
            let code = if scheme == "http" { Code::InsecureUrl } else { Code::RefusedScheme };
            (code, written.text.find(':').map(|colon| 0..colon))
        }
        Refusal::Userinfo => (Code::UserinfoInUrl, places.and_then(|it| it.userinfo)),
        Refusal::NoHost => (Code::InvalidUrl, None),
        Refusal::Port { .. } => (Code::RefusedPort, places.and_then(|it| it.port)),
        Refusal::Name { kind: NameKind::Malformed, .. } => {
            (Code::InvalidUrl, places.map(|it| it.host))
        }
        Refusal::Name { .. } | Refusal::Address { .. } => {
            (Code::RefusedHost, places.map(|it| it.host))
        }
    };
    let whole = written.node.span;
    let span = range.map_or(whole, |range| cx.place(Origin::Value(whole), range));
    let mut finding = Finding::new(code, span, refusal.text());
    if let Some(setting) = refusal.setting() {
        finding.help(Text::new(
            format!("to allow it, whoever runs the graph sets `{setting}` in relance.toml"),
            format!("pour l'autoriser, qui exécute le graphe écrit `{setting}` dans relance.toml"),
        ));
    }
    if code == Code::UserinfoInUrl {
        cx.secrets.push(span);
    }
    finding.fix = callable(cx, written, refusal);
    if code == Code::InsecureUrl {
        finding.help(Text::fixed(
            "http is for development: `--env development`",
            "http est réservé au développement : `--env development`",
        ));
    }
    Box::new(finding)
}

/// The nearest URL that may be called, by a guess. Nothing but the stretches that change is written: there may be a secret in
/// the rest.
fn callable(cx: &mut Context<'_>, written: Written<'_>, refusal: &Refusal) -> Option<Fix> {
    let (text, places) = (written.text, Places::of(written.text)?);
    let without_port = |port: Range<usize>| -> Option<Change> {
        Some(Change::new(port.start.checked_sub(1)?..port.end, ""))
    };
    let (title, changes) = match refusal {
        Refusal::Scheme { .. } => {
            let scheme = Change::new(0..text.find(':')?, "https");
            // The port of http is none of https.
            let port = places.port.filter(|port| text.get(port.clone()) == Some("80"));
            let changes: Vec<_> =
                std::iter::once(scheme).chain(port.and_then(without_port)).collect();
            (Text::fixed("call it over https", "l'appeler en https"), changes)
        }
        Refusal::Port { .. } => {
            let title = Text::fixed("remove the port", "supprimer le port");
            (title, vec![without_port(places.port?)?])
        }
        Refusal::Userinfo => {
            let title = Text::fixed(
                "remove the name and the password",
                "supprimer le nom et le mot de passe",
            );
            let userinfo = places.userinfo?;
            (title, vec![Change::new(userinfo.start..userinfo.end + 1, "")])
        }
        Refusal::NoHost | Refusal::Name { .. } | Refusal::Address { .. } => return None,
    };
    let mend = Mend::guess(title, changes);
    let url = Url::parse(&mend.applied_to(text));
    let callable = url.is_ok_and(|url| cx.policy.judge_url(&url).is_ok());
    callable.then(|| cx.fix(Origin::Value(written.node.span), mend))
}

/// Where the parts of a URL stand in its text.
struct Places {
    userinfo: Option<Range<usize>>,
    host: Range<usize>,
    port: Option<Range<usize>>,
    /// Where the path begins.
    end: usize,
}

impl Places {
    /// None for a URL that is written in an odd way.
    fn of(text: &str) -> Option<Places> {
        let colon = text.find(':')?;
        let rest = text.get(colon..)?.strip_prefix("://")?;
        let length = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (start, end) = (colon + 3, colon + 3 + length);
        let authority = text.get(start..end)?;
        let at = authority.rfind('@');
        let host = at.map_or(start, |at| start + at + 1);
        let before_port = text.get(host..end)?.rfind(':').filter(|place| {
            // Inside brackets colons belong to the address.
            text.get(host + place..end).is_some_and(|rest| !rest.contains(']'))
        });
        let port = before_port.map(|place| host + place + 1..end);
        let host_end = before_port.map_or(end, |place| host + place);
        if host == host_end {
            return None;
        }
        let userinfo = at.map(|at| start..start + at);
        Some(Places { userinfo, host: host..host_end, port, end })
    }
}

//! The URL of a call: parsed as browsers parse it, judged on what the parser made of it, and cut into what references may change
//! and what they may not.

use std::sync::LazyLock;

use regex::Regex;
use relance_diagnostics::Text;
use relance_model::{
    Environment,
    action::{References, http_request::URL},
    egress::Refusal,
    schema::url_pattern,
    text::{Part, Reference, Template},
};
use url::Url;

use super::{Parameters, Written, secrets};
use crate::{
    Code,
    context::Context,
    finding::{Finding, quoted},
    plan::UrlTemplate,
    references::{self, Origin, Scope, not_allowed_here},
};

/// What stands for a reference while a URL is judged.
const STAND_IN: &str = "x";

static PRODUCTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&url_pattern(Environment::Production)).ok());
static DEVELOPMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&url_pattern(Environment::Development)).ok());

pub(super) fn lower(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'_>,
) -> Option<UrlTemplate> {
    let written = parameters.written(cx, &URL).ok()??;
    let origin = Origin::Value(written.node.span);
    let template = match Template::parse(written.text) {
        Ok(template) => template,
        Err(mistakes) => {
            references::say_grammar(cx, &mistakes, origin);
            return None;
        }
    };
    secrets::in_text(cx, written.text, origin);
    let cut = Cut::of(&template);
    if !references_are_sound(cx, scope, &cut, origin) {
        return None;
    }
    match judge(cx, written, &template, &cut) {
        Ok(url) => Some(cut.into_template(&url)),
        Err(finding) => {
            cx.push(*finding);
            None
        }
    }
}

/// A URL cut at its slashes, `?` and `#`. References go with the part that they stand in.
#[derive(Default)]
struct Cut {
    /// Scheme, host and port; of these the parser is the judge.
    authority: String,
    path: Vec<Template>,
    query: Option<Template>,
    /// References in the path, in the query, and where none may stand.
    in_path: Vec<Reference>,
    in_query: Vec<Reference>,
    in_host: Vec<Reference>,
    in_fragment: Vec<Reference>,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Authority,
    Path,
    Query,
    Fragment,
}

impl Cut {
    fn of(template: &Template) -> Cut {
        let mut cut = Cut::default();
        let mut place = Place::Authority;
        for part in &template.parts {
            match part {
                Part::Literal(text) => {
                    for character in text.chars() {
                        place = cut.literal(place, character);
                    }
                }
                Part::Slot(reference) => cut.slot(place, reference),
            }
        }
        cut
    }

    fn literal(&mut self, place: Place, character: char) -> Place {
        match (place, character) {
            (Place::Authority, '/' | '?' | '#') if self.authority.contains("://") => {
                self.leave(character)
            }
            (Place::Authority, _) => {
                self.authority.push(character);
                Place::Authority
            }
            (Place::Path, '/' | '?' | '#') | (Place::Query, '#') => self.leave(character),
            (Place::Path, _) => {
                self.path.last_mut().into_iter().for_each(|segment| push(segment, character));
                Place::Path
            }
            (Place::Query, _) => {
                self.query.iter_mut().for_each(|query| push(query, character));
                Place::Query
            }
            (Place::Fragment, _) => Place::Fragment,
        }
    }

    fn leave(&mut self, delimiter: char) -> Place {
        match delimiter {
            '/' => {
                self.path.push(Template::default());
                Place::Path
            }
            '?' => {
                self.query = Some(Template::default());
                Place::Query
            }
            _ => Place::Fragment,
        }
    }

    fn slot(&mut self, place: Place, reference: &Reference) {
        let slot = || Part::Slot(reference.clone());
        match place {
            Place::Authority => {
                self.authority.push_str(STAND_IN);
                self.in_host.push(reference.clone());
            }
            Place::Path => {
                self.path.last_mut().into_iter().for_each(|segment| segment.parts.push(slot()));
                self.in_path.push(reference.clone());
            }
            Place::Query => {
                self.query.iter_mut().for_each(|query| query.parts.push(slot()));
                self.in_query.push(reference.clone());
            }
            Place::Fragment => self.in_fragment.push(reference.clone()),
        }
    }

    /// The URL with a stand-in for every reference.
    fn probe(&self) -> String {
        let mut probe = self.authority.clone();
        for segment in &self.path {
            probe.push('/');
            probe.push_str(&stand_in(segment));
        }
        if let Some(query) = &self.query {
            probe.push('?');
            probe.push_str(&stand_in(query));
        }
        probe
    }

    /// Without references, path and query are what the parser made of them; with some, they stay as written.
    fn into_template(self, url: &Url) -> UrlTemplate {
        let mut origin = url.clone();
        origin.set_path("/");
        origin.set_query(None);
        origin.set_fragment(None);
        if self.in_path.is_empty() && self.in_query.is_empty() {
            let path = url.path_segments().into_iter().flatten().map(literal).collect();
            return UrlTemplate { origin, path, query: url.query().map(literal) };
        }
        let path = if self.path.is_empty() { vec![Template::default()] } else { self.path };
        UrlTemplate { origin, path, query: self.query }
    }
}

fn references_are_sound(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    cut: &Cut,
    origin: Origin<'_>,
) -> bool {
    let mut sound = true;
    if let Some(reference) = cut.in_host.first() {
        let span = origin.span(cx.source, reference.range.clone());
        let message = Text::fixed(
            "no reference may stand in the scheme, host or port of a URL",
            "aucune référence n'est possible dans le protocole, l'hôte ou le port d'une URL",
        );
        cx.report(Code::ReferenceInHost, span, message).help(Text::fixed(
            "where a call goes must be known before the run: write the host out",
            "la destination d'un appel doit être connue avant l'exécution : écrivez l'hôte en toutes lettres",
        ));
        sound = false;
    }
    if let Some(reference) = cut.in_fragment.first() {
        let span = origin.span(cx.source, reference.range.clone());
        not_allowed_here(cx, span);
        sound = false;
    }
    for reference in &cut.in_path {
        sound &= references::check(cx, scope, reference, origin, References::Data);
    }
    for reference in &cut.in_query {
        sound &= references::check(cx, scope, reference, origin, URL.references);
    }
    sound
}

/// The URL as the parser reads it, or what is wrong with it.
fn judge(
    cx: &mut Context<'_>,
    written: Written<'_>,
    template: &Template,
    cut: &Cut,
) -> Result<Url, Box<Finding>> {
    let span = written.node.span;
    let probe = cut.probe();
    let url = Url::parse(&probe).map_err(|error| Box::new(unparsable(written, error)))?;
    cx.policy.judge_url(&url).map_err(|refusal| Box::new(refused(cx, written, &refusal)))?;
    // Without references the parser has made plain ASCII of it, which is what the author surely meant.
    let parsed = template
        .as_literal()
        .map(|_| Url::parse(written.text).map_or_else(|_| url.to_string(), String::from));
    let fixed = |mut finding: Finding| {
        if let Some(parsed) = &parsed {
            let title = Text::new(format!("write `{parsed}`"), format!("écrire `{parsed}`"));
            finding.fix(title, span, quoted(parsed));
        }
        Box::new(finding)
    };
    if !probe.is_ascii() {
        let message = Text::fixed(
            "this URL holds characters outside ASCII",
            "cette URL contient des caractères hors ASCII",
        );
        return Err(fixed(Finding::new(Code::UrlNotAscii, span, message)));
    }
    let pattern = match cx.options.environment {
        Environment::Production => &PRODUCTION,
        Environment::Development => &DEVELOPMENT,
    };
    if !pattern.as_ref().is_some_and(|pattern| pattern.is_match(written.text)) {
        let message = Text::fixed(
            "this URL is not written as one: a blank, a control character or an odd host name stands in it",
            "cette URL n'en est pas une : elle contient un espace, un caractère de contrôle ou un nom d'hôte étrange",
        );
        return Err(fixed(Finding::new(Code::InvalidUrl, span, message)));
    }
    let segments = url.path_segments().map_or(0, Iterator::count);
    if !cut.in_path.is_empty() && segments != cut.path.len() {
        let message = Text::fixed(
            "beside references a path may hold no `.`, `..` or backslash",
            "à côté de références, un chemin ne contient ni `.`, ni `..`, ni barre oblique inverse",
        );
        return Err(Box::new(Finding::new(Code::InvalidUrl, span, message)));
    }
    Ok(url)
}

fn unparsable(written: Written<'_>, error: url::ParseError) -> Finding {
    use url::ParseError as Error;
    let span = written.node.span;
    let message = match error {
        Error::RelativeUrlWithoutBase | Error::RelativeUrlWithCannotBeABaseBase => {
            Text::fixed("a URL begins with `https://`", "une URL commence par `https://`")
        }
        Error::EmptyHost => Text::fixed("this URL has no host", "cette URL n'a pas d'hôte"),
        Error::InvalidPort => Text::fixed(
            "the port of this URL is not a port",
            "le port de cette URL n'en est pas un",
        ),
        Error::InvalidIpv4Address | Error::InvalidIpv6Address => Text::fixed(
            "the address in this URL is not one",
            "l'adresse dans cette URL n'en est pas une",
        ),
        Error::IdnaError
        | Error::InvalidDomainCharacter
        | Error::SetHostOnCannotBeABaseUrl
        | Error::Overflow
        | _ => Text::fixed(
            "the host of this URL is not a host name",
            "l'hôte de cette URL n'est pas un nom d'hôte",
        ),
    };
    let mut finding = Finding::new(Code::InvalidUrl, span, message);
    if error == Error::RelativeUrlWithoutBase
        && !written.text.contains(':')
        && !written.text.starts_with('/')
    {
        let whole = format!("https://{}", written.text);
        finding.unsafe_fix(
            Text::new(format!("write `{whole}`"), format!("écrire `{whole}`")),
            span,
            quoted(&whole),
        );
    }
    finding
}

fn refused(cx: &mut Context<'_>, written: Written<'_>, refusal: &Refusal) -> Finding {
    let span = written.node.span;
    let code = match refusal {
        Refusal::Scheme { scheme, .. } if scheme == "http" => Code::InsecureUrl,
        Refusal::Scheme { .. } => Code::RefusedScheme,
        Refusal::Userinfo => Code::UserinfoInUrl,
        Refusal::NoHost => Code::InvalidUrl,
        Refusal::Port { .. } => Code::RefusedPort,
        Refusal::Name { .. } | Refusal::Address { .. } => Code::RefusedHost,
    };
    let mut finding = Finding::new(code, span, refusal.text());
    if let Some(setting) = refusal.setting() {
        finding.help(Text::new(
            format!("to allow it, whoever runs the graph sets `{setting}` in relance.toml"),
            format!("pour l'autoriser, qui exécute le graphe écrit `{setting}` dans relance.toml"),
        ));
    }
    match refusal {
        Refusal::Scheme { scheme, .. } if scheme == "http" => {
            let https = written.text.replacen("http", "https", 1);
            finding.unsafe_fix(
                Text::fixed("call it over https", "l'appeler en https"),
                span,
                quoted(&https),
            );
            finding.help(Text::fixed(
                "http is for development: `--env development`",
                "http est réservé au développement : `--env development`",
            ));
        }
        Refusal::Userinfo => {
            let start = written.text.find("//").map_or(0, |place| place + 2);
            let end = written.text.rfind('@').unwrap_or(start).max(start);
            finding.span = Origin::Value(span).span(cx.source, start..end);
            cx.secrets.push(finding.span);
        }
        Refusal::Scheme { .. }
        | Refusal::NoHost
        | Refusal::Port { .. }
        | Refusal::Name { .. }
        | Refusal::Address { .. } => {}
    }
    finding
}

fn stand_in(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Slot(_) => STAND_IN,
        })
        .collect()
}

fn literal(text: &str) -> Template {
    let mut template = Template::default();
    if !text.is_empty() {
        template.parts.push(Part::Literal(text.to_owned()));
    }
    template
}

fn push(template: &mut Template, character: char) {
    match template.parts.last_mut() {
        Some(Part::Literal(text)) => text.push(character),
        Some(Part::Slot(_)) | None => template.parts.push(Part::Literal(character.to_string())),
    }
}

//! The body of a call: JSON written as text, or plain text.

use relance_diagnostics::{Safety, Span, Text};
use relance_model::{
    Document,
    action::http_request::{BODY_JSON, BODY_TEXT, CONTENT_TYPE},
    document::{Member, Node, Object, Value, read_text},
    text::Template,
};

use super::{Optional, Parameters, Written, Wrong, secrets, template_in};
use crate::{
    Code,
    context::Context,
    edit::{self, Mend},
    origin::Origin,
    plan::{Body, JsonTemplate, Method},
    reading,
    references::{Scope, Sound, not_allowed_here, template},
};

/// A body that has been judged.
#[derive(Debug)]
pub(super) enum Lowered<'d> {
    Empty,
    Json(&'d str),
    Text(Sound<'d>),
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Body> {
        Some(match self {
            Lowered::Empty => Body::Empty,
            Lowered::Json(text) => Body::Json(json_template(read_text(text).document?.root())?),
            Lowered::Text(text) => Body::Text(text.template()?),
        })
    }
}

fn json_template(node: Node<'_>) -> Option<JsonTemplate> {
    Some(match node.value() {
        Value::Null => JsonTemplate::Null,
        Value::Bool(it) => JsonTemplate::Bool(it),
        Value::Number(text) => JsonTemplate::Number(text.to_owned()),
        Value::Text(text) => JsonTemplate::Text(Template::parse(text).ok()?),
        Value::Array(items) => {
            JsonTemplate::Array(items.iter().map(json_template).collect::<Option<_>>()?)
        }
        Value::Object(object) => {
            let member = |it: Member<'_>| Some((it.key.to_owned(), json_template(it.node)?));
            JsonTemplate::Object(object.members().map(member).collect::<Option<_>>()?)
        }
    })
}

pub(super) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    parameters: &Parameters<'d>,
    method: Option<Method>,
) -> Option<Lowered<'d>> {
    let content_type = parameters.choice(cx, &CONTENT_TYPE);
    let body_json = parameters.written(cx, &BODY_JSON);
    let body_text = parameters.written(cx, &BODY_TEXT);
    let json = json(cx, scope, body_json);
    let text = template_in(cx, scope, body_text, &BODY_TEXT);
    if let Ok(Some(written)) = body_text {
        secrets::in_text(cx, written.text, Origin::Value(written.node.span));
    }
    let content_type = content_type?;
    let (ignored, sent) = match content_type {
        "text" => (body_json, body_text),
        _ => (body_text, body_json),
    };
    if let (true, Ok(Some(ignored))) = (parameters.known, ignored) {
        let unsent = matches!(sent, Ok(None));
        ignored_body(cx, parameters.object, content_type, ignored, unsent);
    }
    if let (Some(method @ (Method::Get | Method::Delete)), Ok(Some(sent))) = (method, sent) {
        unusual_body(cx, method, sent);
    }
    let (json, text) = (json.ok()?, text.ok()?);
    Some(match content_type {
        "text" => text.map_or(Lowered::Empty, Lowered::Text),
        _ => json.map_or(Lowered::Empty, Lowered::Json),
    })
}

fn ignored_body(
    cx: &mut Context<'_>,
    parameters: Object<'_>,
    content_type: &str,
    ignored: Written<'_>,
    unsent: bool,
) {
    let (sent, kept, other) = if content_type == "text" {
        ("body_text", "body_json", "json")
    } else {
        ("body_json", "body_text", "text")
    };
    let message = Text::new(
        format!(
            "`{kept}` is not sent: with `content_type` `{content_type}` it is `{sent}` that is"
        ),
        format!(
            "`{kept}` n'est pas envoyé : avec `content_type` `{content_type}`, c'est `{sent}` qui l'est"
        ),
    );
    let source = cx.source;
    let finding = cx.report(Code::IgnoredBody, ignored.node.span, message);
    let member = parameters.members().find(|it| it.node.span == ignored.node.span);
    // A body alone is surely the one that is meant; of two, one is left over.
    match (parameters.get(CONTENT_TYPE.name), member) {
        (Some(written), _) if unsent => {
            finding.replace(Safety::Unsafe, written.span, other);
        }
        (None, Some(member)) if unsent => {
            let change = edit::before(source, member.key_span, CONTENT_TYPE.name, other);
            let title = Text::new(
                format!("add `\"{}\": \"{other}\"`", CONTENT_TYPE.name),
                format!("ajouter `\"{}\": \"{other}\"`", CONTENT_TYPE.name),
            );
            finding.mend(Mend::guess(title, [change]));
        }
        (_, Some(member)) => {
            let title = Text::new(format!("remove `{kept}`"), format!("supprimer `{kept}`"));
            finding.mend(Mend::guess(title, [edit::removal(source, member.span().range())]));
        }
        (_, None) => {}
    }
}

fn unusual_body(cx: &mut Context<'_>, method: Method, sent: Written<'_>) {
    let method = method.as_str();
    let message = Text::new(
        format!("a {method} call seldom has a body: many services ignore or refuse it"),
        format!(
            "un appel {method} a rarement un corps : beaucoup de services l'ignorent ou le refusent"
        ),
    );
    cx.report(Code::UnusualBody, sent.node.span, message);
}

fn json<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    written: Optional<Written<'d>>,
) -> Optional<&'d str> {
    let Some(written) = written? else { return Ok(None) };
    let inner = inner(cx, written)?;
    let mut texts = JsonTexts { cx, scope, written };
    if texts.are_sound(inner.root()) { Ok(Some(written.text)) } else { Err(Wrong) }
}

/// JSON written as text, its mistakes told at their places in the file.
pub(super) fn inner<'d>(cx: &mut Context<'_>, written: Written<'d>) -> Result<Document<'d>, Wrong> {
    let read = read_text(written.text);
    if !read.mistakes.is_empty() {
        let origin = Origin::Value(written.node.span);
        for mistake in &read.mistakes {
            let finding = reading::in_text(cx, written.text, origin, mistake);
            cx.push(finding);
        }
        return Err(Wrong);
    }
    read.document.ok_or(Wrong)
}

/// The texts of a JSON body, judged one by one: the JSON is parsed first, so that no value can change its shape.
struct JsonTexts<'a, 'c, 's, 'w, 'd> {
    cx: &'a mut Context<'c>,
    scope: &'a mut Scope<'s, 'w>,
    written: Written<'d>,
}

impl<'d> JsonTexts<'_, '_, '_, '_, 'd> {
    /// Whether all texts in a value are right; those that are not have been told.
    fn are_sound(&mut self, node: Node<'_>) -> bool {
        let mut sound = true;
        match node.value() {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Text(text) => {
                let origin = self.origin(node);
                secrets::in_text(self.cx, text, origin);
                let judged = template(self.cx, self.scope, text, origin, BODY_JSON.references);
                sound = judged.is_some();
            }
            Value::Array(items) => {
                for item in items.iter() {
                    sound &= self.are_sound(item);
                }
            }
            Value::Object(object) => {
                for member in object.members() {
                    sound &= self.is_written_out(member.key, member.key_span);
                    sound &= self.are_sound(member.node);
                }
            }
        }
        sound
    }

    /// Whether no reference stands in a key.
    fn is_written_out(&mut self, key: &str, leaf: Span) -> bool {
        let written_out = !(key.contains('{') && key.contains("{{"));
        if !written_out {
            let span = self.cx.place(Origin::Value(self.written.node.span), leaf.range());
            not_allowed_here(self.cx, span).help(Text::fixed(
                "the keys of a body are written out",
                "les clés d'un corps s'écrivent en toutes lettres",
            ));
        }
        written_out
    }

    fn origin(&self, node: Node<'_>) -> Origin<'d> {
        Origin::Inner { value: self.written.node.span, text: self.written.text, leaf: node.span }
    }
}

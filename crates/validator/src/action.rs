//! From the texts of an action to its meaning. The function that takes the meaning out is the one that complains.

mod ai_reply;
mod create_task;
mod crm_upsert;
mod http_request;
mod tag_contact;

use relance_diagnostics::{Span, Text};
use relance_model::{
    ActionKind, Parameter,
    action::{Choice, ParameterKind},
    document::{Node, Object},
    text::{NumberInText, present},
};

use crate::{
    Code,
    context::Context,
    origin::Origin,
    plan::Effect,
    references::{Scope, Sound, doubled_braces, template, without_references},
};

/// What the parameters of an action mean, its texts judged and still as they were written. Nothing is copied for a verdict; a plan
/// is made of it when one is wanted.
#[derive(Debug)]
pub(crate) enum Lowered<'d> {
    CreateTask(create_task::Lowered<'d>),
    HttpRequest(http_request::Lowered<'d>),
    CrmUpsert(crm_upsert::Lowered<'d>),
    AiReply(ai_reply::Lowered<'d>),
    TagContact(tag_contact::Lowered<'d>),
}

impl Lowered<'_> {
    /// It as a step of a plan carries it out.
    pub(crate) fn plan(self) -> Option<Effect> {
        Some(match self {
            Lowered::CreateTask(it) => Effect::CreateTask(it.plan()?),
            Lowered::HttpRequest(it) => Effect::HttpRequest(Box::new(it.plan()?)),
            Lowered::CrmUpsert(it) => Effect::CrmUpsert(it.plan()?),
            Lowered::AiReply(it) => Effect::AiReply(it.plan()?),
            Lowered::TagContact(it) => Effect::TagContact(it.plan()?),
        })
    }
}

/// A judged text that need not be there, taken apart.
fn maybe<'d, T>(text: Option<Sound<'d>>, take: impl FnOnce(Sound<'d>) -> Option<T>) -> Optional<T> {
    text.map(|text| take(text).ok_or(Wrong)).transpose()
}

/// Lowers the parameters of an action. None: something is wrong with them.
pub(crate) fn lower<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    kind: ActionKind,
    object: Object<'d>,
) -> Option<Lowered<'d>> {
    let known = unknown_keys(cx, kind, object);
    let parameters = Parameters { object, known };
    let lowered = match kind {
        ActionKind::CreateTask => {
            create_task::lower(cx, scope, &parameters).map(Lowered::CreateTask)
        }
        ActionKind::HttpRequest => {
            http_request::lower(cx, scope, &parameters).map(Lowered::HttpRequest)
        }
        ActionKind::CrmUpsert => crm_upsert::lower(cx, &parameters).map(Lowered::CrmUpsert),
        ActionKind::AiReply => ai_reply::lower(cx, &parameters).map(Lowered::AiReply),
        ActionKind::TagContact => {
            tag_contact::lower(cx, scope, &parameters).map(Lowered::TagContact)
        }
    };
    lowered.filter(|_| known)
}

/// Leaves keys that the action does not know to the schema. They only stop a plan where they are errors.
fn unknown_keys(cx: &mut Context<'_>, kind: ActionKind, object: Object<'_>) -> bool {
    let before = cx.refused.len();
    for member in object.members() {
        let known = kind.parameters().iter().any(|parameter| parameter.name == member.key)
            || (member.key == "action_type" && kind.action_type().is_some());
        if !known {
            cx.refused.push(member.key_span);
        }
    }
    cx.refused.len() == before || cx.unknown_parameters_pass()
}

/// The parameters of a block as they were written.
struct Parameters<'d> {
    object: Object<'d>,
    /// Whether the action knows every key; if not, one of them may be another misspelt.
    known: bool,
}

/// A parameter that is there and not blank.
#[derive(Debug, Clone, Copy)]
struct Written<'d> {
    node: Node<'d>,
    text: &'d str,
}

/// What an optional parameter may be. `Err`: it is wrong, and that has been said or will be by the schema.
type Optional<T> = Result<Option<T>, Wrong>;

/// Something is wrong with a parameter.
#[derive(Debug, Clone, Copy)]
struct Wrong;

impl<'d> Parameters<'d> {
    /// The text of a parameter, unless it is absent or blank.
    fn written(&self, cx: &mut Context<'_>, parameter: &Parameter) -> Optional<Written<'d>> {
        let Some(node) = self.object.get(parameter.name) else {
            if parameter.required {
                cx.refused.push(
                    self.object.members().next().map_or(Span::default(), |member| member.key_span),
                );
                return Err(Wrong);
            }
            return Ok(None);
        };
        let Some(text) = node.as_text() else {
            cx.refused.push(node.span);
            return Err(Wrong);
        };
        // The reader has said so already, and no rule knows better.
        if text.contains('\0') {
            return Err(Wrong);
        }
        match present(text) {
            Some(text) => Ok(Some(Written { node, text })),
            None if parameter.required => {
                blank_required(cx, parameter, node.span);
                Err(Wrong)
            }
            None => Ok(None),
        }
    }

    /// The word of a choice, or its default; none where it is wrong or where a required one is absent.
    fn choice(&self, cx: &mut Context<'_>, parameter: &Parameter) -> Option<&'static str> {
        let ParameterKind::Choice(Choice { values, default }) = &parameter.kind else {
            return None;
        };
        match self.written(cx, parameter).ok()? {
            None => *default,
            Some(written) => match values.iter().find(|(word, _)| *word == written.text) {
                Some((word, _)) => Some(word),
                None => refuse(cx, parameter, written.node),
            },
        }
    }

    /// The text of a number, or its default; none where it is wrong.
    fn number(&self, cx: &mut Context<'_>, parameter: &Parameter) -> Option<&'d str> {
        let ParameterKind::Number(limits) = &parameter.kind else { return None };
        let limits: &'static NumberInText = limits;
        match self.written(cx, parameter).ok()? {
            None => Some(limits.default),
            Some(written) if limits.parse(written.text).is_ok() => Some(written.text),
            Some(written) => refuse(cx, parameter, written.node),
        }
    }

    /// A text with references, as far as the parameter allows them.
    fn template(
        &self,
        cx: &mut Context<'_>,
        scope: &mut Scope<'_, '_>,
        parameter: &Parameter,
    ) -> Optional<Sound<'d>> {
        let written = self.written(cx, parameter);
        template_in(cx, scope, written, parameter)
    }

    /// A text in which no reference may stand.
    fn plain(&self, cx: &mut Context<'_>, parameter: &Parameter) -> Optional<Sound<'d>> {
        let Some(written) = self.written(cx, parameter)? else { return Ok(None) };
        without_references(cx, written.node).map(Some).map_err(|finding| {
            if let Some(finding) = finding {
                finding.help(parameter.about.clone()).help(doubled_braces());
            }
            Wrong
        })
    }
}

/// What was written in a parameter, with references as far as it allows them.
fn template_in<'d>(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    written: Optional<Written<'d>>,
    parameter: &Parameter,
) -> Optional<Sound<'d>> {
    let Some(Written { node, text }) = written? else { return Ok(None) };
    let origin = Origin::Value(node.span);
    template(cx, scope, text, origin, parameter.references).map(Some).ok_or(Wrong)
}

/// Leaves a text that its parameter does not take to the schema, unless a reference in it is what is wrong.
fn refuse<T>(cx: &mut Context<'_>, parameter: &Parameter, node: Node<'_>) -> Option<T> {
    if let Err(Some(finding)) = without_references(cx, node) {
        finding.help(parameter.about.clone());
        return None;
    }
    cx.refuse(node.span)
}

/// Says that a required parameter is empty.
fn blank_required(cx: &mut Context<'_>, parameter: &Parameter, span: Span) {
    let name = parameter.name;
    let message =
        Text::new(format!("`{name}` may not be empty"), format!("`{name}` ne peut pas être vide"));
    cx.report(Code::BlankRequired, span, message).help(parameter.about.clone());
}

//! What a run would surely lack, said before it starts: better than half of it done.

use std::collections::BTreeSet;

use relance_diagnostics::Text;
use relance_model::text::{Filter, Root, Template};
use relance_runtime::driver::RunError;
use relance_validator::{
    Plan,
    plan::{Call, Effect, ReplySource, Step},
};

use crate::{config::Config, narration::label, trouble::Trouble};

/// Says which texts of this plan the configuration does not have.
pub(crate) fn texts(plan: &Plan, graph: &str, config: &Config) -> Result<(), Trouble> {
    let missing = config.texts.missing(plan, graph);
    if missing.is_empty() { Ok(()) } else { Err(RunError::MissingTexts(missing).into()) }
}

/// Says which secrets and services of this plan the configuration does not have.
pub(crate) fn services(plan: &Plan, config: &Config) -> Result<(), Trouble> {
    let lacks: Vec<Text> = plan.steps().iter().flat_map(|step| lacks(step, config)).collect();
    if lacks.is_empty() {
        return Ok(());
    }
    let trouble = Trouble::bad(Text::fixed(
        "the graph is valid but not runnable here: nothing was started",
        "le graphe est valide mais pas exécutable ici : rien n'a commencé",
    ));
    Err(lacks.into_iter().fold(trouble, Trouble::help))
}

/// What one block lacks, each with what to add.
fn lacks(step: &Step, config: &Config) -> Vec<Text> {
    let block = label(step);
    match &step.effect {
        Effect::HttpRequest(call) => {
            let missing = |secret| config.may_send(secret, &call.url.origin).err();
            let told = |lack: Text| {
                let Text { en, fr } = lack;
                Text::new(format!("“{block}”: {en}"), format!("« {block} » : {fr}"))
            };
            secrets_of(call).into_iter().filter_map(missing).map(told).collect()
        }
        Effect::AiReply(reply) if reply.source == ReplySource::Ai && !config.has_ai() => {
            vec![Text::new(
                format!(
                    "“{block}” needs an AI: add [ai] with a provider and a model to relance.toml"
                ),
                format!(
                    "« {block} » a besoin d'une IA : ajoutez [ai] avec un provider et un model à relance.toml"
                ),
            )]
        }
        Effect::AiReply(_)
        | Effect::CreateTask(_)
        | Effect::CrmUpsert(_)
        | Effect::TagContact(_)
        | Effect::Foreign(_) => Vec::new(),
    }
}

/// The names of the secrets that a call cannot do without.
fn secrets_of(call: &Call) -> BTreeSet<&str> {
    let references = call.templates().into_iter().flat_map(Template::references);
    let needed = |filters: &[Filter]| !filters.iter().any(|it| matches!(it, Filter::Default(_)));
    let secrets = references
        .filter(|reference| reference.path.root == Root::Secrets && needed(&reference.filters));
    secrets.filter_map(|it| it.path.segments.first()).map(|name| name.name.as_str()).collect()
}

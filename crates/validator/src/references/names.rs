//! What a reference names: the contact, an earlier block's output, the run, a secret.

use relance_diagnostics::Text;
use relance_model::{
    action::{ActionKind, ERROR_OUTPUT, Output, References},
    contact::Contact,
    text::{Filter, Reference, Root, Segment},
};

use super::{Remark, Scope, block_ids, date};
use crate::{Code, finding::list, graph::Before, plan::On, suggest::closest, wire::BlockKind};

/// The names after `run.`.
const RUN_NAMES: [&str; 3] = ["id", "graph", "started_at"];

/// Ok: it may stand there, perhaps with a doubt. Err: what is wrong with it.
pub(super) fn check(
    scope: &mut Scope<'_, '_>,
    reference: &Reference,
    allowed: References,
) -> Result<Option<Remark>, Remark> {
    filters(reference)?;
    let segments = reference.path.segments.as_slice();
    match reference.path.root {
        Root::Contact => contact(reference, segments).map(|()| None),
        Root::Blocks => block(scope, reference, segments),
        Root::Run => run(reference, segments).map(|()| None),
        Root::Secrets => secret(reference, segments, allowed).map(|()| None),
    }
}

fn filters(reference: &Reference) -> Result<(), Remark> {
    for filter in &reference.filters {
        if let Filter::Date(format) = filter
            && let Err(message) = date::check(format)
        {
            return Err(Remark::new(Code::InvalidReference, None, message));
        }
    }
    Ok(())
}

fn contact(reference: &Reference, segments: &[Segment]) -> Result<(), Remark> {
    let known = || Contact::NAMES.into_iter().chain(["fields"]);
    match segments {
        [] => Err(incomplete(
            reference,
            "contact",
            &list(Contact::NAMES.map(|name| name).into_iter().chain(["fields.<name>"])),
        )),
        [fields] if fields.name == "fields" => Err(incomplete(
            reference,
            "contact.fields",
            &Text::fixed("`fields.<name>`", "`fields.<nom>`"),
        )),
        [fields, _] if fields.name == "fields" => Ok(()),
        [name] if Contact::NAMES.contains(&name.name.as_str()) => Ok(()),
        [first, rest @ ..]
            if first.name == "fields" || Contact::NAMES.contains(&first.name.as_str()) =>
        {
            let deeper = rest.get(usize::from(first.name == "fields"));
            Err(too_deep(deeper))
        }
        [name, ..] => {
            let message = Text::new(
                format!("a contact has no `{}`", name.name),
                format!("un contact n'a pas de `{}`", name.name),
            );
            let own = Text::new(
                format!("a field of your own is read as `contact.fields.{}`", name.name),
                format!("un champ à vous se lit `contact.fields.{}`", name.name),
            );
            let remark = Remark::new(Code::UnknownReference, Some(name.range.clone()), message);
            let meant = closest(&name.name, known());
            Err(if meant.is_some() {
                remark.meant(meant, &Text::default())
            } else {
                remark.help(own)
            })
        }
    }
}

fn run(reference: &Reference, segments: &[Segment]) -> Result<(), Remark> {
    match segments {
        [] => Err(incomplete(reference, "run", &list(RUN_NAMES))),
        [name] if RUN_NAMES.contains(&name.name.as_str()) => Ok(()),
        [name, deeper, ..] if RUN_NAMES.contains(&name.name.as_str()) => {
            Err(too_deep(Some(deeper)))
        }
        [name, ..] => {
            let message = Text::new(
                format!("a run has no `{}`", name.name),
                format!("une exécution n'a pas de `{}`", name.name),
            );
            Err(Remark::new(Code::UnknownReference, Some(name.range.clone()), message)
                .meant(closest(&name.name, RUN_NAMES), &list(RUN_NAMES)))
        }
    }
}

fn secret(reference: &Reference, segments: &[Segment], allowed: References) -> Result<(), Remark> {
    if allowed != References::DataAndSecrets {
        let message = Text::fixed(
            "a secret may stand only in the headers, the query and the body of an HTTP call",
            "un secret n'est possible que dans les en-têtes, la requête et le corps d'un appel HTTP",
        );
        return Err(Remark::new(Code::SecretNotAllowed, None, message));
    }
    match segments {
        [_] => Ok(()),
        [] => Err(incomplete(
            reference,
            "secrets",
            &Text::fixed("`secrets.<NAME>`", "`secrets.<NOM>`"),
        )),
        [_, deeper, ..] => Err(too_deep(Some(deeper))),
    }
}

fn block(
    scope: &mut Scope<'_, '_>,
    reference: &Reference,
    segments: &[Segment],
) -> Result<Option<Remark>, Remark> {
    let [id, rest @ ..] = segments else {
        return Err(incomplete(
            reference,
            "blocks",
            &Text::fixed("`blocks.<id>.<output>`", "`blocks.<id>.<sortie>`"),
        ));
    };
    let Some(earlier) = scope.links.by_id.get(id.name.as_str()).copied() else {
        let message = Text::new(
            format!("there is no block `{}`", id.name),
            format!("il n'y a pas de bloc `{}`", id.name),
        );
        let remark = Remark::new(Code::UnknownBlock, Some(id.range.clone()), message);
        let ids = block_ids(&scope.links.by_id);
        let meant = closest(&id.name, ids);
        return Err(if meant.is_some() { remark.meant(meant, &Text::default()) } else { remark });
    };
    let kind = match scope.wire.blocks.get(earlier).map(|block| block.kind) {
        Some(BlockKind::Action(kind, _)) => kind,
        Some(BlockKind::Foreign(block_type, _)) => {
            let message = Text::new(
                format!("`{}` is a block of type `{block_type}`, which has no outputs", id.name),
                format!("`{}` est un bloc de type `{block_type}`, qui n'a pas de sorties", id.name),
            );
            return Err(Remark::new(Code::UnknownOutput, Some(id.range.clone()), message));
        }
        // What it gives cannot be told, and what is wrong with it is said there.
        Some(BlockKind::Unclear) | None => return Ok(None),
    };
    let output = output(kind, &id.name, reference, rest)?;
    let outcome = if output.name == ERROR_OUTPUT.name { On::Error } else { On::Success };
    let has_default = reference.filters.iter().any(|filter| matches!(filter, Filter::Default(_)));
    match scope.reach.before(scope.links, scope.block, earlier, outcome) {
        Before::Surely => Ok(None),
        Before::Perhaps if has_default => Ok(None),
        Before::Perhaps => {
            let (id, name) = (&id.name, output.name);
            let message = Text::new(
                format!("`{name}` of `{id}` may be absent here: this block can start without it"),
                format!("`{name}` de `{id}` peut être absent ici : ce bloc peut démarrer sans lui"),
            );
            Ok(Some(Remark::new(Code::MaybeAbsent, None, message).help(Text::fixed(
                "say what to put then: `| default: '…'`",
                "dites quoi mettre dans ce cas : `| default: '…'`",
            ))))
        }
        Before::Not => {
            let message = if earlier == scope.block {
                Text::fixed(
                    "a block cannot read its own output",
                    "un bloc ne peut pas lire sa propre sortie",
                )
            } else {
                Text::new(
                    format!("`{}` does not come before this block", id.name),
                    format!("`{}` ne vient pas avant ce bloc", id.name),
                )
            };
            Err(Remark::new(Code::NotAnAncestor, Some(id.range.clone()), message).help(
                Text::fixed(
                    "a block reads only what blocks on a way to it have given",
                    "un bloc ne lit que ce que donnent les blocs qui mènent à lui",
                ),
            ))
        }
    }
}

fn output(
    kind: ActionKind,
    id: &str,
    reference: &Reference,
    segments: &[Segment],
) -> Result<&'static Output, Remark> {
    let outputs = || kind.spec().outputs.iter().chain([&ERROR_OUTPUT]);
    let names = || outputs().map(|output| output.name);
    let [name, deeper @ ..] = segments else {
        return Err(incomplete(reference, &format!("blocks.{id}"), &list(names())));
    };
    let Some(output) = outputs().find(|output| output.name == name.name) else {
        let action = kind.as_str();
        let message = Text::new(
            format!("`{id}` gives no `{}`: it is a block `{action}`", name.name),
            format!("`{id}` ne donne pas de `{}` : c'est un bloc `{action}`", name.name),
        );
        return Err(Remark::new(Code::UnknownOutput, Some(name.range.clone()), message)
            .meant(closest(&name.name, names()), &list(names())));
    };
    match (output.json_type, deeper.first()) {
        ("object" | "any", _) | (_, None) => Ok(output),
        (_, deeper) => Err(Remark { code: Code::UnknownOutput, ..too_deep(deeper) }),
    }
}

fn incomplete(reference: &Reference, what: &str, known: &Text) -> Remark {
    let message = Text::new(
        format!("`{what}` alone is not a value: say which"),
        format!("`{what}` seul n'est pas une valeur : précisez laquelle"),
    );
    let help = Text::new(format!("there is {}", known.en), format!("il y a {}", known.fr));
    Remark::new(Code::UnknownReference, Some(reference.path.root_range.clone()), message).help(help)
}

fn too_deep(segment: Option<&Segment>) -> Remark {
    let name = segment.map_or("", |segment| segment.name.as_str());
    let message = Text::new(
        format!("there is nothing inside it: `{name}` leads nowhere"),
        format!("il n'y a rien à l'intérieur : `{name}` ne mène nulle part"),
    );
    Remark::new(Code::UnknownReference, segment.map(|segment| segment.range.clone()), message)
}

//! What a reference names: the contact, an earlier block's output, the run, a secret.

use relance_diagnostics::Text;
use relance_model::{
    action::{ActionKind, ERROR_OUTPUT, Output, References},
    contact::Contact,
    names::{ERROR, RUN, words},
    text::{Filter, Reference, Root, Segment},
};

use super::{Remark, Repair, Scope, choose, date};
use crate::{
    Code, context::Context, finding::list, graph::Before, plan::On, suggest::closest,
    wire::BlockKind,
};

/// The names after `run.`.
fn run_names() -> [&'static str; 3] {
    words(&RUN)
}

/// The names after `blocks.<id>.error.`.
fn error_names() -> [&'static str; 3] {
    words(&ERROR)
}

/// What a French author may call the values of a contact.
const ALIASES: [(&str, &str); 10] = [
    ("prenom", "first_name"),
    ("nom", "last_name"),
    ("telephone", "phone"),
    ("tel", "phone"),
    ("mail", "email"),
    ("courriel", "email"),
    ("societe", "company"),
    ("entreprise", "company"),
    ("langue", "language"),
    ("etiquettes", "tags"),
];

/// The value of a contact that goes by that name in French.
pub(super) fn alias(name: &str) -> Option<&'static str> {
    let (_, value) = ALIASES.into_iter().find(|(alias, _)| name.eq_ignore_ascii_case(alias))?;
    Some(value)
}

/// Ok: it may stand there, perhaps with a doubt. Err: what is wrong with it.
pub(super) fn check(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    reference: &Reference<&str>,
    allowed: References,
) -> Result<Option<Remark>, Remark> {
    filters(reference)?;
    let segments = reference.path.segments.as_slice();
    match reference.path.root {
        Root::Contact => contact(reference, segments).map(|()| None),
        Root::Blocks => block(cx, scope, reference, segments),
        Root::Run => run(reference, segments).map(|()| None),
        Root::Secrets => secret(reference, segments, allowed).map(|()| None),
    }
}

fn filters(reference: &Reference<&str>) -> Result<(), Remark> {
    for (filter, range) in reference.filters.iter().zip(&reference.filter_ranges) {
        if let Filter::Date(format) = filter
            && let Err(message) = date::check(format)
        {
            return Err(Remark::new(Code::InvalidReference, Some(range.clone()), message));
        }
    }
    Ok(())
}

fn contact(reference: &Reference<&str>, segments: &[Segment<&str>]) -> Result<(), Remark> {
    let is_known = |name: &str| Contact::NAMES.contains(&name);
    match segments {
        [] => {
            let known = |field| list(Contact::NAMES.into_iter().chain([field]));
            let known = Text::new(known("fields.<name>").en, known("fields.<nom>").fr);
            Err(incomplete(reference, "contact", &known))
        }
        [fields] if fields.name == "fields" => {
            let known = Text::fixed("`contact.fields.<name>`", "`contact.fields.<nom>`");
            Err(incomplete(reference, "contact.fields", &known))
        }
        [fields, _] if fields.name == "fields" => Ok(()),
        [fields, field, deeper, ..] if fields.name == "fields" => Err(too_deep(field, deeper)),
        [name] if is_known(name.name) => Ok(()),
        [name, deeper, ..] if is_known(name.name) => Err(too_deep(name, deeper)),
        [name, ..] => {
            let message = Text::new(
                format!("a contact has no `{}`", name.name),
                format!("un contact n'a pas de `{}`", name.name),
            );
            let known = Contact::NAMES.into_iter().chain(["fields"]);
            let meant = alias(name.name).or_else(|| closest(name.name, known));
            let remark = Remark::new(Code::UnknownReference, Some(name.range.clone()), message);
            Err(match meant {
                Some(_) => remark.meant(meant, &Text::default()),
                None => remark.repair(Repair::Within("fields")).help(Text::new(
                    format!("a field of your own is read as `contact.fields.{}`", name.name),
                    format!("un champ à vous se lit `contact.fields.{}`", name.name),
                )),
            })
        }
    }
}

fn run(reference: &Reference<&str>, segments: &[Segment<&str>]) -> Result<(), Remark> {
    match segments {
        [] => Err(incomplete(reference, "run", &list(run_names()))),
        [name] if run_names().contains(&name.name) => Ok(()),
        [name, deeper, ..] if run_names().contains(&name.name) => Err(too_deep(name, deeper)),
        [name, ..] => {
            let message = Text::new(
                format!("a run has no `{}`", name.name),
                format!("une exécution n'a pas de `{}`", name.name),
            );
            Err(Remark::new(Code::UnknownReference, Some(name.range.clone()), message)
                .meant(closest(name.name, run_names()), &list(run_names())))
        }
    }
}

fn secret(
    reference: &Reference<&str>,
    segments: &[Segment<&str>],
    allowed: References,
) -> Result<(), Remark> {
    if allowed != References::DataAndSecrets {
        let message = Text::fixed(
            "a secret may stand only in the headers, the query and the body of an HTTP call",
            "un secret n'est possible que dans les en-têtes, les paramètres d'URL et le corps d'un appel HTTP",
        );
        return Err(Remark::new(Code::SecretNotAllowed, None, message));
    }
    match segments {
        [_] => Ok(()),
        [] => {
            let known = Text::fixed("`secrets.<NAME>`", "`secrets.<NOM>`");
            Err(incomplete(reference, "secrets", &known))
        }
        [name, deeper, ..] => Err(too_deep(name, deeper)),
    }
}

fn block(
    cx: &mut Context<'_>,
    scope: &mut Scope<'_, '_>,
    reference: &Reference<&str>,
    segments: &[Segment<&str>],
) -> Result<Option<Remark>, Remark> {
    let [id, rest @ ..] = segments else {
        let known = Text::fixed("`blocks.<id>.<output>`", "`blocks.<id>.<sortie>`");
        return Err(incomplete(reference, "blocks", &known));
    };
    let Some(earlier) = scope.links.find(id.name) else {
        // It may be the one whose id is not there to be read, and that is what is wrong.
        if !scope.wire.all_ids_read {
            return Ok(None);
        }
        return Err(unknown_block(cx, scope, id));
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
    let output = output(kind, id, reference, rest)?;
    let outcome = if is_error(output) { On::Error } else { On::Success };
    let has_default = reference.filters.iter().any(|filter| matches!(filter, Filter::Default(_)));
    let own = scope.wire.blocks.get(scope.block).and_then(|block| block.id);
    // Of two blocks with one id nobody can tell which one the edges lead to.
    let doubled = own.is_some_and(|(own, _)| scope.links.find(own) != Some(scope.block));
    let before = if doubled {
        Before::Surely
    } else {
        scope.reach.before(scope.links, scope.block, earlier, outcome)
    };
    match before {
        Before::Surely => Ok(None),
        Before::Perhaps if has_default => Ok(None),
        Before::Perhaps => {
            let (id, name) = (&id.name, output.name);
            let message = Text::new(
                format!("`{name}` of `{id}` may be absent here: this block can start without it"),
                format!("`{name}` de `{id}` peut être absent ici : ce bloc peut démarrer sans lui"),
            );
            let remark = Remark::new(Code::MaybeAbsent, None, message).repair(Repair::Default);
            Ok(Some(remark.help(Text::fixed(
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

fn unknown_block(cx: &mut Context<'_>, scope: &Scope<'_, '_>, id: &Segment<&str>) -> Remark {
    let message = Text::new(
        format!("there is no block `{}`", id.name),
        format!("il n'y a pas de bloc `{}`", id.name),
    );
    let remark = Remark::new(Code::UnknownBlock, Some(id.range.clone()), message);
    let own = scope.wire.blocks.get(scope.block).and_then(|block| block.id).map(|(id, _)| id);
    let others: Vec<&str> =
        scope.links.ids().take(FEW_BLOCKS + 2).filter(|id| Some(*id) != own).collect();
    match scope.links.closest_id(cx, id.name) {
        Some(meant) => remark.meant(Some(meant), &Text::default()),
        None if others.is_empty() => remark.help(Text::fixed(
            "there is no other block in this document",
            "il n'y a pas d'autre bloc dans ce document",
        )),
        None if others.len() <= FEW_BLOCKS => remark.meant(None, &list(others)),
        None => remark,
    }
}

/// Up to so many blocks are named when a reference names none of them.
const FEW_BLOCKS: usize = 6;

fn output(
    kind: ActionKind,
    id: &Segment<&str>,
    reference: &Reference<&str>,
    segments: &[Segment<&str>],
) -> Result<&'static Output, Remark> {
    let outputs = || kind.spec().outputs.iter().chain([&ERROR_OUTPUT]);
    let names = || outputs().map(|output| output.name);
    let [name, deeper @ ..] = segments else {
        return Err(incomplete(reference, &format!("blocks.{}", id.name), &list(names())));
    };
    let Some(output) = outputs().find(|output| output.name == name.name) else {
        let (id, action) = (&id.name, kind.as_str());
        let message = Text::new(
            format!("`{id}` gives no `{}`: it is a block `{action}`", name.name),
            format!("`{id}` ne donne pas de `{}` : c'est un bloc `{action}`", name.name),
        );
        return Err(Remark::new(Code::UnknownOutput, Some(name.range.clone()), message)
            .meant(closest(name.name, names()), &list(names())));
    };
    match (output.json_type, deeper.first()) {
        (_, Some(deeper)) if is_error(output) && !error_names().contains(&deeper.name) => {
            let message = Text::new(
                format!("an error has no `{}`", deeper.name),
                format!("une erreur n'a pas de `{}`", deeper.name),
            );
            Err(Remark::new(Code::UnknownOutput, Some(deeper.range.clone()), message)
                .meant(closest(deeper.name, error_names()), &list(error_names())))
        }
        ("object" | "any", _) | (_, None) => Ok(output),
        (_, Some(deeper)) => Err(Remark { code: Code::UnknownOutput, ..too_deep(name, deeper) }),
    }
}

fn is_error(output: &Output) -> bool {
    output.name == ERROR_OUTPUT.name
}

fn incomplete(reference: &Reference<&str>, what: &str, known: &Text) -> Remark {
    let message = Text::new(
        format!("`{what}` alone is not a value: say which"),
        format!("`{what}` seul n'est pas une valeur : précisez laquelle"),
    );
    let path = &reference.path;
    let end = path.segments.last().map_or(path.root_range.end, |last| last.range.end);
    Remark::new(Code::UnknownReference, Some(path.root_range.start..end), message)
        .help(choose(known))
}

fn too_deep(holder: &Segment<&str>, deeper: &Segment<&str>) -> Remark {
    let (end, holder, name) = (holder.range.end, &holder.name, &deeper.name);
    let message = Text::new(
        format!("`{holder}` is a single value: there is no `{name}` in it"),
        format!("`{holder}` est une valeur simple : il n'y a pas de `{name}` dedans"),
    );
    Remark::new(Code::UnknownReference, Some(deeper.range.clone()), message)
        .repair(Repair::EndAt(end))
}

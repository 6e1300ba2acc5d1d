//! From a document that has been judged to a plan: what was understood is taken out of its texts and made the plan's own.

use crate::{
    Options, action,
    graph::Links,
    hash,
    plan::{BlockId, Effect, Foreign, Link, Plan, Step, StepIndex},
    wire::Wire,
};

/// A document in which every block is sound.
pub(crate) struct Judged<'a, 'd> {
    pub(crate) wire: &'a Wire<'d>,
    pub(crate) links: &'a Links<'d>,
    /// What each block means, by its place in [`Wire::blocks`].
    pub(crate) meanings: Vec<Meaning<'d>>,
}

/// What a block means.
#[derive(Debug)]
pub(crate) enum Meaning<'d> {
    Action(action::Lowered<'d>),
    /// A block of another type, and whether a run goes on through it.
    Foreign {
        block_type: &'d str,
        passes: bool,
    },
}

impl Judged<'_, '_> {
    /// Whether no foreign block stands in the way of a run. Those that no edge touches never do.
    pub(crate) fn is_runnable(&self) -> bool {
        let mut blocks = self.meanings.iter().zip(&self.links.isolated);
        blocks.all(|(meaning, isolated)| match meaning {
            Meaning::Action(_) => true,
            Meaning::Foreign { passes, .. } => *passes || *isolated,
        })
    }
}

/// The plan of a document in which nothing is wrong.
pub(crate) fn plan(judged: Judged<'_, '_>, options: &Options) -> Option<Plan> {
    let Judged { wire, links, meanings } = judged;
    let order = in_id_order(wire);
    let mut isolated = Vec::new();
    let mut index = vec![None; wire.blocks.len()];
    let mut next = 0;
    for place in &order {
        if links.isolated.get(*place) == Some(&false) {
            *index.get_mut(*place)? = Some(StepIndex(next));
            next += 1;
        } else {
            isolated.push(BlockId::new(wire.blocks.get(*place)?.id?.0));
        }
    }
    let mut meanings: Vec<_> = meanings.into_iter().map(Some).collect();
    let mut steps = Vec::with_capacity(wire.blocks.len());
    for place in
        order.iter().copied().filter(|place| index.get(*place).is_some_and(Option::is_some))
    {
        let block = wire.blocks.get(place)?;
        let link =
            |(source, on): &(usize, _)| Some(Link { source: (*index.get(*source)?)?, on: *on });
        let mut incoming: Vec<Link> =
            links.incoming.of(place).iter().map(link).collect::<Option<_>>()?;
        incoming.sort_unstable();
        let effect = match meanings.get_mut(place)?.take()? {
            Meaning::Action(lowered) => lowered.plan()?,
            Meaning::Foreign { block_type, passes } => {
                Effect::Foreign(Foreign { block_type: block_type.to_owned(), passes })
            }
        };
        let id = BlockId::new(block.id?.0);
        steps.push(Step { id, label: block.label.map(str::to_owned), effect, incoming });
    }
    let hash = hash::content(wire, links, &order);
    Some(Plan { steps, isolated, hash, environment: options.environment })
}

/// The places of all blocks, by their ids.
fn in_id_order(wire: &Wire<'_>) -> Vec<usize> {
    let ids = wire.blocks.iter().map(|block| block.id.map(|(id, _)| id));
    let mut order: Vec<(Option<&str>, usize)> = ids.zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}

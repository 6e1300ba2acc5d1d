//! What has surely happened when a block starts: which blocks come before it, and which of them must have succeeded.

use std::collections::HashMap;

use super::Links;
use crate::plan::On;

/// Answers about what comes before a block. Answers about one earlier block are worked out once, for all later ones.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    after: HashMap<(usize, On), After>,
    order: Option<Vec<usize>>,
}

/// For one earlier block and outcome: which blocks lie behind it, and which start only when it had that outcome.
#[derive(Debug)]
struct After {
    behind: Vec<bool>,
    certain: Vec<bool>,
}

/// What a block may count on about an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// It does not come before.
    Not,
    /// It comes before, but may have been skipped or have ended otherwise.
    Perhaps,
    /// Whenever the block starts, the earlier one has ended that way.
    Surely,
}

impl Reach {
    /// Whether `earlier` has ended with `outcome` whenever `block` starts. Where there is a cycle nobody can tell, and the cycle is
    /// what is wrong.
    pub(crate) fn before(
        &mut self,
        links: &Links<'_>,
        block: usize,
        earlier: usize,
        outcome: On,
    ) -> Before {
        if links.cyclic {
            return Before::Surely;
        }
        let order = self.order.get_or_insert_with(|| order(links));
        let after = self
            .after
            .entry((earlier, outcome))
            .or_insert_with(|| After::new(links, order, earlier, outcome));
        match (after.behind.get(block), after.certain.get(block)) {
            (Some(true), Some(true)) => Before::Surely,
            (Some(true), _) => Before::Perhaps,
            _ => Before::Not,
        }
    }
}

impl After {
    fn new(links: &Links<'_>, order: &[usize], earlier: usize, outcome: On) -> After {
        let mut behind = vec![false; links.incoming.len()];
        let mut certain = vec![false; links.incoming.len()];
        for block in order.iter().copied().skip_while(|block| *block != earlier).skip(1) {
            let Some(incoming) = links.incoming.get(block) else { continue };
            let leads = |(source, _): &(usize, On)| {
                *source == earlier || behind.get(*source) == Some(&true)
            };
            let proves = |(source, on): &(usize, On)| {
                (*source == earlier && *on == outcome) || certain.get(*source) == Some(&true)
            };
            let (leads, proves) =
                (incoming.iter().any(leads), !incoming.is_empty() && incoming.iter().all(proves));
            if let (Some(behind), Some(certain)) = (behind.get_mut(block), certain.get_mut(block)) {
                (*behind, *certain) = (leads, proves);
            }
        }
        After { behind, certain }
    }
}

/// The blocks, each after all that lead to it.
fn order(links: &Links<'_>) -> Vec<usize> {
    let mut awaited: Vec<usize> = links.incoming.iter().map(Vec::len).collect();
    let mut order: Vec<usize> =
        (0..awaited.len()).filter(|block| awaited.get(*block) == Some(&0)).collect();
    let mut next = 0;
    while let Some(block) = order.get(next).copied() {
        next += 1;
        for (target, _) in links.outgoing.get(block).into_iter().flatten() {
            if let Some(count) = awaited.get_mut(*target) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    order.push(*target);
                }
            }
        }
    }
    order
}

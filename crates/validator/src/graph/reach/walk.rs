//! A short walk against the edges: what surely happened before a block, as far as its neighbourhood tells.

use super::Before;
use crate::{graph::Links, plan::On};

/// A walk gives up after so many edges.
const FEW_EDGES: usize = 48;

/// Whether `earlier` has ended with `outcome` whenever `block` starts; none: too much leads to the block to tell soon.
///
/// The walk goes back by every way except along the edges that `earlier` takes with that outcome. A way that ends at an entry
/// point, even one through `earlier` itself, is one on which it need not have ended so.
pub(super) fn before(
    links: &Links<'_>,
    block: usize,
    earlier: usize,
    outcome: On,
) -> Option<Before> {
    let (mut open, mut seen) = (vec![block], vec![block]);
    let (mut surely, mut behind, mut edges) = (true, false, 0);
    while let Some(place) = open.pop() {
        let incoming = links.incoming.of(place);
        surely &= !incoming.is_empty();
        edges += incoming.len();
        if edges > FEW_EDGES {
            return None;
        }
        for (source, on) in incoming {
            behind |= *source == earlier;
            let certain = (*source, *on) == (earlier, outcome);
            if !certain && !seen.contains(source) {
                seen.push(*source);
                open.push(*source);
            }
        }
        if behind && !surely {
            return Some(Before::Perhaps);
        }
    }
    Some(match (behind, surely) {
        (false, _) => Before::Not,
        (true, true) => Before::Surely,
        (true, false) => Before::Perhaps,
    })
}

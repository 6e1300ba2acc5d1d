//! Cycles: one finding for each set of blocks that lead back to one another.

use std::collections::{HashMap, HashSet, VecDeque};

use relance_diagnostics::Text;

use super::{Links, SoundEdge, reach};
use crate::{Code, context::Context, wire::Wire};

/// The most blocks of a path that a message names.
const NAMED: usize = 12;

/// Reports each cycle at the edge that closes its shortest path from the block with the smallest id, and says whether there is
/// one.
pub(super) fn find(
    cx: &mut Context<'_>,
    wire: &Wire<'_>,
    links: &Links<'_>,
    edges: &[SoundEdge],
) -> bool {
    if reach::order(links).len() == links.outgoing.blocks() {
        return false;
    }
    let id =
        |block: usize| wire.blocks.get(block).and_then(|block| block.id).map_or("", |(id, _)| id);
    let mut cyclic = components(links);
    for component in &mut cyclic {
        component.sort_unstable_by_key(|block| id(*block));
    }
    cyclic.sort_unstable_by_key(|component| component.first().map(|block| id(*block)));
    let places: HashMap<(usize, usize), usize> =
        edges.iter().map(|edge| ((edge.source, edge.target), edge.place)).collect();
    for component in cyclic {
        let Some(path) = shortest(links, &component, &id) else { continue };
        let way = way(&path.iter().map(|block| id(*block)).collect::<Vec<_>>());
        let message = Text::new(
            format!("these blocks lead back to themselves: {way}"),
            format!("ces blocs tournent en rond : {way}"),
        );
        let places: Vec<usize> = path
            .windows(2)
            .filter_map(|pair| places.get(&(*pair.first()?, *pair.last()?)).copied())
            .collect();
        let Some((last, others)) = places.split_last() else { continue };
        let span = |place: &usize| wire.edges.get(*place).map(|edge| edge.node.span.first_byte());
        let Some(closing) = span(last) else { continue };
        let related: Vec<_> = others.iter().take(NAMED).filter_map(span).collect();
        let finding = cx.report(Code::Cycle, closing, message).help(Text::fixed(
            "a run goes forward only: remove one of these edges",
            "une exécution ne va que vers l'avant : supprimez l'un de ces liens",
        ));
        for span in related {
            finding.related(span, Text::fixed("part of the cycle", "fait partie de la boucle"));
        }
    }
    true
}

/// The names along a path, the middle of a long one left out.
fn way(names: &[&str]) -> String {
    match (names.get(..NAMED / 2), names.get(names.len().saturating_sub(NAMED / 2)..)) {
        (Some(first), Some(last)) if names.len() > NAMED => {
            format!("{} → … → {}", first.join(" → "), last.join(" → "))
        }
        _ => names.join(" → "),
    }
}

/// The strongly connected components of more than one block (Tarjan's algorithm, without recursion).
fn components(links: &Links<'_>) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let count = links.outgoing.blocks();
    let (mut index, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..count {
        if at(&index, root) != UNSEEN {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((block, edge)) = work.pop() {
            if edge == 0 {
                set(&mut index, block, next);
                set(&mut low, block, next);
                next += 1;
                stack.push(block);
                set(&mut on_stack, block, true);
            }
            let following = links.outgoing.of(block).get(edge);
            if let Some((target, _)) = following.copied() {
                work.push((block, edge + 1));
                if at(&index, target) == UNSEEN {
                    work.push((target, 0));
                } else if at(&on_stack, target) {
                    let lower = at(&low, block).min(at(&index, target));
                    set(&mut low, block, lower);
                }
                continue;
            }
            if at(&low, block) == at(&index, block) {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    set(&mut on_stack, member, false);
                    component.push(member);
                    if member == block {
                        break;
                    }
                }
                if component.len() > 1 {
                    found.push(component);
                }
            }
            if let Some((parent, _)) = work.last().copied() {
                let lower = at(&low, parent).min(at(&low, block));
                set(&mut low, parent, lower);
            }
        }
    }
    found
}

/// The shortest way from the first block of a component back to itself, neighbours in id order.
fn shortest<'w>(
    links: &Links<'_>,
    component: &[usize],
    id: &impl Fn(usize) -> &'w str,
) -> Option<Vec<usize>> {
    let start = *component.first()?;
    let members: HashSet<usize> = component.iter().copied().collect();
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(block) = open.pop_front() {
        let mut targets: Vec<usize> =
            links.outgoing.of(block).iter().map(|(target, _)| *target).collect();
        targets.retain(|target| members.contains(target));
        targets.sort_unstable_by_key(|target| id(*target));
        for target in targets {
            if target == start {
                let mut path = vec![start, block];
                while let Some(before) = path
                    .last()
                    .filter(|block| **block != start)
                    .and_then(|block| came_from.get(block))
                {
                    path.push(*before);
                }
                path.reverse();
                return Some(path);
            }
            came_from.entry(target).or_insert_with(|| {
                open.push_back(target);
                block
            });
        }
    }
    None
}

fn at<T: Copy + Default>(values: &[T], place: usize) -> T {
    values.get(place).copied().unwrap_or_default()
}

fn set<T>(values: &mut [T], place: usize, value: T) {
    if let Some(slot) = values.get_mut(place) {
        *slot = value;
    }
}

//! Shows a run while it happens: a line for what has come to its end and, in a terminal, what is being waited for.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use relance_runtime::{
    driver::Observer,
    event::{Event, Fact, RunStarted},
};

use crate::{narration::Narrator, output::Output};

/// What is shown of a run.
pub(crate) enum Show {
    /// What happens, in words.
    Story(Narrator),
    /// The journal's events, one JSON object a line.
    Events,
    /// Nothing: the report says it all.
    Nothing,
}

struct Live {
    out: Arc<Output>,
    show: Show,
    waiting: MultiProgress,
    bars: BTreeMap<String, ProgressBar>,
}

/// How often a terminal shows that something is still being waited for.
const BEAT: Duration = Duration::from_millis(120);

/// Somebody who shows every event.
pub(crate) fn observer(out: Arc<Output>, show: Show) -> Observer {
    let watched = out.terminal && io::stderr().is_terminal();
    let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let waiting = MultiProgress::with_draw_target(target);
    let live = Mutex::new(Live { out, show, waiting, bars: BTreeMap::new() });
    Arc::new(move |_, event| live.lock().unwrap_or_else(PoisonError::into_inner).hear(event))
}

impl Live {
    fn hear(&mut self, event: &Event) {
        match &mut self.show {
            Show::Nothing => {}
            // A result that cannot be written is no reason to stop the run.
            Show::Events => self.out.keep(self.out.print_json(event)),
            Show::Story(narrator) => {
                if let Some(block) = event.fact.block()
                    && let Some(bar) = self.bars.remove(block)
                {
                    bar.finish_and_clear();
                }
                if let Fact::RunStarted(started) = &event.fact {
                    let RunStarted { graph, contact, run, .. } = &**started;
                    self.out
                        .keep(self.out.print(&narrator.heading(graph, contact, run, &self.out)));
                }
                if let Some(line) = narrator.hear(event) {
                    let line = narrator.show(&line, &self.out);
                    let out = &self.out;
                    out.keep(self.waiting.suspend(|| out.print(&line)));
                }
                if let Fact::AttemptStarted { block, .. } = &event.fact
                    && let Some(doing) = narrator.doing(block)
                {
                    self.bars.insert(block.clone(), bar(&self.waiting, doing));
                }
            }
        }
    }
}

fn bar(waiting: &MultiProgress, doing: String) -> ProgressBar {
    let style = ProgressStyle::with_template("  {spinner} {msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = waiting.add(ProgressBar::new_spinner().with_style(style).with_message(doing));
    bar.enable_steady_tick(BEAT);
    bar
}

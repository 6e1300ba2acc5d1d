//! What a journal holds in the end, read as anybody would.

use relance_runtime::{
    journal::{ContactFilter, Journal, JournalError, TaskFilter},
    simulation::VirtualClock,
};

use crate::{
    referee::{Held, Kept},
    trial::run_id,
};

/// Reads everything; an error says why that failed.
pub(crate) fn kept(journal: &dyn Journal, runs: usize) -> Held<Kept> {
    let clock = VirtualClock::new(jiff::Timestamp::UNIX_EPOCH);
    let read = clock.run(read(journal, runs)).ok_or("the journal does not answer")?;
    read.map_err(|error| error.to_string())
}

async fn read(journal: &dyn Journal, runs: usize) -> Result<Kept, JournalError> {
    let mut events = Vec::with_capacity(runs);
    for number in 0..runs {
        events.push(journal.events(&run_id(number), 0).await?);
    }
    let tasks = journal.tasks(TaskFilter { done: true, ..TaskFilter::default() }).await?;
    let contacts = journal.contacts(ContactFilter::default()).await?.into_iter();
    let tags = contacts.map(|row| (row.contact.id.unwrap_or_default(), row.contact.tags)).collect();
    let crm_emails = journal.crm_records().await?.into_iter().map(|it| it.email).collect();
    Ok(Kept { events, tasks, tags, crm_emails })
}

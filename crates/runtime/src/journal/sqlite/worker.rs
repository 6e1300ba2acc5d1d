//! The two threads that own the connections.
//!
//! Work is sent to them as closures and answered through a channel. The writer puts all the work that is waiting into one
//! transaction and answers when it is committed; each piece has a savepoint of its own, so that one that is refused does not
//! undo its neighbours.

use std::{fmt, path::Path, sync::mpsc, thread};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::{failure::classify, store::Shelf};
use crate::journal::JournalError;

/// How many pieces of work may share a commit.
const MOST: usize = 256;

/// Writes.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Jobs<WriteJob>,
}

/// Reads.
#[derive(Debug)]
pub(super) struct Reader {
    jobs: Jobs<ReadJob>,
}

type ReadJob = Box<dyn FnOnce(&Connection, &Path) + Send>;

/// Does its work inside the transaction, or hears why there is none; what comes back gives the answer, once it is known whether
/// the transaction was committed.
type WriteJob = Box<
    dyn FnOnce(Result<&mut Shelf<'_>, JournalError>) -> (Result<(), JournalError>, Reply) + Send,
>;
type Reply = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

impl Writer {
    pub(super) fn start(path: &Path, connection: Connection) -> Result<Writer, JournalError> {
        let file = path.to_owned();
        let work = move |jobs| write_all(connection, &file, &jobs);
        Ok(Writer { jobs: Jobs::start("journal writer", path, work)? })
    }

    /// Does work inside a transaction, and answers when it is safe.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Shelf<'_>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Box::new(move |shelf| {
            let result = shelf.and_then(work);
            let worked = result.as_ref().map(|_| ()).map_err(JournalError::clone);
            let reply = move |committed: Result<(), JournalError>| {
                // Nobody may be waiting any more: the work is done all the same.
                drop(answer.send(committed.and(result)));
            };
            (worked, Box::new(reply))
        }))?;
        answered.await.unwrap_or(Err(JournalError::Closed))
    }
}

impl Reader {
    pub(super) fn start(path: &Path, connection: Connection) -> Result<Reader, JournalError> {
        let file = path.to_owned();
        let work = move |jobs: mpsc::Receiver<ReadJob>| {
            for job in jobs {
                job(&connection, &file);
            }
        };
        Ok(Reader { jobs: Jobs::start("journal reader", path, work)? })
    }

    /// Reads what is committed.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Path) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Box::new(move |connection, path| {
            drop(answer.send(work(connection, path)));
        }))?;
        answered.await.unwrap_or(Err(JournalError::Closed))
    }
}

/// A thread and the way to it. Dropping it lets the thread finish what it was given, and waits for that.
struct Jobs<J> {
    sender: Option<mpsc::Sender<J>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl<J: Send + 'static> Jobs<J> {
    fn start(
        name: &str,
        path: &Path,
        work: impl FnOnce(mpsc::Receiver<J>) + Send + 'static,
    ) -> Result<Jobs<J>, JournalError> {
        let (sender, jobs) = mpsc::channel();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(|| work(jobs));
        let failed = |error: std::io::Error| JournalError::Failed {
            path: path.to_owned(),
            message: error.to_string(),
        };
        Ok(Jobs { sender: Some(sender), thread: Some(thread.map_err(failed)?) })
    }

    fn send(&self, job: J) -> Result<(), JournalError> {
        let sender = self.sender.as_ref().ok_or(JournalError::Closed)?;
        sender.send(job).map_err(|_| JournalError::Closed)
    }
}

impl<J> fmt::Debug for Jobs<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("thread", &self.thread).finish_non_exhaustive()
    }
}

impl<J> Drop for Jobs<J> {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn write_all(mut connection: Connection, path: &Path, jobs: &mpsc::Receiver<WriteJob>) {
    while let Ok(first) = jobs.recv() {
        let together = std::iter::once(first).chain(jobs.try_iter().take(MOST - 1));
        let (replies, committed) = write_together(&mut connection, path, together);
        for reply in replies {
            reply(committed.clone());
        }
    }
}

/// One transaction for all of these. When it breaks, all of them hear why.
fn write_together(
    connection: &mut Connection,
    path: &Path,
    jobs: impl Iterator<Item = WriteJob>,
) -> (Vec<Reply>, Result<(), JournalError>) {
    let mut replies = Vec::new();
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut open = begun.map_err(|error| classify(path, &error));
    for job in jobs {
        let (reply, kept) = match &open {
            Ok(transaction) => write_one(transaction, path, job),
            Err(error) => (job(Err(error.clone())).1, Ok(())),
        };
        replies.push(reply);
        if let Err(error) = kept {
            open = Err(error);
        }
    }
    let committed =
        open.and_then(|transaction| transaction.commit().map_err(|error| classify(path, &error)));
    (replies, committed)
}

/// One piece of work, undone alone when it is refused. An error here means that the whole transaction is lost.
fn write_one(
    transaction: &Transaction<'_>,
    path: &Path,
    job: WriteJob,
) -> (Reply, Result<(), JournalError>) {
    let run = |sql| {
        let done = transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(()));
        done.map(|_| ()).map_err(|error| classify(path, &error))
    };
    if let Err(error) = run("SAVEPOINT work") {
        return (job(Err(error.clone())).1, Err(error));
    }
    let (worked, reply) = job(Ok(&mut Shelf::new(transaction, path)));
    let kept = match worked {
        Ok(()) => Ok(()),
        // A full disk makes SQLite give the whole transaction up: then there is nothing left to undo, and this is why.
        Err(error) => run("ROLLBACK TO work").map_err(|_| error),
    };
    (reply, kept.and_then(|()| run("RELEASE work")))
}

//! Kills processes and cuts their power; only tests use it.
//!
//! A process is started with a small library in front of the system's own (`recorder.c`). Every write, truncation, creation,
//! renaming, deletion and sync that it asks for under one folder is an *operation*: it is written down, in order, and the
//! process can be killed before, within or after any of them. So nothing has to be built into the program that is tested.
//!
//! * [`Recorder`] builds that library and puts it in front of a process;
//! * [`Op`] is what was written down;
//! * [`Disk`] plays it on a disk that keeps its promises and no more: what was not synced may be there after a power cut, or
//!   not, or in parts;
//! * [`proof`] says how many cases are asked for, and keeps count.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot record or replay should stop"
)]

mod disk;
mod op;
pub mod proof;
#[cfg(target_os = "linux")]
mod recorder;

pub use disk::{Disk, Fate, Files};
pub use op::Op;
#[cfg(target_os = "linux")]
pub use recorder::{Kill, Moment, Recorder};

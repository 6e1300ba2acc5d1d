//! The runtime, tried as a whole.

mod decide;
mod identity;
mod journal;
mod kill;
mod retry;
mod sqlite;
mod staged;
mod stories;
mod story;
mod world;

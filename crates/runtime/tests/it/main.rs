//! The runtime, tried as a whole.

mod decide;
mod identity;
mod kill;
mod retry;
mod staged;
mod stories;
mod story;
mod world;

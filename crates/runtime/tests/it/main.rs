//! The runtime, tried as a whole.

mod kill;
mod staged;
mod stories;
mod story;
mod world;

//! The runtime, tried as a whole.

mod staged;
mod stories;
mod story;
mod world;

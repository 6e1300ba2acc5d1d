//! How the runtime meets the outside world: nothing here leaves this machine.

mod ai;
mod answers;
mod attacks;
mod runs;
mod sandbox;
mod stand_in;

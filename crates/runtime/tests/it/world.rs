//! How the runtime meets the outside world: nothing here leaves 127.0.0.0/8 and ::1.

mod ai;
mod answers;
mod attacks;
mod sandbox;
mod stand_in;

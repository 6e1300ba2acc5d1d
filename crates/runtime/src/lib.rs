//! Carries out plans, durably.
//!
//! A run is what its events say, and nothing else. Read in this order:
//!
//! * [`event`]: what is stored, for good;
//! * [`history`]: what the events add up to;
//! * [`decide`]: what may be done next, a pure function of plan and history;
//! * [`action`] and [`local`]: what a step asks for, once its references are values;
//! * [`retry`]: what follows a failed attempt;
//! * [`journal`]: where runs are kept, in SQLite or in memory;
//! * [`driver`]: the loop that ties these together, [`driver::Engine`], the way in, and [`driver::Durable`], the port to whatever carries
//!   runs through crashes;
//! * [`port`]: the world outside, as traits, and [`simulation`]: a world that is not there;
//! * [`identity`], [`run`], [`secret`]: who a contact is, what a run looks like from outside, what must never be shown.

pub mod action;
pub mod decide;
pub mod driver;
pub mod event;
pub mod failure;
pub mod history;
pub mod identity;
pub mod journal;
pub mod local;
pub mod port;
mod render;
pub mod retry;
pub mod run;
pub mod sandbox;
pub mod secret;
pub mod simulation;

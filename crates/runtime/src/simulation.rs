//! A world that is not there: time that passes only when nothing else can happen, and services that answer by a script.
//!
//! The engine is the same as ever; only its ports differ. A simulation has one thread and draws all chance from a seed, so the
//! same seed always gives the same run, and a day's wait takes no time.

mod scripted;
mod virtual_clock;

pub use scripted::{
    Received, Script, Scripted, ScriptedAnswer, ScriptedFailure, ai_request, http_request,
};
pub use virtual_clock::VirtualClock;

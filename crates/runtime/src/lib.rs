//! Carries out plans, durably.

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

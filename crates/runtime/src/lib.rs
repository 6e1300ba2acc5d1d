//! Carries out plans, durably.

pub mod action;
pub mod failure;
pub mod local;
pub mod port;
mod render;
pub mod sandbox;
pub mod secret;

//! Carries out plans, durably.

pub mod failure;
pub mod port;

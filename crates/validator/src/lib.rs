//! Checks documents and turns them into plans.

pub mod plan;

pub use plan::Plan;
pub use relance_model::Environment;

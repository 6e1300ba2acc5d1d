//! The commands, a file each: what may be asked of it, and what it does.

pub(crate) mod explain;
pub(crate) mod schema;
pub(crate) mod validate;

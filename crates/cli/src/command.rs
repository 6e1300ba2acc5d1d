//! The commands, a file each: what may be asked of it, and what it does.

pub(crate) mod campaign;
pub(crate) mod campaigns;
pub(crate) mod contacts;
pub(crate) mod db;
pub(crate) mod explain;
mod files;
pub(crate) mod fix;
pub(crate) mod lsp;
pub(crate) mod resolve;
pub(crate) mod resume;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod stop;
pub(crate) mod tasks;
pub(crate) mod validate;

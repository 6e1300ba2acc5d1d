//! What people write: graphs of action blocks, as JSON.
//!
//! * [`document`] reads bytes strictly into a tree in which every value and key knows its place;
//! * [`action`] is the registry of the five actions: their parameters, limits, defaults and texts, each told once;
//! * [`graph`] holds the wire shapes of graph, block and edge, for programs that write documents;
//! * [`text`] holds the small languages that live inside texts: blank, numbers, JSON, references;
//! * [`names`] tells what references may name;
//! * [`egress`] says which hosts and addresses may be called;
//! * [`schema`] draws the JSON Schemas from all of these.
//!
//! Nothing here does I/O or reads a clock.

pub mod action;
pub mod contact;
pub mod document;
pub mod egress;
mod environment;
pub mod graph;
pub mod names;
pub mod schema;
pub mod text;

pub use action::{ActionKind, Parameter};
pub use document::{Document, Node, Value};
pub use environment::{Environment, UnknownEnvironment};

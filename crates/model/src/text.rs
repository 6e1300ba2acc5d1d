//! The small languages that live inside texts, each written once.

mod blank;
mod json;
mod number;
pub mod template;

pub use blank::{is_blank, is_white, present};
pub use json::TextMap;
pub use number::{Minimum, NumberInText, NumberMistake, NumberText};
pub use template::{
    Filter, Part, Path, Reference, Root, Segment, Template, TemplateMistake, TemplateMistakeKind,
};

//! The language server: what relance knows about a graph, in the editor, while it is being written.
//!
//! [`View`] looks at a text and understands whatever there is to understand, however broken it is. Each feature is a pure
//! function of a view and a byte offset, in the file of its name: [`hover`](hover()), [`complete`], [`definition`](definition()),
//! [`references`](references()), [`rename`](rename::rename), [`symbols`](symbols()), and [`quick_fixes`] of what the validator
//! found. [`serve`] speaks the protocol around them: it keeps the open documents, checks the newest state of each in a thread
//! of its own, and never lets an answer wait for a check.

mod about;
mod actions;
mod completion;
mod definition;
mod document;
mod hover;
mod lines;
mod mentions;
mod outline;
mod passage;
mod place;
mod references;
pub mod rename;
mod server;
mod slot;
mod symbols;
mod target;
mod tree;
mod view;
mod words;

pub use about::about_block;
pub use actions::{Action, fix_all, quick_fixes};
pub use completion::{Completion, CompletionKind, Offer, Wanted, complete};
pub use definition::{Definition, definition};
pub use document::Document;
pub use hover::{Hover, hover};
pub use lines::{Encoding, Lines, Position};
pub use references::references;
pub use server::{Host, ServeError, Settings, Wishes, serve};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use view::View;

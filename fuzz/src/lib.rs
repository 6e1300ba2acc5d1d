//! Properties that hold for any bytes. `targets/` lets libFuzzer look for bytes that break them; the test beside replays what it
//! has kept. Each function panics where its property does not hold.

mod checked;
mod fix;
mod json_text;
mod lsp;
mod number_text;
mod read_document;
mod reference;

pub use fix::fix;
pub use json_text::json_text;
pub use lsp::lsp;
pub use number_text::number_text;
pub use read_document::read_document;
pub use reference::reference;

/// A property, by the name of its program and of the folder of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 6] = [
    ("read_document", read_document),
    ("number_text", number_text),
    ("reference", reference),
    ("json_text", json_text),
    ("fix", fix),
    ("lsp", lsp),
];

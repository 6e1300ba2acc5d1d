//! The wire shapes of graph, block and edge, for programs that write documents.
//!
//! These types own what they hold and keep the keys that they do not know, as a canvas adds some (`selected`, `measured` …); only
//! inside `parameters` an unknown key is refused. Reading them proves little: whether a document is right is the validator's to say.

mod parameters;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use parameters::ACTION_TYPE;
pub use parameters::Parameters;

/// The `type` of the blocks that this crate describes.
pub const ACTION: &str = "action";

/// The most blocks that a graph may have.
pub const MAX_NODES: usize = 5_000;

/// The most edges that a graph may have.
pub const MAX_EDGES: usize = 20_000;

/// The most characters that the id of a block may have.
pub const MAX_ID_CHARACTERS: usize = 200;

/// A graph: blocks, and the edges that order them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Graph {
    /// Its blocks: at least one.
    pub nodes: Vec<Block>,
    /// Its edges, in any order.
    pub edges: Vec<Edge>,
    /// Other keys, such as `viewport`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Envelope")]
pub struct Block {
    /// Its name in the graph: 1 to 200 characters, given to no other block.
    pub id: String,
    /// Its `type`: `action`, or that of a foreign block.
    #[serde(rename = "type")]
    pub block_type: String,
    /// Where it stands on the canvas.
    pub position: Position,
    /// What it says and does.
    pub data: Data,
    /// Other keys, such as `selected` and `measured`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A place on the canvas. It never changes a run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The content of a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Data<P = Parameters> {
    /// Its title, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A second line under the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The channel that it belongs to, such as `commercial` or `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it does. An action has them, a foreign block may lack them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<P>,
    /// Other keys.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An edge: the target begins when the source has ended that way.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Edge {
    /// Its name in the graph, given to no other edge.
    pub id: String,
    /// The id of the block that it leaves.
    pub source: String,
    /// The id of the block that it enters.
    pub target: String,
    /// `success` or `error`; absent and null mean `success`.
    #[serde(rename = "sourceHandle", default, skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// Other keys, such as `animated`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Block {
    /// A block of one of the actions, at the origin of the canvas and without words.
    pub fn action(id: impl Into<String>, parameters: Parameters) -> Block {
        Block {
            id: id.into(),
            block_type: ACTION.to_owned(),
            position: Position::default(),
            data: Data::of(parameters),
            other: Map::new(),
        }
    }
}

impl<P> Data<P> {
    /// These parameters, without words.
    pub fn of(parameters: P) -> Data<P> {
        let parameters = Some(parameters);
        Data {
            label: None,
            subtitle: None,
            channel: None,
            description: None,
            parameters,
            other: Map::new(),
        }
    }
}

/// A block whose parameters are not read yet: its `type` tells how to.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    block_type: String,
    position: Position,
    data: Data<Value>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl TryFrom<Envelope> for Block {
    type Error = serde_json::Error;

    fn try_from(envelope: Envelope) -> Result<Block, serde_json::Error> {
        let Envelope { id, block_type, position, data, other } = envelope;
        let Data { label, subtitle, channel, description, parameters, other: more } = data;
        let parameters = match parameters {
            Some(parameters) if block_type == ACTION => Some(Parameters::read(parameters)?),
            Some(parameters) => Some(Parameters::Foreign(parameters)),
            None => None,
        };
        let data = Data { label, subtitle, channel, description, parameters, other: more };
        Ok(Block { id, block_type, position, data, other })
    }
}

#[cfg(test)]
mod tests;

//! A JSON text as a flat tree in which every value and every key knows its place.
//!
//! All values and keys lie in one list: the items of an array side by side, and the members of an object too, in the order
//! written, each key before its value. So a document is a handful of allocations, whatever it holds. What is handed out are
//! views, small and copied: [`Node`], [`Object`], [`Array`], [`Member`]. Strings without escapes are read from the text itself;
//! those with escapes lie undone, one behind the other, in one text of the document.
//!
//! Objects keep their duplicates: [`Object::get`] answers with the first.

mod pointer;
mod read;

use std::{collections::HashSet, ops::Range};

use relance_diagnostics::Span;

pub use pointer::{Step, pointer};
pub use read::{
    Expected, MAX_BYTES, MAX_DEPTH, Mistake, MistakeKind, Read, Syntax, read, read_source,
    read_text,
};

/// A whole JSON text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document<'s> {
    text: &'s str,
    root: Slot,
    slots: Vec<Slot>,
    undone: String,
}

/// A value or a key as it lies in a document: numbers only, so that it is written and copied at once.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slot {
    span: Span,
    what: What,
    /// Of a key.
    mark: Mark,
    /// What it holds, where that does not stand in the text as it is.
    held: Stretch,
}

/// A key and its value as they lie in a document.
type Pair = [Slot; 2];

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Null,
    True,
    False,
    Number,
    /// A string without escapes.
    Plain,
    /// A string with escapes: it holds a stretch of [`Document::undone`].
    Undone,
    /// It holds a stretch of [`Document::slots`].
    Array,
    /// It holds a stretch of [`Document::slots`], two for each member.
    Object,
}

/// What tells most keys apart at a glance, one number of 64: equal keys have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mark(u8);

impl Mark {
    /// The factors are such that the keys of a node, of an edge and of each action's parameters all differ.
    #[inline]
    fn of(key: &[u8]) -> Mark {
        let end = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
        let mix = end(key.first()) + 16 * end(key.last()) + 3 * key.len();
        Mark((mix % 64).to_le_bytes()[0])
    }

    fn bit(self) -> u64 {
        1 << self.0
    }
}

/// The places from `first` up to `end` of a list.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Stretch {
    first: u32,
    end: u32,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    /// From its first byte to its last, quotes and brackets included.
    pub span: Span,
    document: &'d Document<'d>,
    slot: &'d Slot,
}

/// A JSON value. Numbers stay as they were written.
#[derive(Debug, Clone, Copy)]
pub enum Value<'d> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written: finite, and in `i64` or `u64` when it is an integer.
    Number(&'d str),
    /// A string, with its escapes undone.
    Text(&'d str),
    /// An array.
    Array(Array<'d>),
    /// An object.
    Object(Object<'d>),
}

/// The items of an array.
#[derive(Debug, Clone, Copy)]
pub struct Array<'d> {
    document: &'d Document<'d>,
    items: &'d [Slot],
}

/// The members of an object, in the order written, duplicates included.
#[derive(Debug, Clone, Copy)]
pub struct Object<'d> {
    document: &'d Document<'d>,
    members: &'d [Pair],
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Member<'d> {
    /// The key, with its escapes undone.
    pub key: &'d str,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node<'d>,
}

impl<'s> Document<'s> {
    /// A document that is this text and nothing else.
    pub fn of_text(text: &str) -> Document<'s> {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let held = Stretch { first: 0, end };
        let root = Slot { span: Span::default(), what: What::Undone, mark: Mark::default(), held };
        Document { text: "", root, slots: Vec::new(), undone: text.to_owned() }
    }

    /// Its one value.
    pub fn root(&self) -> Node<'_> {
        self.node(&self.root)
    }

    #[inline]
    fn node<'d>(&'d self, slot: &'d Slot) -> Node<'d> {
        Node { span: slot.span, document: self, slot }
    }

    /// What an array or object at a slot holds.
    #[inline]
    fn held<'d>(&'d self, slot: &Slot) -> &'d [Slot] {
        self.slots.get(slot.held.range()).unwrap_or_default()
    }

    /// The string at a slot.
    #[inline]
    fn string<'d>(&'d self, slot: &Slot) -> Option<&'d str> {
        let (text, range) = slot.string_in(self.text, &self.undone)?;
        text.get(range)
    }

    /// Whether the string at a slot is that one.
    #[inline]
    fn is(&self, slot: &Slot, string: &str) -> bool {
        let found = slot.string_in(self.text, &self.undone);
        let bytes = found.and_then(|(text, range)| text.as_bytes().get(range));
        bytes == Some(string.as_bytes())
    }
}

impl Slot {
    /// Where the string at a slot stands, if one does: in the text of the document or among the undone.
    #[inline]
    fn string_in<'t>(&self, text: &'t str, undone: &'t str) -> Option<(&'t str, Range<usize>)> {
        match self.what {
            What::Plain => Some((text, self.span.range_inside())),
            What::Undone => Some((undone, self.held.range())),
            What::Null | What::True | What::False | What::Number | What::Array | What::Object => {
                None
            }
        }
    }
}

impl Stretch {
    fn new(first: usize, end: usize) -> Stretch {
        let [first, end] = [first, end].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        Stretch { first, end }
    }

    fn range(self) -> Range<usize> {
        self.first as usize..self.end as usize
    }
}

impl Member<'_> {
    /// From the first byte of the key to the last of the value.
    pub fn span(&self) -> Span {
        Span { start: self.key_span.start, end: self.node.span.end }
    }
}

impl<'d> Object<'d> {
    /// The first value of that key.
    #[inline]
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.find(key).map(|[_, node]| self.document.node(node))
    }

    /// The first member of that key.
    #[inline]
    pub fn member(self, key: &str) -> Option<Member<'d>> {
        self.find(key).map(|pair| self.view(pair))
    }

    /// Its members.
    pub fn members(
        self,
    ) -> impl DoubleEndedIterator<Item = Member<'d>> + ExactSizeIterator + Clone {
        self.members.iter().map(move |pair| self.view(pair))
    }

    /// Its members, of equal keys the first alone, as [`Object::get`] answers.
    pub fn firsts(self) -> Firsts<'d> {
        Firsts { all: self, next: 0, marks: 0, keys: HashSet::new() }
    }

    /// How many members there are.
    pub fn len(self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.members.is_empty()
    }

    #[inline]
    fn find(self, key: &str) -> Option<&'d Pair> {
        let mark = Mark::of(key.as_bytes());
        self.members.iter().find(|[slot, _]| slot.mark == mark && self.document.is(slot, key))
    }

    #[inline]
    fn view(self, [key, node]: &'d Pair) -> Member<'d> {
        let text = self.document.string(key).unwrap_or_default();
        Member { key: text, key_span: key.span, node: self.document.node(node) }
    }
}

/// The members of an object, of equal keys the first alone.
#[derive(Debug)]
pub struct Firsts<'d> {
    all: Object<'d>,
    next: usize,
    /// The marks of the keys so far; in an object of more than a few members their keys too.
    marks: u64,
    keys: HashSet<&'d str>,
}

/// An object of so many members is looked through faster than its keys are hashed.
const FEW_MEMBERS: usize = 16;

impl<'d> Firsts<'d> {
    fn is_first(&mut self, [slot, _]: &Pair, key: &'d str) -> bool {
        if self.all.len() > FEW_MEMBERS {
            return self.keys.insert(key);
        }
        let marks = self.marks;
        self.marks |= slot.mark.bit();
        let mut earlier = self.all.members().take(self.next);
        marks & slot.mark.bit() == 0 || !earlier.any(|earlier| earlier.key == key)
    }
}

impl<'d> Iterator for Firsts<'d> {
    type Item = Member<'d>;

    fn next(&mut self) -> Option<Member<'d>> {
        loop {
            let pair = self.all.members.get(self.next)?;
            let member = self.all.view(pair);
            let is_first = self.is_first(pair, member.key);
            self.next += 1;
            if is_first {
                return Some(member);
            }
        }
    }
}

impl<'d> Array<'d> {
    /// The item at a place.
    pub fn get(self, place: usize) -> Option<Node<'d>> {
        self.items.get(place).map(|slot| self.document.node(slot))
    }

    /// Its items.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Node<'d>> + ExactSizeIterator + Clone {
        self.items.iter().map(move |slot| self.document.node(slot))
    }

    /// How many items there are.
    pub fn len(self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.items.is_empty()
    }
}

impl<'d> Node<'d> {
    /// What it is.
    pub fn value(self) -> Value<'d> {
        let Node { document, slot, .. } = self;
        match slot.what {
            What::Null => Value::Null,
            What::True => Value::Bool(true),
            What::False => Value::Bool(false),
            What::Number => Value::Number(document.text.get(slot.span.range()).unwrap_or_default()),
            What::Plain | What::Undone => Value::Text(document.string(slot).unwrap_or_default()),
            What::Array => Value::Array(Array { document, items: document.held(slot) }),
            What::Object => {
                let (members, _) = document.held(slot).as_chunks();
                Value::Object(Object { document, members })
            }
        }
    }

    /// The text, when it is one.
    #[inline]
    pub fn as_text(self) -> Option<&'d str> {
        self.document.string(self.slot)
    }

    /// The object, when it is one.
    #[inline]
    pub fn as_object(self) -> Option<Object<'d>> {
        let Node { document, slot, .. } = self;
        if slot.what != What::Object {
            return None;
        }
        let (members, _) = document.held(slot).as_chunks();
        Some(Object { document, members })
    }

    /// The items, when it is an array.
    #[inline]
    pub fn as_array(self) -> Option<Array<'d>> {
        let Node { document, slot, .. } = self;
        if slot.what != What::Array {
            return None;
        }
        Some(Array { document, items: document.held(slot) })
    }

    /// A number that no other node of the document has.
    pub fn identity(self) -> usize {
        std::ptr::from_ref(self.slot).addr()
    }

    /// The same value for programs that know `serde_json`. Of duplicate keys the first stays.
    pub fn to_json(self) -> serde_json::Value {
        match self.value() {
            Value::Null => serde_json::Value::Null,
            Value::Bool(it) => serde_json::Value::Bool(it),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_default(),
            Value::Text(text) => serde_json::Value::from(text),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Object(object) => {
                let mut map = serde_json::Map::with_capacity(object.len());
                for member in object.members() {
                    map.entry(member.key).or_insert_with(|| member.node.to_json());
                }
                serde_json::Value::Object(map)
            }
        }
    }

    /// What kind of value it is, in words.
    #[inline]
    pub fn kind(self) -> Kind {
        match self.slot.what {
            What::Null => Kind::Null,
            What::True | What::False => Kind::Bool,
            What::Number => Kind::Number,
            What::Plain | What::Undone => Kind::Text,
            What::Array => Kind::Array,
            What::Object => Kind::Object,
        }
    }
}

/// The six kinds of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

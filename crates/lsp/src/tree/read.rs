//! The reader that never gives up: one pass, no recursion, and a rule for each thing that may be missing.

use relance_diagnostics::Span;
use relance_model::document::MAX_DEPTH;

use super::{Literal, Member, Node, Value};

/// The tree of a text; of a text without any value, a missing one.
pub(super) fn read(text: &str) -> Node<'_> {
    let mut reader = Reader { text, at: 0, open: Vec::new(), root: None, ignored: 0 };
    while !reader.is_done() && reader.token() {}
    while !reader.open.is_empty() {
        reader.close(text.len(), false);
    }
    reader.root.unwrap_or(missing(0, text.len()))
}

/// Nesting beyond this is passed over: no tree is deeper, whatever the text.
const DEEPEST: usize = MAX_DEPTH + 8;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The arrays and objects around the cursor, the outermost first.
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    /// How many brackets beyond [`DEEPEST`] are open.
    ignored: usize,
}

struct Open<'t> {
    start: usize,
    content: Content<'t>,
}

enum Content<'t> {
    Array(Vec<Node<'t>>),
    Object {
        members: Vec<Member<'t>>,
        /// A key that waits for its value, and where its colon is.
        key: Option<(Literal<'t>, Option<usize>)>,
    },
}

fn missing<'t>(start: usize, end: usize) -> Node<'t> {
    Node { span: Span::new(start, end), value: Value::Missing, closed: true }
}

impl<'t> Reader<'t> {
    /// Whether the document is there: a stray word before it is none.
    fn is_done(&self) -> bool {
        matches!(&self.root, Some(Node { value: Value::Array(_) | Value::Object(_), .. }))
    }

    /// Takes one token; none is left when false.
    fn token(&mut self) -> bool {
        self.skip_white();
        let start = self.at;
        let Some(byte) = self.text.as_bytes().get(start).copied() else { return false };
        match byte {
            b',' => {
                self.end_member(start);
                self.at += 1;
            }
            b':' => {
                self.colon(start);
                self.at += 1;
            }
            b'{' | b'[' => self.opening(byte, start),
            b'}' | b']' => self.closing(byte, start),
            b'"' => {
                let literal = self.string(start);
                self.text_token(literal);
            }
            _ => {
                let rest = self.text.as_bytes().get(start..).unwrap_or_default();
                let ends = |it: &u8| it.is_ascii_whitespace() || b",:{}[]\"".contains(it);
                self.at = start + rest.iter().position(ends).unwrap_or(rest.len()).max(1);
                if self.awaits_value() {
                    let span = Span::new(start, self.at);
                    self.attach(Node { span, value: Value::Plain, closed: true });
                }
            }
        }
        true
    }

    fn opening(&mut self, byte: u8, start: usize) {
        self.at += 1;
        if self.open.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        // An object where a key should be: it is the next element of the array around, and some brackets are missing.
        if byte == b'{' && !self.awaits_value() && !self.has_key() {
            while let Some(Open { content: Content::Object { .. }, .. }) = self.open.last() {
                if !self.open.iter().any(|it| matches!(it.content, Content::Array(_))) {
                    break;
                }
                self.close(start, false);
            }
        }
        let content = match byte {
            b'{' => Content::Object { members: Vec::new(), key: None },
            _ => Content::Array(Vec::new()),
        };
        self.open.push(Open { start, content });
    }

    fn closing(&mut self, byte: u8, start: usize) {
        self.at += 1;
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        let fits = |it: &Open<'_>| matches!(it.content, Content::Object { .. }) == (byte == b'}');
        // One that closes nothing is passed over.
        let Some(place) = self.open.iter().rposition(fits) else { return };
        // So is one that would end the document although more of it follows.
        if place == 0 && self.goes_on() {
            return;
        }
        while self.open.len() > place + 1 {
            self.close(start, false);
        }
        self.close(self.at, true);
    }

    /// Whether what follows can only be the rest of something that is still open.
    fn goes_on(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default().trim_start();
        rest.starts_with([',', '}', ']'])
    }

    fn colon(&mut self, start: usize) {
        let in_object = self.open.iter().any(|it| matches!(it.content, Content::Object { .. }));
        match self.open.last_mut().map(|open| &mut open.content) {
            Some(Content::Object { key: Some((_, colon)), .. }) => {
                colon.get_or_insert(start);
            }
            // A colon behind a value: that was a key, and the value before it is missing.
            Some(Content::Object { members, key }) => {
                let Some(last) = members.last_mut() else { return };
                let Value::Text(literal) = &last.node.value else { return };
                let literal = literal.clone();
                let before = self.text.get(..literal.span.range().start).unwrap_or_default();
                let end = before.trim_end().len();
                last.node = missing(end, literal.span.range().start);
                *key = Some((literal, Some(start)));
            }
            // A colon in an array: its bracket is missing.
            Some(Content::Array(items)) if in_object => {
                let Some(Node { value: Value::Text(literal), .. }) = items.last() else { return };
                let literal = literal.clone();
                items.pop();
                let end = literal.span.range().start;
                while let Some(Open { content: Content::Array(_), .. }) = self.open.last() {
                    self.close(end, false);
                }
                if let Some(Content::Object { key, .. }) =
                    self.open.last_mut().map(|it| &mut it.content)
                {
                    *key = Some((literal, Some(start)));
                }
            }
            Some(Content::Array(_)) | None => {}
        }
    }

    fn text_token(&mut self, literal: Literal<'t>) {
        if self.awaits_value() {
            let (span, closed) = (literal.span, literal.closed);
            self.attach(Node { span, value: Value::Text(literal), closed });
            return;
        }
        self.end_member(literal.span.range().start);
        if let Some(Content::Object { key, .. }) = self.open.last_mut().map(|it| &mut it.content) {
            *key = Some((literal, None));
        }
    }

    /// A key that got no value has a missing one, up to `end`.
    fn end_member(&mut self, end: usize) {
        if let Some(Content::Object { members, key }) =
            self.open.last_mut().map(|it| &mut it.content)
            && let Some((key, colon)) = key.take()
        {
            let start = colon.map_or(key.span.range().end, |colon| colon + 1);
            let node = missing(start, end.max(start));
            members.push(Member { key, colon: colon.is_some(), node });
        }
    }

    /// Whether a value may stand here.
    fn awaits_value(&self) -> bool {
        match self.open.last().map(|it| &it.content) {
            None | Some(Content::Array(_)) => true,
            Some(Content::Object { key, .. }) => matches!(key, Some((_, Some(_)))),
        }
    }

    /// Whether a key stands before the cursor, its colon missing.
    fn has_key(&self) -> bool {
        matches!(self.open.last().map(|it| &it.content), Some(Content::Object { key: Some(_), .. }))
    }

    /// Gives a value to whatever is open.
    fn attach(&mut self, node: Node<'t>) {
        match self.open.last_mut().map(|it| &mut it.content) {
            None => self.root = Some(node),
            Some(Content::Array(items)) => items.push(node),
            Some(Content::Object { members, key }) => {
                let nameless =
                    || Literal { span: Span::at(node.span.range().start), raw: "", closed: false };
                let (key, colon) = key
                    .take()
                    .map_or_else(|| (nameless(), true), |(key, colon)| (key, colon.is_some()));
                members.push(Member { key, colon, node });
            }
        }
    }

    /// Ends the innermost array or object.
    fn close(&mut self, end: usize, closed: bool) {
        self.end_member(if closed { end - 1 } else { end });
        let Some(Open { start, content }) = self.open.pop() else { return };
        let value = match content {
            Content::Array(items) => Value::Array(items),
            Content::Object { members, .. } => Value::Object(members),
        };
        self.attach(Node { span: Span::new(start, end), value, closed });
    }

    /// A string, its opening quote at `start`: up to its closing quote, else to the end of the line.
    fn string(&mut self, start: usize) -> Literal<'t> {
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        let mut closed = false;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'"' => {
                    closed = true;
                    break;
                }
                b'\n' | b'\r' => break,
                b'\\' if !matches!(bytes.get(end + 1), None | Some(b'\n' | b'\r')) => end += 2,
                _ => end += 1,
            }
        }
        let mut end = self.text.floor_char_boundary(end.min(bytes.len()));
        if closed && let Some(shorter) = self.opened_another(start + 1, end) {
            (end, closed) = (shorter, false);
        }
        if !closed {
            end = start + 1 + without_closers(self.text.get(start + 1..end).unwrap_or_default());
        }
        let raw = self.text.get(start + 1..end).unwrap_or_default();
        self.at = end + usize::from(closed);
        Literal { span: Span::new(start, self.at), raw, closed }
    }

    /// Whether the quote that seems to close a string opens the next one: a letter follows it, and a comma or a bracket stands
    /// in the string. Gives where the string ends then.
    fn opened_another(&self, start: usize, end: usize) -> Option<usize> {
        let follows = self.text.get(end + 1..)?.chars().next()?;
        if !(follows.is_alphanumeric() || follows == '_') {
            return None;
        }
        let raw = self.text.get(start..end)?;
        let cut = raw.get(..raw.find([',', '}', ']'])?)?;
        Some(start + cut.trim_end().len())
    }

    fn skip_white(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
    }
}

/// How long a text without its closing quote is: brackets at the end of its line that nothing in it opened close what is
/// around, and a comma there separates.
fn without_closers(raw: &str) -> usize {
    let count = |signs: [char; 2]| raw.matches(signs).count();
    let mut too_many = count(['}', ']']).saturating_sub(count(['{', '[']));
    let mut text = raw;
    let mut length = raw.len();
    loop {
        let trimmed = text.trim_end();
        text = match trimmed.chars().next_back() {
            Some(',') => trimmed.strip_suffix(',').unwrap_or_default(),
            Some('}' | ']') if too_many > 0 => {
                too_many -= 1;
                trimmed.get(..trimmed.len() - 1).unwrap_or_default()
            }
            Some(_) | None => return length,
        };
        length = text.trim_end().len();
    }
}

#[cfg(test)]
mod tests;

//! What a process did to its files, read back.

use std::{fs, path::Path};

/// One thing that was done to a file; names are relative to the folder that was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Bytes were written.
    Write {
        /// The file.
        file: String,
        /// Where.
        offset: u64,
        /// What.
        data: Vec<u8>,
    },
    /// It was cut, or stretched with zeroes.
    Truncate {
        /// The file.
        file: String,
        /// Its length from now on.
        length: u64,
    },
    /// A file, or the folder (with an empty name), was synced.
    Sync {
        /// Which.
        file: String,
    },
    /// It was made, empty.
    Create {
        /// The file.
        file: String,
    },
    /// Its name was taken away.
    Unlink {
        /// The file.
        file: String,
    },
    /// It got another name.
    Rename {
        /// The old one.
        file: String,
        /// The new one.
        to: String,
    },
    /// It got a second name.
    Link {
        /// The first one.
        file: String,
        /// The second one.
        to: String,
    },
}

impl Op {
    /// Everything that was written down, in order.
    pub fn read(log: &Path) -> Vec<Op> {
        let bytes = fs::read(log).unwrap();
        let mut rest = bytes.as_slice();
        let mut ops = Vec::new();
        while !rest.is_empty() {
            ops.push(Op::next(&mut rest).unwrap());
        }
        ops
    }

    /// The file it is about.
    pub fn file(&self) -> &str {
        match self {
            Op::Write { file, .. }
            | Op::Truncate { file, .. }
            | Op::Sync { file }
            | Op::Create { file }
            | Op::Unlink { file }
            | Op::Rename { file, .. }
            | Op::Link { file, .. } => file,
        }
    }

    /// The next one; none: what is left is not whole.
    fn next(rest: &mut &[u8]) -> Option<Op> {
        let [kind] = *take(rest, 1)? else { return None };
        let name = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
        let offset = u64::from_le_bytes(take(rest, 8)?.try_into().ok()?);
        let length = u64::from_le_bytes(take(rest, 8)?.try_into().ok()?);
        let file = text(take(rest, usize::try_from(name).ok()?)?)?;
        let data = take(rest, usize::try_from(length).ok()?)?;
        Some(match kind {
            b'w' => Op::Write { file, offset, data: data.to_vec() },
            b't' => Op::Truncate { file, length: offset },
            b's' => Op::Sync { file },
            b'c' => Op::Create { file },
            b'u' => Op::Unlink { file },
            b'r' => Op::Rename { file, to: text(data)? },
            b'l' => Op::Link { file, to: text(data)? },
            _ => return None,
        })
    }
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

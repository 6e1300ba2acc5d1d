//! Strides of eight bytes: where the plain stretch of a string ends, and where white space does.
//!
//! Most of a document is one or the other, and eight bytes of it are looked at in the time of one or two.

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// How many bytes a string may hold just as they stand: up to the first quote, backslash or control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((stride, after)) = rest.split_first_chunk() {
        let stride = u64::from_le_bytes(*stride);
        let stops = below(stride, 0x20) | is(stride, b'"') | is(stride, b'\\');
        if stops != 0 {
            return bytes.len() - rest.len() + first(stops);
        }
        rest = after;
    }
    let stops = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    bytes.len() - rest.len() + rest.iter().take_while(|byte| !stops(byte)).count()
}

/// How many bytes of white space there are. It is taken for line breaks and indents: runs of blanks between other characters.
pub(super) fn white(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((b' ' | b'\n' | b'\r' | b'\t', after)) = rest.split_first() {
        rest = after;
        while let Some((stride, after)) = rest.split_first_chunk() {
            let others = u64::from_le_bytes(*stride) ^ each(b' ');
            if others != 0 {
                rest = rest.get(first(others)..).unwrap_or_default();
                break;
            }
            rest = after;
        }
    }
    bytes.len() - rest.len()
}

/// Marks the bytes below `limit`, up to 0x80, in their highest bits. A borrow may mark bytes that follow a marked one wrongly, so
/// only the first mark counts.
fn below(stride: u64, limit: u8) -> u64 {
    stride.wrapping_sub(each(limit)) & !stride & each(0x80)
}

/// Marks the bytes that are `byte`, as [`below`] does.
fn is(stride: u64, byte: u8) -> u64 {
    below(stride ^ each(byte), 1)
}

/// The place of the first byte of a stride that holds a bit.
fn first(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_stretch_ends_where_its_bytes_say(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let stops = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            prop_assert_eq!(plain(&bytes), bytes.iter().position(stops).unwrap_or(bytes.len()));
        }

        #[test]
        fn white_space_ends_where_its_bytes_say(bytes in proptest::collection::vec(prop_oneof![9 => Just(b' '), 3 => Just(b'\n'), 1 => Just(b'\t'), 1 => Just(b'\r'), 1 => any::<u8>()], 0..60)) {
            let white = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            prop_assert_eq!(super::white(&bytes), bytes.iter().take_while(|byte| white(byte)).count());
        }
    }
}

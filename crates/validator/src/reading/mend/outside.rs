//! What stands around a place in a text that is no JSON from there on.

/// The brackets that are open at a place, the outermost first.
pub(super) fn open_brackets(json: &str, place: usize) -> Vec<char> {
    let mut open = Vec::new();
    let mut characters = json.get(..place).unwrap_or_default().chars();
    while let Some(character) = characters.next() {
        match character {
            '{' | '[' => open.push(character),
            '}' | ']' => _ = open.pop(),
            '"' => {
                // A text ends at its quote; one behind a backslash belongs to it.
                while let Some(inside) = characters.next() {
                    match inside {
                        '"' => break,
                        '\\' => _ = characters.next(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    open
}

/// What closes them again.
pub(super) fn closing(open: &[char]) -> String {
    open.iter().rev().map(|bracket| if *bracket == '{' { '}' } else { ']' }).collect()
}

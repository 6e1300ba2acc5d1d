//! The name of a file as a URI reference.

use std::fmt::Write as _;

use super::log::ArtifactLocation;

/// What relative names start from, as services know it: the folder that was checked out.
const BASE: &str = "%SRCROOT%";

impl ArtifactLocation {
    /// The file of that name. One that is relative stays so; an absolute one is a `file:` URI.
    pub(super) fn new(name: &str, index: usize) -> ArtifactLocation {
        let name = if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() };
        let has_drive = name.chars().nth(1) == Some(':')
            && name.starts_with(|it: char| it.is_ascii_alphabetic());
        if name.starts_with('/') {
            return ArtifactLocation {
                uri: format!("file://{}", escaped(&name)),
                uri_base_id: None,
                index,
            };
        }
        if cfg!(windows) && has_drive {
            return ArtifactLocation {
                uri: format!("file:///{}", escaped(&name)),
                uri_base_id: None,
                index,
            };
        }
        let steps = name.split('/').filter(|step| !matches!(*step, "" | "."));
        let uri = escaped(&steps.collect::<Vec<_>>().join("/"));
        ArtifactLocation { uri, uri_base_id: Some(BASE), index }
    }
}

/// Every byte that may not stand in a path as it is, and `:`, which could end a scheme, in percent signs.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

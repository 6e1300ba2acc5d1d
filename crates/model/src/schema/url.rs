//! The regular expression of a URL.
//!
//! It holds a URL to its shape: a scheme, a host of ASCII labels or an address, a port, and then printable ASCII. References may
//! stand after the host, and between their braces anything but a line break: a default text may be in any script. Which hosts and
//! ports may be called, and whether a reference is one, are the validator's to say.
//!
//! At each character only one alternative can go on, so no engine has to try twice.

use crate::environment::Environment;

/// A URL that matches has a line break, or ends with something that is neither printable nor visible. It stands under `not`
/// beside the pattern: in many dialects `$` lets one line break pass, and in Ruby `^` and `$` hold at every line.
pub(super) const BROKEN: &str = r"[\n\r]|[^!-~]$";

/// A label: letters, digits, `_`, and `-` between them.
const LABEL: &str = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";

/// Visible ASCII but `{`.
const VISIBLE: &str = r"[!-z\|-~]";

/// The portable regular expression of the URLs that an environment may call. It is read beside a guard in the schemas: a text
/// with a line break is none, whatever the dialect makes of `$`.
pub fn url_pattern(environment: Environment) -> String {
    let scheme = match environment {
        Environment::Production => "[Hh][Tt][Tt][Pp][Ss]",
        Environment::Development => "[Hh][Tt][Tt][Pp][Ss]?",
    };
    let host = format!(r"(?:{LABEL}(?:\.{LABEL})*\.?|\[[0-9A-Fa-f:.]+\])");
    let rest = with_references();
    format!("^{scheme}://{host}(?::[0-9]{{1,5}})?(?:[/?#]{rest})?$")
}

/// Visible ASCII with references in it, `{{{{` for a literal `{{`, and lone braces.
fn with_references() -> String {
    let bare = r#"[^\{\}'"\n\r]*"#;
    let quoted = r#"(?:'[^'\n\r]*'|"[^"\n\r]*")"#;
    let reference = format!(r"\{{\{{{bare}(?:{quoted}{bare})*\}}\}}");
    let brace = format!(r"(?:\{{\{{\{{\{{|{reference}|\{{{VISIBLE})");
    format!(r"{VISIBLE}*(?:{brace}{VISIBLE}*)*\{{?")
}

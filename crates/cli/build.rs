//! Lists the pages of `docs/diagnostics` so that `relance explain` carries them all.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let pages = docs.join("diagnostics");
    // A folder that is not there yet is watched through its parent.
    println!("cargo::rerun-if-changed={}", if pages.is_dir() { &pages } else { &docs }.display());
    let mut codes = Vec::new();
    if pages.is_dir() {
        for entry in fs::read_dir(&pages)? {
            let name = entry?.file_name();
            codes
                .extend(name.to_str().and_then(|name| name.strip_suffix(".md")).map(str::to_owned));
        }
    }
    codes.sort_unstable();
    let mut list = "[\n".to_owned();
    for code in codes {
        let page = pages.join(format!("{code}.md"));
        let page = page.to_str().ok_or("the path of the workspace is UTF-8")?;
        writeln!(list, "    ({code:?}, include_str!({page:?})),")?;
    }
    list.push_str("]\n");
    fs::write(
        Path::new(&env::var_os("OUT_DIR").ok_or("cargo names a folder")?).join("pages.rs"),
        list,
    )?;
    Ok(())
}

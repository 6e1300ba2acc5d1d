//! Lists the pages of `docs/diagnostics` and `docs/fr/diagnostics`, so that `relance explain` carries them all in both languages.

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let (english, french) =
        (pages(&docs.join("diagnostics"))?, pages(&docs.join("fr/diagnostics"))?);
    let mut list = "[\n".to_owned();
    for (code, page) in &english {
        let french = french.get(code).ok_or(format!("docs/fr/diagnostics/{code}.md is missing"))?;
        writeln!(list, "    ({code:?}, include_str!({page:?}), include_str!({french:?})),")?;
    }
    list.push_str("]\n");
    fs::write(
        Path::new(&env::var_os("OUT_DIR").ok_or("cargo names a folder")?).join("pages.rs"),
        list,
    )?;
    Ok(())
}

/// The pages in a folder, by their codes.
fn pages(folder: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    // A folder that is not there yet is watched through its parent.
    let watched = if folder.is_dir() { folder } else { folder.parent().unwrap_or(folder) };
    println!("cargo::rerun-if-changed={}", watched.display());
    let mut pages = BTreeMap::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let path = path.to_str().ok_or("the path of the workspace is UTF-8")?;
            let name = Path::new(path).file_name().and_then(|name| name.to_str());
            if let Some(code) = name.and_then(|name| name.strip_suffix(".md")) {
                pages.insert(code.to_owned(), path.to_owned());
            }
        }
    }
    Ok(pages)
}

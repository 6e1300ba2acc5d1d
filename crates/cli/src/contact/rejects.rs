//! The lines of a list that were passed over: kept in a file of their own, as they stood, to be mended and given again.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use relance_diagnostics::Text;
use tempfile::NamedTempFile;

use super::list::{List, Origin};
use crate::trouble::Trouble;

/// The file that is being written, once there is anything to write.
pub(crate) struct Rejects {
    folder: PathBuf,
    /// The name of the list, without its extension.
    stem: String,
    file: Option<(BufWriter<NamedTempFile>, &'static str)>,
}

impl Rejects {
    /// A file beside the list; where the command is given, if that is standard input.
    pub(crate) fn of(origin: &Origin) -> Rejects {
        let path = origin.path();
        let folder = path.and_then(Path::parent).filter(|it| !it.as_os_str().is_empty());
        let stem = path.and_then(Path::file_stem);
        Rejects {
            folder: folder.unwrap_or(Path::new(".")).to_owned(),
            stem: stem.map_or("stdin".into(), |stem| stem.to_string_lossy().into_owned()),
            file: None,
        }
    }

    /// Keeps the entry that the list has read last.
    pub(crate) fn keep(&mut self, list: &List) -> Result<(), Trouble> {
        let kept = self.write(list);
        kept.map_err(|error| unwritable(&self.path(list_extension(list), 1), &error))
    }

    fn write(&mut self, list: &List) -> io::Result<()> {
        let (file, _) = if let Some(file) = &mut self.file {
            file
        } else {
            let file = tempfile::Builder::new().prefix(".relance-").tempfile_in(&self.folder)?;
            let mut file = BufWriter::new(file);
            if let Some(heading) = list.heading() {
                line(&mut file, heading)?;
            }
            self.file.insert((file, list_extension(list)))
        };
        match (list.heading(), serde_json::from_slice::<serde_json::Value>(list.raw())) {
            (Some(_), _) => line(file, list.raw()),
            (None, Ok(value)) => line(file, value.to_string().as_bytes()),
            // A contact a line, whatever is wrong with it.
            (None, Err(_)) => {
                let breaks = |byte: &u8| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte };
                line(file, &list.raw().iter().map(breaks).collect::<Vec<u8>>())
            }
        }
    }

    /// Puts the file in its place, and says where that is; none: there was nothing to keep. A file that somebody may be mending
    /// is not written over: one that holds something else keeps its name, and the new one takes the next.
    pub(crate) fn finish(mut self) -> Result<Option<PathBuf>, Trouble> {
        let Some((file, extension)) = self.file.take() else { return Ok(None) };
        let failed = |error: &io::Error| unwritable(&self.path(extension, 1), error);
        let mut file = file.into_inner().map_err(|error| failed(error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        for number in 1.. {
            let path = self.path(extension, number);
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(Some(path)),
                Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = refused.file;
                    if is_same(file.path(), &path).map_err(|error| failed(&error))? {
                        return Ok(Some(path));
                    }
                }
                Err(refused) => return Err(failed(&refused.error)),
            }
        }
        Ok(None)
    }

    fn path(&self, extension: &str, number: u32) -> PathBuf {
        let number = if number > 1 { format!("-{number}") } else { String::new() };
        let name = format!("{}.rejects{number}.{extension}", self.stem);
        if self.folder.as_os_str() == "." { name.into() } else { self.folder.join(name) }
    }
}

fn list_extension(list: &List) -> &'static str {
    if list.heading().is_some() { "csv" } else { "jsonl" }
}

fn line(file: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.write_all(b"\n")
}

/// Whether two files hold the same.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (io::BufReader::new(one).bytes(), io::BufReader::new(other).bytes());
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) => return Ok(true),
            (one, other) if one != other => return Ok(false),
            _ => {}
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Trouble {
    let name = path.display();
    Trouble::unusable(Text::new(
        format!("the lines that are passed over cannot be kept in `{name}`: {error}"),
        format!("les lignes ignorées ne peuvent pas être gardées dans `{name}` : {error}"),
    ))
}

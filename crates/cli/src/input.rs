//! Reads what the command line names: files, or standard input.

mod kind;
mod selection;

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
};

use relance_diagnostics::{Source, Text};

use crate::trouble::Trouble;

pub(crate) use kind::is_ours;
pub(crate) use selection::{Chosen, Selection};

/// The name that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// Reads a file, or standard input for `-`, as far as `limit` bytes and one more: whoever checks it sees that it is too long.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Source, Trouble> {
    read_as(path, limit, None)
}

/// The same; standard input goes by another name, if one is given.
pub(crate) fn read_as(
    path: &Path,
    limit: usize,
    stdin_name: Option<&str>,
) -> Result<Source, Trouble> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if path.as_os_str() == STDIN {
        let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
        return match read {
            Ok(_) => Ok(Source::new(stdin_name.unwrap_or("<stdin>"), bytes)),
            Err(error) => Err(unreadable("<stdin>", &error)),
        };
    }
    let name = path.to_string_lossy();
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(Source::new(name, bytes)),
        Err(error) => Err(unreadable(&name, &error)),
    }
}

/// Why a file cannot be read, in words that say what to do.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Trouble {
    if error.kind() == ErrorKind::NotFound {
        let message = Text::new(
            format!("there is no file `{name}`"),
            format!("il n'y a pas de fichier `{name}`"),
        );
        return Trouble::unusable(message).help(Text::fixed(
            "check its path, from the folder in which you stand",
            "vérifiez son chemin, depuis le dossier où vous êtes",
        ));
    }
    if error.kind() == ErrorKind::IsADirectory {
        let message = Text::new(
            format!("`{name}` is a folder, not a file"),
            format!("`{name}` est un dossier, pas un fichier"),
        );
        return Trouble::unusable(message).help(Text::fixed(
            "name the files in it: `*.json` stands for all of them in most shells",
            "nommez les fichiers qu'il contient : `*.json` les désigne tous dans la plupart des shells",
        ));
    }
    if error.kind() == ErrorKind::PermissionDenied {
        let message = Text::new(
            format!("you may not read `{name}`"),
            format!("vous n'avez pas le droit de lire `{name}`"),
        );
        return Trouble::unusable(message)
            .help(Text::fixed("check the rights of the file", "vérifiez les droits du fichier"));
    }
    Trouble::unusable(Text::new(
        format!("`{name}` cannot be read: {error}"),
        format!("`{name}` ne peut pas être lu : {error}"),
    ))
}

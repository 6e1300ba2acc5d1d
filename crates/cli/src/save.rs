//! Writes a file whole or not at all: whoever reads it meanwhile, or after a crash, finds the old text or the new one.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    path::Path,
};

use relance_diagnostics::Text;

use crate::{input, trouble::Trouble};

/// Puts a text in the place of the one that was read. A file that somebody else has changed since is left as it is; behind a
/// link, it is the file that changes. Its rights and its owner stay.
pub(crate) fn replace(path: &Path, read: &[u8], text: &[u8]) -> Result<(), Trouble> {
    let name = path.to_string_lossy();
    let refused = |error: io::Error| unwritable(&name, &error);
    let path = fs::canonicalize(path).map_err(|error| input::unreadable(&name, &error))?;
    let meta = fs::metadata(&path).map_err(|error| input::unreadable(&name, &error))?;
    if meta.permissions().readonly() {
        return Err(unwritable(&name, &io::ErrorKind::PermissionDenied.into()));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut fresh =
        tempfile::Builder::new().prefix(".relance-").tempfile_in(folder).map_err(refused)?;
    fresh.write_all(text).map_err(refused)?;
    take_over(fresh.as_file(), &meta).map_err(refused)?;
    fresh.as_file().sync_all().map_err(refused)?;
    if fs::read(&path).map_err(refused)? != read {
        return Err(changed_meanwhile(&name));
    }
    fresh.persist(&path).map_err(|error| refused(error.error))?;
    Ok(())
}

/// Gives a file the rights and the owner of the one whose place it takes.
fn take_over(fresh: &File, meta: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = fresh.metadata()?;
        if (own.uid(), own.gid()) != (meta.uid(), meta.gid()) {
            fchown(fresh, Some(meta.uid()), Some(meta.gid()))?;
        }
    }
    fresh.set_permissions(meta.permissions())
}

fn unwritable(name: &str, error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::PermissionDenied {
        let message = Text::new(
            format!("you may not write `{name}`: it was left as it is"),
            format!("vous n'avez pas le droit d'écrire `{name}` : il n'a pas été modifié"),
        );
        return Trouble::unusable(message).help(Text::fixed(
            "check the rights of the file and of its folder",
            "vérifiez les droits du fichier et de son dossier",
        ));
    }
    Trouble::unusable(Text::new(
        format!("`{name}` cannot be written, and was left as it is: {error}"),
        format!("`{name}` ne peut pas être écrit, et n'a pas été modifié : {error}"),
    ))
}

fn changed_meanwhile(name: &str) -> Trouble {
    let message = Text::new(
        format!("`{name}` was changed by somebody else meanwhile: it was left as it is"),
        format!("`{name}` a été modifié entre-temps par quelqu'un d'autre : il est resté tel quel"),
    );
    Trouble::unusable(message).help(Text::fixed("run the command again", "relancez la commande"))
}

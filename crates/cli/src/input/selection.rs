//! Which files a command is given: those that it names, those in the folders that it names, and those that a pattern fits.
//!
//! The order is that of the arguments and, within one, that of the names, on every machine. A file that is meant twice is taken
//! once. What is searched is searched as people expect: hidden folders, `node_modules` and `target` are passed by, and folders
//! behind links are not entered.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, MAIN_SEPARATOR, Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};
use relance_diagnostics::Text;
use walkdir::{DirEntry, WalkDir};

use super::STDIN;
use crate::trouble::Trouble;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) path: PathBuf,
    /// Whether it was found in a folder or by a pattern: it may be about something else, and is then passed by.
    pub(crate) searched: bool,
}

impl Chosen {
    /// Whether it is standard input.
    pub(crate) fn is_stream(&self) -> bool {
        self.path.as_os_str() == STDIN
    }
}

/// What the arguments mean.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) files: Vec<Chosen>,
    /// Arguments that mean nothing, and folders that cannot be read.
    pub(crate) troubles: Vec<Trouble>,
    seen: BTreeSet<PathBuf>,
}

/// Folders full of JSON that nobody wrote as a graph.
const PASSED_BY: [&str; 2] = ["node_modules", "target"];

/// The ending of graphs and blocks in a folder.
const ENDING: &str = "json";

impl Selection {
    /// Finds the files that these arguments mean.
    pub(crate) fn of(arguments: &[PathBuf]) -> Selection {
        let mut selection = Selection::default();
        for argument in arguments {
            selection.add(argument);
        }
        selection
    }

    /// Whether anything was searched.
    pub(crate) fn is_searched(&self) -> bool {
        self.files.iter().any(|file| file.searched)
    }

    fn add(&mut self, argument: &Path) {
        if argument.as_os_str() != STDIN && argument.is_dir() {
            return self.search(argument, argument, |path| {
                path.extension().is_some_and(|it| it == ENDING)
            });
        }
        // A name may hold the signs of patterns: a file that is there is meant by its name.
        let pattern = argument.to_str().filter(|text| text.contains(SIGNS) && !argument.exists());
        match pattern.map(Pattern::new) {
            None => self.take(argument.to_owned(), false),
            Some(Ok(pattern)) if !pattern.base.exists() => self.troubles.push(nothing(argument)),
            Some(Ok(pattern)) => self.search(argument, &pattern.base, |path| pattern.fits(path)),
            Some(Err(trouble)) => self.troubles.push(trouble),
        }
    }

    /// Takes the files under a folder that fit.
    fn search(&mut self, argument: &Path, folder: &Path, fits: impl Fn(&Path) -> bool) {
        let before = (self.files.len(), self.troubles.len());
        let mut found = false;
        let in_order = WalkDir::new(folder).sort_by_file_name().into_iter();
        for entry in in_order.filter_entry(is_searched) {
            match entry {
                Ok(entry) => {
                    let path = named(entry.path());
                    if fits(&path) && entry.path().is_file() {
                        found = true;
                        self.take(path, true);
                    }
                }
                Err(error) => self.troubles.push(unsearchable(&error)),
            }
        }
        if !found && before == (self.files.len(), self.troubles.len()) {
            self.troubles.push(nothing(argument));
        }
    }

    fn take(&mut self, path: PathBuf, searched: bool) {
        let is_stream = path.as_os_str() == STDIN;
        let known_by = if is_stream {
            path.clone()
        } else {
            fs::canonicalize(&path).unwrap_or_else(|_| path.clone())
        };
        if self.seen.insert(known_by) {
            self.files.push(Chosen { path, searched });
        }
    }
}

/// Whether a search looks at an entry. What was named is looked at whatever its name.
fn is_searched(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let passed_by =
        name.starts_with('.') || (entry.file_type().is_dir() && PASSED_BY.contains(&&*name));
    entry.depth() == 0 || !passed_by
}

/// A path as people would write it: without `./` at its beginning.
fn named(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// The signs that make an argument a pattern.
const SIGNS: [char; 4] = ['*', '?', '[', '{'];

/// A pattern of paths.
struct Pattern {
    /// The folder that is searched: the steps before the first that holds a sign.
    base: PathBuf,
    matcher: GlobMatcher,
}

impl Pattern {
    fn new(text: &str) -> Result<Pattern, Trouble> {
        let plain = named(Path::new(text));
        let mut base = PathBuf::new();
        for step in plain.components() {
            if step.as_os_str().to_string_lossy().contains(SIGNS) {
                break;
            }
            base.push(step);
        }
        if base.components().all(|step| step == Component::CurDir) {
            base = PathBuf::from(".");
        }
        let glob = GlobBuilder::new(&plain.to_string_lossy())
            .literal_separator(true)
            .backslash_escape(MAIN_SEPARATOR != '\\')
            .build();
        match glob {
            Ok(glob) => Ok(Pattern { base, matcher: glob.compile_matcher() }),
            Err(error) => Err(bad_pattern(text, error.kind())),
        }
    }

    fn fits(&self, path: &Path) -> bool {
        self.matcher.is_match(path)
    }
}

fn bad_pattern(text: &str, why: &globset::ErrorKind) -> Trouble {
    use globset::ErrorKind::{UnclosedAlternates, UnclosedClass};
    let trouble = Trouble::unusable(Text::new(
        format!("`{text}` is not a pattern of file names"),
        format!("`{text}` n'est pas un motif de noms de fichiers"),
    ));
    if matches!(why, UnclosedClass | UnclosedAlternates) {
        return trouble.help(Text::fixed(
            "close the bracket; to mean it by itself, write `[[]` or `[{]`",
            "fermez le crochet ou l'accolade ; pour désigner le signe lui-même, écrivez `[[]` ou `[{]`",
        ));
    }
    trouble
}

fn unsearchable(error: &walkdir::Error) -> Trouble {
    let name = error.path().unwrap_or(Path::new("")).display();
    let why = error.io_error().map(ToString::to_string).unwrap_or_default();
    Trouble::unusable(Text::new(
        format!("`{name}` cannot be searched: {why}"),
        format!("impossible de chercher dans `{name}` : {why}"),
    ))
}

/// An argument that no file fits.
fn nothing(argument: &Path) -> Trouble {
    let name = argument.display();
    if argument.is_dir() {
        return Trouble::unusable(Text::new(
            format!("there is no .json file in `{name}`"),
            format!("il n'y a aucun fichier .json dans `{name}`"),
        ))
        .help(Text::fixed(
            "hidden folders, node_modules and target are passed by: name the file to check it anyway",
            "les dossiers cachés, node_modules et target sont ignorés : nommez le fichier pour le vérifier quand même",
        ));
    }
    Trouble::unusable(Text::new(
        format!("no file matches `{name}`"),
        format!("aucun fichier ne correspond à `{name}`"),
    ))
    .help(Text::fixed(
        "`*` stands for any part of a name, `**` for any folders: `relances/**/*.json`",
        "`*` remplace une partie d'un nom, `**` des dossiers : `relances/**/*.json`",
    ))
}

//! A disk that keeps its promises and no more.
//!
//! What was synced is there after a power cut. What was not may be: each write and truncation since the last sync of its file
//! by itself, a write in any of its sectors of 512 bytes. A name that was made, changed or taken away is promised only once the
//! folder was synced; such changes happen in their order (file systems journal them), so a power cut keeps the first so many.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::Op;

/// The files that a power cut leaves, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

const SECTOR: usize = 512;

/// What becomes of everything that was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing of it is there.
    Lost,
    /// All of it is there.
    Kept,
    /// Some of it is there, whole, as that seed will have it.
    Some(u64),
    /// Of each, some sectors are there.
    Torn(u64),
}

/// A disk, while a process works on it.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    /// Names that are promised.
    names: BTreeMap<String, usize>,
    /// Names as the process sees them.
    seen: BTreeMap<String, usize>,
    /// What happened to names since the folder was synced.
    renamings: Vec<Renaming>,
}

#[derive(Debug, Clone, Default)]
struct File {
    /// What is promised.
    synced: Vec<u8>,
    /// What was done since.
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, data: Vec<u8> },
    Truncate(usize),
}

/// The names after a change: these point there, those are gone.
#[derive(Debug, Clone)]
struct Renaming {
    put: Option<(String, usize)>,
    gone: Option<String>,
}

impl Disk {
    /// A disk on which these files lie safely.
    pub fn with(files: &Files) -> Disk {
        let mut disk = Disk::default();
        for (name, bytes) in files {
            disk.names.insert(name.clone(), disk.files.len());
            disk.files.push(File { synced: bytes.clone(), changes: Vec::new() });
        }
        disk.seen = disk.names.clone();
        disk
    }

    /// The process did this.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Write { file, offset, data } => {
                let offset = usize::try_from(*offset).unwrap();
                self.change(file, Change::Write { offset, data: data.clone() });
            }
            Op::Truncate { file, length } => {
                self.change(file, Change::Truncate(usize::try_from(*length).unwrap()));
            }
            Op::Sync { file } if file.is_empty() => {
                self.renamings.clear();
                self.names = self.seen.clone();
            }
            Op::Sync { file } => {
                if let Some(file) = self.seen.get(file).and_then(|&file| self.files.get_mut(file)) {
                    file.sync();
                }
            }
            Op::Create { file } => {
                self.rename(Some((file.clone(), self.files.len())), None);
                self.files.push(File::default());
            }
            Op::Unlink { file } => self.rename(None, Some(file.clone())),
            Op::Rename { file, to } => {
                self.rename(Some((to.clone(), self.number(file))), Some(file.clone()));
            }
            Op::Link { file, to } => self.rename(Some((to.clone(), self.number(file))), None),
        }
    }

    /// What a power cut would leave now.
    pub fn cut(&self, fate: Fate) -> Files {
        let mut chance = Chance::of(fate);
        let mut names = self.names.clone();
        let kept = match fate {
            Fate::Lost => 0,
            Fate::Kept => self.renamings.len(),
            Fate::Some(_) | Fate::Torn(_) => chance.below(self.renamings.len() + 1),
        };
        self.renamings.iter().take(kept).for_each(|renaming| renaming.apply(&mut names));
        let left = |(name, file): (String, usize)| (name, self.files[file].cut(fate, &mut chance));
        names.into_iter().map(left).collect()
    }

    fn number(&self, name: &str) -> usize {
        self.seen[name]
    }

    fn change(&mut self, name: &str, change: Change) {
        let file = self.number(name);
        self.files[file].changes.push(change);
    }

    fn rename(&mut self, put: Option<(String, usize)>, gone: Option<String>) {
        let renaming = Renaming { put, gone };
        renaming.apply(&mut self.seen);
        self.renamings.push(renaming);
    }
}

impl Renaming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((name, file)) = &self.put {
            names.insert(name.clone(), *file);
        }
    }
}

impl File {
    fn sync(&mut self) {
        for change in self.changes.drain(..) {
            change.apply(&mut self.synced);
        }
    }

    fn cut(&self, fate: Fate, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.changes {
            match fate {
                Fate::Lost => {}
                Fate::Kept => change.apply(&mut bytes),
                Fate::Some(_) => {
                    if chance.coin() {
                        change.apply(&mut bytes);
                    }
                }
                Fate::Torn(_) => change.tear(&mut bytes, chance),
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write { offset, data } => write(bytes, *offset, data),
            Change::Truncate(length) => bytes.resize(*length, 0),
        }
    }

    /// Some sectors of it; a truncation has no parts.
    fn tear(&self, bytes: &mut Vec<u8>, chance: &mut Chance) {
        match self {
            Change::Write { offset, data } => {
                let mut at = *offset;
                let mut rest = data.as_slice();
                while !rest.is_empty() {
                    let (sector, later) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
                    if chance.coin() {
                        write(bytes, at, sector);
                    }
                    at += sector.len();
                    rest = later;
                }
            }
            Change::Truncate(_) => {
                if chance.coin() {
                    self.apply(bytes);
                }
            }
        }
    }
}

fn write(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(data);
}

/// Chance that a seed repeats.
struct Chance {
    seed: u64,
    drawn: u64,
}

impl Chance {
    fn of(fate: Fate) -> Chance {
        let seed = match fate {
            Fate::Lost | Fate::Kept => 0,
            Fate::Some(seed) | Fate::Torn(seed) => seed,
        };
        Chance { seed, drawn: 0 }
    }

    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        let mut hasher = DefaultHasher::new();
        (self.seed, self.drawn).hash(&mut hasher);
        hasher.finish()
    }

    fn coin(&mut self) -> bool {
        self.draw().is_multiple_of(2)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.draw() % limit as u64).unwrap()
    }
}

#[cfg(test)]
mod tests;

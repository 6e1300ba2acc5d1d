//! What the disk promises, on small examples.

use super::{Disk, Fate, Files};
use crate::Op;

fn write(file: &str, offset: u64, data: &[u8]) -> Op {
    Op::Write { file: file.to_owned(), offset, data: data.to_vec() }
}

fn sync(file: &str) -> Op {
    Op::Sync { file: file.to_owned() }
}

fn disk(ops: &[Op]) -> Disk {
    let mut disk = Disk::with(&Files::from([("a".to_owned(), b"old".to_vec())]));
    for op in ops {
        disk.apply(op);
    }
    disk
}

fn left(ops: &[Op], fate: Fate) -> Vec<(String, Vec<u8>)> {
    disk(ops).cut(fate).into_iter().collect()
}

fn a(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![("a".to_owned(), bytes.to_vec())]
}

#[test]
fn what_was_synced_stays_and_what_was_not_may_go() {
    let ops = [write("a", 0, b"new"), sync("a"), write("a", 3, b"er")];
    assert_eq!(left(&ops, Fate::Lost), a(b"new"));
    assert_eq!(left(&ops, Fate::Kept), a(b"newer"));
    let some: Vec<_> = (0..64).map(|seed| left(&ops, Fate::Some(seed))).collect();
    assert!(some.contains(&a(b"new")) && some.contains(&a(b"newer")));
}

#[test]
fn a_later_write_may_be_there_without_an_earlier_one() {
    let ops = [write("a", 3, b"xx"), write("a", 5, b"yy")];
    let some: Vec<_> = (0..64).map(|seed| left(&ops, Fate::Some(seed))).collect();
    assert!(some.contains(&a(b"old\0\0yy")) && some.contains(&a(b"oldxx")));
}

#[test]
fn a_torn_write_is_there_in_whole_sectors() {
    let ops = [write("a", 0, &[7; 1024])];
    let torn: Vec<_> = (0..64).map(|seed| disk(&ops).cut(Fate::Torn(seed))["a"].clone()).collect();
    let second_alone = |bytes: &Vec<u8>| bytes.len() == 1024 && bytes[0] == b'o' && bytes[512] == 7;
    assert!(torn.iter().any(second_alone) && torn.contains(&vec![7; 512]));
}

#[test]
fn a_name_is_promised_once_the_folder_is_synced() {
    let create = Op::Create { file: "b".to_owned() };
    let made = [create, write("b", 0, b"b"), sync("b")];
    assert_eq!(left(&made, Fate::Lost), a(b"old"));
    let safe = [&made[..], &[sync("")]].concat();
    assert_eq!(left(&safe, Fate::Lost).len(), 2);
    let renamed = [&safe[..], &[Op::Rename { file: "b".to_owned(), to: "a".to_owned() }]].concat();
    assert_eq!(left(&renamed, Fate::Lost).len(), 2);
    assert_eq!(left(&renamed, Fate::Kept), a(b"b"));
}

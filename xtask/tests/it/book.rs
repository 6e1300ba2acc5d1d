//! The book: every page is in the table of contents of its language, every page is in both languages, and no link is dead.

use std::{collections::BTreeSet, fs};

use relance_samples::repository;

use crate::at;

/// Where the pages of each language stand.
const FOLDERS: [&str; 2] = ["docs", "docs/fr"];

/// Pages of a language, by their paths from its folder, the table of contents apart.
fn pages(folder: &str) -> BTreeSet<String> {
    let files = repository::files().into_iter();
    let paths = files.filter_map(|path| {
        let page = path.to_str()?.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
        let is_of_this_language = folder == "docs/fr" || !page.starts_with("fr/");
        (page.strip_suffix(".md").is_some() && page != "SUMMARY.md" && is_of_this_language)
            .then_some(page)
    });
    paths.collect()
}

/// The lines of a page that are not in a block of code, those in one left empty.
fn prose(page: &str) -> Vec<&str> {
    let mut in_code = false;
    let lines = page.lines().map(|line| {
        let fence = line.starts_with("```");
        in_code ^= fence;
        if in_code || fence { "" } else { line }
    });
    lines.collect()
}

/// The links of a page: the words, and where they lead.
fn links(page: &str) -> Vec<(String, String)> {
    let text = prose(page).join("\n");
    // Code is cut out: it may hold what looks like a link.
    let outside: String = text.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let parts = outside.split("](");
    let links = parts.clone().zip(parts.skip(1)).map(|(before, after)| {
        let words = before.rsplit('[').next().unwrap();
        let target = after.split(')').next().unwrap();
        (words.to_owned(), target.to_owned())
    });
    links.collect()
}

/// The name of a heading in a link, as mdBook makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).into_iter().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    for folder in FOLDERS {
        let summary = fs::read_to_string(at(&format!("{folder}/SUMMARY.md"))).unwrap();
        let listed: Vec<String> =
            links(&summary).into_iter().map(|(_, page)| page).filter(|it| !it.is_empty()).collect();
        let once: BTreeSet<String> = listed.iter().cloned().collect();
        assert_eq!(listed.len(), once.len(), "{folder} lists a page twice");
        assert_eq!(once, pages(folder), "{folder}");
    }
}

#[test]
fn the_table_of_contents_names_pages_by_their_headings() {
    for folder in FOLDERS {
        let summary = fs::read_to_string(at(&format!("{folder}/SUMMARY.md"))).unwrap();
        for (words, page) in links(&summary) {
            // The first page introduces the book, whose name it has; findings are listed by their codes.
            if page.is_empty() || page == "introduction.md" || page.starts_with("diagnostics/") {
                continue;
            }
            let text = fs::read_to_string(at(&format!("{folder}/{page}"))).unwrap();
            assert_eq!(text.lines().next(), Some(format!("# {words}").as_str()), "{folder}/{page}");
        }
    }
}

#[test]
fn every_page_is_in_both_languages() {
    assert_eq!(pages("docs"), pages("docs/fr"));
}

#[test]
fn a_page_shows_the_same_commands_in_both_languages() {
    let mut shown = 0;
    let commands = |page: &str| -> Vec<String> {
        page.lines().filter(|line| line.starts_with("$ ")).map(str::to_owned).collect()
    };
    for page in pages("docs") {
        let [english, french] =
            FOLDERS.map(|it| commands(&fs::read_to_string(at(&format!("{it}/{page}"))).unwrap()));
        shown += english.len();
        assert_eq!(english, french, "{page}");
    }
    assert!(shown > 20, "only {shown} commands are shown");
}

#[test]
fn no_link_of_a_page_is_dead() {
    let mut followed = 0;
    let readmes = ["README.md", "README.fr.md"].map(str::to_owned);
    let of_book = FOLDERS
        .iter()
        .flat_map(|folder| pages(folder).into_iter().map(move |page| format!("{folder}/{page}")));
    for page in readmes.into_iter().chain(of_book) {
        let text = fs::read_to_string(at(&page)).unwrap();
        let folder = page.rsplit_once('/').map_or(".", |(folder, _)| folder);
        for (_, link) in links(&text).into_iter().filter(|(_, link)| !link.starts_with("https://"))
        {
            followed += 1;
            let (target, place) = link.split_once('#').unwrap_or((link.as_str(), ""));
            let target =
                if target.is_empty() { at(&page) } else { at(&format!("{folder}/{target}")) };
            let there = fs::read_to_string(&target).unwrap_or_default();
            assert!(!there.is_empty(), "{page}: {link} leads nowhere");
            let known = place.is_empty() || anchors(&there).contains(place);
            assert!(
                known,
                "{page}: {link} leads to no heading, but there are {:?}",
                anchors(&there)
            );
        }
    }
    assert!(followed > 100, "only {followed} links were followed");
}

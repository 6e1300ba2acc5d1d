//! Shows a page of the documentation in a terminal: headings, lists, code and paragraphs, folded to its width. Into a file or a
//! pipe the page goes as it is written.

use unicode_width::UnicodeWidthStr;

use crate::output::{Output, Paint, push_line};

/// The page, as this output shows it best.
pub(crate) fn show(page: &str, out: &Output) -> String {
    if !out.terminal {
        return page.to_owned();
    }
    let mut shown = String::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in page.lines() {
        let fence = line.trim_start().starts_with("```");
        if in_code && !fence {
            push_line(&mut shown, &format!("    {line}"));
            continue;
        }
        let starts_item = line.starts_with("* ") || line.starts_with("- ");
        if fence || starts_item || line.is_empty() || line.starts_with(['#', '|', '<']) {
            flush(&mut shown, &mut paragraph, out);
        }
        if fence {
            in_code = !in_code;
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim_start();
            push_line(&mut shown, &out.paint(Paint::Strong, &title.replace('`', "")));
        } else if line.is_empty() || line.starts_with('|') {
            push_line(&mut shown, line);
        } else if !line.starts_with("<!--") {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(&mut shown, &mut paragraph, out);
    shown
}

/// Folds a paragraph or a list item into lines.
fn flush(shown: &mut String, paragraph: &mut String, out: &Output) {
    let text = std::mem::take(paragraph);
    let item = text.strip_prefix("* ").or(text.strip_prefix("- "));
    let (bullet, indent, text) = match item {
        Some(text) => ("• ", "  ", text),
        None => ("", "", text.as_str()),
    };
    let mut in_code = false;
    for (number, line) in fold(text, out.width.saturating_sub(indent.len())).iter().enumerate() {
        shown.push_str(if number == 0 { bullet } else { indent });
        push_words(shown, line, &mut in_code, out);
        shown.push('\n');
    }
}

/// A line in which code has a colour in the place of its backticks; without colours they stay.
fn push_words(shown: &mut String, line: &str, in_code: &mut bool, out: &Output) {
    if !out.colours {
        shown.push_str(line);
        return;
    }
    for (number, part) in line.split('`').enumerate() {
        *in_code ^= number > 0;
        if *in_code {
            shown.push_str(&out.paint(Paint::Name, part));
        } else {
            shown.push_str(part);
        }
    }
}

/// Words on lines of a width.
pub(crate) fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

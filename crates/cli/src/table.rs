//! Rows under headings, in columns as wide as what they hold.

use relance_diagnostics::{Text, render::clean};
use unicode_width::UnicodeWidthStr;

use crate::output::{Output, Paint};

/// Draws a table. Nothing stands behind the last cell of a row.
pub(crate) fn table(headings: &[Text], rows: &[Vec<String>], out: &Output) -> String {
    let headings: Vec<String> = headings.iter().map(|text| out.say(text).to_owned()).collect();
    let clean_row = |row: &Vec<String>| row.iter().map(|cell| clean(cell).into_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(clean_row).collect();
    let mut widths: Vec<usize> = headings.iter().map(|it| it.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let mut drawn = out.paint(Paint::Faint, &line(&headings, &widths)) + "\n";
    for row in &rows {
        drawn.push_str(&line(row, &widths));
        drawn.push('\n');
    }
    drawn
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| {
        let gap = width.saturating_sub(cell.width());
        format!("{cell}{}", " ".repeat(gap))
    });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

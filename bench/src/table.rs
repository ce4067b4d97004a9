//! Tables: for a terminal, and in Markdown. The first line is the head; so many columns from the left hold words.

use std::fmt::Write;

/// A table whose columns lie below one another.
pub(crate) fn aligned<const N: usize>(lines: &[[String; N]], words: usize) -> String {
    let width = |column: usize| lines.iter().map(|it| it[column].chars().count()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or_default()).collect();
    let mut table = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column < words { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let cells: Vec<_> = cells.collect();
        // A string takes all.
        let _ = writeln!(table, "{}", cells.join("  ").trim_end());
    }
    table
}

/// A table in Markdown.
pub(crate) fn markdown<const N: usize>(lines: &[[String; N]], words: usize) -> String {
    let mut table = String::new();
    for (number, line) in lines.iter().enumerate() {
        // A string takes all.
        let _ = writeln!(table, "| {} |", line.join(" | "));
        if number == 0 {
            let _ = writeln!(table, "|{}{}", "---|".repeat(words), "---:|".repeat(N - words));
        }
    }
    table
}

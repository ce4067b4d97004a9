//! How a growth is told: a table for a terminal, and a page in Markdown.

use {
    super::{Asked, Growth, Size},
    crate::{
        figures::Spread,
        report::{Measured, short},
        table,
    },
    std::{fmt::Write, iter},
};

const HEAD: &str = "\
# Ten times the history

This page is written by `vigil bench --grow … --write`. The same documents, on databases of several sizes, one after the other from the same invented company: ten times the reports are those of ten times
the pairings, clients and assistants, a year each. What counts is how many times the first size's figure another size's is.

*Blocks* are the 8 kB pages of tables and indexes that a request touches, in memory or not, as PostgreSQL counts them (`pg_statio_user_tables`): exact, whatever the machine does. The mean of 200 requests, the
median of three passes. A page that is not full, as there are too few rows in a small company, is a shorter answer for fewer blocks. *p50* is the median time of an answer at one connection, each size in turn in each round, and the median of the rounds (least–most).
The server is `vigil serve --no-work`, with a key, trusted documents and all limits; `VACUUM ANALYZE` has been run. History and Lookup ask for 200 different rows in turn, Submit files a report for each
pairing and day.
";

const COLUMNS: [&str; 8] = [
    "database",
    "reports",
    "document",
    "answer kB",
    "blocks",
    "of the first",
    "p50 ms",
    "of the first",
];
/// The columns that hold words.
const WORDS: usize = 3;

impl Growth {
    /// The table for a terminal.
    pub fn table(&self) -> String {
        table::aligned(&self.lines(), WORDS)
    }

    /// The growth as a page.
    pub fn markdown(&self) -> String {
        let (at, command, machine) = (&self.at, &self.command, &self.machine);
        let mut page = format!("{HEAD}\nMeasured on {at} (UTC) by `{command}` on {machine}.\n\n");
        page.push_str(&table::markdown(&self.lines(), WORDS));
        page.push_str("\n## What it was measured on\n\n");
        page.push_str("| database | pairings | reports | alerts | `vigil seed` took |\n|---|---:|---:|---:|---:|\n");
        for Size { measured, seed_seconds, asked: _ } in &self.sizes {
            let Measured { kind, version, pairings, reports, alerts } = measured;
            // A string takes all.
            let _ = writeln!(
                page,
                "| {kind} {version} | {pairings} | {reports} | {alerts} | {seed_seconds:.0} s |"
            );
        }
        page
    }

    fn lines(&self) -> Vec<[String; COLUMNS.len()]> {
        let lines = self.sizes.iter().flat_map(|size| size.asked.iter().map(|it| it.line(size)));
        iter::once(COLUMNS.map(str::to_owned)).chain(lines).collect()
    }
}

impl Asked {
    fn line(&self, size: &Size) -> [String; COLUMNS.len()] {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let p50 = Spread::of(self.rounds.iter().map(|it| it.p50_ms));
        let spread =
            |it: Spread| format!("{} ({}–{})", short(it.median), short(it.min), short(it.max));
        [
            size.measured.kind.to_string(),
            size.measured.reports.to_string(),
            self.document.to_string(),
            format!("{:.1}", self.answer_bytes / 1e3),
            or_dash(self.blocks.map(|it| format!("{it:.1}"))),
            or_dash(self.blocks_of_first.map(short)),
            or_dash(p50.map(|it| format!("{:.2}", it.median))),
            or_dash(self.p50_of_first.map(spread)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::Kind, document::Document, report::Round};

    fn size(reports: i64, blocks: f64, p50_ms: f64) -> Size {
        let measured = Measured {
            kind: Kind::Postgres,
            version: "15".to_owned(),
            pairings: reports / 250,
            reports,
            alerts: 9,
        };
        let round = Round {
            requests_per_second: 1_000.0 / p50_ms,
            p50_ms,
            p99_ms: p50_ms,
            server_cpu_seconds: None,
            database_cpu_seconds: None,
        };
        let asked = vec![Asked {
            document: Document::Lookup,
            answer_bytes: 1_234.0,
            blocks: Some(blocks),
            blocks_of_first: None,
            rounds: vec![round],
            p50_of_first: None,
        }];
        Size { measured, seed_seconds: 9.6, asked }
    }

    #[test]
    fn a_size_is_told_as_a_multiple_of_the_first() {
        let mut growth = Growth {
            machine: "a machine".to_owned(),
            command: "vigil bench --grow 1000,2000".to_owned(),
            at: "2026-03-01 09:30".to_owned(),
            sizes: vec![size(1_000, 10.0, 0.2), size(2_000, 11.0, 0.3)],
        };
        growth.compare();

        let (table, page) = (growth.table(), growth.markdown());

        let last = table.lines().last().unwrap().split_whitespace().collect::<Vec<_>>();
        let told =
            ["PostgreSQL", "2000", "Lookup", "1.2", "11.0", "1.10", "0.30", "1.50", "(1.50–1.50)"];
        assert_eq!(last, told, "{table}");
        assert!(
            page.contains("| PostgreSQL | 1000 | Lookup | 1.2 | 10.0 | 1.00 | 0.20 |"),
            "{page}"
        );
        assert!(page.contains("| PostgreSQL 15 | 8 | 2000 | 9 | 10 s |"), "{page}");
    }
}

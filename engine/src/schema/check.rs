//! Whether a schema is sound, and whether what is said of it is true.
//!
//! # Adding one
//!
//! A check is a line of [`CHECKS`]: an id that never changes, a name, what it asks, and a function that tells
//! what is wrong. What only a database can tell is a [`Trial`](super::Trial) under the check's id.

mod columns;
mod indexes;
mod keys;
mod parity;
mod words;

use {
    super::Book,
    serde::{Deserialize, Serialize},
    std::fmt::Write as _,
};

/// A question to a schema.
pub struct Check {
    /// What reports name it by; it never changes.
    pub id: &'static str,
    /// What people name it by.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// What is wrong, by the book alone.
    look: Option<fn(&Book) -> Vec<Finding>>,
    /// Whether it must be tried out on databases.
    is_tried: bool,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Finding {
    /// With what: a table, a column, an index.
    pub subject: String,
    /// What.
    pub what: String,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Nothing is wrong.
    Passed,
    /// Something is.
    Failed,
    /// Nobody has tried it out.
    NotTried,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Report {
    /// The check's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it asks.
    pub asks: String,
    /// How it went.
    pub verdict: Verdict,
    /// How often it was tried out.
    pub trials: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Every check.
pub const CHECKS: [Check; 20] = [
    looked(
        "S01",
        "reference-target",
        "Every foreign key refers to a table and a key that are there",
        keys::targets,
    ),
    looked(
        "S02",
        "reference-index",
        "Every foreign key is the beginning of an index",
        keys::indexed,
    ),
    looked(
        "S03",
        "id-without-reference",
        "Every column that holds an id has a foreign key, or a reason not to",
        keys::unreferenced,
    ),
    looked(
        "S04",
        "unused-index",
        "Every index is read by a query of the catalogue on both databases, or keeps a rule",
        indexes::unused,
    ),
    looked("S05", "redundant-index", "No index is another one's beginning", indexes::redundant),
    looked(
        "S06",
        "column-order",
        "In an index, columns compared for equality stand before those that are bounded or ordered by",
        indexes::misplaced,
    ),
    looked(
        "S07",
        "dashboard-scan",
        "No dashboard reads a table of more than 1,000 rows from end to end",
        indexes::scanned,
    ),
    looked(
        "S08",
        "not-null-reachable",
        "Every column that must not be null has a default, or is always given by the program",
        columns::unreachable,
    ),
    both(
        "S09",
        "closed-set",
        "A CHECK allows exactly the values of its closed set, and the database refuses any other",
        columns::closed_sets,
    ),
    looked("S10", "time-zone", "Every instant has its time zone", columns::instants),
    looked(
        "S11",
        "row-times",
        "Every table says when rows were made and last changed, or why not",
        columns::times,
    ),
    tried(
        "S12",
        "round-trip",
        "Every migration goes up, down and up again with rows in place, on both databases",
    ),
    looked(
        "S13",
        "drift",
        "Rows of the program, tables and objects of the API are the same",
        columns::drift,
    ),
    tried("S14", "on-delete", "Every foreign key does what it says when the other row goes"),
    looked(
        "S15",
        "parity",
        "SQLite and PostgreSQL have the same tables, columns, indexes and rules",
        parity::differences,
    ),
    looked(
        "S16",
        "unsafe-migration",
        "No migration since the last release hurts a table that people work with, and none of before was edited",
        words::unsafe_migrations,
    ),
    tried("S17", "regeneration", "What is committed is what the program writes, to the byte"),
    looked(
        "S18",
        "annotated",
        "Every table has a purpose and a step, every step a table, every column a meaning",
        words::unannotated,
    ),
    looked(
        "S19",
        "names",
        "Indexes, rules and foreign keys are named after their tables, and no two alike",
        words::misnamed,
    ),
    tried("S20", "unique", "Every unique index refuses a second entry, on both databases"),
];

const fn looked(
    id: &'static str,
    name: &'static str,
    asks: &'static str,
    look: fn(&Book) -> Vec<Finding>,
) -> Check {
    Check { id, name, asks, look: Some(look), is_tried: false }
}

const fn tried(id: &'static str, name: &'static str, asks: &'static str) -> Check {
    Check { id, name, asks, look: None, is_tried: true }
}

const fn both(
    id: &'static str,
    name: &'static str,
    asks: &'static str,
    look: fn(&Book) -> Vec<Finding>,
) -> Check {
    Check { id, name, asks, look: Some(look), is_tried: true }
}

/// What came of each check.
pub fn check(book: &Book) -> Vec<Report> {
    CHECKS.iter().map(|it| it.report(book)).collect()
}

impl Check {
    fn report(&self, book: &Book) -> Report {
        let mut findings = self.look.map_or_else(Vec::new, |look| look(book));
        let trials: Vec<_> = book.trials.iter().filter(|it| it.check == self.id).collect();
        for trial in &trials {
            if let Some(fault) = &trial.fault {
                findings.push(Finding { subject: trial.subject.clone(), what: fault.clone() });
            }
        }
        findings.sort();
        findings.dedup();
        let verdict = match (findings.is_empty(), self.is_tried && trials.is_empty()) {
            (false, _) => Verdict::Failed,
            (true, true) => Verdict::NotTried,
            (true, false) => Verdict::Passed,
        };
        let (id, name, asks) = (self.id.into(), self.name.into(), self.asks.into());
        Report { id, name, asks, verdict, trials: trials.len(), findings }
    }
}

impl Report {
    /// The report as a few lines of text.
    pub fn told(&self) -> String {
        let Self { id, name, verdict, findings, .. } = self;
        let verdict = match verdict {
            Verdict::Passed => "passed",
            Verdict::Failed => "FAILED",
            Verdict::NotTried => "not tried",
        };
        let mut told = format!("{id} {name:<22} {verdict}");
        for Finding { subject, what } in findings {
            let _ = write!(told, "\n      {subject}: {what}");
        }
        told
    }
}

fn finding(subject: impl Into<String>, what: impl Into<String>) -> Finding {
    Finding { subject: subject.into(), what: what.into() }
}

//! The file of pairings: who assists whom, and since when.
//!
//! | Column | Holds |
//! |---|---|
//! | EA Email* | one address, at most 254 characters |
//! | EA Name* | 1 to 200 characters on one line |
//! | Client Name* | 1 to 200 characters on one line |
//! | Start Date* | an existing day as YYYY-MM-DD, from 1900 to 2199 |
//! | Accelerator Enabled | Y or N, also yes/no, true/false, 1/0; empty is N |
//! | Week 1 Goals … Week 4 Goals | at most 10,000 characters each |
//!
//! Columns with a star are required. Spaces around a cell do not count. Two rows may not pair the
//! same address with the same client.

mod cell;
mod seen;

use {
    super::{
        Column, FileError, Rejected, RowErrorKind,
        table::{self, Assignment, Cells, Limits, Record, Wanted},
    },
    chrono::NaiveDate,
    seen::Seen,
    std::{io::Read, iter::FusedIterator},
};

/// The most rows that one file may have, rejected ones included.
///
/// Only this bounds the memory spent on finding duplicates: some 40 bytes a row, 80 MB in all.
pub const ROWS_MAX: u64 = 2_000_000;

const fn required(name: &'static str, synonyms: &'static [&'static str]) -> Wanted {
    Wanted { name, synonyms, is_required: true }
}

const fn optional(name: &'static str, synonyms: &'static [&'static str]) -> Wanted {
    Wanted { name, synonyms, is_required: false }
}

const WANTED: [Wanted; 9] = [
    required("EA Email", &["email", "email address", "ea email address", "assistant email"]),
    required("EA Name", &["ea", "assistant", "assistant name"]),
    required("Client Name", &["client", "company", "company name"]),
    required("Start Date", &["start", "started on", "pairing start date"]),
    optional("Accelerator Enabled", &["accelerator", "is accelerator enabled"]),
    optional("Week 1 Goals", &["week 1 goal", "week 1", "accelerator week 1 goals"]),
    optional("Week 2 Goals", &["week 2 goal", "week 2", "accelerator week 2 goals"]),
    optional("Week 3 Goals", &["week 3 goal", "week 3", "accelerator week 3 goals"]),
    optional("Week 4 Goals", &["week 4 goal", "week 4", "accelerator week 4 goals"]),
];

/// What a good row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingRow {
    /// The assistant's address, in lower case.
    pub ea_email: String,
    /// The assistant's name.
    pub ea_name: String,
    /// The client's name, as the file writes it.
    pub client_name: String,
    /// The first day on which a report may be expected.
    pub start_date: NaiveDate,
    /// Whether the pairing takes part in the four-week accelerator.
    pub accelerator_enabled: bool,
    /// The goals of the accelerator's weeks 1 to 4; none where a cell is empty.
    pub goals: [Option<String>; 4],
}

/// A good row, together with what stood in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as it stood in the file; it knows its line.
    pub record: Record,
    /// What it says.
    pub value: PairingRow,
}

/// A file of pairings being read, whose rows are its items.
///
/// A bad row comes as `Ok(Err(…))` and reading goes on; after an `Err` there is nothing more to
/// read.
///
/// ```
/// let file = "EA Email,EA Name,Client Name,Start Date\nADA@example.com,Ada,Acme,2026-02-30\n";
/// for row in engine::import::pairings::Reader::open(file.as_bytes())? {
///     match row? {
///         Ok(row) => println!("line {}: {}", row.record.line(), row.value.client_name),
///         Err(rejected) => println!("line {}: {}", rejected.record.line(), rejected.summary()),
///     }
/// }
/// # Ok::<(), engine::import::FileError>(())
/// ```
#[derive(Debug)]
pub struct Reader<R: Read> {
    table: table::Reader<R>,
    layout: Layout,
    ignored: Vec<Column>,
    seen: Seen,
    rows: u64,
}

/// The index of each column in the file.
#[derive(Clone, Copy, Debug)]
struct Layout {
    ea_email: Option<usize>,
    ea_name: Option<usize>,
    client_name: Option<usize>,
    start_date: Option<usize>,
    accelerator_enabled: Option<usize>,
    goals: [Option<usize>; 4],
}

impl<R: Read> Reader<R> {
    /// Reads the header and finds the columns.
    pub fn open(read: R) -> Result<Self, FileError> {
        let table = table::Reader::open(read, Limits::default())?;
        let Assignment { positions, ignored } = table::assign(table.columns(), &WANTED)?;
        let layout = Layout::new(positions);
        Ok(Self { table, layout, ignored, seen: Seen::default(), rows: 0 })
    }

    /// The columns of the header, from the left.
    pub fn columns(&self) -> &[Column] {
        self.table.columns()
    }

    /// The columns that are not read, to warn about.
    pub fn ignored(&self) -> &[Column] {
        &self.ignored
    }

    /// The column of addresses, for faults that only those who know the assistants can find.
    pub fn ea_email(&self) -> Option<&Column> {
        self.columns().get(self.layout.ea_email?)
    }

    /// Whether the file begins with a byte order mark, as spreadsheets write it and wait for it.
    pub fn has_mark(&self) -> bool {
        self.table.has_mark()
    }

    /// What separates fields: `b','`, `b';'` or `b'\t'`; good manners for a file of rejects.
    pub fn delimiter(&self) -> u8 {
        self.table.delimiter()
    }

    /// How many bytes of the file have been read, as in [`table::Reader::bytes_read`].
    pub fn bytes_read(&self) -> u64 {
        self.table.bytes_read()
    }

    fn check(&mut self, row: Result<Record, Rejected>) -> Result<Row, Rejected> {
        let (record, errors) = match row {
            Ok(record) => (record, Vec::new()),
            Err(Rejected { record, errors }) => (record, errors),
        };
        if errors.iter().any(|error| error.kind.is_of_shape()) {
            return Err(Rejected { record, errors }); // its cells may stand in the wrong columns
        }
        let mut cells = Cells::new(self.table.columns(), &record, errors);
        let value = self.layout.read(&mut cells, &self.seen);
        let errors = cells.into_errors();
        match value {
            Some(value) if errors.is_empty() => {
                self.seen.insert(&value.ea_email, &value.client_name, record.line());
                Ok(Row { record, value })
            }
            _ => Err(Rejected { record, errors }),
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Result<Row, Rejected>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rows > ROWS_MAX {
            return None;
        }
        let row = self.table.next()?;
        self.rows += 1;
        if self.rows > ROWS_MAX {
            return Some(Err(FileError::TooManyRows { rows_max: ROWS_MAX }));
        }
        Some(row.map(|row| self.check(row)))
    }
}

impl<R: Read> FusedIterator for Reader<R> {}

impl Layout {
    fn new(positions: [Option<usize>; WANTED.len()]) -> Self {
        let [ea_email, ea_name, client_name, start_date, accelerator_enabled, goals @ ..] =
            positions;
        Self { ea_email, ea_name, client_name, start_date, accelerator_enabled, goals }
    }

    /// Reads all cells before it gives up, so that all faults are found.
    fn read(&self, cells: &mut Cells<'_>, seen: &Seen) -> Option<PairingRow> {
        let ea_email = cells.read(self.ea_email, cell::email);
        let ea_name = cells.read(self.ea_name, cell::name);
        let client_name = cells.read(self.client_name, cell::name);
        let start_date = cells.read(self.start_date, cell::date);
        let accelerator_enabled = cells.read(self.accelerator_enabled, cell::yes_or_no);
        let [first, second, third, fourth] =
            self.goals.map(|position| cells.read(position, cell::goals));

        let pair = ea_email.as_deref().zip(client_name.as_deref());
        if let Some(line) = pair.and_then(|(email, client)| seen.line(email, client)) {
            cells.refuse(None, RowErrorKind::Duplicate { line });
        }
        Some(PairingRow {
            ea_email: ea_email?,
            ea_name: ea_name?,
            client_name: client_name?,
            start_date: start_date?,
            accelerator_enabled: accelerator_enabled?,
            goals: [first?, second?, third?, fourth?],
        })
    }
}

#[cfg(test)]
mod tests;

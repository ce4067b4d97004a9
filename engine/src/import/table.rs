//! Reads any table of delimited text with a header: CSV as programs really write it.
//!
//! - UTF-8 with or without a byte order mark, UTF-16 with one. Bytes that are not text are a fault
//!   of their cell and are never replaced.
//! - The delimiter is the comma, semicolon or tab that the header line has most of, outside quotes.
//! - A quoted field may hold delimiters, line ends and doubled quotes. Lines end in LF, CRLF or CR.
//! - Blank lines, and rows of nothing but empty fields, are skipped. A row may leave off empty fields
//!   on the right.
//!
//! The parser is `csv-core`, the inside of `csv`: only there can the length of a row be bounded,
//! and a single quote that nothing closes would otherwise read the rest of a file into memory.

mod cells;
mod header;
mod record;
mod source;
mod splitter;

use {
    super::{Column, FileError, Rejected, RowError, RowErrorKind},
    source::Source,
    splitter::{Fault, Split, Splitter},
    std::{io::Read, iter::FusedIterator},
};
pub use {
    cells::Cells,
    header::{Assignment, Wanted, assign},
    record::Record,
};

/// How long and how wide a row may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes in all fields of a row together, and in the header line.
    pub record_bytes_max: usize,
    /// The most characters in one field.
    pub field_chars_max: usize,
    /// The most columns.
    pub columns_max: usize,
}

/// A table being read, whose rows are its items.
///
/// Rows that are broken come as `Ok(Err(…))` and reading goes on; after an `Err` there is nothing
/// more to read.
#[derive(Debug)]
pub struct Reader<R: Read> {
    source: Source<R>,
    splitter: Splitter,
    columns: Vec<Column>,
    delimiter: u8,
    limits: Limits,
    is_done: bool,
}

impl Default for Limits {
    /// 256 KiB a row, 64 Ki characters a field, 256 columns.
    fn default() -> Self {
        Self { record_bytes_max: 256 * 1024, field_chars_max: 64 * 1024, columns_max: 256 }
    }
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub fn open(read: R, limits: Limits) -> Result<Self, FileError> {
        let mut source = Source::open(read)?;
        let line = header::line(source.input(), limits.record_bytes_max)?;
        let mut splitter = Splitter::new(line.delimiter, limits);
        let columns = match splitter.split(&mut line.bytes.as_slice())? {
            Some(split) => header::columns(&split, source.is_utf16(), limits)?,
            None => Vec::new(),
        };
        if columns.is_empty() {
            return Err(FileError::Empty);
        }
        Ok(Self { source, splitter, columns, delimiter: line.delimiter, limits, is_done: false })
    }

    /// The columns of the header, from the left; empty ones at the right end are left off.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// What separates fields: `b','`, `b';'` or `b'\t'`.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Whether the file begins with a byte order mark.
    pub fn has_mark(&self) -> bool {
        self.source.has_mark()
    }

    /// How many bytes of the file have been read, for a progress bar; up to a buffer of 64 KiB ahead
    /// of the row last given out.
    pub fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    fn read(&mut self) -> Result<Option<Result<Record, Rejected>>, FileError> {
        while let Some(split) = self.splitter.split(self.source.input())? {
            if split.fault.is_some() || !split.record.is_blank() {
                return Ok(Some(self.check(split)));
            }
        }
        Ok(None)
    }

    fn check(&self, Split { record, fault }: Split) -> Result<Record, Rejected> {
        let errors = match fault {
            Some(fault) => vec![whole(&record, self.kind(fault))],
            None => self.faults(&record),
        };
        if errors.is_empty() { Ok(record) } else { Err(Rejected { record, errors }) }
    }

    fn faults(&self, record: &Record) -> Vec<RowError> {
        let cells = self.columns.iter().zip(record.fields());
        let faults = cells.filter_map(|(column, field)| {
            let kind = record::fault(field, self.source.is_utf16(), self.limits.field_chars_max)?;
            Some(RowError { line: record.line(), column: Some(column.clone()), kind })
        });
        let mut errors: Vec<_> = faults.collect();
        if record.fields().skip(self.columns.len()).any(|field| !record::is_blank(field)) {
            errors.push(whole(record, self.kind(Fault::TooWide)));
        }
        errors
    }

    fn kind(&self, fault: Fault) -> RowErrorKind {
        match fault {
            Fault::TooLong => {
                RowErrorKind::RecordTooLong { bytes_max: self.limits.record_bytes_max }
            }
            Fault::TooWide => RowErrorKind::TooManyFields { columns: self.columns.len() },
            Fault::Unclosed => RowErrorKind::UnclosedQuote,
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Result<Record, Rejected>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let row = self.read().transpose();
        self.is_done = !matches!(row, Some(Ok(_)));
        row
    }
}

impl<R: Read> FusedIterator for Reader<R> {}

fn whole(record: &Record, kind: RowErrorKind) -> RowError {
    RowError { line: record.line(), column: None, kind }
}

#[cfg(test)]
mod tests;

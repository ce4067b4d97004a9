//! Reads the cells of a row and gathers all that is wrong with them.

use super::{Column, Record, RowError, RowErrorKind};

/// The cells of one row. Each is read by a function that says what is wrong with it.
#[derive(Debug)]
pub struct Cells<'a> {
    columns: &'a [Column],
    record: &'a Record,
    errors: Vec<RowError>,
}

impl<'a> Cells<'a> {
    /// The cells of `record`, of which `errors` are already known.
    pub fn new(columns: &'a [Column], record: &'a Record, errors: Vec<RowError>) -> Self {
        Self { columns, record, errors }
    }

    /// Reads the cell at this index, counted from 0; without one, an empty text is read.
    ///
    /// None if the cell is at fault, in which case the fault has been noted.
    pub fn read<T>(
        &mut self,
        position: Option<usize>,
        parse: impl FnOnce(&str) -> Result<T, RowErrorKind>,
    ) -> Option<T> {
        let Some(position) = position else {
            return parse("").ok();
        };
        let column = &self.columns[position];
        if self.errors.iter().any(|error| error.column.as_ref() == Some(column)) {
            return None;
        }
        let text = self.record.text(position).ok_or(RowErrorKind::NotText);
        text.and_then(parse).map_err(|kind| self.refuse(Some(position), kind)).ok()
    }

    /// Notes a fault of the cell at this index, or of the row as a whole.
    pub fn refuse(&mut self, position: Option<usize>, kind: RowErrorKind) {
        let column = position.map(|position| self.columns[position].clone());
        self.errors.push(RowError { line: self.record.line(), column, kind });
    }

    /// All faults found, from the left, those of the row as a whole last.
    pub fn into_errors(self) -> Vec<RowError> {
        let mut errors = self.errors;
        errors.sort_by_key(|it| it.column.as_ref().map_or(usize::MAX, |column| column.number));
        errors
    }
}

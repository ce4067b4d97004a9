//! What can be wrong with a file, and with a row of it.

use {
    super::table::Record,
    std::{fmt, io},
    thiserror::Error,
};

/// A column as the header of the file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name as written in the file, without spaces around it.
    pub name: String,
    /// Its place from the left, counted from 1.
    pub number: usize,
}

/// Why a file cannot be read, or not any further.
#[derive(Debug, Error)]
pub enum FileError {
    /// Reading failed; the rows before it are as good as ever.
    #[error("the file could not be read to its end")]
    Read(#[from] io::Error),
    /// The first line names no columns, or there is none.
    #[error("the file has no header: its first line must name the columns")]
    Empty,
    /// The header itself is broken.
    #[error("line {}, the header: {}", .0.line, .0.message())]
    Header(RowError),
    /// The header names more columns than can be read.
    #[error("the header names more than {columns_max} columns")]
    TooManyColumns {
        /// The most that can be read.
        columns_max: usize,
    },
    /// Two columns mean the same, and it would be a guess which to take.
    #[error("columns {} and {} are the same: \"{}\" and \"{}\"",
        first.number, second.number, first.name, second.name)]
    DuplicateColumn {
        /// The one further left.
        first: Column,
        /// The one that repeats it.
        second: Column,
    },
    /// The header lacks columns that every file of this format must have.
    #[error("missing from the header: {}", names.join(", "))]
    MissingColumns {
        /// The names of all that are missing.
        names: Vec<&'static str>,
    },
    /// The file goes on for longer than the format allows; the rows before it are as good as ever.
    #[error("the file has more than {rows_max} rows: split it")]
    TooManyRows {
        /// The most rows that one file may have.
        rows_max: u64,
    },
}

/// One thing that is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file that the row begins on, counted from 1.
    pub line: u64,
    /// The column at fault; none if it is the row as a whole.
    pub column: Option<Column>,
    /// What is wrong; printed, it is a message to follow the column's name.
    pub kind: RowErrorKind,
}

/// What is wrong with a cell or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RowErrorKind {
    /// Bytes that are not text in the encoding of the file.
    #[error("holds bytes that are not text: save the file as UTF-8")]
    NotText,
    /// A NUL character, which no database stores.
    #[error("holds a NUL character")]
    Nul,
    /// The row is too long to be kept in memory, most likely for want of a quote.
    #[error("is longer than {bytes_max} bytes: is a closing quote missing?")]
    RecordTooLong {
        /// The most bytes that a row may have.
        bytes_max: usize,
    },
    /// The file ends inside quotes.
    #[error("opens a quote that nothing closes")]
    UnclosedQuote,
    /// There is text to the right of the last column.
    #[error("has text beyond the {columns} columns of the header: is a quote missing?")]
    TooManyFields {
        /// How many columns the header names.
        columns: usize,
    },
    /// A cell with too much text.
    #[error("must have at most {chars_max} characters")]
    TooLong {
        /// The most characters allowed.
        chars_max: usize,
    },
    /// An empty cell that must not be.
    #[error("must not be empty")]
    Required,
    /// A line break or another control character in what has to be one line.
    #[error("must be a single line without control characters")]
    NotOneLine,
    /// Not an e-mail address.
    #[error("must be one e-mail address like ada@example.com")]
    NotAnEmail,
    /// Not a date, or one that no calendar has.
    #[error("must be an existing date like 2026-01-31")]
    NotADate,
    /// Neither yes nor no.
    #[error("must be Y or N")]
    NotYesOrNo,
    /// The same as an earlier row of the same file.
    #[error("repeats line {line}")]
    Duplicate {
        /// The line that the earlier row begins on.
        line: u64,
    },
    /// What the row asks for is there already.
    #[error("is there already: the two are paired")]
    AlreadyThere,
    /// The address of somebody who is not an assistant.
    #[error("belongs to somebody whose role is not EA")]
    NotAnEa,
    /// The address of somebody who is not given work any more.
    #[error("belongs to somebody who is not active")]
    Inactive,
}

/// A row that cannot be taken, and all that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The row as it stood in the file, to be written unchanged to a file of rejects.
    pub record: Record,
    /// What is wrong, by column; never empty.
    pub errors: Vec<RowError>,
}

impl RowErrorKind {
    /// Whether the row is out of shape, so that its cells may stand in the wrong columns.
    pub(super) fn is_of_shape(&self) -> bool {
        matches!(
            self,
            Self::RecordTooLong { .. } | Self::UnclosedQuote | Self::TooManyFields { .. }
        )
    }

    /// A name for programs, which stays the same when the message changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotText => "NOT_TEXT",
            Self::Nul => "NUL",
            Self::RecordTooLong { .. } => "RECORD_TOO_LONG",
            Self::UnclosedQuote => "UNCLOSED_QUOTE",
            Self::TooManyFields { .. } => "TOO_MANY_FIELDS",
            Self::TooLong { .. } => "TOO_LONG",
            Self::Required => "REQUIRED",
            Self::NotOneLine => "NOT_ONE_LINE",
            Self::NotAnEmail => "NOT_AN_EMAIL",
            Self::NotADate => "NOT_A_DATE",
            Self::NotYesOrNo => "NOT_YES_OR_NO",
            Self::Duplicate { .. } => "DUPLICATE",
            Self::AlreadyThere => "ALREADY_THERE",
            Self::NotAnEa => "NOT_AN_EA",
            Self::Inactive => "INACTIVE",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => write!(formatter, "column {}", self.number),
            name => formatter.write_str(name),
        }
    }
}

impl RowError {
    /// What is wrong and where, without the line: "Start Date must not be empty".
    pub fn message(&self) -> String {
        match &self.column {
            Some(column) => format!("{column} {}", self.kind),
            None => format!("the row {}", self.kind),
        }
    }
}

impl Rejected {
    /// All messages in a line, for the column `errors` of a file of rejects.
    pub fn summary(&self) -> String {
        self.errors.iter().map(RowError::message).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(column: Option<(&str, usize)>, kind: RowErrorKind, message: &str) {
        let column = column.map(|(name, number)| Column { name: name.to_owned(), number });
        assert_eq!(RowError { line: 7, column, kind }.message(), message);
    }

    #[test]
    fn a_message_begins_with_the_column() {
        check(Some(("Start Date*", 4)), RowErrorKind::Required, "Start Date* must not be empty");
    }

    #[test]
    fn a_column_without_a_name_goes_by_its_number() {
        check(Some(("", 4)), RowErrorKind::Nul, "column 4 holds a NUL character");
    }

    #[test]
    fn a_message_without_a_column_is_about_the_row() {
        check(None, RowErrorKind::Duplicate { line: 3 }, "the row repeats line 3");
    }

    #[test]
    fn a_duplicate_column_is_told_with_both_places() {
        let column = |name: &str, number| Column { name: name.to_owned(), number };
        let error =
            FileError::DuplicateColumn { first: column("Email", 1), second: column("EA Email", 3) };
        assert_eq!(error.to_string(), "columns 1 and 3 are the same: \"Email\" and \"EA Email\"");
    }
}

//! The first line of a table: how fields are separated, and what the columns are called.

use {
    super::{
        Column, FileError, Limits, RowError, RowErrorKind, record,
        splitter::{Fault, Split},
    },
    std::io::BufRead,
};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A column that a format reads.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Its proper name, as a template of the file has it.
    pub name: &'static str,
    /// Other names it goes by.
    pub synonyms: &'static [&'static str],
    /// Whether a file without it cannot be read.
    pub is_required: bool,
}

/// Where the wanted columns stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<const N: usize> {
    /// The index of each wanted column, counted from 0; none if the file lacks it.
    pub positions: [Option<usize>; N],
    /// The columns that nobody wanted, to be reported as ignored.
    pub ignored: Vec<Column>,
}

/// Finds the wanted columns by name.
///
/// Upper and lower case, spaces, marks such as `_`, `-` and `*`, and hints in brackets such as
/// "(YYYY-MM-DD)" make no difference.
pub fn assign<const N: usize>(
    columns: &[Column],
    wanted: &[Wanted; N],
) -> Result<Assignment<N>, FileError> {
    let mut positions = [None; N];
    let mut ignored = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        match wanted.iter().position(|wanted| wanted.is_meant_by(&column.name)) {
            None => ignored.push(column.clone()),
            Some(place) => match positions[place].replace(index) {
                None => {}
                Some(first) => return Err(duplicate(&columns[first], column)),
            },
        }
    }
    let missing = wanted.iter().zip(positions).filter(|it| it.0.is_required && it.1.is_none());
    let names: Vec<_> = missing.map(|(wanted, _)| wanted.name).collect();
    if names.is_empty() {
        Ok(Assignment { positions, ignored })
    } else {
        Err(FileError::MissingColumns { names })
    }
}

impl Wanted {
    fn is_meant_by(&self, name: &str) -> bool {
        let meant = key(without_hints(name).as_str());
        self.synonyms.iter().chain([&self.name]).any(|known| key(known) == meant)
    }
}

/// A header line and what it is separated by.
pub(super) struct Line {
    pub(super) bytes: Vec<u8>,
    pub(super) delimiter: u8,
}

/// Reads up to the first line end outside quotes that has text before it.
pub(super) fn line(input: &mut impl BufRead, bytes_max: usize) -> Result<Line, FileError> {
    let mut line = Vec::new();
    let mut scan = Scan::default();
    loop {
        let bytes = input.fill_buf()?;
        let end = bytes.iter().position(|byte| scan.is_end(*byte));
        let taken = end.map_or(bytes.len(), |end| end + 1);
        line.extend_from_slice(&bytes[..taken]);
        input.consume(taken);
        if line.len() > bytes_max {
            let kind = RowErrorKind::RecordTooLong { bytes_max };
            return Err(FileError::Header(RowError { line: 1, column: None, kind }));
        }
        if end.is_some() || taken == 0 {
            return Ok(Line { bytes: line, delimiter: scan.delimiter() });
        }
    }
}

/// The columns that a header names, without the empty ones at the right end.
pub(super) fn columns(
    split: &Split,
    is_utf16: bool,
    limits: Limits,
) -> Result<Vec<Column>, FileError> {
    let Limits { record_bytes_max: bytes_max, field_chars_max: chars_max, columns_max } = limits;
    let line = split.record.line();
    let broken = |column, kind| Err(FileError::Header(RowError { line, column, kind }));
    match split.fault {
        None => {}
        Some(Fault::TooLong) => return broken(None, RowErrorKind::RecordTooLong { bytes_max }),
        Some(Fault::TooWide) => return Err(FileError::TooManyColumns { columns_max }),
        Some(Fault::Unclosed) => return broken(None, RowErrorKind::UnclosedQuote),
    }
    let mut columns = Vec::new();
    for (index, field) in split.record.fields().enumerate() {
        let number = index + 1;
        if let Some(kind) = record::fault(field, is_utf16, chars_max) {
            return broken(Some(Column { name: String::new(), number }), kind);
        }
        let name = String::from_utf8_lossy(field).trim().to_owned();
        columns.push(Column { name, number });
    }
    let named = columns.iter().rposition(|column| !column.name.is_empty());
    columns.truncate(named.map_or(0, |last| last + 1));
    refuse_duplicates(&columns)?;
    Ok(columns)
}

fn refuse_duplicates(columns: &[Column]) -> Result<(), FileError> {
    let mut keys: Vec<_> = columns.iter().map(|it| (key(&it.name), it)).collect();
    keys.retain(|(key, _)| !key.is_empty());
    keys.sort_by(|left, right| left.0.cmp(&right.0)); // stable: equal names stay in order
    match keys.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(duplicate(pair[0].1, pair[1].1)),
        None => Ok(()),
    }
}

fn duplicate(first: &Column, second: &Column) -> FileError {
    FileError::DuplicateColumn { first: first.clone(), second: second.clone() }
}

/// A name without what people write differently.
fn key(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name without what stands in round brackets.
fn without_hints(name: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |character: &char| match character {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    };
    name.chars().filter(is_outside).collect()
}

/// Follows quotes through a header whose delimiter is not known yet.
#[derive(Debug)]
struct Scan {
    counts: [usize; DELIMITERS.len()],
    is_quoted: bool,
    has_text: bool,
    previous: u8,
}

impl Default for Scan {
    fn default() -> Self {
        Self { counts: [0; DELIMITERS.len()], is_quoted: false, has_text: false, previous: b'\n' }
    }
}

impl Scan {
    /// Whether this byte ends the header line.
    fn is_end(&mut self, byte: u8) -> bool {
        let previous = std::mem::replace(&mut self.previous, byte);
        if byte == b'"' {
            // A quote means something at the start of a field, and after a quote that closed one.
            let opens = matches!(previous, b'\n' | b'\r' | b'"') || DELIMITERS.contains(&previous);
            self.is_quoted = !self.is_quoted && opens;
        }
        if self.is_quoted {
            self.has_text = true;
            return false;
        }
        if let Some(place) = DELIMITERS.iter().position(|delimiter| *delimiter == byte) {
            self.counts[place] += 1;
        }
        let is_line_end = matches!(byte, b'\n' | b'\r');
        self.has_text |= !is_line_end;
        is_line_end && self.has_text
    }

    /// The most frequent delimiter; of equals the comma, then the semicolon.
    fn delimiter(&self) -> u8 {
        let by_count = DELIMITERS.iter().zip(self.counts).rev();
        by_count.max_by_key(|(_, count)| *count).map_or(DELIMITERS[0], |(delimiter, _)| *delimiter)
    }
}

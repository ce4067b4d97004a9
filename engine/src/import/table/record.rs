//! One row of a file, unquoted but otherwise as it was.

use {super::RowErrorKind, std::fmt};

/// The fields of a row and the line they begin on.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    line: u64,
    bytes: Box<[u8]>,
    ends: Box<[usize]>,
}

impl Record {
    pub(super) fn new(line: u64, bytes: &[u8], ends: Vec<usize>) -> Self {
        Self { line, bytes: bytes.into(), ends: ends.into() }
    }

    /// The line of the file that the row begins on, counted from 1.
    ///
    /// Fields may hold line ends, so a row can take more than one line.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The fields from the left, without the quotes around them, and otherwise byte for byte as in
    /// the file (of UTF-16 as UTF-8). A row that is too long, too wide or never closed ends early.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }

    /// The text at this index, counted from 0; empty where the row has no such field, none where
    /// its bytes are not text.
    pub fn text(&self, index: usize) -> Option<&str> {
        let Some(end) = self.ends.get(index) else {
            return Some("");
        };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        str::from_utf8(&self.bytes[start..*end]).ok()
    }

    pub(super) fn is_blank(&self) -> bool {
        is_blank(&self.bytes)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.fields().map(String::from_utf8_lossy).collect();
        write!(formatter, "line {}: {fields:?}", self.line)
    }
}

pub(super) fn is_blank(field: &[u8]) -> bool {
    str::from_utf8(field).is_ok_and(|text| text.trim().is_empty())
}

/// What keeps a field from being text that can be stored.
///
/// Decoding UTF-16 replaces what is broken, so there the replacement character is the sign of it;
/// in UTF-8 it is a character that somebody may have meant.
pub(super) fn fault(field: &[u8], is_utf16: bool, chars_max: usize) -> Option<RowErrorKind> {
    let Ok(text) = str::from_utf8(field) else {
        return Some(RowErrorKind::NotText);
    };
    if is_utf16 && text.contains(char::REPLACEMENT_CHARACTER) {
        Some(RowErrorKind::NotText)
    } else if text.contains('\0') {
        Some(RowErrorKind::Nul)
    } else if text.len() > chars_max && text.chars().count() > chars_max {
        Some(RowErrorKind::TooLong { chars_max })
    } else {
        None
    }
}

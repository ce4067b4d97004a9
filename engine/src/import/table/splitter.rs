//! Cuts a stream of bytes into records, none of which takes more memory than allowed.

use {
    super::{Limits, Record},
    csv_core::ReadRecordResult,
    std::io::{self, BufRead},
};

const FIRST_BUFFER_BYTES: usize = 4 * 1024;

/// A parser in the middle of a file.
#[derive(Debug)]
pub(super) struct Splitter {
    core: csv_core::Reader,
    lines: Lines,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    limits: Limits,
}

/// A record and what is wrong with its shape; if it is, the record holds what fits of it.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) record: Record,
    pub(super) fault: Option<Fault>,
}

/// How a record can be out of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooLong,
    TooWide,
    Unclosed,
}

/// How much of the buffers the current record has filled.
#[derive(Clone, Copy, Debug, Default)]
struct Filled {
    bytes: usize,
    ends: usize,
}

/// The number of the current line, counted from 1.
#[derive(Debug)]
struct Lines {
    current: u64,
    is_after_return: bool,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, limits: Limits) -> Self {
        Self {
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            lines: Lines { current: 1, is_after_return: false },
            bytes: vec![0; FIRST_BUFFER_BYTES.min(limits.record_bytes_max + 1)],
            // One more of each than allowed, to notice when there are too many.
            ends: vec![0; limits.columns_max + 1],
            limits,
        }
    }

    /// The next record that is not a blank line; none at the end of the input.
    pub(super) fn split(&mut self, input: &mut impl BufRead) -> io::Result<Option<Split>> {
        if !self.skip_line_ends(input)? {
            return Ok(None);
        }
        let line = self.lines.current;
        let mut filled = Filled::default();
        let mut broken: Option<Split> = None;
        loop {
            match self.step(input, &mut filled)? {
                Step::More => {}
                Step::Overflow(fault) => {
                    broken.get_or_insert_with(|| self.take(line, filled, Some(fault)));
                    filled = Filled::default(); // the rest is read, but not kept
                }
                Step::End(fault) => {
                    return Ok(Some(broken.unwrap_or_else(|| self.take(line, filled, fault))));
                }
            }
        }
    }

    /// Whether anything is left to read.
    fn skip_line_ends(&mut self, input: &mut impl BufRead) -> io::Result<bool> {
        loop {
            let bytes = input.fill_buf()?;
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank == 0 {
                return Ok(!bytes.is_empty());
            }
            self.lines.pass(&bytes[..blank]);
            input.consume(blank);
        }
    }

    fn step(&mut self, input: &mut impl BufRead, filled: &mut Filled) -> io::Result<Step> {
        let bytes = input.fill_buf()?;
        let is_end = bytes.is_empty();
        // A line end at the end of the input closes the last record, unless it stands in quotes.
        let bytes = if is_end { b"\n" } else { bytes };
        let (result, read, wrote, ended) = self.core.read_record(
            bytes,
            &mut self.bytes[filled.bytes..],
            &mut self.ends[filled.ends..],
        );
        filled.bytes += wrote;
        filled.ends += ended;
        if !is_end {
            self.lines.pass(&bytes[..read]);
            input.consume(read);
        }
        Ok(match result {
            ReadRecordResult::InputEmpty if is_end => {
                filled.bytes -= wrote;
                Step::End(Some(Fault::Unclosed))
            }
            ReadRecordResult::InputEmpty => Step::More,
            ReadRecordResult::OutputFull => self.grow(),
            ReadRecordResult::OutputEndsFull => Step::Overflow(Fault::TooWide),
            ReadRecordResult::Record | ReadRecordResult::End => Step::End(self.excess(*filled)),
        })
    }

    fn grow(&mut self) -> Step {
        let most = self.limits.record_bytes_max + 1;
        if self.bytes.len() == most {
            return Step::Overflow(Fault::TooLong);
        }
        self.bytes.resize(most.min(self.bytes.len() * 2), 0);
        Step::More
    }

    fn excess(&self, filled: Filled) -> Option<Fault> {
        if filled.bytes > self.limits.record_bytes_max {
            Some(Fault::TooLong)
        } else if filled.ends > self.limits.columns_max {
            Some(Fault::TooWide)
        } else {
            None
        }
    }

    fn take(&self, line: u64, filled: Filled, fault: Option<Fault>) -> Split {
        let mut ends = self.ends[..filled.ends].to_vec();
        if ends.last().is_none_or(|end| *end < filled.bytes) {
            ends.push(filled.bytes); // a field that was cut off
        }
        Split { record: Record::new(line, &self.bytes[..filled.bytes], ends), fault }
    }
}

/// What became of a piece of input.
enum Step {
    More,
    Overflow(Fault),
    End(Option<Fault>),
}

impl Lines {
    /// Counts LF, CR and CRLF as one line end each.
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let is_second_half = *byte == b'\n' && self.is_after_return;
            self.is_after_return = *byte == b'\r';
            if matches!(byte, b'\r' | b'\n') && !is_second_half {
                self.current += 1;
            }
        }
    }
}

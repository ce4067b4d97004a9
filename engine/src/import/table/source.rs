//! The bytes of a file, decoded to UTF-8 and counted on the way in.

use {
    encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder},
    std::{
        io::{self, BufRead, BufReader, Chain, Cursor, Read},
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
    },
};

const BUFFER_BYTES: usize = 64 * 1024;
const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// A file as UTF-8 without a byte order mark; bytes of a file that is not UTF-16 stay as they are.
#[derive(Debug)]
pub(super) struct Source<R: Read> {
    input: Input<R>,
    bytes_read: Arc<AtomicU64>,
    is_utf16: bool,
    has_mark: bool,
}

type Input<R> = BufReader<DecodeReaderBytes<Counted<Chain<Cursor<Vec<u8>>, R>>, Vec<u8>>>;

/// Counts what goes through; shared, because a decoder does not give access to what it reads from.
#[derive(Debug)]
struct Counted<R> {
    read: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Source<R> {
    pub(super) fn open(mut read: R) -> io::Result<Self> {
        let mut mark = Vec::new();
        read.by_ref().take(UTF8_MARK.len() as u64).read_to_end(&mut mark)?;
        let is_utf16 = UTF16_MARKS.iter().any(|it| mark.starts_with(it));
        let has_mark = is_utf16 || mark == UTF8_MARK;
        let bytes_read = Arc::new(AtomicU64::new(0));
        let read = Cursor::new(mark).chain(read);
        let counted = Counted { read, bytes_read: Arc::clone(&bytes_read) };
        let decoded =
            DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(counted);
        let input = BufReader::with_capacity(BUFFER_BYTES, decoded);
        Ok(Self { input, bytes_read, is_utf16, has_mark })
    }

    pub(super) fn input(&mut self) -> &mut impl BufRead {
        &mut self.input
    }

    /// Whether decoding may have put replacement characters in the place of broken ones.
    pub(super) fn is_utf16(&self) -> bool {
        self.is_utf16
    }

    pub(super) fn has_mark(&self) -> bool {
        self.has_mark
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = loop {
            match self.read.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        if let Ok(count) = result {
            self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        }
        result
    }
}

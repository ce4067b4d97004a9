//! The rows that an import could not take, kept to be mended and imported in turn.

use {
    service::coaching::pairing_import::{Column, Reader, Rejected},
    std::{
        fs::File,
        io::{self, Read, Write},
        path::{Path, PathBuf},
    },
};

/// The column that says what is wrong.
const ERRORS: &str = "errors";
const UTF8_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A file of rejects that is made once there are any.
pub(super) struct Rejects {
    path: PathBuf,
    layout: Layout,
    table: Option<csv::Writer<File>>,
}

/// What the file has in common with the one that the rows came from.
#[derive(Clone, Debug)]
struct Layout {
    columns: Vec<String>,
    /// Where the faults stand: to the right of all, or where an earlier import has put them.
    errors: usize,
    delimiter: u8,
    /// Without a mark, a spreadsheet that wrote one would not read it as UTF-8.
    has_mark: bool,
}

/// Whether a column is one that an earlier import has added.
pub(super) fn is_errors(column: &Column) -> bool {
    column.name.eq_ignore_ascii_case(ERRORS)
}

impl Rejects {
    /// Rejects of a file, to be kept beside it.
    pub(super) fn beside<R: Read>(file: &Path, reader: &Reader<R>) -> Self {
        let columns = reader.columns();
        let layout = Layout {
            columns: columns.iter().map(|it| it.name.clone()).collect(),
            errors: columns.iter().position(is_errors).unwrap_or(columns.len()),
            delimiter: reader.delimiter(),
            has_mark: reader.has_mark(),
        };
        Self { path: file.with_extension("rejects.csv"), layout, table: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&mut self, rejected: &Rejected) -> io::Result<()> {
        let Self { path, layout, table } = self;
        let mut write = || {
            let table = match table {
                Some(table) => table,
                None => table.insert(layout.begin(File::create(&*path)?)?),
            };
            layout.write(table, rejected)
        };
        write().map_err(|it| about(path, &it))
    }

    /// Sees all of it written.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let flushed = self.table.as_mut().map_or(Ok(()), csv::Writer::flush);
        flushed.map_err(|it| about(&self.path, &it))
    }
}

impl Layout {
    fn begin<W: Write>(&self, mut file: W) -> io::Result<csv::Writer<W>> {
        if self.has_mark {
            file.write_all(UTF8_MARK)?;
        }
        let mut options = csv::WriterBuilder::new();
        let mut table = options.delimiter(self.delimiter).flexible(true).from_writer(file);
        self.row(&mut table, self.columns.iter().map(String::as_bytes), ERRORS)?;
        Ok(table)
    }

    fn write<W: Write>(&self, table: &mut csv::Writer<W>, rejected: &Rejected) -> io::Result<()> {
        let errors = rejected.summary();
        self.row(table, rejected.record.fields(), &errors)
    }

    /// Fields byte for byte, with what is wrong with them in the column for that. A row that is too
    /// long keeps its surplus, behind that column.
    fn row<'a, W: Write>(
        &self,
        table: &mut csv::Writer<W>,
        fields: impl Iterator<Item = &'a [u8]>,
        errors: &'a str,
    ) -> io::Result<()> {
        let mut fields: Vec<_> = fields.collect();
        if fields.len() < self.columns.len() {
            fields.resize(self.columns.len(), b"");
        }
        if self.errors < self.columns.len() {
            fields[self.errors] = errors.as_bytes();
        } else {
            fields.insert(self.errors, errors.as_bytes());
        }
        Ok(table.write_record(fields)?)
    }
}

fn about(path: &Path, failure: &io::Error) -> io::Error {
    io::Error::new(failure.kind(), format!("{}: {failure}", path.display()))
}

#[cfg(test)]
mod tests {
    use {super::*, service::coaching::pairing_import};

    #[track_caller]
    fn check(file: &str, rejects: &str) {
        let reader = pairing_import::open(file.as_bytes()).unwrap();
        let Rejects { layout, .. } = Rejects::beside(Path::new("a.csv"), &reader);
        let mut table = layout.begin(Vec::new()).unwrap();
        for rejected in reader.filter_map(|row| row.unwrap().err()) {
            layout.write(&mut table, &rejected).unwrap();
        }
        assert_eq!(String::from_utf8(table.into_inner().unwrap()).unwrap(), rejects);
    }

    #[test]
    fn a_reject_is_the_row_and_what_is_wrong_with_it() {
        check(
            "EA Email*;EA Name;Client;Start;\"My \"\"notes\"\"\"\n\
             ada@example.com;Ada;Acme;2026-03-02;fine\n\
             bob;Bob;\"Acme; \nBmce\";x\n",
            "EA Email*;EA Name;Client;Start;\"My \"\"notes\"\"\";errors\n\
             bob;Bob;\"Acme; \nBmce\";x;;\"EA Email* must be one e-mail address like ada@example.com; \
             Client must be a single line without control characters; \
             Start must be an existing date like 2026-01-31\"\n",
        );
    }

    #[test]
    fn a_reject_that_is_rejected_again_tells_only_what_is_wrong_now() {
        check(
            "EA Email,EA Name,Client,errors,Start\nada@example.com,Ada,Acme,old,\n",
            "EA Email,EA Name,Client,errors,Start\n\
             ada@example.com,Ada,Acme,Start must not be empty,\n",
        );
    }

    #[test]
    fn a_row_that_is_too_long_keeps_its_surplus_and_is_refused_again() {
        check(
            "EA Email,EA Name,Client,Start\na@example.com,A,B,2026-03-02,more\n",
            "EA Email,EA Name,Client,Start,errors\na@example.com,A,B,2026-03-02,\
             the row has text beyond the 4 columns of the header: is a quote missing?,more\n",
        );
    }

    #[test]
    fn a_file_for_a_spreadsheet_stays_one() {
        check(
            "\u{FEFF}EA Email,EA Name,Client,Start\n,A,Ü,2026-03-02\n",
            "\u{FEFF}EA Email,EA Name,Client,Start,errors\n,A,Ü,2026-03-02,EA Email must not be empty\n",
        );
    }

    #[test]
    fn rejects_lie_beside_the_file() {
        let path = |file: &str| {
            let reader = pairing_import::open("EA Email,EA,Client,Start\n".as_bytes()).unwrap();
            Rejects::beside(Path::new(file), &reader).path().display().to_string()
        };
        assert_eq!(path("in/pairings.csv"), "in/pairings.rejects.csv");
        assert_eq!(path("in/pairings.rejects.csv"), "in/pairings.rejects.rejects.csv");
        assert_eq!(path("pairings"), "pairings.rejects.csv");
    }
}

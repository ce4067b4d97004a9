//! As many rows of a file as are stored at once.

use {
    super::{Column, Reader, Rejected, RowError},
    crate::kernel::bulk::given,
    engine::import::{
        FileError, RowErrorKind,
        pairings::{PairingRow, Row},
    },
    std::io::Read,
};

/// A few long rows fill a chunk as well as many short ones.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// Rows in the order of the file, good and refused.
pub(super) struct Chunk {
    pub(super) rows: Vec<Result<Row, Rejected>>,
    ea_email: Option<Column>,
}

impl Chunk {
    /// The next rows, of which there is at least one; none at the end of the file.
    pub(super) fn read<R: Read>(reader: &mut Reader<R>) -> Result<Option<Self>, FileError> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < given::ROWS_MAX && bytes < BYTES_MAX {
            let Some(row) = reader.next() else { break };
            let row = row?;
            let (Ok(Row { record, .. }) | Err(Rejected { record, .. })) = &row;
            bytes += record.fields().map(<[u8]>::len).sum::<usize>();
            rows.push(row);
        }
        let ea_email = reader.ea_email().cloned();
        Ok((!rows.is_empty()).then_some(Self { rows, ea_email }))
    }

    /// What the good rows say.
    pub(super) fn good(&self) -> impl Iterator<Item = &PairingRow> {
        self.rows.iter().filter_map(|row| Some(&row.as_ref().ok()?.value))
    }

    /// Refuses the good rows that a fault is found with; they are asked about in their order.
    pub(super) fn refuse(&mut self, mut fault: impl FnMut(&PairingRow) -> Option<RowErrorKind>) {
        for row in &mut self.rows {
            let Ok(Row { record, value }) = row else { continue };
            let Some(kind) = fault(value) else { continue };
            let is_of_ea = matches!(kind, RowErrorKind::NotAnEa | RowErrorKind::Inactive);
            let column = is_of_ea.then(|| self.ea_email.clone()).flatten();
            let errors = vec![RowError { line: record.line(), column, kind }];
            *row = Err(Rejected { record: record.clone(), errors });
        }
    }
}

//! Pairings from a file: who assists whom, with the assistants and clients that it takes.
//!
//! Rows are read and stored by the chunk, so that memory does not grow with the file but for what is
//! remembered to tell rows and clients apart: about 100 bytes a row. A row with a fault is refused,
//! told in the order of the file, and reading goes on.

mod assistants;
mod chunk;
mod clients;
mod lock;
mod pairings;

pub use engine::import::{Column, Rejected, RowError, pairings::Reader};
use {
    crate::{
        ErrorCode, Violation,
        kernel::{
            conflict::{self, Passing},
            ctx::Ctx,
            error::{Error, Result},
            txn::Txn,
        },
    },
    chunk::Chunk,
    clients::Clients,
    engine::import::FileError,
    entity::kernel::capability::Capability,
    sea_orm::DbErr,
    std::{io, io::Read},
};

/// What becomes of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All are stored at the end, or none if any was refused.
    AllOrNothing,
    /// Good ones are stored as they come, and stay even if the import fails later.
    Partial,
    /// None is stored; what would be is told.
    DryRun,
}

/// What an import did, or would have done if it is not committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The rows read.
    pub rows: u64,
    /// The pairings made.
    pub pairings: u64,
    /// The people made; each is an assistant.
    pub users: u64,
    /// The assistants made: these people, and those who had the role but no working day yet.
    pub eas: u64,
    /// The clients made.
    pub clients: u64,
    /// The rows refused.
    pub rejected: u64,
    /// Whether it was stored.
    pub committed: bool,
}

/// Somebody who is told how an import goes.
pub trait Observer: Send {
    /// A row was refused; rows are told in the order of the file. A failure ends the import.
    fn rejected(&mut self, rejected: &Rejected) -> io::Result<()>;

    /// So many bytes of the file have been read, and this much is stored. In the partial mode that
    /// much stays, whatever happens later.
    fn progress(&mut self, bytes_read: u64, so_far: &Summary);
}

/// Reads the header of a file.
pub fn open<R: Read>(read: R) -> Result<Reader<R>> {
    Reader::open(read).map_err(told)
}

/// Stores what a file holds.
///
/// One import runs at a time. On SQLite, nobody else can write meanwhile, unless the mode is partial.
pub async fn run<R: Read + Send>(
    ctx: &Ctx,
    reader: &mut Reader<R>,
    mode: Mode,
    observer: &mut impl Observer,
) -> Result<Summary> {
    let ctx = &ctx.doing("pairingImport");
    let mut import = Import { ctx, clients: Clients::default(), summary: Summary::default() };
    match import.run(reader, mode, observer).await {
        Ok(()) => Ok(import.summary),
        Err(Error::Busy(Passing::InTheWay, cause)) => Err(met(&cause)),
        Err(Error::Database(cause)) if conflict::is_taken(&cause) => Err(met(&cause)),
        Err(other) => Err(other),
    }
}

struct Import<'a> {
    ctx: &'a Ctx,
    clients: Clients,
    summary: Summary,
}

impl Import<'_> {
    async fn run<R: Read + Send>(
        &mut self,
        reader: &mut Reader<R>,
        mode: Mode,
        observer: &mut impl Observer,
    ) -> Result<()> {
        let permit = self.ctx.may_all(Capability::PeopleManage)?;
        let lock = lock::take(self.ctx, permit).await?;
        let mut open = match mode {
            Mode::AllOrNothing | Mode::DryRun => Some(self.ctx.begin(permit).await?),
            Mode::Partial => None,
        };
        while let Some(chunk) = Chunk::read(reader).map_err(told)? {
            let txn = match open.take() {
                Some(txn) => txn,
                None => self.ctx.begin(permit).await?,
            };
            if mode == Mode::Partial || self.summary.rows == 0 {
                self.clients.catch_up(&txn).await?;
            }
            let summary = self.store(&txn, chunk, observer).await?;
            match mode {
                Mode::Partial => txn.commit().await?,
                Mode::AllOrNothing | Mode::DryRun => open = Some(txn),
            }
            self.summary = summary;
            observer.progress(reader.bytes_read(), &self.summary);
        }
        self.summary.committed = match mode {
            Mode::AllOrNothing => self.summary.rejected == 0,
            Mode::Partial => true,
            Mode::DryRun => false,
        };
        if let Some(txn) = open {
            if self.summary.committed { txn.commit().await? } else { txn.rollback().await? }
        }
        lock.release().await
    }

    async fn store(
        &mut self,
        txn: &Txn,
        mut chunk: Chunk,
        observer: &mut impl Observer,
    ) -> Result<Summary> {
        let mut summary = self.summary;
        let eas = assistants::find_or_create(self.ctx, txn, &mut chunk).await?;
        let (clients, clients_made) = self.clients.find_or_create(self.ctx, txn, &chunk).await?;
        summary.pairings += pairings::create(self.ctx, txn, &mut chunk, &eas, &clients).await?;
        summary.users += eas.users_made;
        summary.eas += eas.eas_made;
        summary.clients += clients_made;
        summary.rows += chunk.rows.len() as u64;
        for rejected in chunk.rows.iter().filter_map(|row| row.as_ref().err()) {
            summary.rejected += 1;
            observer.rejected(rejected)?;
        }
        Ok(summary)
    }
}

/// What is told of a change that came between.
fn met(cause: &DbErr) -> Error {
    tracing::warn!(%cause, "an import met another change");
    clash("met a change that somebody else made meanwhile: try again")
}

/// A conflict that only time resolves.
fn clash(message: &str) -> Error {
    let (code, path) = (ErrorCode::Conflict, vec!["file".to_owned()]);
    Violation { code, path, message: message.to_owned() }.into()
}

fn told(failure: FileError) -> Error {
    match failure {
        FileError::Read(cause) => cause.into(),
        other => Violation::argument("file", other.to_string()).into(),
    }
}

#[cfg(test)]
mod tests;

//! Everything that can go wrong, from the caller's side.

use {
    super::{
        check::Violation,
        conflict::{self, Passing},
        sealed::SealError,
    },
    sea_orm::DbErr,
    std::io,
};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong: the `code` of every error of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ErrorCode {
    /// The request or its data break a rule.
    BadUserInput,
    /// It is not there, or the caller may not know that it is.
    NotFound,
    /// It contradicts what is there.
    Conflict,
    /// The caller may not do it.
    Forbidden,
    /// Nobody is signed in.
    Unauthenticated,
    /// It asks for more than one request may.
    LimitExceeded,
    /// It comes too often.
    RateLimited,
    /// The server cannot answer just now; the same request may succeed later.
    Unavailable,
    /// The server failed; nothing the caller did.
    InternalServerError,
}

impl ErrorCode {
    /// The code as the API shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::Forbidden => "FORBIDDEN",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable => "UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// Everything that can go wrong, from the caller's side.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was given breaks rules; every one that was found is told.
    #[error("{}", Violation::told(.0))]
    Refused(Vec<Violation>),
    /// Others were in the way, it took too long, or the database was away: the same again may succeed.
    #[error("{0}")]
    Busy(Passing, #[source] DbErr),
    /// Nothing the caller did; the cause is logged, not shown.
    #[error("the database failed")]
    Database(#[source] DbErr),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[from] io::Error),
    /// A sealed value could not be opened, or none be sealed.
    #[error("a secret could not be sealed or opened")]
    Sealed(#[from] SealError),
}

impl From<DbErr> for Error {
    /// A row that a checked reference led to can still be deleted before the write: that is a
    /// conflict, not a failure. What passes is told apart.
    fn from(failure: DbErr) -> Self {
        if let Some(passing) = Passing::of(&failure) {
            return Self::Busy(passing, failure);
        }
        if !conflict::breaks_reference(&failure) {
            return Self::Database(failure);
        }
        let message = "refers to something that was deleted meanwhile".to_owned();
        Violation { code: ErrorCode::Conflict, path: vec!["input".to_owned()], message }.into()
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Refused(vec![violation])
    }
}

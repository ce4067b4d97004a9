//! What the database refuses because it is there already, told as a conflict.
//!
//! The constraint decides, not a look beforehand: of fifty that come at once, one is stored and
//! forty-nine hear of it.

use {
    super::{check::Violation, error::Error},
    sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, sqlx},
    std::{borrow::Cow, fmt},
};

/// Why something failed that may succeed another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// Another transaction was in the way.
    InTheWay,
    /// It took too long, and was ended; or nothing was free for it in time.
    TooLong,
    /// The database is being restarted, or cannot be reached.
    Away,
}

impl Passing {
    const ALL: [Self; 3] = [Self::InTheWay, Self::TooLong, Self::Away];

    /// Why it failed, if that passes.
    pub(crate) fn of(failure: &DbErr) -> Option<Self> {
        if matches!(failure, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            return Some(Self::TooLong);
        }
        if matches!(cause(failure), Some(sqlx::Error::Io(_))) {
            return Some(Self::Away);
        }
        let code = code(failure)?;
        Self::ALL.into_iter().find(|it| it.codes().contains(&code.as_ref()))
    }

    /// What the databases call it.
    const fn codes(self) -> &'static [&'static str] {
        match self {
            // PostgreSQL of a lock that it waited for too long, of a deadlock and of a failed serialization; SQLite of
            // a database that stays locked.
            Self::InTheWay => &["55P03", "40P01", "40001", "5", "517"],
            // PostgreSQL of a statement, and of a transaction that lay still; SQLite of an interrupted statement.
            Self::TooLong => &["57014", "25P03", "9"],
            // PostgreSQL of a server that stops, that crashed, that is just starting, and that has no connection left.
            Self::Away => &["57P01", "57P02", "57P03", "53300"],
        }
    }
}

impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InTheWay => "others were in the way: try again",
            Self::TooLong => "the database took too long: ask for less, or try again later",
            Self::Away => "the database cannot be reached just now: try again later",
        })
    }
}

/// A unique index, and what to say when a row collides with another in it.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The table.
    pub table: &'static str,
    /// The columns of the index, in its order.
    pub columns: &'static [&'static str],
    /// The field of the input that is to blame.
    pub field: &'static str,
    /// What to say.
    pub message: &'static str,
}

impl Unique {
    /// Whether a database's message names this index. PostgreSQL tells its name, SQLite its
    /// columns.
    fn is_told_by(&self, message: &str) -> bool {
        let columns: Vec<_> =
            self.columns.iter().map(|it| format!("{}.{it}", self.table)).collect();
        let name = match self.columns {
            ["id"] => format!("{}_pkey", self.table),
            columns => format!("idx_{}_{}", self.table, columns.join("_")),
        };
        message.ends_with(&columns.join(", ")) || message.contains(&name)
    }
}

/// Whether a row was to refer to one that is not there, or to go while others refer to it.
pub fn breaks_reference(failure: &DbErr) -> bool {
    // PostgreSQL's foreign_key_violation and restrict_violation; SQLite's own, and the one that it
    // gives for ON DELETE RESTRICT, which SeaORM does not know.
    code(failure).is_some_and(|code| ["23503", "23001", "787", "1811"].contains(&code.as_ref()))
}

/// Whether a row is there already that was not when it was looked for.
pub(crate) fn is_taken(failure: &DbErr) -> bool {
    matches!(failure.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// What a database calls it.
fn code(failure: &DbErr) -> Option<Cow<'_, str>> {
    cause(failure)?.as_database_error()?.code()
}

fn cause(failure: &DbErr) -> Option<&sqlx::Error> {
    let (DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = failure else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    Some(cause)
}

/// Turns a collision in one of these indexes into a conflict; anything else stays what it is.
pub fn told(failure: DbErr, uniques: &[Unique]) -> Error {
    if let Some(SqlErr::UniqueConstraintViolation(message)) = failure.sql_err()
        && let Some(unique) = uniques.iter().find(|unique| unique.is_told_by(&message))
    {
        return Violation::conflict(unique.field, unique.message).into();
    }
    failure.into()
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        sqlx::error::{DatabaseError, ErrorKind},
        std::{error, io},
    };

    #[derive(Debug)]
    struct Told(&'static str);

    impl fmt::Display for Told {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl error::Error for Told {}

    impl DatabaseError for Told {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn failures(cause: impl Fn() -> sqlx::Error) -> [DbErr; 3] {
        let cause = || RuntimeErr::SqlxError(cause().into());
        [DbErr::Exec(cause()), DbErr::Query(cause()), DbErr::Conn(cause())]
    }

    #[track_caller]
    fn check(code: &'static str, told: &str) {
        for failure in failures(|| sqlx::Error::Database(Box::new(Told(code)))) {
            assert_eq!(Error::from(failure).to_string(), told, "{code}");
        }
    }

    #[test]
    fn what_passes_says_why_it_failed() {
        for passing in Passing::ALL {
            passing.codes().iter().for_each(|code| check(code, &passing.to_string()));
        }
    }

    #[test]
    fn what_does_not_pass_is_the_server_s_own() {
        for code in ["42601", "1", "19"] {
            check(code, "the database failed");
        }
    }

    #[test]
    fn a_statement_that_took_too_long_blames_nobody_else() {
        let told = "the database took too long: ask for less, or try again later";
        check("57014", told);
        let waited = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        assert_eq!(Error::from(waited).to_string(), told);
    }

    #[test]
    fn a_database_that_does_not_answer_is_away() {
        for failure in failures(|| sqlx::Error::Io(io::ErrorKind::ConnectionRefused.into())) {
            assert_eq!(Passing::of(&failure), Some(Passing::Away), "{failure}");
        }
    }
}

//! What the database refuses because it is there already, told as a conflict.
//!
//! The constraint decides, not a look beforehand: of fifty that come at once, one is stored and
//! forty-nine hear of it.

use {
    super::{check::Violation, error::Error},
    sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, sqlx::error::DatabaseError},
    std::borrow::Cow,
};

/// What a database says when another transaction is in the way: PostgreSQL of a lock it waited for
/// too long, of a deadlock, of a failed serialization and of a statement that took too long, SQLite of
/// a database that stays locked.
const IN_THE_WAY: [&str; 6] = ["55P03", "40P01", "40001", "57014", "5", "517"];

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

/// Whether it failed because of what others do at the same time: the same again may succeed.
pub(crate) fn is_in_the_way(failure: &DbErr) -> bool {
    matches!(failure, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
        || code(failure).is_some_and(|code| IN_THE_WAY.contains(&code.as_ref()))
}

/// Whether a row is there already that was not when it was looked for.
pub(crate) fn is_taken(failure: &DbErr) -> bool {
    matches!(failure.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// What a database calls it.
fn code(failure: &DbErr) -> Option<Cow<'_, str>> {
    let (DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = failure else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    cause.as_database_error().and_then(DatabaseError::code)
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
        sea_orm::sqlx,
        sqlx::error::ErrorKind,
        std::{error, fmt},
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

    #[track_caller]
    fn check(code: &'static str, is_busy: bool) {
        let cause = || RuntimeErr::SqlxError(sqlx::Error::Database(Box::new(Told(code))).into());
        for failure in [DbErr::Exec(cause()), DbErr::Query(cause()), DbErr::Conn(cause())] {
            assert_eq!(matches!(Error::from(failure), Error::Busy(_)), is_busy, "{code}");
        }
    }

    #[test]
    fn what_passes_is_told_apart_from_what_fails() {
        for code in IN_THE_WAY {
            check(code, true);
        }
        for code in ["42601", "53300", "23503", "1", "19"] {
            check(code, false);
        }
    }
}

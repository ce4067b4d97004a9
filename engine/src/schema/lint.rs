//! Which statements of a migration hurt a database that people work with.
//!
//! Safe are columns that may be null, indexes that are made beside the work (`CONCURRENTLY`) and rules that old
//! rows need not meet yet (`NOT VALID`). Risky are changed types, columns that must not be null and have
//! no default, and whatever takes something away. A table that the same migrations make has no rows
//! and no readers: nothing about it is risky.

use {
    super::sql::{self, Token},
    std::collections::BTreeSet,
};

/// What is risky about a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// A column that must not be null, and has no default.
    NotNullWithoutDefault,
    /// A column gets another type: every row is written anew, while nobody may read.
    TypeChange,
    /// A column goes, which the release before still reads.
    DropColumn,
    /// A table goes.
    DropTable,
    /// Something is called otherwise, which the release before still calls as it was.
    Rename,
    /// An index is made while nobody may write.
    BlockingIndex,
    /// A rule is held against every row at once, while nobody may write.
    CheckOfAllRows,
    /// A column that may be null no longer may: every row is looked at.
    SetNotNull,
}

impl Risk {
    /// What to do instead.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NotNullWithoutDefault => {
                "adds a column that must not be null and has no default: rows that are there refuse it. \
                 Add it with a default, or let it be null until it is filled"
            }
            Self::TypeChange => {
                "changes a type, which writes every row anew: add another column, fill it, and move over"
            }
            Self::DropColumn => {
                "drops a column that the release before still reads: drop it a release later"
            }
            Self::DropTable => {
                "drops a table that the release before still reads: drop it a release later"
            }
            Self::Rename => "renames what the release before still calls by its old name",
            Self::BlockingIndex => {
                "makes an index of a table that has rows while nobody may write: make it CONCURRENTLY"
            }
            Self::CheckOfAllRows => {
                "holds every row against a rule while nobody may write: add it NOT VALID, then VALIDATE"
            }
            Self::SetNotNull => {
                "forbids null, which looks at every row: add a CHECK that is NOT VALID, validate it, then this"
            }
        }
    }
}

/// What is risky about statements, in order, each with its place.
pub fn risks(statements: &[String]) -> Vec<(usize, Risk)> {
    let mut made = BTreeSet::new();
    let mut found = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        let tokens = sql::tokens(statement);
        if starts(&tokens, &["CREATE", "TABLE"]) {
            made.extend(named_behind(&tokens, "TABLE"));
            continue;
        }
        let table = table_of(&tokens);
        if table.is_some_and(|it| made.contains(&it)) {
            continue;
        }
        found.extend(risks_of(&tokens).into_iter().map(|it| (place, it)));
    }
    found
}

/// The table that a statement changes.
fn table_of(tokens: &[Token]) -> Option<String> {
    let is_index = tokens.iter().take(4).any(|it| it.is("INDEX"));
    named_behind(tokens, if is_index { "ON" } else { "TABLE" })
}

fn risks_of(tokens: &[Token]) -> Vec<Risk> {
    if starts(tokens, &["DROP", "TABLE"]) {
        return vec![Risk::DropTable];
    }
    if tokens.first().is_some_and(|it| it.is("CREATE"))
        && tokens.iter().take(3).any(|it| it.is("INDEX"))
    {
        let is_beside = tokens.iter().any(|it| it.is("CONCURRENTLY"));
        return if is_beside { Vec::new() } else { vec![Risk::BlockingIndex] };
    }
    if !starts(tokens, &["ALTER", "TABLE"]) {
        return Vec::new();
    }
    actions(tokens).into_iter().filter_map(risk_of).collect()
}

/// The actions of an ALTER TABLE.
fn actions(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut depth, mut start, mut actions) = (0_usize, 0, Vec::new());
    for (place, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is(",") {
            actions.push(&tokens[start..place]);
            start = place + 1;
        }
    }
    actions.push(&tokens[start..]);
    actions
}

fn risk_of(action: &[Token]) -> Option<Risk> {
    let has = |words: &[&str]| action.windows(words.len()).any(|it| starts(it, words));
    if has(&["RENAME"]) {
        return Some(Risk::Rename);
    }
    if has(&["DROP", "COLUMN"]) {
        return Some(Risk::DropColumn);
    }
    if has(&["SET", "NOT", "NULL"]) {
        return Some(Risk::SetNotNull);
    }
    if has(&["TYPE"]) && has(&["ALTER", "COLUMN"]) {
        return Some(Risk::TypeChange);
    }
    if has(&["ADD", "CONSTRAINT"]) {
        let is_rule = has(&["CHECK"]) || has(&["FOREIGN", "KEY"]);
        return (is_rule && !has(&["NOT", "VALID"])).then_some(Risk::CheckOfAllRows);
    }
    let is_new = has(&["ADD", "COLUMN"]) || has(&["ADD"]);
    let is_bare = has(&["NOT", "NULL"]) && !has(&["DEFAULT"]);
    (is_new && is_bare).then_some(Risk::NotNullWithoutDefault)
}

fn starts(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word))
}

fn named_behind(tokens: &[Token], word: &str) -> Option<String> {
    let place = tokens.iter().position(|it| it.is(word))?;
    let skipped = ["IF", "NOT", "EXISTS", "ONLY"];
    let mut behind = tokens[place + 1..].iter();
    let mut name = behind.find(|it| !skipped.iter().any(|word| it.is(word)))?.name()?;
    // The name of a schema may stand before it.
    if behind.next().is_some_and(|it| it.is(".")) {
        name = behind.next()?.name()?;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(statements: &[&str], risks_there: &[(usize, Risk)]) {
        let statements: Vec<_> = statements.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(risks(&statements), risks_there);
    }

    #[test]
    fn what_people_do_not_notice_is_safe() {
        check(&[r#"ALTER TABLE "a" ADD COLUMN "b" text NULL"#], &[]);
        check(&[r#"ALTER TABLE "a" ADD COLUMN "b" text NOT NULL DEFAULT 'x'"#], &[]);
        check(&[r#"CREATE INDEX CONCURRENTLY "i" ON "a" ("b")"#], &[]);
        check(&[r#"ALTER TABLE "a" ADD CONSTRAINT "c" CHECK ("b" > 0) NOT VALID"#], &[]);
        check(&[r#"DROP INDEX "i""#], &[]);
    }

    #[test]
    fn a_table_of_the_same_migrations_may_be_changed_in_any_way() {
        let made = r#"CREATE TABLE IF NOT EXISTS "a" ( "b" text )"#;
        check(&[made, r#"CREATE INDEX "i" ON "public"."a" ("b")"#], &[]);
        check(&[made, r#"ALTER TABLE "a" ADD COLUMN "c" text NOT NULL"#, r#"DROP TABLE "a""#], &[]);
    }

    #[test]
    fn what_hurts_is_told() {
        check(
            &[r#"ALTER TABLE "a" ADD COLUMN "b" text NOT NULL"#],
            &[(0, Risk::NotNullWithoutDefault)],
        );
        check(&[r#"ALTER TABLE "a" ALTER COLUMN "b" TYPE bigint"#], &[(0, Risk::TypeChange)]);
        check(
            &[r#"ALTER TABLE "a" DROP COLUMN "b", ALTER COLUMN "c" SET NOT NULL"#],
            &[(0, Risk::DropColumn), (0, Risk::SetNotNull)],
        );
        check(&[r#"DROP TABLE "a""#], &[(0, Risk::DropTable)]);
        check(&[r#"ALTER TABLE "a" RENAME TO "b""#], &[(0, Risk::Rename)]);
        check(
            &["SELECT 1", r#"CREATE UNIQUE INDEX "i" ON "a" ("b")"#],
            &[(1, Risk::BlockingIndex)],
        );
        check(
            &[r#"ALTER TABLE "a" ADD CONSTRAINT "c" CHECK ("b" > 0)"#],
            &[(0, Risk::CheckOfAllRows)],
        );
    }

    #[test]
    fn words_in_names_and_texts_are_no_words() {
        check(&[r#"ALTER TABLE "drop column" ADD COLUMN "rename" text DEFAULT 'NOT NULL'"#], &[]);
    }
}

//! The catalogue of queries: what is asked, how both databases answer, and what their indexes are for.

use {
    super::{
        catalog::{Engine, Index},
        plan::Explained,
        sql::{self, Token, TokenKind},
    },
    serde::{Deserialize, Serialize},
    std::collections::BTreeMap,
};

/// Something that is asked of the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Query {
    /// The operation that asks, or the foreign key that the database looks after.
    pub operation: String,
    /// What it tells or does.
    pub title: String,
    /// The statements on SQLite.
    pub sqlite: Vec<Explained>,
    /// The statements on PostgreSQL.
    pub postgres: Vec<Explained>,
}

/// What a statement does with a column of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Use {
    /// It compares it for equality.
    Equal,
    /// It bounds it.
    Range,
    /// It orders by it.
    Order,
}

impl Query {
    /// The statements on an engine.
    pub fn on(&self, engine: Engine) -> &[Explained] {
        match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        }
    }

    /// Whether it reads by an index on an engine.
    pub fn uses(&self, engine: Engine, index: &str) -> bool {
        let is_read = |it: &Explained| {
            it.indexes.iter().chain(&it.indexes_when_large).any(|name| name == index)
        };
        self.on(engine).iter().any(is_read)
    }
}

/// What a statement does with columns, by their names alone: the first use of each in each part that has
/// a WHERE or an ORDER BY of its own.
pub fn uses(statement: &str) -> BTreeMap<String, Use> {
    let tokens = sql::tokens(statement);
    let mut uses = BTreeMap::new();
    let mut note = |name: String, of: Use| {
        let known = uses.entry(name).or_insert(of);
        *known = of.min(*known);
    };
    for (place, token) in tokens.iter().enumerate() {
        let Some(name) = token.name().filter(|_| token.kind == TokenKind::Name) else { continue };
        let next = |many: usize| tokens.get(place + many);
        let is_next = |text: &str| next(1).is_some_and(|it| it.is(text));
        let is_behind = |text: &str| place > 0 && tokens[place - 1].is(text);
        let is_equal = is_next("=") && next(2).is_some_and(is_value)
            || is_next("IN")
            || is_behind("=") && place > 1 && tokens[place - 2].kind == TokenKind::Parameter
            || is_next("IS") && !next(2).is_some_and(|it| it.is("NOT"));
        if is_equal {
            note(name, Use::Equal);
        } else if ["<", ">", "<=", ">=", "BETWEEN"].iter().any(|it| is_next(it)) {
            note(name, Use::Range);
        } else if is_next("ASC") || is_next("DESC") {
            note(name, Use::Order);
        }
    }
    uses
}

/// Whether it is something that a column is compared with, and no other column's name.
fn is_value(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Parameter | TokenKind::Text)
        || token.kind == TokenKind::Word
        || token.is("(")
}

/// The column of an index that stands behind a bounded or ordered one, though it is compared for
/// equality: a range of the index then holds rows that are thrown away.
pub fn misplaced<'a>(index: &'a Index, uses: &BTreeMap<String, Use>) -> Option<&'a str> {
    let mut is_ranged = false;
    for column in &index.columns {
        match uses.get(column) {
            Some(Use::Equal) if is_ranged => return Some(column),
            Some(Use::Range | Use::Order) => is_ranged = true,
            Some(Use::Equal) | None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(columns: &[&str]) -> Index {
        let columns = columns.iter().map(|it| (*it).to_owned()).collect();
        Index { name: "i".into(), columns, is_unique: false, condition: None }
    }

    #[track_caller]
    fn check(sql: &str, columns: &[&str], wrong: Option<&str>) {
        assert_eq!(misplaced(&index(columns), &uses(sql)), wrong, "{:?}", uses(sql));
    }

    #[test]
    fn equality_stands_before_ranges_and_orders() {
        let sql = r#"SELECT "id" FROM "a" WHERE "s" = $1 AND "t" IN ($2) AND "at" >= $3 ORDER BY "at" DESC, "id" DESC"#;
        check(sql, &["s", "t", "at", "id"], None);
        check(sql, &["t", "s", "at", "id"], None);
        check(sql, &["at", "s"], Some("s"));
        check(sql, &["s", "at", "t"], Some("t"));
    }

    #[test]
    fn a_column_that_is_joined_by_is_not_compared_with_a_value() {
        let found =
            uses(r#"SELECT 1 FROM "a" JOIN "b" ON "a"."x" = "b"."id" WHERE "a"."id" = ANY($1)"#);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("id".to_owned(), Use::Equal)]);
    }
}

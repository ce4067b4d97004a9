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

/// What a statement does with the columns of a table: the most of each that it does anywhere. A column that
/// says no table is taken to be of this one.
pub fn uses(statement: &str, table: &str) -> BTreeMap<String, Use> {
    let mut uses = BTreeMap::new();
    for (name, of) in parts(statement, table).into_iter().flatten() {
        let known = uses.entry(name).or_insert(of);
        *known = of.min(*known);
    }
    uses
}

/// The same, of each SELECT of a statement by itself.
fn parts(statement: &str, table: &str) -> Vec<BTreeMap<String, Use>> {
    let tokens = sql::tokens(statement);
    let aliases = aliases(&tokens);
    let is_here =
        |of: &String| aliases.get(of).is_none_or(|tables| tables.iter().any(|it| it == table));
    let mut parts = vec![BTreeMap::new()];
    // The parts that are open, each with how many brackets are open within it.
    let mut open = vec![(0, 0_usize)];
    // What an UPDATE writes is no comparison.
    let mut is_written = false;
    for (place, token) in tokens.iter().enumerate() {
        is_written = token.is("SET") || is_written && !token.is("WHERE");
        let is_select = |it: &Token| it.is("SELECT");
        let is_inner = open.len() > 1;
        let Some((part, depth)) = open.last_mut() else { break };
        if token.is("(") && tokens.get(place + 1).is_some_and(is_select) {
            parts.push(BTreeMap::new());
            open.push((parts.len() - 1, 0));
        } else if token.is("(") {
            *depth += 1;
        } else if token.is(")") && *depth > 0 {
            *depth -= 1;
        } else if token.is(")") && is_inner {
            open.pop();
        } else if token.is("UNION") {
            parts.push(BTreeMap::new());
            *part = parts.len() - 1;
        } else if !is_written
            && let Some((of, name)) = column(&tokens, place)
            && of.is_none_or(|it| is_here(&it))
            && let Some(of) = use_at(&tokens, place)
        {
            let known = parts[*part].entry(name).or_insert(of);
            *known = of.min(*known);
        }
    }
    parts
}

/// What is done with the column at a place.
fn use_at(tokens: &[Token], place: usize) -> Option<Use> {
    let next = |many: usize| tokens.get(place + many);
    let is_next = |text: &str| next(1).is_some_and(|it| it.is(text));
    let is_behind = |text: &str| place > 0 && tokens[place - 1].is(text);
    let is_other = next(3).is_some_and(|it| it.is("."));
    let is_equal = is_next("=") && next(2).is_some_and(is_value) && !is_other
        || is_next("IN")
        || is_behind("=") && place > 1 && tokens[place - 2].kind == TokenKind::Parameter
        || is_next("IS") && !next(2).is_some_and(|it| it.is("NOT"));
    if is_equal {
        Some(Use::Equal)
    } else if ["<", ">", "<=", ">=", "BETWEEN"].iter().any(|it| is_next(it)) {
        Some(Use::Range)
    } else if is_next("ASC") || is_next("DESC") || is_behind("BY") {
        Some(Use::Order)
    } else {
        None
    }
}

/// The column at a place, and what it says that it is of: `a.b`, `b`.
fn column(tokens: &[Token], place: usize) -> Option<(Option<String>, String)> {
    let name = tokens[place].name()?;
    if tokens.get(place + 1).is_some_and(|it| it.is(".")) {
        return None;
    }
    let is_of = place > 1 && tokens[place - 1].is(".");
    Some((if is_of { tokens[place - 2].name() } else { None }, name))
}

/// What each table of a statement is called there. One name may stand for several, in parts of their own.
fn aliases(tokens: &[Token]) -> BTreeMap<String, Vec<String>> {
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (place, token) in tokens.iter().enumerate() {
        let names_one = ["FROM", "JOIN", "UPDATE", "INTO"].iter().any(|it| token.is(it));
        let Some(table) = tokens.get(place + 1).filter(|_| names_one).and_then(Token::name) else {
            continue;
        };
        let is_named = tokens.get(place + 2).is_some_and(|it| it.is("AS"));
        let alias = tokens.get(place + 3).filter(|_| is_named).and_then(Token::name);
        aliases.entry(alias.unwrap_or_else(|| table.clone())).or_default().push(table);
    }
    aliases
}

/// Whether it is something that a column is compared with, and no other column's name.
fn is_value(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Parameter | TokenKind::Text)
        || token.kind == TokenKind::Word
        || token.is("(")
}

/// The column of an index of a table that stands behind a bounded or ordered one, though a statement compares
/// it for equality: a range of the index then holds rows that are thrown away.
pub fn misplaced<'a>(index: &'a Index, table: &str, statement: &str) -> Option<&'a str> {
    parts(statement, table).iter().find_map(|uses| misplaced_by(index, uses))
}

fn misplaced_by<'a>(index: &'a Index, uses: &BTreeMap<String, Use>) -> Option<&'a str> {
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
        assert_eq!(misplaced(&index(columns), "a", sql), wrong, "{:?}", parts(sql, "a"));
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
    fn each_select_is_judged_by_itself() {
        let forget =
            "DELETE FROM a WHERE id IN (SELECT id FROM a WHERE (s = 'X') AND at < $1 ORDER BY at)";
        check(forget, &["s", "at", "id"], None);
        check(forget, &["at", "s"], Some("s"));
        let union = "(SELECT 1 FROM a WHERE s = $1) UNION ALL (SELECT 1 FROM a ORDER BY at ASC)";
        check(union, &["at", "s"], None);
    }

    #[test]
    fn a_column_that_is_joined_by_is_not_compared_with_a_value() {
        let sql = r#"SELECT 1 FROM "a" JOIN "b" ON "a"."x" = "b"."id" WHERE "a"."id" = ANY($1)"#;
        assert_eq!(told(&uses(sql, "a")), ["id Equal"]);
        assert_eq!(
            told(&uses("SELECT 1 FROM a JOIN b ON a.x = b.id WHERE a.y < 2", "a")),
            ["y Range"]
        );
    }

    #[test]
    fn a_column_counts_for_its_own_table() {
        let sql = r#"SELECT 1 FROM "a" INNER JOIN "b" AS "r" ON "a"."x" = "r"."id" WHERE "a"."s" = $1
            AND "r"."t" = $2 AND "u" = $3 ORDER BY "r"."s" DESC"#;
        assert_eq!(told(&uses(sql, "a")), ["s Equal", "u Equal"]);
        assert_eq!(told(&uses(sql, "b")), ["s Order", "t Equal", "u Equal"]);
        let claim = "UPDATE jobs SET state = 'A' WHERE id IN (SELECT id FROM jobs WHERE lane = 'B' AND \
                     due_at <= $1 ORDER BY due_at LIMIT 5)";
        let found = told(&uses(claim, "jobs"));
        assert_eq!(found, ["due_at Range", "id Equal", "lane Equal"]);
    }

    fn told(uses: &BTreeMap<String, Use>) -> Vec<String> {
        uses.iter().map(|(name, it)| format!("{name} {it:?}")).collect()
    }
}

//! What a CREATE TABLE or CREATE INDEX of SQLite says that its PRAGMAs do not: names and rules.

use super::{
    catalog::Rule,
    sql::{self, Token},
};

/// The rules and the named foreign keys of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Its CHECKs.
    pub checks: Vec<Rule>,
    /// The names of its foreign keys, with the columns that refer.
    pub references: Vec<(String, Vec<String>)>,
}

/// Reads a CREATE TABLE.
pub fn table(created: &str) -> Constraints {
    let tokens = sql::tokens(created);
    let mut found = Constraints::default();
    for (place, token) in tokens.iter().enumerate() {
        let named = (place >= 2 && tokens[place - 2].is("CONSTRAINT"))
            .then(|| tokens[place - 1].name())
            .flatten();
        let open = match (token.is("CHECK"), token.is("FOREIGN")) {
            (true, _) => place + 1,
            (_, true) => place + 2,
            _ => continue,
        };
        if !tokens.get(open).is_some_and(|it| it.is("(")) {
            continue;
        }
        let close = sql::closing(&tokens, open);
        if token.is("CHECK") {
            let end = tokens.get(close).map_or(created.len(), |it| it.start);
            let rule = created[tokens[open].end..end].trim().to_owned();
            let name = named.unwrap_or_else(|| format!("check {}", found.checks.len() + 1));
            found.checks.push(Rule { name, rule });
        } else if let Some(name) = named {
            let inside = &tokens[open + 1..close.min(tokens.len())];
            found.references.push((name, inside.iter().filter_map(Token::name).collect()));
        }
    }
    found.checks.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The condition of a CREATE INDEX, if it has one.
pub fn condition(created: &str) -> Option<String> {
    let tokens = sql::tokens(created);
    let place = tokens.iter().position(|it| it.is("WHERE"))?;
    Some(created[tokens[place].end..].trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rules_are_found_whatever_stands_in_quotes() {
        let created = r#"CREATE TABLE "a" ( "check (" text CONSTRAINT "ck_a_x" CHECK ("check (" IN ('(', ')')),
            "b" int CHECK (b > 0), CONSTRAINT "fk_a_b" FOREIGN KEY ("b", c) REFERENCES "z" ("id") )"#;

        let found = table(created);

        let checks: Vec<_> =
            found.checks.iter().map(|it| (it.name.as_str(), it.rule.as_str())).collect();
        assert_eq!(checks, [("check 2", "b > 0"), ("ck_a_x", r#""check (" IN ('(', ')')"#)]);
        assert_eq!(found.references, [("fk_a_b".to_owned(), vec!["b".to_owned(), "c".to_owned()])]);
    }

    #[test]
    fn an_index_tells_its_condition() {
        let created = r#"CREATE UNIQUE INDEX "i where" ON "t" ("a") WHERE "at" IS NULL"#;
        assert_eq!(condition(created).as_deref(), Some(r#""at" IS NULL"#));
        assert_eq!(condition("CREATE INDEX i ON t (a)"), None);
    }
}

//! What a change made of a schema: two catalogues, held against each other.

use super::catalog::{Catalog, Table};

/// What is there now and was not, is gone, or is otherwise: a line each, sorted by table.
pub fn between(before: &Catalog, after: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    for table in &after.tables {
        match before.table(&table.name) {
            None => lines.push(format!("+ table {}", table.name)),
            Some(known) => changed(known, table, &mut lines),
        }
    }
    let gone = before.tables.iter().filter(|it| after.table(&it.name).is_none());
    lines.extend(gone.map(|it| format!("- table {}", it.name)));
    lines
}

fn changed(before: &Table, after: &Table, lines: &mut Vec<String>) {
    let columns = |table: &Table| {
        let told = |it: &super::catalog::Column| {
            let null = if it.is_nullable { "" } else { " NOT NULL" };
            let default = it.default.as_ref().map_or(String::new(), |it| format!(" DEFAULT {it}"));
            format!("column {}.{} {}{null}{default}", table.name, it.name, it.declared)
        };
        table.columns.iter().map(told).collect::<Vec<_>>()
    };
    let indexes = |table: &Table| {
        let told = |it: &super::catalog::Index| {
            let unique = if it.is_unique { "unique " } else { "" };
            let only = it.condition.as_ref().map_or(String::new(), |it| format!(" where {it}"));
            format!("{unique}index {} ({}){only}", it.name, it.columns.join(", "))
        };
        table.indexes.iter().map(told).collect::<Vec<_>>()
    };
    let references = |table: &Table| {
        let told = |it: &super::catalog::Reference| {
            let (from, action) = (it.columns.join(", "), it.on_delete.sql());
            format!("reference {}({from}) to {} on delete {action}", table.name, it.table)
        };
        table.references.iter().map(told).collect::<Vec<_>>()
    };
    let checks = |table: &Table| {
        table.checks.iter().map(|it| format!("check {}: {}", it.name, it.rule)).collect::<Vec<_>>()
    };
    let triggers =
        |table: &Table| table.triggers.iter().map(|it| format!("trigger {it}")).collect::<Vec<_>>();
    let pairs = [
        (columns(before), columns(after)),
        (indexes(before), indexes(after)),
        (references(before), references(after)),
        (checks(before), checks(after)),
        (triggers(before), triggers(after)),
    ];
    for (old, new) in pairs {
        lines.extend(new.iter().filter(|it| !old.contains(it)).map(|it| format!("+ {it}")));
        lines.extend(old.iter().filter(|it| !new.contains(it)).map(|it| format!("- {it}")));
    }
}

#[cfg(test)]
mod tests {
    use {super::*, crate::schema::catalog::Index};

    #[test]
    fn what_came_and_what_went_is_told() {
        let table = |name: &str| Table { name: name.into(), ..Table::default() };
        let index =
            Index { name: "i".into(), columns: vec!["x".into()], is_unique: true, condition: None };
        let before = Catalog { tables: vec![table("a"), table("b")], ..Catalog::default() };
        let with_index = Table { indexes: vec![index], ..table("b") };
        let after = Catalog { tables: vec![with_index, table("c")], ..Catalog::default() };

        assert_eq!(between(&before, &after), ["+ unique index i (x)", "+ table c", "- table a"]);
        assert_eq!(between(&after, &after), Vec::<String>::new());
    }
}

//! What SQLite says of its tables: its PRAGMAs, and the statements that made them.

use {
    super::{of, rows},
    crate::kernel::error::Result,
    engine::schema::{
        catalog::{Column, Index, Kind, OnDelete, Reference, Table},
        created, sql,
    },
    sea_orm::ConnectionTrait,
};

pub(super) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let every = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut tables = Vec::new();
    for row in rows(db, every).await? {
        let name: String = of(&row, "name")?;
        let created = created::table(&of::<String>(&row, "sql")?);
        let mut table = Table { checks: created.checks, ..columns(db, name).await? };
        table.indexes = indexes(db, &table.name).await?;
        table.references = references(db, &table.name, &created.references).await?;
        table.triggers = triggers(db, &table.name).await?;
        tables.push(table);
    }
    Ok(tables)
}

async fn columns(db: &impl ConnectionTrait, name: String) -> Result<Table> {
    let sql = format!("SELECT * FROM pragma_table_info({}) ORDER BY cid", sql::text(&name));
    let mut table = Table { name, ..Table::default() };
    let mut keys = Vec::new();
    for row in rows(db, &sql).await? {
        let (name, declared): (String, String) = (of(&row, "name")?, of(&row, "type")?);
        let (key, not_null): (i32, i32) = (of(&row, "pk")?, of(&row, "notnull")?);
        if key > 0 {
            keys.push((key, name.clone()));
        }
        table.columns.push(Column {
            name,
            kind: Kind::of(&declared),
            declared,
            is_nullable: not_null == 0 && key == 0,
            default: of(&row, "dflt_value")?,
        });
    }
    keys.sort();
    table.primary_key = keys.into_iter().map(|it| it.1).collect();
    Ok(table)
}

async fn indexes(db: &impl ConnectionTrait, table: &str) -> Result<Vec<Index>> {
    let table = sql::text(table);
    let sql = format!(
        "SELECT l.name AS name, l.\"unique\" AS is_unique, m.sql AS sql FROM pragma_index_list({table}) AS l \
         JOIN sqlite_master AS m ON m.type = 'index' AND m.name = l.name WHERE l.origin <> 'pk'"
    );
    let mut indexes = Vec::new();
    for row in rows(db, &sql).await? {
        let name: String = of(&row, "name")?;
        let of_index = sql::text(&name);
        let sql = format!("SELECT name FROM pragma_index_info({of_index}) ORDER BY seqno");
        let columns = rows(db, &sql).await?;
        // An expression has no name.
        let column = |it| Ok(of::<Option<String>>(it, "name")?.unwrap_or_else(|| "(…)".into()));
        let columns = columns.iter().map(column).collect::<Result<_>>()?;
        let created: Option<String> = of(&row, "sql")?;
        let condition = created.as_deref().and_then(created::condition);
        let is_unique = of::<i32>(&row, "is_unique")? != 0;
        indexes.push(Index { name, columns, is_unique, condition });
    }
    Ok(indexes)
}

async fn references(
    db: &impl ConnectionTrait,
    table: &str,
    names: &[(String, Vec<String>)],
) -> Result<Vec<Reference>> {
    let sql = format!(
        "SELECT id, \"table\" AS other, \"from\" AS here, \"to\" AS there, on_delete \
         FROM pragma_foreign_key_list({}) ORDER BY id, seq",
        sql::text(table)
    );
    let mut found: Vec<(i32, Reference)> = Vec::new();
    for row in rows(db, &sql).await? {
        let id: i32 = of(&row, "id")?;
        let (here, there): (String, Option<String>) = (of(&row, "here")?, of(&row, "there")?);
        let there = there.unwrap_or_else(|| "id".to_owned());
        if let Some((_, reference)) = found.last_mut().filter(|it| it.0 == id) {
            reference.columns.push(here);
            reference.to.push(there);
            continue;
        }
        let on_delete = OnDelete::of(&of::<String>(&row, "on_delete")?);
        let (name, table) = (String::new(), of(&row, "other")?);
        found
            .push((id, Reference { name, columns: vec![here], table, to: vec![there], on_delete }));
    }
    let with_name = |(_, reference): (_, Reference)| {
        let name = names.iter().find(|it| it.1 == reference.columns);
        // Mostly SQLite keeps no name: it is then the one that the project gives.
        let usual = || format!("fk_{table}_{}", reference.columns.join("_"));
        let name = name.map_or_else(usual, |it| it.0.clone());
        Reference { name, ..reference }
    };
    Ok(found.into_iter().map(with_name).collect())
}

async fn triggers(db: &impl ConnectionTrait, table: &str) -> Result<Vec<String>> {
    let table = sql::text(table);
    let sql =
        format!("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {table}");
    rows(db, &sql).await?.iter().map(|row| of(row, "name")).collect()
}

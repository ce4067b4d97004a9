//! What PostgreSQL says of its tables: its catalogue.

use {
    super::{of, rows},
    crate::kernel::error::Result,
    engine::schema::catalog::{Column, Index, Kind, OnDelete, Reference, Rule, Table},
    sea_orm::{ConnectionTrait, QueryResult},
};

/// Of the relation `c`: those of the schema that is worked in.
const HERE: &str = "c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace";

pub(super) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    let every = format!("SELECT c.relname::text AS name FROM pg_class c WHERE {HERE}");
    for row in rows(db, &every).await? {
        tables.push(Table { name: of(&row, "name")?, ..Table::default() });
    }
    columns(db, &mut tables).await?;
    indexes(db, &mut tables).await?;
    constraints(db, &mut tables).await?;
    let triggers = format!(
        "SELECT c.relname::text AS of, t.tgname::text AS name FROM pg_trigger t \
         JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND {HERE}"
    );
    for row in rows(db, &triggers).await? {
        let name = of(&row, "name")?;
        if let Some(table) = its(&mut tables, &row)? {
            table.triggers.push(name);
        }
    }
    Ok(tables)
}

/// The table that a row of the catalogue is about.
fn its<'a>(tables: &'a mut [Table], row: &QueryResult) -> Result<Option<&'a mut Table>> {
    let name: String = of(row, "of")?;
    Ok(tables.iter_mut().find(|it| it.name == name))
}

async fn columns(db: &impl ConnectionTrait, tables: &mut [Table]) -> Result<()> {
    let sql = format!(
        "SELECT c.relname::text AS of, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS declared, \
         a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid) AS default \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND {HERE} ORDER BY c.relname, a.attnum"
    );
    for row in rows(db, &sql).await? {
        let declared: String = of(&row, "declared")?;
        let column = Column {
            name: of(&row, "name")?,
            kind: Kind::of(&declared),
            declared,
            is_nullable: !of::<bool>(&row, "not_null")?,
            default: of(&row, "default")?,
        };
        if let Some(table) = its(tables, &row)? {
            table.columns.push(column);
        }
    }
    Ok(())
}

async fn indexes(db: &impl ConnectionTrait, tables: &mut [Table]) -> Result<()> {
    let sql = format!(
        "SELECT c.relname::text AS of, i.relname::text AS name, x.indisunique AS is_unique, \
         x.indisprimary AS is_primary, pg_get_expr(x.indpred, x.indrelid) AS condition, \
         ARRAY(SELECT coalesce(a.attname::text, '(…)') FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) \
         LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum AND k.attnum > 0 \
         ORDER BY k.place) AS columns \
         FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid WHERE {HERE}"
    );
    for row in rows(db, &sql).await? {
        let columns: Vec<String> = of(&row, "columns")?;
        let is_primary: bool = of(&row, "is_primary")?;
        let (name, is_unique) = (of(&row, "name")?, of(&row, "is_unique")?);
        let condition = of(&row, "condition")?;
        let Some(table) = its(tables, &row)? else { continue };
        if is_primary {
            table.primary_key = columns;
        } else {
            table.indexes.push(Index { name, columns, is_unique, condition });
        }
    }
    Ok(())
}

async fn constraints(db: &impl ConnectionTrait, tables: &mut [Table]) -> Result<()> {
    let named = |table: &str, keys: &str| {
        format!(
            "ARRAY(SELECT a.attname::text FROM unnest({keys}) WITH ORDINALITY AS k(attnum, place) \
             JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.attnum ORDER BY k.place)"
        )
    };
    let sql = format!(
        "SELECT c.relname::text AS of, o.conname::text AS name, o.contype::text AS kind, \
         pg_get_expr(o.conbin, o.conrelid) AS rule, o.confdeltype::text AS on_delete, \
         r.relname::text AS other, {} AS here, {} AS there \
         FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid LEFT JOIN pg_class r ON r.oid = o.confrelid \
         WHERE o.contype IN ('c', 'f') AND {HERE}",
        named("o.conrelid", "o.conkey"),
        named("o.confrelid", "o.confkey"),
    );
    for row in rows(db, &sql).await? {
        let (name, kind): (String, String) = (of(&row, "name")?, of(&row, "kind")?);
        if kind == "c" {
            let rule = of(&row, "rule")?;
            if let Some(table) = its(tables, &row)? {
                table.checks.push(Rule { name, rule });
            }
            continue;
        }
        let reference = Reference {
            name,
            columns: of(&row, "here")?,
            table: of(&row, "other")?,
            to: of(&row, "there")?,
            on_delete: OnDelete::of(&of::<String>(&row, "on_delete")?),
        };
        if let Some(table) = its(tables, &row)? {
            table.references.push(reference);
        }
    }
    Ok(())
}

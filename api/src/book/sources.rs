//! The rows of the program, as the book takes them.

use {
    engine::schema::{
        catalog::Kind,
        source::{self, Source},
    },
    entity::tables::{self, Table},
    sea_orm::ColumnType,
};

/// Every row of the program, by table.
pub fn sources() -> Vec<Source> {
    let mut sources: Vec<_> = tables::tables().iter().map(read).collect();
    sources.sort_by(|a, b| a.table.cmp(&b.table));
    sources
}

fn read(table: &Table) -> Source {
    let Table { name, domain, text, columns } = table;
    let mut source = source::read(name, domain, text);
    for field in &mut source.fields {
        if let Some(column) = columns.iter().find(|it| it.name == field.name) {
            field.is_optional = column.is_nullable;
            field.kind = Some(kind(&column.kind));
        }
    }
    source
}

fn kind(column: &ColumnType) -> Kind {
    match column {
        ColumnType::Uuid => Kind::Uuid,
        ColumnType::Text | ColumnType::String(_) | ColumnType::Char(_) => Kind::Text,
        ColumnType::SmallInteger => Kind::SmallInteger,
        ColumnType::Integer => Kind::Integer,
        ColumnType::BigInteger => Kind::BigInteger,
        ColumnType::Float | ColumnType::Double => Kind::Float,
        ColumnType::Boolean => Kind::Boolean,
        ColumnType::TimestampWithTimeZone => Kind::Instant,
        ColumnType::Timestamp | ColumnType::DateTime => Kind::Naive,
        ColumnType::Date => Kind::Date,
        ColumnType::Time => Kind::Time,
        ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
        ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => Kind::Bytes,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_table_is_read_to_the_last_column() {
        for table in tables::tables() {
            let source = read(&table);
            let columns: Vec<_> = table.columns.iter().map(|it| it.name.as_str()).collect();
            let fields: Vec<_> = source.fields.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(fields, columns, "{}", table.name);
            assert!(!source.meaning.is_empty(), "{}", table.name);
        }
    }
}

//! The vocabulary of new tables: columns, references, checks and indexes by the project's names.
//!
//! `idx_<table>_<columns>` for indexes, `ck_<table>_<what>` for checks, `fk_<table>_<column>` for
//! references. An index is written in ascending order: both databases read it backwards as well.
//! Released migrations run through this file, so what it makes may grow but not change.

use {
    entity::ClosedSet,
    sea_orm_migration::{prelude::*, schema, sea_orm::DbBackend, sea_query::Check},
    std::ops::RangeInclusive,
};

/// A table about to be made.
pub(crate) struct NewTable<'a> {
    manager: &'a SchemaManager<'a>,
    name: &'static str,
    table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

/// What becomes of a row when the row that it refers to is deleted.
#[derive(Clone, Copy)]
pub(crate) enum OnDelete {
    /// It goes too: it was a part of the other.
    Cascade,
    /// It forgets the other, and stays.
    SetNull,
    /// It forbids the deletion: it is history that nobody may lose by accident.
    Restrict,
}

impl<'a> NewTable<'a> {
    pub(crate) fn named(manager: &'a SchemaManager<'a>, name: &'static str) -> Self {
        Self { manager, name, table: Table::create().table(name).take(), indexes: Vec::new() }
    }

    /// The primary key, a UUIDv7 made by the application.
    pub(crate) fn id(self) -> Self {
        self.column(schema::uuid("id").primary_key())
    }

    /// A primary key that is the id of a row elsewhere.
    pub(crate) fn shared_id(self, to: &'static str, on_delete: OnDelete) -> Self {
        self.refer("id", to, on_delete).id()
    }

    /// The id of a row elsewhere.
    pub(crate) fn reference(self, name: &'static str, to: &'static str, then: OnDelete) -> Self {
        self.refer(name, to, then).column(&mut schema::uuid(name))
    }

    /// The id of a row elsewhere, or none.
    pub(crate) fn reference_null(
        self,
        name: &'static str,
        to: &'static str,
        then: OnDelete,
    ) -> Self {
        self.refer(name, to, then).column(&mut schema::uuid_null(name))
    }

    /// A text of a bounded number of characters.
    pub(crate) fn text(self, name: &'static str, length: RangeInclusive<i32>) -> Self {
        let check = self.length(name, length);
        self.column(schema::text(name).check(check))
    }

    /// A text of a bounded number of characters, or none.
    pub(crate) fn text_null(self, name: &'static str, length: RangeInclusive<i32>) -> Self {
        let check = self.length(name, length);
        self.column(schema::text_null(name).check(check))
    }

    /// A short text that lists are ordered by: by code point, on both databases alike.
    pub(crate) fn sorted_text(self, name: &'static str, length: RangeInclusive<i32>) -> Self {
        let check = self.length(name, length);
        let mut column = schema::text(name).check(check).take();
        if !self.is_sqlite() {
            column.extra(r#"COLLATE "C""#);
        }
        self.column(&mut column)
    }

    /// A value of a closed set.
    pub(crate) fn closed_set<E: ClosedSet>(self, name: &'static str) -> Self {
        let check = self.check_named(name, Expr::col(name).is_in(E::stored()));
        self.column(schema::text(name).check(check))
    }

    /// A value of a closed set, or none.
    pub(crate) fn closed_set_null<E: ClosedSet>(self, name: &'static str) -> Self {
        let check = self.check_named(name, Expr::col(name).is_in(E::stored()));
        self.column(schema::text_null(name).check(check))
    }

    /// An instant; on SQLite, where any text would do, a CHECK holds it to one sortable form.
    pub(crate) fn instant(self, name: &'static str) -> Self {
        self.instant_column(schema::timestamp_with_time_zone(name))
    }

    /// An instant, or none.
    pub(crate) fn instant_null(self, name: &'static str) -> Self {
        self.instant_column(schema::timestamp_with_time_zone_null(name))
    }

    /// A column of any other kind.
    pub(crate) fn column(mut self, column: &mut ColumnDef) -> Self {
        self.table.col(column.take());
        self
    }

    /// The version that people's edits are checked against.
    pub(crate) fn version(self) -> Self {
        let check = self.check_named("version", Expr::col("version").gte(1));
        self.column(schema::integer("version").default(1).check(check))
    }

    /// When a row was made and last changed.
    pub(crate) fn timestamps(self) -> Self {
        self.instant("created_at").instant("updated_at")
    }

    /// A rule over the columns of a row.
    pub(crate) fn check(mut self, what: &str, rule: Expr) -> Self {
        let check = self.check_named(what, rule);
        self.table.check(check);
        self
    }

    /// An index, over these columns in this order.
    pub(crate) fn index(mut self, columns: &[&'static str]) -> Self {
        let index = self.new_index(columns);
        self.indexes.push(index);
        self
    }

    /// An index that no two rows may share an entry of.
    pub(crate) fn unique(mut self, columns: &[&'static str]) -> Self {
        let index = self.new_index(columns).unique().take();
        self.indexes.push(index);
        self
    }

    /// An index over the rows that meet a condition, of which no two may share an entry.
    pub(crate) fn unique_where(
        mut self,
        which: &str,
        columns: &[&'static str],
        condition: Expr,
    ) -> Self {
        let mut index = self.new_index(columns);
        index.name(format!("{}_{which}", index_name(self.name, columns)));
        self.indexes.push(index.unique().and_where(condition).take());
        self
    }

    /// An index over the rows that meet a condition.
    pub(crate) fn index_where(
        mut self,
        which: &str,
        columns: &[&'static str],
        condition: Expr,
    ) -> Self {
        let mut index = self.new_index(columns);
        index.name(format!("{}_{which}", index_name(self.name, columns)));
        self.indexes.push(index.and_where(condition).take());
        self
    }

    /// Makes it.
    pub(crate) async fn create(self) -> Result<(), DbErr> {
        self.manager.create_table(self.table).await?;
        for index in self.indexes {
            self.manager.create_index(index).await?;
        }
        Ok(())
    }

    fn is_sqlite(&self) -> bool {
        self.manager.get_database_backend() == DbBackend::Sqlite
    }

    fn instant_column(self, mut column: ColumnDef) -> Self {
        hold_to_form(self.manager, self.name, &mut column);
        self.column(&mut column)
    }

    fn refer(mut self, name: &'static str, to: &'static str, on_delete: OnDelete) -> Self {
        let action = match on_delete {
            OnDelete::Cascade => ForeignKeyAction::Cascade,
            OnDelete::SetNull => ForeignKeyAction::SetNull,
            OnDelete::Restrict => ForeignKeyAction::Restrict,
        };
        let mut key = ForeignKey::create();
        key.name(format!("fk_{}_{name}", self.name)).from(self.name, name).to(to, "id");
        self.table.foreign_key(key.on_delete(action));
        self
    }

    fn length(&self, name: &str, within: RangeInclusive<i32>) -> Check {
        let length = Expr::expr(Func::char_length(Expr::col(name.to_owned())));
        self.check_named(name, length.between(*within.start(), *within.end()))
    }

    fn check_named(&self, what: &str, rule: Expr) -> Check {
        Check::named(format!("ck_{}_{what}", self.name), rule)
    }

    fn new_index(&self, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.name(index_name(self.name, columns)).table(self.name);
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// An instant that a table gets later, or none.
pub(crate) fn added_instant_null(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &'static str,
) -> ColumnDef {
    let mut column = schema::timestamp_with_time_zone_null(name);
    hold_to_form(manager, table, &mut column);
    column
}

/// On SQLite, where any text would do, holds an instant to one sortable form.
fn hold_to_form(manager: &SchemaManager<'_>, table: &str, column: &mut ColumnDef) {
    if manager.get_database_backend() == DbBackend::Sqlite {
        let name = column.get_column_name();
        let form = Expr::cust(format!(r#""{name}" GLOB '????-??-??T??:??:??*+00:00'"#));
        column.check(Check::named(format!("ck_{table}_{name}"), form));
    }
}

/// Whether an instant that may be absent is there exactly when a condition holds.
pub(crate) fn exactly_when(name: &'static str, condition: Expr) -> Expr {
    Expr::col(name).is_not_null().eq(condition)
}

pub(crate) async fn drop_table(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(name.to_owned()).take()).await
}

fn index_name(table: &str, columns: &[&str]) -> String {
    format!("idx_{table}_{}", columns.join("_"))
}

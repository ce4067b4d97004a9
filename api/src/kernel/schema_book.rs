//! `schemaBook`: how the data is stored, for administrators.

use {
    crate::{
        book::{Served, kept, read_notes, sources},
        graphql::{error::public, loads::Loads, plain::Rooted},
    },
    async_graphql::{Context, Enum, Object, Result, SimpleObject},
    engine::schema::{
        Kept,
        annotation::{Annotations, TableNote},
        catalog::{Catalog, Table},
        check::{Report, Verdict},
        difference, drawing, mermaid,
        plan::Explained,
        query::Query,
        source::Source,
        sql,
    },
    entity::kernel::capability::Capability,
    service::{Error, kernel::catalog},
    std::{collections::BTreeMap, sync::Arc},
};

#[derive(Default)]
pub(crate) struct SchemaBookQuery;

impl Rooted for SchemaBookQuery {}

#[Object]
impl SchemaBookQuery {
    /// How the data is stored: the tables of the database that is in use, what is asked of them, and
    /// whether all that is said of them holds.
    async fn schema_book(&self, ctx: &Context<'_>) -> Result<SchemaBook> {
        let ctx = Loads::of(ctx).reader().ctx();
        let read = async || {
            ctx.may_all(Capability::SchemaRead)?;
            catalog::introspect(ctx.db()).await
        };
        let catalog = read().await.map_err(|it: Error| public(&it))?;
        let notes = read_notes().expect("what is written in docs/schema.toml can be read");
        let kept = kept();
        Ok(SchemaBook(Arc::new(Served { catalog, kept, notes, sources: sources() })))
    }
}

/// How the data is stored.
pub(crate) struct SchemaBook(Arc<Served>);

/// The whole database as this release has it: tables, what is asked of them, and what was checked.
#[Object]
impl SchemaBook {
    /// The database that is in use.
    async fn database(&self) -> &'static str {
        self.0.catalog.engine.name()
    }

    /// What people come to do, in order.
    async fn steps(&self) -> Vec<&str> {
        self.0.notes.step.iter().map(|it| it.title.as_str()).collect()
    }

    /// The tables, by name.
    async fn tables(&self, ctx: &Context<'_>) -> Result<Vec<SchemaTable>> {
        let Served { catalog, kept, notes, sources } = &*self.0;
        let mut counts = BTreeMap::new();
        if ctx.look_ahead().field("rowCount").exists() {
            let db = Loads::of(ctx).reader().ctx().db();
            counts = catalog::row_counts(db, catalog).await.map_err(|it| public(&it))?;
        }
        let table = |table: &Table| {
            let source = sources.iter().find(|it| it.table == table.name);
            let count = counts.get(&table.name).copied().unwrap_or_default();
            SchemaTable::of((table, catalog), (kept, notes), source, count)
        };
        Ok(catalog.tables.iter().map(table).collect())
    }

    /// The catalogue of queries: what is asked of the database, and how it answers. It was captured from
    /// the program, and explained on invented data, when this release was made.
    async fn queries(&self) -> Vec<SchemaQuery> {
        let Served { catalog, kept, notes, .. } = &*self.0;
        kept.queries.iter().map(|it| SchemaQuery::of(it, catalog, notes)).collect()
    }

    /// The checks that this release has passed, on fresh databases.
    async fn checks(&self) -> Vec<SchemaCheck> {
        self.0.kept.reports.iter().map(SchemaCheck::of).collect()
    }

    /// In what the database that is in use differs from a fresh one of this release, a line each: none
    /// but where somebody has changed it by hand.
    async fn differences(&self) -> Vec<String> {
        let Served { catalog, kept, .. } = &*self.0;
        difference::between(kept.catalog(catalog.engine), catalog)
    }

    /// Diagrams: of all tables with their keys, and of each domain with all columns.
    async fn diagrams(&self) -> Vec<SchemaDiagram> {
        let Served { catalog, sources, .. } = &*self.0;
        let domain = |table: &str| {
            sources.iter().find(|it| it.table == table).map_or("none", |it| it.domain.as_str())
        };
        let mut domains: Vec<_> = catalog.tables.iter().map(|it| domain(&it.name)).collect();
        domains.sort_unstable();
        domains.dedup();
        let all = mermaid::write(catalog, |_| true, mermaid::Detail::Keys);
        let mut diagrams = vec![SchemaDiagram::of("all", all)];
        for it in domains {
            let text =
                mermaid::write(catalog, |table| domain(table) == it, mermaid::Detail::Columns);
            diagrams.push(SchemaDiagram::of(it, text));
        }
        diagrams
    }
}

/// A diagram of tables.
#[derive(SimpleObject)]
pub(crate) struct SchemaDiagram {
    /// The domain, or `all`.
    name: String,
    /// As a text in Mermaid's notation.
    mermaid: String,
    /// As a picture, in SVG.
    svg: String,
}

impl SchemaDiagram {
    fn of(name: &str, text: String) -> Self {
        let svg = mermaid::read(&text).map_or_else(|it| it, |it| drawing::draw(&it));
        Self { name: name.to_owned(), mermaid: text, svg }
    }
}

/// A table.
#[derive(SimpleObject)]
pub(crate) struct SchemaTable {
    /// What it is called.
    name: String,
    /// The part of the program that it belongs to.
    domain: String,
    /// Why it is there.
    purpose: String,
    /// When it is used, behind "used when".
    context: String,
    /// What a row is.
    meaning: String,
    /// The titles of the steps that need it.
    steps: Vec<String>,
    /// Why it is as it is.
    decisions: Vec<String>,
    /// How many rows it has; guessed where there are very many.
    row_count: i64,
    /// Its columns, in their order.
    columns: Vec<SchemaColumn>,
    /// Its indexes beside that of the primary key, by name.
    indexes: Vec<SchemaIndex>,
    /// What it refers to, by name.
    references: Vec<SchemaReference>,
    /// What refers to it, by name.
    referred_by: Vec<SchemaReference>,
    /// The rules over its rows, by name.
    rules: Vec<SchemaRule>,
}

/// A column.
#[derive(SimpleObject)]
pub(crate) struct SchemaColumn {
    /// What it is called.
    name: String,
    /// Its type, as the database calls it.
    declared_type: String,
    /// Whether it may be null.
    is_nullable: bool,
    /// Whether it is a part of the primary key.
    is_primary_key: bool,
    /// Its default, as the database writes it.
    default: Option<String>,
    /// What it is for.
    meaning: String,
}

/// An index.
#[derive(SimpleObject)]
pub(crate) struct SchemaIndex {
    /// What it is called.
    name: String,
    /// Its columns, in their order.
    columns: Vec<String>,
    /// Whether no two rows share an entry.
    is_unique: bool,
    /// Which rows it holds, if not all.
    condition: Option<String>,
    /// The queries of the catalogue that read by it.
    queries: Vec<String>,
    /// The rule that it keeps, if no query reads by it.
    keeps: Option<String>,
}

/// A foreign key.
#[derive(SimpleObject)]
pub(crate) struct SchemaReference {
    /// What it is called.
    name: String,
    /// The table that refers.
    from: String,
    /// The columns that refer.
    columns: Vec<String>,
    /// The table that they refer to.
    to: String,
    /// What becomes of the row when the other goes, as SQL writes it.
    on_delete: String,
}

/// A rule over the rows of a table.
#[derive(SimpleObject)]
pub(crate) struct SchemaRule {
    /// What it is called.
    name: String,
    /// What must hold, as the database writes it.
    rule: String,
}

impl SchemaTable {
    fn of(
        (table, catalog): (&Table, &Catalog),
        (kept, notes): (&Kept, &Annotations),
        source: Option<&Source>,
        row_count: i64,
    ) -> Self {
        let empty = TableNote::default();
        let note = notes.tables.get(&table.name).unwrap_or(&empty);
        let referred = catalog.references().filter(|(_, it)| it.table == table.name);
        let steps = note.steps.iter().filter_map(|it| Some(notes.step(it)?.1.to_owned()));
        Self {
            name: table.name.clone(),
            domain: source.map_or_else(|| "none".to_owned(), |it| it.domain.clone()),
            purpose: note.purpose.clone(),
            context: note.context.clone(),
            meaning: source.map_or_else(String::new, |it| it.meaning.clone()),
            steps: steps.collect(),
            decisions: note.decisions.clone(),
            row_count,
            columns: columns(table, source),
            indexes: indexes(table, catalog, kept, note),
            references: table.references.iter().map(|it| reference(table, it)).collect(),
            referred_by: referred.map(|(other, it)| reference(other, it)).collect(),
            rules: table
                .checks
                .iter()
                .map(|it| SchemaRule { name: it.name.clone(), rule: it.rule.clone() })
                .collect(),
        }
    }
}

fn columns(table: &Table, source: Option<&Source>) -> Vec<SchemaColumn> {
    let meaning = |name: &str| {
        let field = source?.fields.iter().find(|it| it.name == name)?;
        Some(field.meaning.clone())
    };
    let column = |it: &engine::schema::catalog::Column| SchemaColumn {
        name: it.name.clone(),
        declared_type: it.declared.clone(),
        is_nullable: it.is_nullable,
        is_primary_key: table.primary_key.contains(&it.name),
        default: it.default.clone(),
        meaning: meaning(&it.name).unwrap_or_default(),
    };
    table.columns.iter().map(column).collect()
}

fn indexes(table: &Table, catalog: &Catalog, kept: &Kept, note: &TableNote) -> Vec<SchemaIndex> {
    let readers = |name: &str| {
        let queries = kept.queries.iter().filter(|it| it.uses(catalog.engine, name));
        queries.map(|it| it.operation.clone()).collect()
    };
    let index = |it: &engine::schema::catalog::Index| SchemaIndex {
        name: it.name.clone(),
        columns: it.columns.clone(),
        is_unique: it.is_unique,
        condition: it.condition.clone(),
        queries: readers(&it.name),
        keeps: note.keeps.get(&it.name).cloned(),
    };
    table.indexes.iter().map(index).collect()
}

fn reference(table: &Table, it: &engine::schema::catalog::Reference) -> SchemaReference {
    SchemaReference {
        name: it.name.clone(),
        from: table.name.clone(),
        columns: it.columns.clone(),
        to: it.table.clone(),
        on_delete: it.on_delete.sql().to_owned(),
    }
}

/// Something that is asked of the database.
#[derive(SimpleObject)]
pub(crate) struct SchemaQuery {
    /// The operation that asks, or the foreign key that the database looks after by itself.
    name: String,
    /// What it tells or does.
    title: String,
    /// How often; none of what the database asks by itself.
    frequency: Option<String>,
    /// Its statements on the database that is in use.
    statements: Vec<SchemaStatement>,
}

/// A statement, and what the database does for it.
#[derive(SimpleObject)]
pub(crate) struct SchemaStatement {
    /// The statement; of many columns only their number is told.
    sql: String,
    /// The steps of its plan.
    plan: Vec<String>,
    /// The indexes that it reads by; a primary key goes by the name of its table.
    indexes: Vec<String>,
    /// The indexes that it reads by once its tables are too large to be read from end to end.
    indexes_when_large: Vec<String>,
    /// The tables that it reads from end to end.
    scans: Vec<String>,
    /// How many rows it read; PostgreSQL alone counts.
    rows_read: Option<i64>,
    /// How many rows it answered; PostgreSQL alone counts.
    rows_returned: Option<i64>,
}

impl SchemaQuery {
    fn of(query: &Query, catalog: &Catalog, notes: &Annotations) -> Self {
        let operation = notes.operation.iter().find(|it| it.name == query.operation);
        let count = |it: Option<u64>| it.and_then(|it| i64::try_from(it).ok());
        let statement = |it: &Explained| SchemaStatement {
            sql: sql::shortened(&it.sql),
            plan: it.plan.clone(),
            indexes: it.indexes.clone(),
            indexes_when_large: it.indexes_when_large.clone(),
            scans: it.scans.clone(),
            rows_read: count(it.rows_read),
            rows_returned: count(it.rows_returned),
        };
        Self {
            name: query.operation.clone(),
            title: query.title.clone(),
            frequency: operation.map(|it| it.frequency.clone()),
            statements: query.on(catalog.engine).iter().map(statement).collect(),
        }
    }
}

/// A check of the schema.
#[derive(SimpleObject)]
pub(crate) struct SchemaCheck {
    /// Its id, such as S04; it never changes.
    id: String,
    /// Its name, such as `unused-index`.
    name: String,
    /// What it asks.
    asks: String,
    /// How it went.
    verdict: SchemaVerdict,
    /// What is wrong, a line each.
    findings: Vec<String>,
}

/// How a check of the schema went.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum SchemaVerdict {
    /// Nothing is wrong.
    Passed,
    /// Something is.
    Failed,
    /// Nobody has tried it out.
    NotTried,
}

impl SchemaCheck {
    fn of(report: &Report) -> Self {
        let Report { id, name, asks, verdict, trials: _, findings } = report.clone();
        Self {
            id,
            name,
            asks,
            verdict: match verdict {
                Verdict::Passed => SchemaVerdict::Passed,
                Verdict::Failed => SchemaVerdict::Failed,
                Verdict::NotTried => SchemaVerdict::NotTried,
            },
            findings: findings.iter().map(|it| format!("{}: {}", it.subject, it.what)).collect(),
        }
    }
}

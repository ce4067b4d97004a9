//! A schema in which nothing is wrong: people, and their tasks.

use {
    engine::schema::{
        Book, Migration, Trial,
        annotation::{Alternative, Annotations, Operation, Step, TableNote},
        catalog::{Catalog, Column, Engine, Index, Kind, OnDelete, Reference, Rule, Table},
        object::{Object, ObjectField},
        plan::Explained,
        query::Query,
        source::{Field, Source},
    },
    std::collections::BTreeMap,
};

pub(super) fn column(name: &str, kind: Kind) -> Column {
    let declared = format!("{kind:?}").to_lowercase();
    Column { name: name.into(), declared, kind, is_nullable: false, default: None }
}

pub(super) fn index(table: &str, columns: &[&str]) -> Index {
    let name = format!("idx_{table}_{}", columns.join("_"));
    let columns = columns.iter().map(|it| (*it).to_owned()).collect();
    Index { name, columns, is_unique: false, condition: None }
}

pub(super) fn refers(table: &str, column: &str, to: &str) -> Reference {
    Reference {
        name: format!("fk_{table}_{column}"),
        columns: vec![column.into()],
        table: to.into(),
        to: vec!["id".into()],
        on_delete: OnDelete::Cascade,
    }
}

/// People, and their tasks.
fn catalog(engine: Engine) -> Catalog {
    let times = ["created_at", "updated_at"].map(|it| column(it, Kind::Instant));
    let held = |table: &str| {
        let rule = |it: &str| Rule {
            name: format!("ck_{table}_{it}"),
            rule: format!("{it} GLOB '*+00:00'"),
        };
        let both = ["created_at", "updated_at"].map(rule).to_vec();
        if engine == Engine::Sqlite { both } else { Vec::new() }
    };
    let people = Table {
        name: "people".into(),
        columns: [column("id", Kind::Uuid)].into_iter().chain(times.clone()).collect(),
        primary_key: vec!["id".into()],
        checks: held("people"),
        ..Table::default()
    };
    let state = Rule { name: "ck_tasks_state".into(), rule: "state IN ('NEW', 'OLD')".into() };
    let columns =
        [column("id", Kind::Uuid), column("owner_id", Kind::Uuid), column("state", Kind::Text)];
    let tasks = Table {
        name: "tasks".into(),
        columns: columns.into_iter().chain(times).collect(),
        primary_key: vec!["id".into()],
        indexes: vec![index("tasks", &["owner_id", "created_at", "id"])],
        references: vec![refers("tasks", "owner_id", "people")],
        checks: [held("tasks"), vec![state]].concat(),
        triggers: Vec::new(),
    };
    Catalog { engine, tables: vec![people, tasks] }
}

fn source(table: &Table, object: &str) -> Source {
    let rust_type = |it: &Column| match (it.name.as_str(), it.kind) {
        ("state", _) => "State",
        (_, Kind::Uuid) => "SomeId",
        _ => "DateTime",
    };
    let field = |it: &Column| Field {
        name: it.name.clone(),
        meaning: "What it is for.".into(),
        rust_type: rust_type(it).into(),
        is_optional: it.is_nullable,
        is_skipped: false,
        kind: Some(it.kind),
    };
    Source {
        table: table.name.clone(),
        domain: "kernel".into(),
        meaning: "A row.".into(),
        object: Some(object.into()),
        fields: table.columns.iter().map(field).collect(),
        closed_sets: BTreeMap::from([("State".into(), vec!["NEW".into(), "OLD".into()])]),
    }
}

fn object(source: &Source) -> Object {
    let field = |it: &Field| ObjectField {
        name: engine::schema::object::camel(&it.name),
        type_name: engine::schema::object::shown_as(&it.rust_type).into(),
        is_nullable: it.is_optional,
    };
    let name = source.object.clone().unwrap();
    Object { name, is_input: false, fields: source.fields.iter().map(field).collect() }
}

/// A book in which nothing is wrong.
pub(super) fn sound() -> Book {
    let note = TableNote {
        purpose: "It is needed.".into(),
        context: "somebody needs it".into(),
        steps: vec!["work".into()],
        ..TableNote::default()
    };
    let alternative = Alternative { title: "Another".into(), ..Alternative::default() };
    let annotations = Annotations {
        step: vec![Step { id: "work".into(), title: "People work".into() }],
        tables: ["people", "tasks"].map(|it| (it.to_owned(), note.clone())).into(),
        operation: vec![Operation {
            name: "Tasks".into(),
            is_dashboard: true,
            ..Operation::default()
        }],
        alternative: vec![alternative; 3],
        ..Annotations::default()
    };
    let explained = Explained {
        sql: r#"SELECT "id" FROM "tasks" WHERE "owner_id" = $1 ORDER BY "created_at" DESC, "id" DESC"#.into(),
        indexes: vec!["idx_tasks_owner_id_created_at_id".into()],
        ..Explained::default()
    };
    let query = Query {
        operation: "Tasks".into(),
        title: "What is to be done".into(),
        sqlite: vec![explained.clone()],
        postgres: vec![explained],
    };
    let (sqlite, postgres) = (catalog(Engine::Sqlite), catalog(Engine::Postgres));
    let sources = vec![source(&postgres.tables[0], "Person"), source(&postgres.tables[1], "Task")];
    let trial = |check| Trial { check, subject: "all".into(), fault: None };
    Book {
        objects: sources.iter().map(object).collect(),
        sources,
        annotations,
        sqlite,
        postgres,
        queries: vec![query],
        migrations: vec![Migration { name: "m1".into(), tables: vec![], statements: vec![] }],
        released: None,
        trials: ["S09", "S12", "S14", "S17", "S20"].map(trial).into(),
        sizes: vec![engine::schema::Size { table: "tasks".into(), rows: 5_000, bytes: 500_000 }],
    }
}

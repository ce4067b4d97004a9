//! Schemas that nobody would make: names that mean something else, circles, none at all, very many tables.

use {
    super::sound::{column, index, refers, sound},
    engine::schema::{
        Book,
        annotation::Annotations,
        catalog::{Catalog, Engine, Kind, Reference, Rule, Table},
        check, drawing, mermaid, page,
    },
};

/// Names that mean something to SQL, Markdown, Mermaid or SVG.
const NAMES: [&str; 12] = [
    "select",
    "end",
    "users",
    "a\"b'c",
    "a|b",
    "`a``b`",
    "a\nb",
    "a{b}--||c : \"d\"",
    "%%{init}%%",
    "<b>&",
    "é ☃",
    "]] #quot; t__1",
];

fn odd() -> Catalog {
    let mut tables: Vec<_> = NAMES
        .iter()
        .map(|name| Table {
            name: (*name).into(),
            columns: NAMES.iter().map(|it| column(it, Kind::Text)).collect(),
            primary_key: vec![NAMES[0].into()],
            indexes: vec![index(name, &[NAMES[3], NAMES[4]])],
            checks: vec![Rule { name: (*name).into(), rule: format!("'{name}' <> ''") }],
            ..Table::default()
        })
        .collect();
    // A circle, and a table that refers to itself.
    for place in 0..NAMES.len() {
        let to = NAMES[(place + 1) % NAMES.len()];
        tables[place]
            .references
            .push(Reference { to: vec![NAMES[0].into()], ..refers("t", NAMES[place], to) });
    }
    tables[2]
        .references
        .push(Reference { to: vec![NAMES[0].into()], ..refers("t", NAMES[3], NAMES[2]) });
    Catalog { engine: Engine::Postgres, tables }
}

fn book_of(catalog: Catalog) -> Book {
    Book {
        sqlite: catalog.clone(),
        postgres: catalog,
        sources: vec![],
        objects: vec![],
        queries: vec![],
        ..sound()
    }
}

#[test]
fn a_diagram_of_any_names_reads_back_as_it_was_written() {
    let catalog = odd();

    let text = mermaid::write(&catalog, |_| true, mermaid::Detail::Columns);
    let diagram = mermaid::read(&text).unwrap();

    let names: Vec<_> = diagram.entities.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, NAMES);
    let columns: Vec<_> = diagram.entities[0].columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(columns, NAMES);
    assert_eq!(diagram.edges.len(), NAMES.len() + 1);
    let own = |it: &str| it.starts_with("    ") || it == "erDiagram";
    assert!(text.lines().all(own) && !text.contains("%%"), "{text}");
}

/// Mermaid itself reads this file in `tests/playground/mermaid.test.js`.
#[test]
fn the_diagram_that_mermaid_reads_is_the_one_that_is_written() {
    let text = mermaid::write(&odd(), |_| true, mermaid::Detail::Columns);
    assert_eq!(text, include_str!("odd.mmd"), "engine/tests/schema/odd.mmd should be\n{text}");
}

#[test]
fn a_drawing_of_any_names_is_well_formed() {
    let text = mermaid::write(&odd(), |_| true, mermaid::Detail::Columns);
    let svg = drawing::draw(&mermaid::read(&text).unwrap());

    assert!(svg.contains("data-table=\"&lt;b&gt;&amp;\"") && !svg.contains("<b>"), "{svg}");
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    assert_eq!(svg.matches("data-table=").count(), NAMES.len());
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}

#[test]
fn pages_of_any_names_keep_their_tables() {
    let page = page::full(&book_of(odd()));

    let mut cells = 0;
    for line in page.lines() {
        if line.starts_with("| ") {
            let bars = line.replace("\\|", "").matches('|').count();
            cells = if cells == 0 { bars } else { cells };
            assert_eq!(bars, cells, "{line}");
        } else if !line.starts_with("|--") {
            cells = 0;
        }
    }
    assert!(page.contains("### a\\|b"), "{page}");
}

#[test]
fn an_empty_schema_has_a_book() {
    let mut book = book_of(Catalog::default());
    book.annotations = Annotations::default();
    assert!(page::full(&book).contains("**Total tables**: 0"));
    assert!(page::essentials(&book).ends_with('\n'));
    assert!(page::drawings(&book)[0].1.starts_with("<svg"));
}

#[test]
#[expect(clippy::disallowed_types, reason = "this is about how long it takes")]
fn five_hundred_tables_take_less_than_two_seconds() {
    let table = |place: usize| Table {
        name: format!("table_{place}"),
        columns: (0..20).map(|it| column(&format!("column_{it}"), Kind::Text)).collect(),
        primary_key: vec!["column_0".into()],
        references: (1..4)
            .map(|it| Reference {
                to: vec!["column_0".into()],
                ..refers(
                    "t",
                    &format!("column_{it}"),
                    &format!("table_{}", (place * 7 + it * 131) % 500),
                )
            })
            .collect(),
        ..Table::default()
    };
    let catalog = Catalog { engine: Engine::Postgres, tables: (0..500).map(table).collect() };
    let book = book_of(catalog);

    let start = std::time::Instant::now();
    let full = page::full(&book);
    let drawings = page::drawings(&book);
    let reports = check::check(&book);
    let took = start.elapsed();

    assert!(full.len() > 100_000 && drawings[0].1.len() > 100_000 && !reports.is_empty());
    assert!(took.as_secs_f64() < 2.0, "{took:?}");
}

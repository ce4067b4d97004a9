//! Entity relationship diagrams in Mermaid's notation: written for pages, and read back to be drawn.
//!
//! Mermaid takes few characters in names. What it would not take goes by a number, with the name in quotes
//! beside it, escaped as Mermaid has it (`#quot;`).

use {
    super::catalog::{Catalog, Kind, Table},
    std::{collections::BTreeMap, fmt::Write as _},
};

/// How much of each table is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its keys.
    Keys,
    /// All its columns.
    Columns,
}

/// A diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// Its entities, in the order in which they stand.
    pub entities: Vec<Entity>,
    /// What refers to what.
    pub edges: Vec<Edge>,
}

/// A table in a diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// What it is called.
    pub name: String,
    /// What is shown of its columns.
    pub columns: Vec<Attribute>,
}

/// A column in a diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: String,
    /// `PK`, `FK`, `UK`.
    pub keys: String,
}

/// A reference in a diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The place of the entity that refers.
    pub from: usize,
    /// The place of the one that it refers to.
    pub to: usize,
    /// The columns that refer.
    pub label: String,
    /// Whether it may refer to none.
    pub is_optional: bool,
    /// Whether one at most refers to each.
    pub is_sole: bool,
}

/// Words that mean something where a name may stand.
const RESERVED: [&str; 14] = [
    "acc",
    "class",
    "classdef",
    "click",
    "direction",
    "end",
    "erdiagram",
    "fk",
    "one",
    "pk",
    "style",
    "title",
    "to",
    "uk",
];

/// Writes a diagram of some tables of a catalogue. Those that they refer to stand there by name.
pub fn write(catalog: &Catalog, is_shown: impl Fn(&str) -> bool, detail: Detail) -> String {
    let shown: Vec<_> = catalog.tables.iter().filter(|it| is_shown(&it.name)).collect();
    let mut names: Vec<&str> = shown.iter().map(|it| it.name.as_str()).collect();
    let references =
        || shown.iter().flat_map(|table| table.references.iter().map(move |it| (*table, it)));
    for (_, reference) in references() {
        if !names.contains(&reference.table.as_str()) {
            names.push(&reference.table);
        }
    }
    let ids: BTreeMap<&str, String> =
        names.iter().enumerate().map(|(place, name)| (*name, id(name, "t", place))).collect();
    let mut text = "erDiagram\n".to_owned();
    for name in &names {
        let _ = write!(text, "    {}", ids[name]);
        if ids[name] != **name {
            let _ = write!(text, "[\"{}\"]", escaped(name));
        }
        match shown.iter().find(|it| it.name == **name) {
            Some(table) => attributes(&mut text, table, detail),
            None => text.push('\n'),
        }
    }
    for (table, reference) in references() {
        let is_optional =
            reference.columns.iter().any(|it| table.column(it).is_some_and(|it| it.is_nullable));
        let is_sole = table.primary_key == reference.columns
            || table.indexes.iter().any(|it| it.is_unique && it.columns == reference.columns);
        let (one, many) =
            (if is_optional { "|o" } else { "||" }, if is_sole { "o|" } else { "o{" });
        let (to, from) = (&ids[reference.table.as_str()], &ids[table.name.as_str()]);
        let label = escaped(&reference.columns.join(", "));
        let _ = writeln!(text, "    {to} {one}--{many} {from} : \"{label}\"");
    }
    text
}

fn attributes(text: &mut String, table: &Table, detail: Detail) {
    text.push_str(" {\n");
    for (place, column) in table.columns.iter().enumerate() {
        let mut keys = Vec::new();
        if table.primary_key.contains(&column.name) {
            keys.push("PK");
        }
        if table.references.iter().any(|it| it.columns.contains(&column.name)) {
            keys.push("FK");
        }
        if table.indexes.iter().any(|it| it.is_unique && it.columns == [column.name.clone()]) {
            keys.push("UK");
        }
        let is_key = keys.iter().any(|it| *it != "UK");
        if detail == Detail::Keys && !is_key {
            continue;
        }
        let name = id(&column.name, "c", place);
        let _ = write!(text, "        {} {name}", word(column.kind));
        if !keys.is_empty() {
            let _ = write!(text, " {}", keys.join(", "));
        }
        if name != column.name {
            let _ = write!(text, " \"{}\"", escaped(&column.name));
        }
        text.push('\n');
    }
    text.push_str("    }\n");
}

/// The name itself where Mermaid takes it, else a number.
fn id(name: &str, letter: &str, place: usize) -> String {
    let is_plain = name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
        && !RESERVED.contains(&name.to_ascii_lowercase().as_str());
    // No plain name ends in two underscores and a number of ours.
    if is_plain && !name.contains("__") { name.to_owned() } else { format!("{letter}__{place}") }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Uuid => "uuid",
        Kind::Text => "text",
        Kind::SmallInteger => "int2",
        Kind::Integer => "int4",
        Kind::BigInteger => "int8",
        Kind::Float => "float",
        Kind::Boolean => "bool",
        Kind::Instant => "instant",
        Kind::Naive => "timestamp",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::Json => "json",
        Kind::Bytes => "bytes",
        Kind::Other => "other",
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("#quot;"),
            it if it.is_ascii_alphanumeric() || "_-., ()".contains(it) => escaped.push(it),
            it if it.is_control() || !it.is_alphanumeric() => {
                let _ = write!(escaped, "#{};", u32::from(it));
            }
            it => escaped.push(it),
        }
    }
    escaped
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('#');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').unwrap_or(("", part));
        let letter =
            if code == "quot" { Some('"') } else { code.parse().ok().and_then(char::from_u32) };
        plain.extend(letter);
        plain.push_str(rest);
    }
    plain
}

/// Reads a diagram that [`write`] wrote; tells the line that it cannot read.
pub fn read(text: &str) -> Result<Diagram, String> {
    let mut diagram = Diagram::default();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut is_within = false;
    for (number, line) in text.lines().enumerate() {
        let wrong = || format!("line {} of the diagram cannot be read: {line}", number + 1);
        let line = line.trim();
        if line.is_empty() || line == "erDiagram" {
            continue;
        }
        if line == "}" {
            is_within = false;
        } else if is_within {
            let entity = diagram.entities.last_mut().ok_or_else(wrong)?;
            entity.columns.push(attribute(line).ok_or_else(wrong)?);
        } else if let Some((ends, label)) = line.split_once(" : ") {
            let parts: Vec<_> = ends.split(' ').collect();
            let [to, ends_of, from] = parts.as_slice() else { return Err(wrong()) };
            let find = |id: &str| places.get(id).copied().ok_or_else(wrong);
            diagram.edges.push(Edge {
                from: find(from)?,
                to: find(to)?,
                label: unescaped(label.trim_matches('"')),
                is_optional: ends_of.starts_with("|o"),
                is_sole: ends_of.ends_with("o|"),
            });
        } else {
            let head = line.strip_suffix(" {");
            is_within = head.is_some();
            let head = head.unwrap_or(line);
            let (id, name) = match head.split_once("[\"") {
                Some((id, name)) => (id, unescaped(name.trim_end_matches("\"]"))),
                None => (head, head.to_owned()),
            };
            places.insert(id.to_owned(), diagram.entities.len());
            diagram.entities.push(Entity { name, columns: Vec::new() });
        }
    }
    Ok(diagram)
}

fn attribute(line: &str) -> Option<Attribute> {
    let (line, told) = match line.split_once(" \"") {
        Some((line, told)) => (line, Some(unescaped(told.trim_end_matches('"')))),
        None => (line, None),
    };
    let mut words = line.splitn(3, ' ');
    let (kind, name) = (words.next()?.to_owned(), words.next()?.to_owned());
    let keys = words.next().unwrap_or_default().to_owned();
    Some(Attribute { name: told.unwrap_or(name), kind, keys })
}

//! What the program's own rows say: the text of a file of `entity`, read for what it documents.
//!
//! The compiler keeps no comments. The files are formatted by rustfmt and follow one form, which a test
//! holds all of them to.

use {super::catalog::Kind, serde::Serialize, std::collections::BTreeMap};

/// A table's row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The table.
    pub table: String,
    /// The domain whose folder it lies in.
    pub domain: String,
    /// What the row is.
    pub meaning: String,
    /// The object of the API that it is a part of, if it is shown at all.
    pub object: Option<String>,
    /// Its columns.
    pub fields: Vec<Field>,
    /// The closed sets that its file declares, with their values as they are stored.
    pub closed_sets: BTreeMap<String, Vec<String>>,
}

/// A column, as the program sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Field {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub meaning: String,
    /// Its type in Rust, without `Option`.
    pub rust_type: String,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// Whether it never leaves the server as it is.
    pub is_skipped: bool,
    /// What the program takes it to hold in the database.
    pub kind: Option<Kind>,
}

/// The values of the closed sets that a file declares, as they are stored.
fn closed_sets(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut sets = BTreeMap::new();
    let Some((_, text)) = text.split_once("closed_set! {\n") else { return sets };
    let mut current: Option<(String, Vec<String>)> = None;
    for line in text.lines().take_while(|it| *it != "}") {
        let line = line.trim();
        match &mut current {
            Some((name, values)) if line == "}" => {
                sets.insert(name.clone(), std::mem::take(values));
                current = None;
            }
            Some((_, values)) => {
                values.extend(line.strip_suffix(',').filter(|it| is_word(it)).map(screaming));
            }
            None => {
                let name = line.strip_suffix(" {").filter(|it| is_word(it));
                current = name.map(|it| (it.to_owned(), Vec::new()));
            }
        }
    }
    sets
}

/// Reads the file of a table.
pub fn read(table: &str, domain: &str, text: &str) -> Source {
    let mut source =
        Source { table: table.to_owned(), domain: domain.to_owned(), ..Source::default() };
    source.closed_sets = closed_sets(text);
    let mut row = text.split("#[sea_orm::model]\n");
    let before = row.next().unwrap_or_default();
    let row = row.next().unwrap_or_default();
    source.meaning = comment(before.lines().rev().take_while(|it| it.starts_with("///")));
    source.object = row
        .split_once("graphql(name = \"")
        .and_then(|it| it.1.split_once('"'))
        .map(|it| it.0.strip_suffix("Row").unwrap_or(it.0).to_owned());
    let fields = row.split_once("pub struct Model {\n").map_or("", |it| it.1);
    let (mut comments, mut attributes) = (Vec::new(), String::new());
    for line in fields.lines().take_while(|it| *it != "}").map(str::trim) {
        if line.starts_with("///") {
            comments.push(line);
        } else if let Some((name, of)) =
            line.strip_prefix("pub ").and_then(|it| it.split_once(": "))
        {
            let of = of.trim_end_matches(',');
            let inner = of.strip_prefix("Option<").and_then(|it| it.strip_suffix('>'));
            // An edge is no column.
            if !attributes.contains("belongs_to") && !attributes.contains("has_") {
                source.fields.push(Field {
                    name: name.trim_start_matches("r#").to_owned(),
                    meaning: comment(comments.iter().rev().copied()),
                    rust_type: inner.unwrap_or(of).to_owned(),
                    is_optional: inner.is_some(),
                    is_skipped: attributes.contains("graphql(skip)"),
                    kind: None,
                });
            }
            comments.clear();
            attributes.clear();
        } else {
            attributes.push_str(line);
        }
    }
    source
}

/// The text of comment lines that were read from the last to the first.
fn comment<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut lines: Vec<_> = lines.map(|it| it.trim_start_matches("///").trim()).collect();
    lines.reverse();
    lines.join(" ")
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

/// `WorkingOn` as it is stored: `WORKING_ON`.
fn screaming(name: &str) -> String {
    let mut stored = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !stored.is_empty() {
            stored.push('_');
        }
        stored.extend(letter.to_uppercase());
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
closed_set! {
    /// How far.
    TaskState {
        /// Nobody has looked.
        New,
        /// Somebody is at it.
        WorkingOn,
    }
}

/// A task. It has
/// two lines.
#[sea_orm::model]
#[derive(Clone)]
#[sea_orm(table_name = \"tasks\", model_attrs(graphql(name = \"TaskRow\")))]
pub struct Model {
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// How far, in
    /// two lines.
    #[graphql(skip)]
    pub state: Option<TaskState>,
    #[sea_orm(belongs_to, from = \"id\", to = \"id\")]
    pub owner: BelongsTo<super::user::Entity>,
}
";

    #[test]
    fn a_row_tells_its_columns_and_what_they_are_for() {
        let source = read("tasks", "kernel", TEXT);

        assert_eq!(
            (source.meaning.as_str(), source.object.as_deref()),
            ("A task. It has two lines.", Some("Task"))
        );
        let [id, state] = source.fields.as_slice() else { panic!("{:?}", source.fields) };
        assert_eq!(
            (id.name.as_str(), id.rust_type.as_str(), id.is_optional),
            ("id", "TaskId", false)
        );
        assert_eq!(
            (state.meaning.as_str(), state.rust_type.as_str()),
            ("How far, in two lines.", "TaskState")
        );
        assert!(state.is_optional && state.is_skipped && !id.is_skipped);
    }

    #[test]
    fn closed_sets_tell_their_values_as_they_are_stored() {
        assert_eq!(closed_sets(TEXT)["TaskState"], ["NEW", "WORKING_ON"]);
        assert!(closed_sets("pub struct Model {}").is_empty());
    }
}

//! The files of the book: what people wrote, and what is written from it.

use {
    super::Outcome,
    engine::schema::{
        Book, Kept, Released, annotation::Annotations, catalog::Catalog, page, source::Source,
    },
    std::{
        fs,
        path::{Path, PathBuf},
        sync::{Arc, LazyLock},
    },
};

/// What people wrote, as it was when the program was built.
const NOTES: &str = include_str!("../../../docs/schema.toml");

/// What people wrote about the schema.
pub fn read_notes() -> Outcome<Annotations> {
    Annotations::read(NOTES).map_err(|it| format!("docs/schema.toml: {it}").into())
}

/// What the last release had, as it was recorded.
const RELEASED: &str = include_str!("../../../docs/schema-released.json");

/// The schema of the last release; none before the first.
pub(super) fn read_released() -> Outcome<Option<Released>> {
    serde_json::from_str(RELEASED).map_err(|it| format!("docs/schema-released.json: {it}").into())
}

/// Records the schema of a release, as every later one is held to it: where.
pub fn record(book: &Book, folder: &Path) -> Outcome<PathBuf> {
    let path = folder.join("schema-released.json");
    fs::write(&path, serde_json::to_string_pretty(&book.release())? + "\n")?;
    Ok(path)
}

/// The file of what a server keeps of the book.
const KEPT: &str = "schema.json";

/// What the server keeps of the book of this release.
pub(crate) fn kept() -> Arc<Kept> {
    static KEPT: LazyLock<Arc<Kept>> = LazyLock::new(|| {
        let kept = serde_json::from_str(include_str!("../../../docs/schema.json"));
        Arc::new(kept.expect("the book of this release can be read, which a test holds it to"))
    });
    KEPT.clone()
}

/// What a server shows of the schema.
pub(crate) struct Served {
    /// What the database that is in use says of itself.
    pub(crate) catalog: Catalog,
    /// What was found out when the release was made.
    pub(crate) kept: Arc<Kept>,
    /// What people wrote.
    pub(crate) notes: Annotations,
    /// The program's own rows.
    pub(crate) sources: Vec<Source>,
}

/// Files by their names.
pub struct Files(Vec<(String, String)>);

impl Files {
    /// The files that a book is written to.
    pub fn of(book: &Book, is_essential_alone: bool) -> Self {
        let mut files = vec![("schema-essentials.md".to_owned(), page::essentials(book))];
        if !is_essential_alone {
            files.push(("schema.md".to_owned(), page::full(book)));
            files.extend(page::drawings(book));
            let kept = serde_json::to_string_pretty(&book.kept()).unwrap_or_default();
            files.push((KEPT.to_owned(), kept + "\n"));
        }
        Self(files)
    }

    /// Writes those that differ; their names.
    pub fn write(&self, folder: &Path) -> Outcome<Vec<String>> {
        fs::create_dir_all(folder)?;
        let stale = self.stale(folder);
        for (name, text) in self.0.iter().filter(|it| stale.contains(&it.0)) {
            fs::write(folder.join(name), text)?;
        }
        Ok(stale)
    }

    /// The names of those that are not as they should be.
    pub fn stale(&self, folder: &Path) -> Vec<String> {
        let is_stale = |name: &str, text: &str| {
            fs::read_to_string(folder.join(name)).map_or(true, |it| it != text)
        };
        let stale = self.0.iter().filter(|(name, text)| is_stale(name, text));
        stale.map(|it| it.0.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_keeps_can_be_read() {
        let kept = kept();
        assert!(!kept.postgres.tables.is_empty() && !kept.queries.is_empty());
        assert!(!read_notes().unwrap().tables.is_empty());
    }
}

//! The files of the book: what people wrote, and what is written from it.

use {
    super::Outcome,
    engine::schema::{Book, annotation::Annotations, page},
    std::{fs, path::Path},
};

/// What people wrote, as it was when the program was built.
const NOTES: &str = include_str!("../../../docs/schema.toml");

/// What people wrote about the schema.
pub(crate) fn read_notes() -> Outcome<Annotations> {
    Annotations::read(NOTES).map_err(|it| format!("docs/schema.toml: {it}").into())
}

/// Files by their names.
pub(crate) struct Files(Vec<(String, String)>);

impl Files {
    /// The files that a book is written to.
    pub(crate) fn of(book: &Book, is_essential_alone: bool) -> Self {
        let mut files = vec![("schema-essentials.md".to_owned(), page::essentials(book))];
        if !is_essential_alone {
            files.push(("schema.md".to_owned(), page::full(book)));
            files.extend(page::drawings(book));
        }
        Self(files)
    }

    /// Writes those that differ; their names.
    pub(crate) fn write(&self, folder: &Path) -> Outcome<Vec<String>> {
        fs::create_dir_all(folder)?;
        let stale = self.stale(folder);
        for (name, text) in self.0.iter().filter(|it| stale.contains(&it.0)) {
            fs::write(folder.join(name), text)?;
        }
        Ok(stale)
    }

    /// The names of those that are not as they should be.
    pub(crate) fn stale(&self, folder: &Path) -> Vec<String> {
        let is_stale = |name: &str, text: &str| {
            fs::read_to_string(folder.join(name)).map_or(true, |it| it != text)
        };
        let stale = self.0.iter().filter(|(name, text)| is_stale(name, text));
        stale.map(|it| it.0.clone()).collect()
    }
}

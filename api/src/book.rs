//! The schema book, put together: two fresh databases, what was asked of them, and what was tried.
//!
//! Nothing of the server's own database is touched. What comes out hangs on the migrations, the entities,
//! the API and `docs/schema.toml` alone: the data is invented from a seed, and the clock stands still.

mod catalogue;
mod files;
mod filling;
mod migrations;
mod objects;
mod scratch;
mod sources;
pub mod trials;

pub use {
    files::{Files, read_notes, record},
    scratch::{Scratch, machine},
    sources::sources,
};
pub(crate) use {
    files::{Served, kept},
    migrations::{Pending, pending},
};

use {
    crate::{Schema, settings::Settings},
    engine::schema::{Book, annotation::Annotations, catalog::Engine},
    migration::Migrator,
    service::kernel::catalog::introspect,
    std::error::Error,
};

/// What comes of putting a book together.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What a book is made of.
pub struct Sources<'a> {
    /// The settings of this process: the limits of connections, and nothing of the database.
    pub settings: &'a Settings,
    /// A PostgreSQL server on which databases may be made.
    pub postgres: &'a str,
    /// What people wrote.
    pub notes: Annotations,
    /// Whether statements are timed.
    pub is_timed: bool,
}

/// Puts the book together. `tell` says how far it has come.
pub async fn gather(sources: Sources<'_>, tell: &(dyn Fn(&str) + Sync)) -> Outcome<Book> {
    let Sources { settings, postgres, notes, is_timed } = sources;
    let schema = Schema::new();
    let mut book = Book {
        annotations: notes,
        sqlite: engine::schema::catalog::Catalog::default(),
        postgres: engine::schema::catalog::Catalog::default(),
        sources: self::sources(),
        objects: objects::objects(&schema)?,
        queries: Vec::new(),
        migrations: Vec::new(),
        released: files::read_released()?,
        trials: Vec::new(),
        sizes: Vec::new(),
    };
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = engine.name();
        tell(&format!("{name}: each migration up, down and up, with rows in place"));
        let scratch = Scratch::make(settings, engine, postgres).await?;
        let tried = trials::round_trips::<Migrator>(&scratch, &mut book).await;
        scratch.remove().await?;
        tried?;
        tell(&format!("{name}: invented data, and the catalogue of queries"));
        let scratch = Scratch::make(settings, engine, postgres).await?;
        let done = look(&scratch, &schema, &mut book, is_timed).await;
        scratch.remove().await?;
        done?;
    }
    Ok(book)
}

/// Reads a migrated database, asks it what the catalogue holds, and tries what becomes of rows.
async fn look(scratch: &Scratch, schema: &Schema, book: &mut Book, is_timed: bool) -> Outcome<()> {
    scratch.migrate().await?;
    let db = scratch.connect(1).await?;
    let catalog = introspect(&db).await?;
    trials::on_delete(&db, &catalog, book).await?;
    trials::closed_sets(&db, &catalog, book).await?;
    trials::twice(&db, &catalog, book).await?;
    match catalog.engine {
        Engine::Sqlite => book.sqlite = catalog,
        Engine::Postgres => book.postgres = catalog,
    }
    catalogue::ask(scratch, schema, book, is_timed).await?;
    db.close().await?;
    Ok(())
}

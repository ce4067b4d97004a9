//! What must hold of the whole.

mod asvs;
mod book;
mod documents;
mod lists;
mod migrations;
mod plain;
mod plans;
mod rights;
mod schema;

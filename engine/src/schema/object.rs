//! The objects and inputs of the API, as far as tables are concerned.

use serde::Serialize;

/// An object or an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Object {
    /// What it is called.
    pub name: String,
    /// Whether it comes in.
    pub is_input: bool,
    /// Its fields.
    pub fields: Vec<ObjectField>,
}

/// A field of an object or an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ObjectField {
    /// What it is called.
    pub name: String,
    /// The type without its wrappers.
    pub type_name: String,
    /// Whether it may be null or left out.
    pub is_nullable: bool,
}

/// A column's name as the API writes it.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|it| it.to_ascii_uppercase());
        name + &head.into_iter().chain(letters).collect::<String>()
    })
}

/// The type in which the API shows a column of a type in Rust.
pub fn shown_as(rust_type: &str) -> &str {
    match rust_type {
        "String" => "String",
        "bool" => "Boolean",
        "i16" | "i32" | "i64" => "Int",
        "f64" => "Float",
        "Json" => "JSON",
        "Uuid" => "ID",
        id if id.ends_with("Id") => "ID",
        // The scalars and the closed sets keep their names.
        other => other,
    }
}

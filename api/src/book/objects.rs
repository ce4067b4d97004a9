//! The objects and inputs of the API, as the book takes them.

use {
    super::Outcome,
    crate::Schema,
    apollo_compiler::{ast::Type, schema::ExtendedType},
    engine::schema::object::{Object, ObjectField},
};

/// Every object and input of the schema.
pub(super) fn objects(schema: &Schema) -> Outcome<Vec<Object>> {
    let text = schema.sdl();
    let parsed = apollo_compiler::Schema::parse(text, "schema.graphql");
    let parsed = parsed.map_err(|it| format!("the API's schema cannot be read: {}", it.errors))?;
    let mut objects = Vec::new();
    for (name, of) in &parsed.types {
        let (is_input, fields): (_, Vec<_>) = match of {
            ExtendedType::Object(it) => {
                (false, it.fields.iter().map(|(name, it)| field(name, &it.ty)).collect())
            }
            ExtendedType::InputObject(it) => {
                (true, it.fields.iter().map(|(name, it)| field(name, &it.ty)).collect())
            }
            _ => continue,
        };
        objects.push(Object { name: name.to_string(), is_input, fields });
    }
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(objects)
}

fn field(name: &str, of: &Type) -> ObjectField {
    let type_name = of.inner_named_type().to_string();
    ObjectField { name: name.to_owned(), type_name, is_nullable: !of.is_non_null() }
}

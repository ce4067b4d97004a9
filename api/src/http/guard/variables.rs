//! Whether the variables of a request fit their types, and where they do not.
//!
//! The executor would notice as well, but late, and it forgets which value was wrong.

use {
    crate::http::refusal::Refusal,
    apollo_compiler::{
        Node, Schema,
        ast::{Type, VariableDefinition},
        schema::{ExtendedType, InputObjectType},
    },
    async_graphql::{PathSegment, Value, Variables},
    service::ErrorCode,
};

/// How many wrong values are told at once.
const TOLD_MAX: usize = 20;

/// Refuses variables that do not fit.
pub(crate) fn check(
    schema: &Schema,
    definitions: &[Node<VariableDefinition>],
    given: &Variables,
) -> Result<(), Refusal> {
    let mut check =
        Check { schema, path: vec![PathSegment::Field("variables".into())], wrong: Vec::new() };
    for definition in definitions {
        match given.get(definition.name.as_str()) {
            Some(value) => check.within(&definition.name, |it| it.value(&definition.ty, value)),
            None if definition.ty.is_non_null() && definition.default_value.is_none() => {
                check.within(&definition.name, |it| it.refuse("must be given"));
            }
            None => {}
        }
    }
    let mut refusals = check.wrong.into_iter();
    let Some(mut refusal) = refusals.next() else { return Ok(()) };
    refusal.errors.extend(refusals.flat_map(|it| it.errors));
    Err(refusal)
}

struct Check<'a> {
    schema: &'a Schema,
    path: Vec<PathSegment>,
    wrong: Vec<Refusal>,
}

impl Check<'_> {
    fn within(&mut self, field: &str, check: impl FnOnce(&mut Self)) {
        self.path.push(PathSegment::Field(field.to_owned()));
        check(self);
        self.path.pop();
    }

    fn refuse(&mut self, told: &str) {
        if self.wrong.len() == TOLD_MAX {
            return;
        }
        let names = self.path.iter().skip(1).map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(index) => index.to_string(),
        });
        let names = names.collect::<Vec<_>>().join(".");
        let refusal =
            Refusal::document(ErrorCode::BadUserInput, format!("the variable {names} {told}"));
        self.wrong.push(refusal.of(self.path.iter().cloned()));
    }

    fn value(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (Type::NonNullNamed(_) | Type::NonNullList(_), Value::Null) => {
                self.refuse("must not be null");
            }
            (_, Value::Null) => {}
            (Type::List(of) | Type::NonNullList(of), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(PathSegment::Index(index));
                    self.value(of, item);
                    self.path.pop();
                }
            }
            // A single value stands for a list of one.
            (Type::List(of) | Type::NonNullList(of), value) => self.value(of, value),
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.named(name, value),
        }
    }

    fn named(&mut self, name: &str, value: &Value) {
        let schema = self.schema;
        match (schema.types.get(name), value) {
            (Some(ExtendedType::InputObject(object)), Value::Object(_)) => {
                self.object(object, value);
            }
            (Some(ExtendedType::InputObject(_)), _) => self.refuse("must be an object"),
            (Some(ExtendedType::Enum(of)), Value::String(symbol))
                if of.values.contains_key(symbol.as_str()) => {}
            (Some(ExtendedType::Enum(_)), _) => self.refuse(&format!("must be a value of {name}")),
            _ if !is_scalar(name, value) => self.refuse(&format!("must be {}", described(name))),
            _ => {}
        }
    }

    fn object(&mut self, object: &InputObjectType, value: &Value) {
        let Value::Object(given) = value else { return };
        for (field, value) in given {
            match object.fields.get(field.as_str()) {
                Some(definition) => self.within(field, |it| it.value(&definition.ty, value)),
                None => {
                    self.within(field, |it| it.refuse(&format!("is no field of {}", object.name)));
                }
            }
        }
        for (field, definition) in &object.fields {
            let is_required = definition.ty.is_non_null() && definition.default_value.is_none();
            if is_required && !given.contains_key(field.as_str()) {
                self.within(field, |it| it.refuse("must be given"));
            }
        }
        let is_one = given.len() == 1 && !given.values().any(|it| *it == Value::Null);
        if object.directives.has("oneOf") && !is_one {
            self.refuse("must have exactly one field, which is not null");
        }
    }
}

/// Whether a value has the form of a scalar. Texts of other scalars than these are read by the
/// use cases, which tell what is wrong with them beside everything else.
fn is_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("Int", Value::Number(number)) => {
            number.as_i64().is_some_and(|it| i32::try_from(it).is_ok())
        }
        ("Float", Value::Number(_))
        | ("Boolean", Value::Boolean(_))
        | ("JSON", _)
        | ("String" | "ID", Value::String(_)) => true,
        ("ID", Value::Number(number)) => !number.is_f64(),
        ("Int" | "Float" | "Boolean" | "String" | "ID", _) => false,
        (_, value) => matches!(value, Value::String(_)),
    }
}

fn described(scalar: &str) -> String {
    match scalar {
        "Int" => "a whole number of 32 bits".to_owned(),
        "Float" => "a number".to_owned(),
        "Boolean" => "true or false".to_owned(),
        "ID" | "String" => "a text".to_owned(),
        other => format!("a text that is a {other}"),
    }
}

#[cfg(test)]
mod tests {
    use {super::*, apollo_compiler::ExecutableDocument, serde_json::json};

    const SDL: &str = "type Query { a: Int } scalar LocalDate scalar JSON enum E { X Y } directive @oneOf on INPUT_OBJECT \
                       input I { day: LocalDate!, n: Int! = 3, e: E, list: [I!], any: JSON } \
                       input One @oneOf { a: Int, b: Int }";

    fn check_as(ty: &str, value: &serde_json::Value) -> String {
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let text = format!("query($v: {ty}) {{ a }}");
        let document = ExecutableDocument::parse(&schema, text, "document").unwrap();
        let variables = Variables::from_json(json!({ "v": value }));
        let definitions = &document.operations.get(None).unwrap().variables;
        match check(&schema, definitions, &variables) {
            Ok(()) => "fine".to_owned(),
            Err(refusal) => {
                let told = |it: &async_graphql::ServerError| {
                    let path = it.extensions.as_ref().and_then(|it| it.get("path")).unwrap();
                    format!("{path} {}", it.message)
                };
                refusal.errors.iter().map(told).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn what_fits_is_let_through() {
        let fits = [
            ("Int", json!(3)),
            ("Float!", json!(3)),
            ("ID", json!(3)),
            ("[Int]", json!([1, null])),
            ("[Int]", json!(1)),
            ("E", json!("X")),
            ("LocalDate", json!("not a day, but for the use case to tell")),
            ("I", json!({ "day": "2026-03-02", "list": [{ "day": "2026-03-03" }], "any": [1] })),
            ("One", json!({ "a": 1 })),
        ];
        for (ty, value) in fits {
            assert_eq!(check_as(ty, &value), "fine", "{ty} {value}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        let wrong = [
            ("Int!", json!(null), r#"["variables", "v"] the variable v must not be null"#),
            (
                "Int",
                json!(1.5),
                r#"["variables", "v"] the variable v must be a whole number of 32 bits"#,
            ),
            (
                "Int",
                json!(1_u64 << 31),
                r#"["variables", "v"] the variable v must be a whole number of 32 bits"#,
            ),
            (
                "[Int!]",
                json!([1, "2"]),
                r#"["variables", "v", 1] the variable v.1 must be a whole number of 32 bits"#,
            ),
            ("E", json!("Z"), r#"["variables", "v"] the variable v must be a value of E"#),
            ("I", json!([]), r#"["variables", "v"] the variable v must be an object"#),
            (
                "I",
                json!({ "day": 3 }),
                r#"["variables", "v", "day"] the variable v.day must be a text that is a LocalDate"#,
            ),
            ("I", json!({}), r#"["variables", "v", "day"] the variable v.day must be given"#),
            (
                "I",
                json!({ "day": "", "more": 1 }),
                r#"["variables", "v", "more"] the variable v.more is no field of I"#,
            ),
            (
                "One",
                json!({ "a": 1, "b": 2 }),
                r#"["variables", "v"] the variable v must have exactly one field, which is not null"#,
            ),
        ];
        for (ty, value, told) in wrong {
            assert_eq!(check_as(ty, &value), told, "{ty} {value}");
        }
    }

    #[test]
    fn a_variable_without_a_value_must_have_a_default() {
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let text = "query($a: Int!, $b: Int! = 1, $c: Int) { a }";
        let document = ExecutableDocument::parse(&schema, text, "document").unwrap();
        let definitions = &document.operations.get(None).unwrap().variables;

        let refusal = check(&schema, definitions, &Variables::default()).unwrap_err();

        assert_eq!(refusal.errors.len(), 1);
        assert_eq!(refusal.errors[0].message, "the variable a must be given");
    }

    #[test]
    fn only_so_many_mistakes_are_told() {
        let told = check_as("[Int!]", &json!(vec!["x"; 10_000]));

        assert_eq!(told.lines().count(), TOLD_MAX);
    }
}

//! A document that may be run: validated, planned, and in the form that the executor takes.

use {
    super::{cost::Plan, translation::Translation},
    crate::{graphql::asked::Runnable, http::refusal::Refusal},
    apollo_compiler::{
        ExecutableDocument, Node, Schema,
        ast::{Document as Parsed, VariableDefinition},
        executable::{Operation as Validated, OperationType},
        introspection,
        response::GraphQLError,
        validation::{DiagnosticList, Valid},
    },
    async_graphql::Pos,
    service::ErrorCode,
    std::sync::Arc,
};

/// A document that may be run.
pub(crate) struct Document {
    operations: Vec<Operation>,
    /// As the executor takes it.
    pub(crate) runnable: Arc<Runnable>,
}

/// One of its operations.
pub(crate) struct Operation {
    name: Option<String>,
    /// What it does.
    pub(crate) kind: OperationType,
    /// What it takes.
    pub(crate) variables: Vec<Node<VariableDefinition>>,
    /// What it costs.
    pub(crate) plan: Plan,
}

impl Document {
    /// Validates and plans a document whose size has been bounded.
    pub(crate) fn of(
        schema: &Valid<Schema>,
        parsed: &Parsed,
        text: &str,
        errors_max: usize,
    ) -> Result<Self, Refusal> {
        let valid = parsed.to_executable_validate(schema);
        let valid = valid.map_err(|wrong| invalid(&wrong.errors, errors_max))?;
        let translation = Translation::new(text);
        let operations = valid.operations.iter().map(|it| Operation::of(schema, &valid, it));
        let runnable = Arc::new(translation.document(&valid).into());
        Ok(Self { operations: operations.collect::<Result<_, _>>()?, runnable })
    }

    /// The operation that a request means: the one with a name, or the only one.
    pub(crate) fn operation(&self, name: Option<&str>) -> Result<&Operation, Refusal> {
        let refuse = |told: &str| Err(Refusal::document(ErrorCode::BadUserInput, told));
        let Some(name) = name else {
            return match self.operations.as_slice() {
                [only] => Ok(only),
                [] => refuse("the document has no operation"),
                _ => refuse("the document has several operations: operationName must say which"),
            };
        };
        let found = self.operations.iter().find(|it| it.name.as_deref() == Some(name));
        found.map_or_else(|| refuse("the document has no operation of that name"), Ok)
    }
}

impl Operation {
    fn of(
        schema: &Schema,
        document: &Valid<ExecutableDocument>,
        operation: &Node<Validated>,
    ) -> Result<Self, Refusal> {
        if introspection::check_max_depth(document, operation).is_err() {
            return Err(Refusal::too_much("the schema is asked for in circles"));
        }
        Ok(Self {
            name: operation.name.as_ref().map(ToString::to_string),
            kind: operation.operation_type,
            variables: operation.variables.clone(),
            plan: Plan::of(schema, document, operation),
        })
    }
}

/// What apollo-compiler says of a field whose selection is empty, or was left empty when it took
/// out what else is wrong.
const EMPTY: &str = "interface, union and object types must have a subselection set";

/// What apollo-compiler says of a document, as a refusal.
pub(crate) fn invalid(wrong: &DiagnosticList, errors_max: usize) -> Refusal {
    let told: Vec<_> = wrong.iter().take(errors_max).map(|it| it.to_json()).collect();
    let is_consequence = |it: &GraphQLError| it.message == EMPTY;
    let has_cause = !told.iter().all(is_consequence);
    let refusals = told.into_iter().filter(|it| !(has_cause && is_consequence(it))).map(|told| {
        let GraphQLError { message, locations, path: _, extensions: _ } = told;
        let at = locations.into_iter().map(|at| Pos { line: at.line, column: at.column });
        Refusal::document(ErrorCode::BadUserInput, message).at(at)
    });
    let joined = refusals.reduce(|mut first, next| {
        first.errors.extend(next.errors);
        first
    });
    joined.unwrap_or_else(|| Refusal::document(ErrorCode::BadUserInput, "the document is invalid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "type Query { user: User } type User { id: ID! }";

    fn told(text: &str) -> Vec<String> {
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let parsed = Parsed::parse(text, "document").unwrap();
        let Err(refusal) = Document::of(&schema, &parsed, text, 20) else { return Vec::new() };
        let line = |it: &async_graphql::ServerError| {
            let at: Vec<_> =
                it.locations.iter().map(|at| format!("{}:{}", at.line, at.column)).collect();
            format!("{} {}", at.join(" "), it.message)
        };
        refusal.errors.iter().map(line).collect()
    }

    #[test]
    fn a_cause_is_told_without_its_consequence() {
        assert_eq!(told("{ user {\n  idd } }"), ["2:3 type `User` does not have a field `idd`"]);
        assert_eq!(told("{ user }"), [format!("1:3 {EMPTY}")]);
    }

    #[test]
    fn an_operation_is_found_by_its_name() {
        let schema = Schema::parse_and_validate(SDL, "schema").unwrap();
        let document = |text: &str| {
            let parsed = Parsed::parse(text, "document").unwrap();
            Document::of(&schema, &parsed, text, 20).unwrap()
        };
        let (one, two) = (
            document("{ user { id } }"),
            document("query A { user { id } } query C { user { id } }"),
        );

        assert!(one.operation(None).is_ok());
        assert!(one.operation(Some("A")).is_err());
        assert_eq!(two.operation(Some("C")).unwrap().name.as_deref(), Some("C"));
        assert!(two.operation(None).is_err());
        assert!(two.operation(Some("")).is_err());
    }
}

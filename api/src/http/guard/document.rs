//! A document that may be run: validated, planned, and in the form that the executor takes.

use {
    super::{cost::Plan, translation::Translation},
    crate::http::refusal::Refusal,
    apollo_compiler::{
        ExecutableDocument, Node, Schema,
        ast::{Document as Parsed, VariableDefinition},
        executable::{Operation as Validated, OperationType},
        introspection,
        response::GraphQLError,
        validation::{DiagnosticList, Valid},
    },
    async_graphql::{
        Name, Pos, Positioned,
        parser::types::{
            DocumentOperations, ExecutableDocument as Runnable, FragmentDefinition,
            OperationDefinition,
        },
    },
    service::ErrorCode,
    std::collections::HashMap,
};

/// A document that may be run.
pub(crate) struct Document {
    operations: Vec<Operation>,
    fragments: HashMap<Name, Positioned<FragmentDefinition>>,
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
    definition: Positioned<OperationDefinition>,
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
        let operations: Result<_, _> = valid
            .operations
            .iter()
            .map(|it| Operation::of(schema, &valid, it, &translation))
            .collect();
        let fragments = valid.fragments.values().map(|it| translation.fragment(it)).collect();
        Ok(Self { operations: operations?, fragments })
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

    /// An operation, and the fragments that it needs.
    pub(crate) fn runnable(&self, operation: &Operation) -> Runnable {
        let operations = DocumentOperations::Single(operation.definition.clone());
        Runnable { operations, fragments: self.fragments.clone() }
    }
}

impl Operation {
    fn of(
        schema: &Schema,
        document: &Valid<ExecutableDocument>,
        operation: &Node<Validated>,
        translation: &Translation,
    ) -> Result<Self, Refusal> {
        if introspection::check_max_depth(document, operation).is_err() {
            return Err(Refusal::too_much("the schema is asked for in circles"));
        }
        Ok(Self {
            name: operation.name.as_ref().map(ToString::to_string),
            kind: operation.operation_type,
            variables: operation.variables.clone(),
            plan: Plan::of(schema, document, operation),
            definition: translation.operation(operation),
        })
    }
}

/// What apollo-compiler says of a document, as a refusal.
pub(crate) fn invalid(wrong: &DiagnosticList, errors_max: usize) -> Refusal {
    let refusals = wrong.iter().take(errors_max).map(|diagnostic| {
        let GraphQLError { message, locations, path: _, extensions: _ } = diagnostic.to_json();
        let at = locations.into_iter().map(|at| Pos { line: at.line, column: at.column });
        Refusal::document(ErrorCode::BadUserInput, message).at(at)
    });
    let joined = refusals.reduce(|mut first, next| {
        first.errors.extend(next.errors);
        first
    });
    joined.unwrap_or_else(|| Refusal::document(ErrorCode::BadUserInput, "the document is invalid"))
}

//! What is asked: an operation of a document, and the values of its variables.

use {
    super::plain::Plans,
    async_graphql::{
        Name, Request, Value,
        parser::types::{ExecutableDocument, OperationDefinition},
    },
    async_graphql_value::Value as Written,
    std::{any::Any, sync::Arc},
};

/// A document that was parsed, and what was found out about it.
pub(crate) struct Runnable {
    document: ExecutableDocument,
    plans: Plans,
}

/// A request whose document has been parsed; who asks the same again shares it.
pub(crate) struct Asked {
    runnable: Arc<Runnable>,
    /// All else.
    request: Request,
}

impl Asked {
    /// Asks for the operation of a document with a name, or for its only one.
    ///
    /// Variables that were not given have their defaults: the executor puts them in everywhere but in
    /// `@skip` and `@include`.
    pub(crate) fn new(runnable: Arc<Runnable>, mut request: Request) -> Self {
        if let Some(operation) = operation(&runnable.document, request.operation_name.as_deref()) {
            for definition in &operation.variable_definitions {
                let (name, default) = (&definition.node.name.node, &definition.node.default_value);
                if let Some(default) = default
                    && !request.variables.contains_key(name)
                {
                    request.variables.insert(name.clone(), default.node.clone());
                }
            }
        }
        Self { runnable, request }
    }

    /// Asks for what a request does, unless its document cannot be parsed.
    pub(crate) fn parsed(mut request: Request) -> Result<Self, Box<Request>> {
        match request.parsed_query().cloned() {
            Ok(document) => Ok(Self::new(Arc::new(document.into()), request)),
            Err(_) => Err(request.into()),
        }
    }

    /// A request with the defaults of its variables; one whose document cannot be parsed as it is.
    pub(crate) fn complete(request: Request) -> Request {
        Self::parsed(request).map_or_else(|it| *it, Self::into_request)
    }

    /// The document.
    pub(crate) fn document(&self) -> &ExecutableDocument {
        &self.runnable.document
    }

    /// What was found out about its plain queries.
    pub(crate) fn plans(&self) -> &Plans {
        &self.runnable.plans
    }

    /// The name of the operation, if the request says one.
    pub(crate) fn operation_name(&self) -> Option<&str> {
        self.request.operation_name.as_deref()
    }

    /// The operation.
    pub(crate) fn operation(&self) -> Option<&OperationDefinition> {
        operation(self.document(), self.operation_name())
    }

    /// The value of a variable; none if it has none.
    pub(crate) fn variable(&self, name: &Name) -> Option<&Value> {
        self.request.variables.get(name)
    }

    /// A value as it was given; none if there is a variable in it that has no value.
    pub(crate) fn value(&self, written: &Written) -> Option<Value> {
        written.clone().into_const_with(|name| self.variable(&name).cloned().ok_or(())).ok()
    }

    /// The same, with something for its resolvers.
    pub(crate) fn data(self, data: impl Any + Send + Sync) -> Self {
        Self { request: self.request.data(data), ..self }
    }

    /// As the executor takes it.
    pub(crate) fn into_request(self) -> Request {
        let Self { runnable, mut request } = self;
        let document = match Arc::try_unwrap(runnable) {
            Ok(runnable) => runnable.document,
            Err(shared) => shared.document.clone(),
        };
        request.set_parsed_query(document);
        request
    }
}

impl From<ExecutableDocument> for Runnable {
    fn from(document: ExecutableDocument) -> Self {
        Self { document, plans: Plans::default() }
    }
}

fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    let mut operations = document.operations.iter();
    let found = match name {
        None => operations.next().filter(|_| operations.next().is_none()),
        Some(name) => operations.find(|(it, _)| it.is_some_and(|it| it == name)),
    };
    found.map(|(_, operation)| &operation.node)
}

//! What is asked: an operation of a document, and the values of its variables.

use {
    async_graphql::{
        Name, Request, Value,
        parser::types::{ExecutableDocument, OperationDefinition},
    },
    std::{any::Any, sync::Arc},
};

/// A request whose document has been parsed; who asks the same again shares it.
pub(crate) struct Asked {
    document: Arc<ExecutableDocument>,
    /// All else.
    request: Request,
}

impl Asked {
    /// Asks for the operation of a document with a name, or for its only one.
    ///
    /// Variables that were not given have their defaults: the executor puts them in everywhere but in
    /// `@skip` and `@include`.
    pub(crate) fn new(document: Arc<ExecutableDocument>, mut request: Request) -> Self {
        if let Some(operation) = operation(&document, request.operation_name.as_deref()) {
            for definition in &operation.variable_definitions {
                let (name, default) = (&definition.node.name.node, &definition.node.default_value);
                if let Some(default) = default
                    && !request.variables.contains_key(name)
                {
                    request.variables.insert(name.clone(), default.node.clone());
                }
            }
        }
        Self { document, request }
    }

    /// Asks for what a request does, unless its document cannot be parsed.
    pub(crate) fn parsed(mut request: Request) -> Result<Self, Box<Request>> {
        match request.parsed_query().cloned() {
            Ok(document) => Ok(Self::new(Arc::new(document), request)),
            Err(_) => Err(request.into()),
        }
    }

    /// A request with the defaults of its variables; one whose document cannot be parsed as it is.
    pub(crate) fn complete(request: Request) -> Request {
        Self::parsed(request).map_or_else(|it| *it, Self::into_request)
    }

    /// The document.
    pub(crate) fn document(&self) -> &ExecutableDocument {
        &self.document
    }

    /// The operation.
    pub(crate) fn operation(&self) -> Option<&OperationDefinition> {
        operation(&self.document, self.request.operation_name.as_deref())
    }

    /// The value of a variable; none if it has none.
    pub(crate) fn variable(&self, name: &Name) -> Option<&Value> {
        self.request.variables.get(name)
    }

    /// The same, with something for its resolvers.
    pub(crate) fn data(self, data: impl Any + Send + Sync) -> Self {
        Self { request: self.request.data(data), ..self }
    }

    /// As the executor takes it.
    pub(crate) fn into_request(self) -> Request {
        let Self { document, mut request } = self;
        request.set_parsed_query(Arc::unwrap_or_clone(document));
        request
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

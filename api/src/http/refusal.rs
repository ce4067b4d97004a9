//! Why a request is not run, as GraphQL errors with a code.

use {
    async_graphql::{ErrorExtensionValues, PathSegment, Pos, ServerError, Value},
    axum::http::{HeaderName, HeaderValue, StatusCode, header},
    service::ErrorCode,
};

/// How many characters a message has at most.
pub(crate) const MESSAGE_CHARS_MAX: usize = 300;

/// Why a request is not run.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What went wrong; never empty.
    pub(crate) errors: Vec<ServerError>,
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// Whether the request was well-formed HTTP and JSON, so that only GraphQL refuses it: then
    /// the older media type, `application/json`, wants status 200.
    pub(crate) is_about_document: bool,
    /// A header that belongs to the answer.
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A request that breaks a rule of HTTP, or comes at the wrong time.
    pub(crate) fn new(status: StatusCode, code: ErrorCode, message: impl AsRef<str>) -> Self {
        let errors = vec![error(code.name(), message.as_ref())];
        Self { errors, status, is_about_document: false, header: None }
    }

    /// A request whose parameters cannot be read.
    pub(crate) fn malformed(message: impl AsRef<str>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, message)
    }

    /// A document, or a use of it, that GraphQL or the guard refuses.
    pub(crate) fn document(code: ErrorCode, message: impl AsRef<str>) -> Self {
        let refusal = Self::new(StatusCode::BAD_REQUEST, code, message);
        Self { is_about_document: true, ..refusal }
    }

    /// A document that asks for more than it may.
    pub(crate) fn too_much(message: impl AsRef<str>) -> Self {
        Self::document(ErrorCode::LimitExceeded, message)
    }

    /// A failure of the server; the log says which.
    pub(crate) fn failure() -> Self {
        let message = "the server failed; the log of the server says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError, message)
    }

    /// A rule of the persisted queries of Apollo's clients, which look for these codes.
    pub(crate) fn persisted_query(message: &str, code: &str) -> Self {
        Self {
            errors: vec![error(code, message)],
            status: StatusCode::OK,
            is_about_document: true,
            header: None,
        }
    }

    /// The same, with a header.
    pub(crate) fn with(self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        Self { header: Some((name, value.into())), ..self }
    }

    /// The same, saying which methods are allowed.
    pub(crate) fn allowing(self, methods: &'static str) -> Self {
        self.with(header::ALLOW, HeaderValue::from_static(methods))
    }

    /// The same, saying where in the document.
    pub(crate) fn at(mut self, positions: impl IntoIterator<Item = Pos>) -> Self {
        if let Some(error) = self.errors.first_mut() {
            error.locations.extend(positions);
        }
        self
    }

    /// The same, saying which value of the request is meant.
    pub(crate) fn of(mut self, path: impl IntoIterator<Item = PathSegment>) -> Self {
        let path = path.into_iter().map(|segment| match segment {
            PathSegment::Field(name) => Value::from(name),
            PathSegment::Index(index) => Value::from(index),
        });
        if let Some(error) = self.errors.first_mut() {
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("path", Value::List(path.collect()));
        }
        self
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> &str {
        let code = self.errors.first().and_then(|it| it.extensions.as_ref()?.get("code"));
        if let Some(Value::String(code)) = code { code } else { "" }
    }
}

fn error(code: &str, message: &str) -> ServerError {
    let mut error = ServerError::new(shortened(message), None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// A message of at most so many characters.
pub(crate) fn shortened(message: &str) -> String {
    match message.char_indices().nth(MESSAGE_CHARS_MAX) {
        None => message.to_owned(),
        Some(_) => message.chars().take(MESSAGE_CHARS_MAX - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let cut = shortened(&"ä".repeat(1_000));

        assert_eq!(cut.chars().count(), MESSAGE_CHARS_MAX);
        assert_eq!(shortened(&"ä".repeat(300)), "ä".repeat(300));
    }

    #[test]
    fn a_refusal_has_a_code() {
        assert_eq!(Refusal::too_much("more").code(), "LIMIT_EXCEEDED");
        assert_eq!(
            Refusal::persisted_query("no", "PERSISTED_QUERY_NOT_FOUND").code(),
            "PERSISTED_QUERY_NOT_FOUND"
        );
    }
}

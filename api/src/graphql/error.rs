//! The one place where a failure becomes a GraphQL error.

use {
    async_graphql::{Error, ErrorExtensions, Response, Result, SimpleObject, Value},
    service::{Error as Failure, ErrorCode, Violation},
    std::{error::Error as _, sync::Arc},
};

/// What is wrong with the data that somebody gave.
#[derive(Clone, SimpleObject)]
pub(crate) struct UserError {
    /// What kind of rule is broken.
    code: ErrorCode,
    /// What would have been right.
    message: String,
    /// The names that lead to the value, from the mutation's argument on: `["input", "reportDate"]`.
    path: Vec<String>,
}

impl From<Violation> for UserError {
    fn from(violation: Violation) -> Self {
        let Violation { code, path, message } = violation;
        Self { code, message, path }
    }
}

/// Gives a failure its public form; internal causes stay in the log.
pub(crate) fn public(failure: &Failure) -> Error {
    match failure {
        Failure::Refused(violations) => {
            let code = violations.first().map_or(ErrorCode::BadUserInput, |it| it.code);
            let path = violations.first().map(|it| it.path.clone()).unwrap_or_default();
            let path = Value::List(path.into_iter().map(Value::from).collect());
            Error::new(failure.to_string()).extend_with(|_, extensions| {
                extensions.set("code", code.name());
                extensions.set("path", path);
            })
        }
        Failure::Busy(_, cause) => {
            tracing::warn!(%cause, "{failure}");
            Error::new(failure.to_string())
                .extend_with(|_, it| it.set("code", ErrorCode::Unavailable.name()))
        }
        Failure::Database(_) | Failure::File(_) | Failure::Sealed(_) => {
            let cause = failure.source().map(ToString::to_string);
            tracing::error!(cause, "{failure}");
            let message = "the server failed; the log of the server says why";
            Error::new(message)
                .extend_with(|_, it| it.set("code", ErrorCode::InternalServerError.name()))
        }
    }
}

/// Gives a failure that others share its public form.
pub(crate) trait Shared<T> {
    fn shared(self) -> Result<T>;
}

impl<T> Shared<T> for Result<T, Arc<Failure>> {
    fn shared(self) -> Result<T> {
        self.map_err(|failure| public(&failure))
    }
}

/// Gives a code to the errors that the library itself makes: all of them are about the request.
pub(crate) fn complete(response: &mut Response) {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", ErrorCode::BadUserInput.name());
        }
    }
}

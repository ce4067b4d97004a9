//! The answer to a request: JSON of a bounded size, with a bounded number of errors.

use {
    super::{
        negotiation::Media,
        refusal::{Refusal, shortened},
        request_id::RequestId,
    },
    crate::settings::Limits,
    async_graphql::{Response as Executed, ServerError, Value},
    axum::{
        body::Body,
        http::{HeaderValue, Response, StatusCode, header},
        response::IntoResponse,
    },
    serde::Serialize,
    service::ErrorCode,
    std::io::{self, Write},
};

/// What an answer is made of.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Value>,
}

/// How answers are written: to whom, and how much.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// The media type.
    pub(crate) media: Media,
    /// The request that is answered.
    pub(crate) request_id: &'a RequestId,
    /// The limits.
    pub(crate) limits: &'a Limits,
}

impl Writer<'_> {
    /// Writes what came of a request that was run.
    pub(crate) fn executed(
        self,
        executed: Executed,
        extensions: Option<Value>,
    ) -> Result<Response<Body>, Refusal> {
        Ok(respond(StatusCode::OK, self.encoded(executed, extensions)?, self.media))
    }

    /// The same as JSON alone.
    pub(crate) fn encoded(
        self,
        mut executed: Executed,
        extensions: Option<Value>,
    ) -> Result<Vec<u8>, Refusal> {
        executed.errors.truncate(self.limits.errors_max);
        self.finish(&mut executed.errors);
        let max = self.limits.answer_bytes_max;
        let mut bytes = Bounded { bytes: Vec::new(), max };
        let written = match executed.data {
            Value::Binary(json) => {
                bytes.bytes = json.into();
                finish_json(&mut bytes, extensions.as_ref())
            }
            data => {
                bytes.bytes.reserve(1_024);
                let answer = Answer { data: Some(&data), errors: &executed.errors, extensions };
                serde_json::to_writer(&mut bytes, &answer).map_err(Into::into)
            }
        };
        written.map_err(|_| {
            let told = format!("the answer has more than {max} bytes: ask for smaller pages");
            Refusal::new(StatusCode::OK, ErrorCode::LimitExceeded, told)
        })?;
        Ok(bytes.bytes)
    }

    /// Why a request was not run, as its errors alone.
    pub(crate) fn errors(self, refusal: Refusal) -> Vec<ServerError> {
        let Refusal { mut errors, status: _, is_about_document: _, header: _ } = refusal;
        errors.truncate(self.limits.errors_max);
        self.finish(&mut errors);
        errors
    }

    /// Writes why a request was not run. There is no `data`, not even null.
    pub(crate) fn refused(self, mut refusal: Refusal) -> Response<Body> {
        refusal.errors.truncate(self.limits.errors_max);
        self.finish(&mut refusal.errors);
        write(refusal, self.media)
    }

    /// Shortens messages, and says in the log's terms which request failed.
    fn finish(self, errors: &mut [ServerError]) {
        for error in errors {
            error.message = shortened(&error.message);
            let extensions = error.extensions.get_or_insert_default();
            let failed = Value::from(ErrorCode::InternalServerError.name());
            if extensions.get("code") == Some(&failed) {
                extensions.set("requestId", self.request_id.as_str());
            }
        }
    }
}

/// Ends an answer that is JSON already.
fn finish_json(out: &mut Bounded, extensions: Option<&Value>) -> io::Result<()> {
    if let Some(extensions) = extensions {
        out.write_all(br#","extensions":"#)?;
        serde_json::to_writer(&mut *out, extensions)?;
    }
    out.write_all(b"}")
}

fn write(refusal: Refusal, media: Media) -> Response<Body> {
    let Refusal { errors, status, is_about_document, header } = refusal;
    let answer = Answer { data: None, errors: &errors, extensions: None };
    let bytes = serde_json::to_vec(&answer).unwrap_or_default();
    let is_fine = is_about_document && media == Media::Json;
    let mut response = respond(if is_fine { StatusCode::OK } else { status }, bytes, media);
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value);
    }
    response
}

fn respond(status: StatusCode, bytes: Vec<u8>, media: Media) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media.content_type());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, origin"));
    response
}

/// On routes that know nothing of media types.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        write(self, Media::default())
    }
}

/// Bytes up to a number.
struct Bounded {
    bytes: Vec<u8>,
    max: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use {super::*, axum::body::to_bytes};

    async fn written(response: Response<Body>) -> String {
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn with<T>(media: Media, limits: &Limits, write: impl FnOnce(Writer<'_>) -> T) -> T {
        let request_id = RequestId::given("r1").unwrap();
        write(Writer { media, request_id: &request_id, limits })
    }

    #[tokio::test]
    async fn a_refusal_has_no_data_and_the_status_of_its_media_type() {
        let limits = Limits::default();
        let refuse = |media, refusal| with(media, &limits, |it| it.refused(refusal));

        let document = || Refusal::document(ErrorCode::BadUserInput, "no");
        assert_eq!(refuse(Media::Json, document()).status(), 200);
        assert_eq!(refuse(Media::GraphqlResponse, document()).status(), 400);
        assert_eq!(refuse(Media::Json, Refusal::malformed("no")).status(), 400);
        let told = written(refuse(Media::Json, Refusal::failure())).await;
        assert_eq!(
            told,
            r#"{"errors":[{"message":"the server failed; the log of the server says why","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"r1"}}]}"#
        );
    }

    #[tokio::test]
    async fn an_answer_has_a_limit() {
        let limits = Limits { answer_bytes_max: 20, ..Limits::default() };
        let execute = |text: &str| {
            with(Media::Json, &limits, |it| it.executed(Executed::new(Value::from(text)), None))
        };

        assert_eq!(written(execute("ninechars").unwrap()).await, r#"{"data":"ninechars"}"#);
        let refusal = execute("ten chars!").unwrap_err();
        assert_eq!(
            refusal.errors[0].message,
            "the answer has more than 20 bytes: ask for smaller pages"
        );
    }

    #[tokio::test]
    async fn errors_have_a_limit() {
        let limits = Limits::default();
        let errors = vec![ServerError::new("x".repeat(1_000), None); 100];
        let executed = Executed::from_errors(errors);

        let told = with(Media::Json, &limits, |it| it.executed(executed, None)).unwrap();

        let told: serde_json::Value = serde_json::from_str(&written(told).await).unwrap();
        assert_eq!(told["errors"].as_array().unwrap().len(), 20);
        assert_eq!(told["errors"][0]["message"].as_str().unwrap().chars().count(), 300);
        assert_eq!(told["data"], serde_json::Value::Null);
    }
}

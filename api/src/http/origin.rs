//! Which pages of other origins may read answers (CORS).
//!
//! None, unless an operator lists them. Cookies never count across origins: no answer allows
//! credentials.

use {
    super::refusal::Refusal,
    axum::{
        body::Body,
        http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
    },
    service::ErrorCode,
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue =
    HeaderValue::from_static("accept, authorization, content-type, x-request-id, x-server-timing");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "retry-after, server-timing, x-budget-remaining, x-cost, x-request-id",
);
/// How many seconds a browser remembers that it may ask.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origin of a request, if its pages may read the answer.
pub(crate) fn allowed(headers: &HeaderMap, origins: &[String]) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    origins.iter().any(|it| it.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

/// Whether a request comes from a page of this server or of a listed origin, or from no page at
/// all. A WebSocket needs it: browsers open one for any page, and do not ask before.
pub(crate) fn is_known(headers: &HeaderMap, origins: &[String]) -> bool {
    allowed(headers, origins).is_some() || is_own(headers)
}

/// Whether a request comes from a page of this server, or from no page at all.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    authority.zip(host).is_some_and(|(page, host)| page.eq_ignore_ascii_case(host))
}

/// Lets the pages of an origin read an answer.
pub(crate) fn allow(response: &mut Response<Body>, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Answers a browser that asks whether it may ask.
pub(crate) fn preflight(
    method: &Method,
    headers: &HeaderMap,
    origins: &[String],
) -> Option<Result<Response<Body>, Refusal>> {
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    if allowed(headers, origins).is_none() {
        let told = "pages of this origin may not ask";
        return Some(Err(Refusal::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, told)));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let answer = response.headers_mut();
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    answer.insert(header::VARY, HeaderValue::from_static("origin"));
    Some(Ok(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: &'static str) -> HeaderMap {
        HeaderMap::from_iter([
            (header::ORIGIN, HeaderValue::from_static(origin)),
            (header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("POST")),
        ])
    }

    #[test]
    fn nobody_is_allowed_unless_listed() {
        let listed = ["https://app.example".to_owned()];

        assert!(allowed(&from("https://app.example"), &[]).is_none());
        assert_eq!(allowed(&from("https://app.example"), &listed).unwrap(), "https://app.example");
        for other in ["https://app.example.evil", "http://app.example", "null", ""] {
            assert!(allowed(&from(other), &listed).is_none(), "{other}");
        }
    }

    #[test]
    fn a_browser_that_asks_is_told() {
        let listed = ["https://app.example".to_owned()];
        let ask = |origin| preflight(&Method::OPTIONS, &from(origin), &listed).unwrap();

        assert_eq!(ask("https://app.example").unwrap().status(), 204);
        assert_eq!(ask("https://evil.example").unwrap_err().status, 403);
        assert!(preflight(&Method::OPTIONS, &HeaderMap::new(), &listed).is_none());
        assert!(preflight(&Method::POST, &from("https://app.example"), &listed).is_none());
    }

    #[test]
    fn credentials_are_never_allowed() {
        let mut response = Response::new(Body::empty());

        allow(&mut response, HeaderValue::from_static("https://app.example"));

        assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    }
}

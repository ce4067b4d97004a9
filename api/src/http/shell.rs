//! What every answer has around it: a bounded head before, the usual headers after, a name in the
//! log, and a place in the metrics.

use {
    super::{
        Edge, origin,
        refusal::Refusal,
        request_id::{self, RequestId},
    },
    axum::{
        body::Body,
        extract::{Request, State},
        http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header},
        middleware::Next,
        response::IntoResponse,
    },
    service::ErrorCode,
    std::{sync::Arc, time::Instant},
    tracing::Instrument,
};

/// What a browser must not do with an answer, unless the answer itself says otherwise.
const SECURITY: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
/// The policy of what is no page: nothing in it may be loaded or run.
const CONTENT_SECURITY_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Wraps the routes.
pub(crate) async fn wrap(
    State(edge): State<Arc<Edge>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let start = Instant::now();
    let request_id = RequestId::of(request.headers(), &edge.ids);
    let path = request.uri().path().to_owned();
    let span =
        tracing::info_span!("request", id = request_id.as_str(), method = %request.method(), path);
    let origin = origin::allowed(request.headers(), &edge.http.cors_origins);
    let mut response = if let Err(refusal) = check_head(request.uri(), request.headers(), &edge) {
        refusal.into_response()
    } else {
        request.extensions_mut().insert(request_id.clone());
        next.run(request).instrument(span.clone()).await
    };
    if let Some(origin) = origin {
        origin::allow(&mut response, origin);
    }
    finish(response.headers_mut(), &request_id);
    let status = response.status();
    edge.metrics.answered(&path, status.as_u16(), start.elapsed());
    span.in_scope(
        || tracing::debug!(status = status.as_u16(), took = ?start.elapsed(), "answered"),
    );
    response
}

fn check_head(uri: &Uri, headers: &HeaderMap, edge: &Edge) -> Result<(), Refusal> {
    let url = uri.path_and_query().map_or(0, |it| it.as_str().len());
    if url > edge.limits.url_bytes_max {
        let told = format!("the URL has more than {} bytes", edge.limits.url_bytes_max);
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, ErrorCode::LimitExceeded, told));
    }
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > edge.limits.header_bytes_max {
        let told = format!("the headers have more than {} bytes", edge.limits.header_bytes_max);
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(Refusal::new(status, ErrorCode::LimitExceeded, told));
    }
    Ok(())
}

fn finish(headers: &mut HeaderMap, request_id: &RequestId) {
    if let Some(value) = request_id.to_header() {
        headers.insert(request_id::HEADER, value);
    }
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(value);
    }
    let is_page =
        headers.get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    if !is_page {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CONTENT_SECURITY_POLICY);
    }
}

//! The body of a request, of bounded size and within a bounded time.

use {
    super::refusal::Refusal,
    crate::settings::Limits,
    axum::{
        body::{Body, Bytes},
        http::{HeaderMap, HeaderValue, StatusCode, header},
    },
    http_body_util::{BodyExt, LengthLimitError, Limited},
    service::ErrorCode,
    tokio::time::timeout,
};

/// Reads a body.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
) -> Result<Bytes, Refusal> {
    let max = limits.body_bytes_max;
    let said = headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    if said.is_some_and(|said: u64| u64::try_from(max).is_ok_and(|max| said > max)) {
        return Err(too_large(max));
    }
    match timeout(limits.body_timeout(), Limited::new(body, max).collect()).await {
        Err(_) => {
            let told = format!("the body took longer than {} ms", limits.body_timeout_ms);
            let refusal = Refusal::new(StatusCode::REQUEST_TIMEOUT, ErrorCode::LimitExceeded, told);
            Err(refusal.with(header::CONNECTION, HeaderValue::from_static("close")))
        }
        Ok(Err(wrong)) if wrong.is::<LengthLimitError>() => Err(too_large(max)),
        Ok(Err(_)) => Err(Refusal::malformed("the body ended before its end")),
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
    }
}

fn too_large(max: usize) -> Refusal {
    let told = format!("the body has more than {max} bytes");
    let refusal = Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::LimitExceeded, told);
    refusal.with(header::CONNECTION, HeaderValue::from_static("close"))
}

#[cfg(test)]
mod tests {
    use {super::*, futures_util::stream};

    fn limits() -> Limits {
        Limits { body_bytes_max: 100, body_timeout_ms: 10, ..Limits::default() }
    }

    #[tokio::test]
    async fn a_body_has_a_limit() {
        let none = HeaderMap::new();

        let fine = read(&none, Body::from(vec![b' '; 100]), &limits()).await.unwrap();
        let refused = read(&none, Body::from(vec![b' '; 101]), &limits()).await.unwrap_err();

        assert_eq!(fine.len(), 100);
        assert_eq!((refused.status.as_u16(), refused.code()), (413, "LIMIT_EXCEEDED"));
    }

    #[tokio::test]
    async fn a_body_that_says_it_is_too_large_is_not_read() {
        let said =
            HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("101"))]);
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());

        assert_eq!(read(&said, never, &limits()).await.unwrap_err().status.as_u16(), 413);
    }

    #[tokio::test]
    async fn a_slow_body_is_given_up() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());

        let refused = read(&HeaderMap::new(), never, &limits()).await.unwrap_err();

        assert_eq!((refused.status.as_u16(), refused.code()), (408, "LIMIT_EXCEEDED"));
    }
}

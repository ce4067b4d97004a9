//! Which media type an answer has, and which ones a request may have.

use {
    super::refusal::Refusal,
    axum::http::{HeaderMap, HeaderValue, StatusCode, header},
    service::ErrorCode,
};

/// What an answer of `/graphql` can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`: status 200 whenever the request was well-formed, as old clients want.
    #[default]
    Json,
    /// `application/graphql-response+json`: the status says whether the document was run.
    GraphqlResponse,
}

impl Media {
    const ALL: [Self; 2] = [Self::Json, Self::GraphqlResponse];

    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }

    /// The `Content-Type` of an answer.
    pub(crate) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// The media type of a stream of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// What answers a client takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The media type of an answer that is one; none when the client takes streams alone.
    pub(crate) single: Option<Media>,
    /// Whether it takes a stream of server-sent events, and says so by name.
    pub(crate) takes_events: bool,
}

impl Accepted {
    /// The media type of what HTTP itself refuses.
    pub(crate) fn media(self) -> Media {
        self.single.unwrap_or_default()
    }
}

/// What a client takes, by `Accept`.
pub(crate) fn accepted(headers: &HeaderMap) -> Result<Accepted, Refusal> {
    let mut ranges = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        ranges.extend(value.to_str().unwrap_or_default().split(',').filter_map(Range::parse));
    }
    let takes_events = ranges.iter().any(Range::is_events);
    if ranges.is_empty() && !headers.contains_key(header::ACCEPT) {
        return Ok(Accepted { single: Some(Media::default()), takes_events });
    }
    let single = single(&ranges);
    if single.is_some() || takes_events {
        return Ok(Accepted { single, takes_events });
    }
    let told = "the answer can be application/graphql-response+json, application/json or \
                text/event-stream";
    Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, ErrorCode::BadUserInput, told))
}

/// The media type of a single answer that a client likes best.
fn single(ranges: &[Range<'_>]) -> Option<Media> {
    let liking = |media: &Media| {
        let matching = ranges.iter().enumerate().filter(|(_, it)| it.precision(media.name()) > 0);
        let (place, range) = matching.max_by_key(|(_, it)| it.precision(media.name()))?;
        (range.quality > 0).then_some((
            range.quality,
            range.precision(media.name()),
            usize::MAX - place,
        ))
    };
    let best = Media::ALL.into_iter().rev().max_by_key(liking);
    best.filter(|it| liking(it).is_some())
}

/// A range of media types, and how much the client likes it, in thousandths.
struct Range<'a> {
    name: &'a str,
    quality: u32,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|it| !it.is_empty())?;
        let mut quality = 1_000;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "q" => quality = thousandths(value.trim())?,
                "charset" if !is_utf8(value) => return None,
                _ => {}
            }
        }
        Some(Self { name, quality })
    }

    /// Whether it names streams of server-sent events. `*/*` does not: who takes anything does not
    /// expect an answer without an end.
    fn is_events(&self) -> bool {
        self.quality > 0 && self.name.eq_ignore_ascii_case(EVENT_STREAM)
    }

    /// How closely the range names a media type; 0 when it does not.
    fn precision(&self, media: &str) -> u8 {
        match self.name {
            "*/*" => 1,
            "application/*" => 2,
            name if name.eq_ignore_ascii_case(media) => 3,
            _ => 0,
        }
    }
}

/// A quality of at most three decimals, such as `0.8`.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1_000),
        _ => None,
    }
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Refuses a body that is not plain JSON in UTF-8. A form or a text is what a page of another
/// origin can send without asking.
pub(crate) fn check_content(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported =
        |told| Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadUserInput, told));
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next(), types.next()) else {
        return unsupported("the body must have one Content-Type: application/json");
    };
    let mut parts = content_type.to_str().unwrap_or_default().split(';').map(str::trim);
    if !parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json")) {
        return unsupported("the body must be application/json");
    }
    let charset = parts
        .filter_map(|it| it.split_once('='))
        .find(|it| it.0.trim().eq_ignore_ascii_case("charset"));
    if charset.is_some_and(|it| !is_utf8(it.1)) {
        return unsupported("the body must be UTF-8");
    }
    let is_plain = |it: &HeaderValue| it.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain) {
        return unsupported("the body must not be compressed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|it| (name.clone(), HeaderValue::from_static(it))).collect()
    }

    #[test]
    fn the_client_gets_what_it_likes_best() {
        let cases = [
            ("application/json", Media::Json),
            ("application/graphql-response+json", Media::GraphqlResponse),
            ("*/*", Media::Json),
            ("application/*", Media::Json),
            ("text/html, */*;q=0.1", Media::Json),
            ("application/graphql-response+json, application/json;q=0.9", Media::GraphqlResponse),
            ("application/json;q=0.9, application/graphql-response+json", Media::GraphqlResponse),
            ("application/json, application/graphql-response+json;q=0.5", Media::Json),
            ("application/graphql-response+json, application/json", Media::GraphqlResponse),
            ("application/json, application/graphql-response+json", Media::Json),
            ("*/*, application/graphql-response+json", Media::GraphqlResponse),
            ("*/*, application/json;q=0", Media::GraphqlResponse),
            ("application/json; charset=utf-8", Media::Json),
            (
                "application/json; charset=latin1, application/graphql-response+json",
                Media::GraphqlResponse,
            ),
            ("APPLICATION/JSON", Media::Json),
            ("application/graphql-response+json;q=0.001, application/json;q=0.002", Media::Json),
        ];
        for (accept, media) in cases {
            let accepted = accepted(&headers(&header::ACCEPT, &[accept])).unwrap();
            assert_eq!(accepted, Accepted { single: Some(media), takes_events: false }, "{accept}");
        }
        assert_eq!(accepted(&HeaderMap::new()).unwrap().single, Some(Media::Json));
    }

    #[test]
    fn a_stream_is_taken_by_name_alone() {
        let urql = "application/graphql-response+json, application/graphql+json, application/json, \
                    text/event-stream, multipart/mixed";
        let cases = [
            ("text/event-stream", None, true),
            ("text/event-stream, multipart/mixed", None, true),
            (urql, Some(Media::GraphqlResponse), true),
            ("application/json, text/event-stream;q=0", Some(Media::Json), false),
            ("*/*", Some(Media::Json), false),
        ];
        for (accept, single, takes_events) in cases {
            let accepted = accepted(&headers(&header::ACCEPT, &[accept])).unwrap();
            assert_eq!(accepted, Accepted { single, takes_events }, "{accept}");
        }
    }

    #[test]
    fn a_client_that_likes_nothing_we_have_is_told() {
        for accept in ["text/html", "application/json;q=0", "image/*", "application/json;q=x", ""] {
            let refusal = accepted(&headers(&header::ACCEPT, &[accept])).unwrap_err();
            assert_eq!(refusal.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
        }
    }

    #[test]
    fn several_accept_headers_are_one() {
        let both = headers(&header::ACCEPT, &["text/html", "application/graphql-response+json"]);

        assert_eq!(accepted(&both).unwrap().single, Some(Media::GraphqlResponse));
    }

    #[test]
    fn a_body_is_json_in_utf8() {
        for fine in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
        ] {
            check_content(&headers(&header::CONTENT_TYPE, &[fine])).unwrap();
        }
        let bad: [&[&str]; 7] = [
            &[],
            &["text/plain"],
            &["application/x-www-form-urlencoded"],
            &["multipart/form-data; boundary=x"],
            &["application/json; charset=latin1"],
            &["application/json, text/plain"],
            &["application/json", "text/plain"],
        ];
        for values in bad {
            let refusal = check_content(&headers(&header::CONTENT_TYPE, values)).unwrap_err();
            assert_eq!(refusal.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{values:?}");
        }
    }

    #[test]
    fn a_compressed_body_is_refused() {
        let mut compressed = headers(&header::CONTENT_TYPE, &["application/json"]);
        compressed.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));

        assert_eq!(
            check_content(&compressed).unwrap_err().status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
    }
}

//! The name that a request has in answers and in the log.

use {
    axum::http::{HeaderMap, HeaderName, HeaderValue},
    service::{Clock, Ids, SystemClock},
    uuid::Uuid,
};

/// The header that carries it, in both directions.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// How long one from outside may be.
const LENGTH_MAX: usize = 64;

/// The name of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The one that the client, or a proxy before us, has given, or else a new one.
    pub(crate) fn of(headers: &HeaderMap, ids: &Ids) -> Self {
        let given = headers.get(HEADER).and_then(|it| Self::given(it.to_str().ok()?));
        given.unwrap_or_else(|| {
            let id: Uuid = ids.next(SystemClock.now());
            Self(id.simple().to_string())
        })
    }

    /// One from outside, if it can do no harm in a log or a header.
    pub(crate) fn given(text: &str) -> Option<Self> {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
        let is_fine = (1..=LENGTH_MAX).contains(&text.len()) && text.bytes().all(is_plain);
        is_fine.then(|| Self(text.to_owned()))
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As the value of a header.
    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_id_from_outside_is_kept() {
        let given = HeaderMap::from_iter([(HEADER, HeaderValue::from_static("a1-B2_c3.d4"))]);

        assert_eq!(RequestId::of(&given, &Ids::seeded(1)).as_str(), "a1-B2_c3.d4");
    }

    #[test]
    fn any_other_is_replaced() {
        let ids = Ids::seeded(1);
        for bad in ["", "a b", "a\tb", "<script>", &"a".repeat(65)] {
            let given = HeaderMap::from_iter([(HEADER, HeaderValue::from_str(bad).unwrap())]);

            let made = RequestId::of(&given, &ids);

            assert_eq!(made.as_str().len(), 32, "{bad}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new(), &ids), RequestId::of(&HeaderMap::new(), &ids));
    }
}

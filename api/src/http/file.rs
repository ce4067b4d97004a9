//! Files that the program holds, as a browser is sent them: with a tag, compressed, kept as long as they may be,
//! and bound to what this server serves.

use {
    axum::{
        body::Bytes,
        http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
        response::{IntoResponse, Response},
    },
    flate2::read::GzDecoder,
    sha2::{Digest, Sha256},
    std::{io::Read, sync::OnceLock},
};

/// What a page may load and reach: this server, by HTTP and by WebSocket. No inline script, no
/// inline style, no `eval`. The marks below faulty code are pictures inside of the style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
/// How much of a hash makes a name.
const HASH_BYTES: usize = 8;
/// The page names its assets, so it is asked for anew; an asset never changes under its name.
pub(crate) const REVALIDATED: &str = "no-cache";
const NOT_KEPT: &str = "no-store";
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// A file that the program holds.
pub(crate) struct File {
    /// What its address ends with.
    pub(crate) name: String,
    hash: String,
    /// What it is.
    pub(crate) media_type: &'static str,
    /// How long a browser may keep it.
    pub(crate) caching: &'static str,
    /// What is in it.
    pub(crate) content: Content,
}

/// What is in a file.
pub(crate) enum Content {
    /// As it is sent.
    Plain(Bytes),
    /// With the same content unpacked, once somebody has asked for it.
    Gzipped(Bytes, OnceLock<Bytes>),
}

impl File {
    /// A page.
    pub(crate) fn page(text: String) -> Self {
        let content = Content::Plain(text.into());
        let (name, hash) = (String::new(), content.hash());
        Self { name, hash, media_type: "text/html; charset=utf-8", caching: REVALIDATED, content }
    }

    /// The same, of which nobody keeps a copy.
    pub(crate) fn kept_nowhere(self) -> Self {
        Self { caching: NOT_KEPT, ..self }
    }

    /// What a page loads: it has a name that changes with its content.
    pub(crate) fn asset(stem: &str, extension: &str, content: Content) -> Self {
        let hash = content.hash();
        let media_type = match extension {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        };
        let name = format!("{stem}-{hash}.{extension}");
        Self { name, hash, media_type, caching: IMMUTABLE, content }
    }

    /// The answer to whoever asks for it.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response {
        let (coding, body) = self.content.encoded(accepts_gzip(asked));
        let tag = format!("\"{}{}\"", self.hash, coding.map_or("", |_| "-gzip"));
        let is_known = knows(asked, &tag);
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, self.media_type)], body).into_response()
        };
        let headers = response.headers_mut();
        if let Some(coding) = coding.filter(|_| !is_known) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        for (name, value) in [
            (header::CACHE_CONTROL, self.caching),
            (header::VARY, "accept-encoding"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl Content {
    /// What is stored as it is sent.
    pub(crate) fn plain(bytes: &'static [u8]) -> Self {
        Self::Plain(Bytes::from_static(bytes))
    }

    /// What is stored as gzip.
    pub(crate) fn gzipped(bytes: &'static [u8]) -> Self {
        Self::Gzipped(Bytes::from_static(bytes), OnceLock::new())
    }

    /// Of what is stored, as far as a name or a tag needs it.
    fn hash(&self) -> String {
        let (Self::Plain(stored) | Self::Gzipped(stored, _)) = self;
        let digest = Sha256::digest(stored);
        let head = digest.iter().take(HASH_BYTES);
        format!("{:016x}", head.fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte)))
    }

    /// The content coding, if there is one, and the body.
    fn encoded(&self, is_gzip_accepted: bool) -> (Option<&'static str>, Bytes) {
        match self {
            Self::Plain(plain) => (None, plain.clone()),
            Self::Gzipped(gzipped, _) if is_gzip_accepted => (Some("gzip"), gzipped.clone()),
            Self::Gzipped(gzipped, plain) => (None, plain.get_or_init(|| unpack(gzipped)).clone()),
        }
    }
}

fn unpack(gzipped: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    let mut decoder = GzDecoder::new(gzipped);
    decoder.read_to_end(&mut plain).expect("a test unpacks every file of the playground");
    plain.into()
}

/// Whether a client takes gzip. One that says nothing gets plain bytes, which all understand.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let quality = |wanted| {
        listed(asked, &header::ACCEPT_ENCODING).find_map(|item| {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, "q=1"));
            let quality = parameters.trim().strip_prefix("q=").and_then(|it| it.parse().ok());
            coding.trim().eq_ignore_ascii_case(wanted).then(|| quality.unwrap_or(0.0_f32))
        })
    };
    quality("gzip").or_else(|| quality("*")).is_some_and(|it| it > 0.0)
}

/// Whether a client has what the tag stands for.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let is_same = |item: &str| item.strip_prefix("W/").unwrap_or(item) == tag;
    listed(asked, &header::IF_NONE_MATCH).any(|item| item == "*" || is_same(item))
}

/// The items of a header that holds a list.
fn listed<'a>(asked: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = asked.get_all(name).into_iter().filter_map(|it| it.to_str().ok());
    values.flat_map(|it| it.split(',')).map(str::trim)
}

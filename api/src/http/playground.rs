//! The playground: a GraphQL IDE in the browser that needs nothing but this server.
//!
//! Its files come from `playground/dist/`, which npm builds and git keeps: building the server
//! calls no npm. Here they get names that change with their content, and headers.

use {
    super::{Edge, cookie::Cookies},
    axum::{
        Router,
        body::Bytes,
        extract::{Path, State},
        http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
        response::{IntoResponse, Response},
        routing::get,
    },
    flate2::read::GzDecoder,
    service::kernel::identity::token::Token,
    sha2::{Digest, Sha256},
    std::{
        io::Read,
        sync::{Arc, LazyLock, OnceLock},
    },
};

/// What the page may load and reach: this server, by HTTP and by WebSocket. No inline script, no
/// inline style, no `eval`. The marks below faulty code are pictures inside of the style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
const FOLDER: &str = "/assets/playground/";
/// How much of a hash makes a name.
const HASH_BYTES: usize = 8;
/// The page names its assets, so it is asked for anew; an asset never changes under its name.
const REVALIDATED: &str = "no-cache";
const NOT_KEPT: &str = "no-store";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The path of a file that npm built.
macro_rules! dist {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../playground/dist/", $name)
    };
}

static FILES: LazyLock<Files> = LazyLock::new(Files::load);

/// The page at `/`, and what it loads.
pub(crate) fn routes() -> Router<Arc<Edge>> {
    Router::new().route("/", get(page)).route("/assets/playground/{name}", get(asset))
}

async fn page(State(edge): State<Arc<Edge>>, asked: HeaderMap) -> Response {
    match &edge.playground {
        Some(token) if names_this_machine(&asked) => signed_in(&FILES.page, token),
        _ => FILES.page.answer(&asked),
    }
}

/// Whether the page was asked for under a name of this machine: a page elsewhere whose name was
/// made to lead here has its own.
fn names_this_machine(asked: &HeaderMap) -> bool {
    let host = asked.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    Cookies::of(&format!("http://{host}")) == Cookies::Local
}

/// The page, which signs in with a token. It is kept nowhere.
fn signed_in(page: &File, token: &Token) -> Response {
    let Content::Plain(text) = &page.content else { unreachable!("the page is stored as text") };
    let text = String::from_utf8_lossy(text);
    let credentials =
        format!("<meta name=\"vigil-authorization\" content=\"Bearer {}\">", token.reveal());
    let text = text.replace("</head>", &format!("  {credentials}\n  </head>"));
    let mut response = File { caching: NOT_KEPT, ..File::page(text) }.answer(&HeaderMap::new());
    response.headers_mut().remove(header::ETAG);
    response
}

async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    match FILES.assets.iter().find(|it| it.name == name) {
        Some(asset) => asset.answer(&asked),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

struct Files {
    page: File,
    assets: Vec<File>,
}

struct File {
    name: String,
    hash: String,
    media_type: &'static str,
    caching: &'static str,
    content: Content,
}

enum Content {
    Plain(Bytes),
    /// With the same content unpacked, once somebody has asked for it.
    Gzipped(Bytes, OnceLock<Bytes>),
}

impl Files {
    fn load() -> Self {
        let assets = [
            ("playground", "js", Content::gzipped(include_bytes!(dist!("playground.js.gz")))),
            ("playground", "css", Content::gzipped(include_bytes!(dist!("playground.css.gz")))),
            ("icon", "svg", Content::plain(include_bytes!(dist!("icon.svg")))),
            ("licences", "txt", Content::plain(include_bytes!(dist!("licences.txt")))),
        ];
        let mut page = include_str!(dist!("index.html")).to_owned();
        let assets = assets.map(|(stem, extension, content)| {
            let asset = File::asset(stem, extension, content);
            let mark = format!("{{{{{stem}.{extension}}}}}");
            page = page.replace(&mark, &format!("{FOLDER}{}", asset.name));
            asset
        });
        Self { page: File::page(page), assets: assets.into() }
    }
}

impl File {
    fn page(text: String) -> Self {
        let content = Content::Plain(text.into());
        let (name, hash) = (String::new(), content.hash());
        Self { name, hash, media_type: "text/html; charset=utf-8", caching: REVALIDATED, content }
    }

    fn asset(stem: &str, extension: &str, content: Content) -> Self {
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

    fn answer(&self, asked: &HeaderMap) -> Response {
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
    fn plain(bytes: &'static [u8]) -> Self {
        Self::Plain(Bytes::from_static(bytes))
    }

    fn gzipped(bytes: &'static [u8]) -> Self {
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

#[cfg(test)]
mod tests;

//! The playground: a GraphQL IDE in the browser that needs nothing but this server.
//!
//! Its files come from `playground/dist/`, which npm builds and git keeps: building the server
//! calls no npm. Here they get names that change with their content, and headers.

use {
    super::{
        Edge,
        cookie::Cookies,
        file::{Content, File},
    },
    axum::{
        Router,
        extract::{Path, State},
        http::{HeaderMap, StatusCode, header},
        response::{IntoResponse, Response},
        routing::get,
    },
    service::kernel::identity::token::Token,
    std::sync::{Arc, LazyLock},
};

const FOLDER: &str = "/assets/playground/";

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
    opened(&edge, &asked, &FILES.page)
}

/// A page of ours: in a demo on this machine it signs in by itself.
pub(crate) fn opened(edge: &Edge, asked: &HeaderMap, page: &File) -> Response {
    match &edge.playground {
        Some(token) if names_this_machine(asked) => signed_in(page, token),
        _ => page.answer(asked),
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
    let mut response = File::page(text).kept_nowhere().answer(&HeaderMap::new());
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

#[cfg(test)]
mod tests;

//! The schema book as a page: diagram, tables, queries and checks of the database that is in use.
//!
//! The page asks `schemaBook` of the API, as whoever opens it: it holds nothing by itself, and anybody may load
//! it. Its three files lie in `api/pages/` as they are sent.

use {
    super::{
        Edge,
        file::{Content, File},
        playground,
    },
    axum::{
        Router,
        extract::{Path, State},
        http::{HeaderMap, StatusCode},
        response::{IntoResponse, Response},
        routing::get,
    },
    std::sync::{Arc, LazyLock},
};

const FOLDER: &str = "/assets/book/";

static FILES: LazyLock<(File, [File; 2])> = LazyLock::new(load);

/// The page at `/book`, and what it loads.
pub(crate) fn routes() -> Router<Arc<Edge>> {
    Router::new().route("/book", get(page)).route("/assets/book/{name}", get(asset))
}

async fn page(State(edge): State<Arc<Edge>>, asked: HeaderMap) -> Response {
    playground::opened(&edge, &asked, &FILES.0)
}

async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    match FILES.1.iter().find(|it| it.name == name) {
        Some(asset) => asset.answer(&asked),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn load() -> (File, [File; 2]) {
    let script = Content::plain(include_bytes!("../../pages/book.js"));
    let style = Content::plain(include_bytes!("../../pages/book.css"));
    let assets = [File::asset("book", "js", script), File::asset("book", "css", style)];
    let mut page = include_str!("../../pages/book.html").to_owned();
    for (asset, mark) in assets.iter().zip(["{{book.js}}", "{{book.css}}"]) {
        page = page.replace(mark, &format!("{FOLDER}{}", asset.name));
    }
    (File::page(page), assets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_page_names_its_files_and_nothing_elsewhere() {
        let response = FILES.0.answer(&HeaderMap::new());
        let page = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let page = String::from_utf8(page.into()).unwrap();

        for asset in &FILES.1 {
            assert!(page.contains(&format!("\"{FOLDER}{}\"", asset.name)), "{page}");
        }
        assert!(
            !page.contains("{{") && !page.contains("://") && !page.contains("<style"),
            "{page}"
        );
    }
}

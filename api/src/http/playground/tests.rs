//! What a browser is sent, and what it is spared.

use {
    super::*,
    crate::http::file::{IMMUTABLE, REVALIDATED},
    axum::{
        body::to_bytes,
        http::{HeaderName, HeaderValue},
    },
};

const BODY_BYTES_MAX: usize = 10 << 20;

fn asking(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
}

fn script() -> &'static File {
    FILES.assets.iter().find(|it| it.media_type.starts_with("text/javascript")).unwrap()
}

async fn body(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), BODY_BYTES_MAX).await.unwrap();
    String::from_utf8(bytes.into()).unwrap()
}

#[tokio::test]
async fn the_page_names_every_asset_and_nothing_elsewhere() {
    let page = body(FILES.page.answer(&asking(&[]))).await;

    for asset in &FILES.assets {
        assert!(page.contains(&format!("\"{FOLDER}{}\"", asset.name)), "{page}");
    }
    assert!(!page.contains("{{") && !page.contains("://"), "{page}");
}

#[tokio::test]
async fn every_asset_unpacks() {
    for asset in &FILES.assets {
        let response = asset.answer(&asking(&[]));

        assert_eq!(response.headers().get(header::CONTENT_ENCODING), None);
        assert!(!body(response).await.is_empty(), "{}", asset.name);
    }
}

#[test]
fn gzip_is_for_those_who_take_it() {
    let check = |accepted: &'static str, is_gzipped: bool| {
        let response = script().answer(&asking(&[(header::ACCEPT_ENCODING, accepted)]));
        let has_coding = response.headers().contains_key(header::CONTENT_ENCODING);
        assert_eq!(has_coding, is_gzipped, "{accepted}");
    };

    check("gzip, deflate, br, zstd", true);
    check("br;q=1.0, GZIP;q=0.5", true);
    check("*", true);
    check("gzip;q=0, *", false);
    check("identity", false);
    check("", false);
}

#[test]
fn a_known_file_is_not_sent_again() {
    let mut asked = asking(&[(header::ACCEPT_ENCODING, "gzip")]);
    let tag = script().answer(&asked).headers()[header::ETAG].clone();

    asked.insert(header::IF_NONE_MATCH, tag.clone());
    let again = script().answer(&asked);
    asked.remove(header::ACCEPT_ENCODING);
    let in_another_coding = script().answer(&asked);

    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::ETAG], tag);
    assert_eq!(in_another_coding.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_assets_are_kept_for_ever() {
    let (page, asset) = (FILES.page.answer(&asking(&[])), script().answer(&asking(&[])));

    assert_eq!(page.headers()[header::CACHE_CONTROL], REVALIDATED);
    assert_eq!(asset.headers()[header::CACHE_CONTROL], IMMUTABLE);
}

#[tokio::test]
async fn the_policy_allows_nothing_inline_and_nothing_foreign() {
    let page = FILES.page.answer(&asking(&[]));

    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'));
}

#[tokio::test]
async fn an_asset_of_another_build_is_not_found() {
    let missing = asset(Path("playground-0000000000000000.js".to_owned()), asking(&[])).await;

    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_that_signs_in_is_kept_nowhere() {
    let token = Token::session(&service::kernel::identity::token::Entropy::seeded(1));

    let response = signed_in(&FILES.page, &token);

    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert!(!response.headers().contains_key(header::ETAG));
    let meta = format!("<meta name=\"vigil-authorization\" content=\"Bearer {}\">", token.reveal());
    assert!(body(response).await.contains(&meta));
}

#[test]
fn only_a_name_of_this_machine_is_one() {
    for (host, is_one) in [
        ("127.0.0.1:8000", true),
        ("localhost:8000", true),
        ("[::1]:8000", true),
        ("rebound.example:8000", false),
        ("127.0.0.1.rebound.example", false),
        ("", false),
    ] {
        assert_eq!(names_this_machine(&asking(&[(header::HOST, host)])), is_one, "{host}");
    }
    assert!(!names_this_machine(&asking(&[])));
}

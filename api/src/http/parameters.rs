//! What a request asks for: its parameters, from the body of a POST or the URL of a GET.

use {
    super::refusal::Refusal,
    async_graphql::Variables,
    axum::http::StatusCode,
    serde::Deserialize,
    serde_json::{Map, Value},
    service::ErrorCode,
    std::collections::HashMap,
};

/// How many commas a body may have: about as many values are kept in memory, each many times as
/// large as its comma.
const COMMAS_MAX: usize = 100_000;

/// The parameters of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Wire")]
pub(crate) struct Parameters {
    /// The document.
    pub(crate) query: Option<String>,
    /// The id of a trusted document, instead of the document.
    pub(crate) document_id: Option<String>,
    /// The hash of Apollo's persisted queries.
    pub(crate) persisted: Option<String>,
    /// Which operation of the document.
    pub(crate) operation_name: Option<String>,
    /// What the operation takes.
    pub(crate) variables: Variables,
}

/// The parameters as they are sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    extensions: Option<Map<String, Value>>,
}

impl From<Wire> for Parameters {
    fn from(wire: Wire) -> Self {
        let Wire { query, document_id, operation_name, variables, extensions } = wire;
        let persisted = extensions.and_then(|it| {
            let hash = it.get("persistedQuery")?.get("sha256Hash")?.as_str();
            hash.map(str::to_owned)
        });
        Self { query, document_id, persisted, operation_name, variables }
    }
}

/// Reads the body of a POST.
pub(crate) fn from_body(body: &[u8]) -> Result<Parameters, Refusal> {
    match body.iter().find(|it| !it.is_ascii_whitespace()) {
        None => return Err(Refusal::malformed("the body is empty: it must be a JSON object")),
        Some(b'[') => {
            return Err(Refusal::malformed("batches are not taken: send one request at a time"));
        }
        Some(_) => {}
    }
    if body.split(|it| *it == b',').skip(1).count() > COMMAS_MAX {
        return Err(too_large("the body has too many values"));
    }
    serde_json::from_slice(body).map_err(|wrong| unreadable("the body", &wrong))
}

/// Reads the query part of a URL.
pub(crate) fn from_url(query: &str) -> Result<Parameters, Refusal> {
    let mut given = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if given.insert(name.clone(), value).is_some() {
            return Err(Refusal::malformed(format!("the parameter {name} is given twice")));
        }
    }
    let mut take = |name| given.remove(name).map(std::borrow::Cow::into_owned);
    let wire = Wire {
        query: take("query"),
        document_id: take("documentId"),
        operation_name: take("operationName").filter(|it| !it.is_empty()),
        variables: json("variables", take("variables"))?,
        extensions: json("extensions", take("extensions"))?,
    };
    Ok(wire.into())
}

fn json<T: Default + for<'de> Deserialize<'de>>(
    name: &str,
    text: Option<String>,
) -> Result<T, Refusal> {
    match text.filter(|it| !it.is_empty()) {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(&text).map_err(|wrong| unreadable(name, &wrong)),
    }
}

fn unreadable(what: &str, wrong: &serde_json::Error) -> Refusal {
    let told = wrong.to_string();
    if told.starts_with("recursion limit") {
        return too_large(&format!("{what} nests too deep"));
    }
    Refusal::malformed(format!("{what} cannot be read: {told}"))
}

fn too_large(told: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, ErrorCode::LimitExceeded, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> String {
        let refusal = from_body(body.as_bytes()).unwrap_err();
        assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
        format!("{}: {}", refusal.code(), refusal.errors[0].message)
    }

    #[test]
    fn a_body_is_read() {
        let body = r#"{"query":"{ a }","operationName":"Q","variables":{"v":[1]},"documentId":"d",
                       "extensions":{"persistedQuery":{"version":1,"sha256Hash":"h"}},"more":1}"#;

        let read = from_body(body.as_bytes()).unwrap();

        assert_eq!(read.query.as_deref(), Some("{ a }"));
        assert_eq!(read.operation_name.as_deref(), Some("Q"));
        assert_eq!(read.document_id.as_deref(), Some("d"));
        assert_eq!(read.persisted.as_deref(), Some("h"));
        assert_eq!(read.variables.to_string(), "{v: [1]}");
    }

    #[test]
    fn null_stands_for_nothing() {
        let body = r#"{"query":"{ a }","operationName":null,"variables":null,"extensions":null}"#;

        let read = from_body(body.as_bytes()).unwrap();

        assert_eq!((read.operation_name, read.persisted), (None, None));
        assert!(read.variables.is_empty());
    }

    #[test]
    fn a_body_that_cannot_be_read_says_why() {
        assert!(refused("").ends_with("the body is empty: it must be a JSON object"));
        assert!(refused(" [{\"query\":\"{ a }\"}]").contains("batches are not taken"));
        assert!(refused("[").contains("batches are not taken"));
        for body in [
            "{ \"not",
            "3",
            r#"{"query":{}}"#,
            r#"{"query":0}"#,
            r#"{"query":["x"]}"#,
            r#"{"query":"{ a }","operationName":false}"#,
            r#"{"query":"{ a }","variables":"x"}"#,
            r#"{"query":"{ a }","variables":["x"]}"#,
            r#"{"query":"{ a }","extensions":["x"]}"#,
            r#"{"query":"{ a }","extensions":0}"#,
            r#"{"query":"a","query":"b"}"#,
        ] {
            assert!(refused(body).starts_with("BAD_USER_INPUT: the body cannot be read"), "{body}");
        }
        assert!(from_body(b"{\"query\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_bomb_of_json_is_refused() {
        let deep = format!(r#"{{"query":"","variables":{{"v":{}"#, "[".repeat(100_000));
        assert_eq!(refused(&deep), "LIMIT_EXCEEDED: the body nests too deep");
        let wide = format!(r#"{{"query":"","variables":{{"v":[{}1]}}}}"#, "1,".repeat(COMMAS_MAX));
        assert_eq!(refused(&wide), "LIMIT_EXCEEDED: the body has too many values");
        let fine =
            format!(r#"{{"query":"","variables":{{"v":[{}1]}}}}"#, "1,".repeat(COMMAS_MAX - 1));
        assert!(from_body(fine.as_bytes()).is_ok());
    }

    #[test]
    fn a_url_is_read() {
        let read =
            from_url("query=%7B+a+%7D&variables=%7B%22v%22%3A1%7D&operationName=&other=1").unwrap();

        assert_eq!(read.query.as_deref(), Some("{ a }"));
        assert_eq!(read.operation_name, None);
        assert_eq!(read.variables.to_string(), "{v: 1}");
    }

    #[test]
    fn a_url_that_cannot_be_read_says_why() {
        for (url, told) in [
            ("query=a&query=b", "the parameter query is given twice"),
            ("query=a&variables=[", "variables cannot be read: "),
            ("query=a&extensions=3", "extensions cannot be read: "),
        ] {
            let refusal = from_url(url).unwrap_err();
            assert!(refusal.errors[0].message.starts_with(told), "{url}");
        }
    }
}

//! GraphQL over WebSocket, by the protocol `graphql-transport-ws`.
//!
//! [`open`] decides whether a connection becomes a socket, [`message`] reads and writes what is
//! said on one, [`session`] is the conversation.

mod message;
mod session;

use {
    super::{
        Edge,
        connection::{Closing, Handover},
        endpoint::request_id,
        guard::Sender,
        origin,
        refusal::Refusal,
    },
    axum::{
        body::Body,
        http::{
            HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header,
            request::Parts,
        },
    },
    futures_util::FutureExt,
    hyper::upgrade::OnUpgrade,
    hyper_util::rt::TokioIo,
    service::ErrorCode,
    session::{Session, Visitor},
    std::sync::Arc,
    tokio_tungstenite::{
        WebSocketStream,
        tungstenite::{
            handshake::derive_accept_key,
            protocol::{Role, WebSocketConfig},
        },
    },
};

const PROTOCOL: &str = "graphql-transport-ws";
const VERSION: &str = "13";
/// How many bytes are read at once; each socket keeps as many.
const READ_BUFFER: usize = 4 << 10;

/// Whether a request wants its connection to become a WebSocket.
pub(crate) fn is_asked_for(head: &Parts) -> bool {
    head.method == Method::GET
        && has(&head.headers, &header::UPGRADE, "websocket")
        && has(&head.headers, &header::CONNECTION, "upgrade")
}

/// Makes a WebSocket of the connection of a request, once it has been answered.
pub(crate) fn open(edge: &Arc<Edge>, head: &Parts) -> Result<Response<Body>, Refusal> {
    let key = check(&head.headers, &edge.http.cors_origins)?;
    let known = &head.extensions;
    let upgrade = known.get::<OnUpgrade>().cloned();
    let (Some(upgrade), Some(handover), Some(closing)) =
        (upgrade, known.get::<Handover>(), known.get::<Closing>().cloned())
    else {
        return Err(Refusal::malformed("this connection cannot become a WebSocket"));
    };
    let sender = Sender { is_read_only: false, takes_streams: true, ..edge.sender(head, None) };
    let (edge, request_id) = (edge.clone(), request_id(head));
    let visitor = Visitor { head: head.clone(), sender };
    let converse = async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => TokioIo::new(upgraded),
            Err(failure) => {
                tracing::debug!(%failure, "a connection did not become a WebSocket");
                return;
            }
        };
        let config = config(edge.limits.socket_message_bytes_max);
        let socket = WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await;
        let _open = edge.metrics.socket();
        Session::new(edge, socket, (visitor, request_id)).run(closing).await;
    };
    handover.leave(converse.boxed());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()));
    headers.extend(accept.map(|it| (header::SEC_WEBSOCKET_ACCEPT, it)));
    Ok(response)
}

/// The key of an upgrade that may be granted.
fn check<'a>(headers: &'a HeaderMap, origins: &[String]) -> Result<&'a HeaderValue, Refusal> {
    if !origin::is_known(headers, origins) {
        let told = "pages of this origin may not open a WebSocket";
        return Err(Refusal::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, told));
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|it| it != VERSION) {
        let told = "the version of the WebSocket protocol must be 13";
        let status = StatusCode::UPGRADE_REQUIRED;
        let refusal = Refusal::new(status, ErrorCode::BadUserInput, told);
        let version = HeaderValue::from_static(VERSION);
        return Err(refusal.with(header::SEC_WEBSOCKET_VERSION, version));
    }
    if !has(headers, &header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL) {
        return Err(Refusal::malformed("the subprotocol must be graphql-transport-ws"));
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY);
    key.ok_or_else(|| Refusal::malformed("Sec-WebSocket-Key is missing"))
}

/// Whether a header's list has a word, whatever its case.
fn has(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
    values.flat_map(|it| it.split(',')).any(|it| it.trim().eq_ignore_ascii_case(word))
}

fn config(message_bytes_max: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(message_bytes_max))
        .max_frame_size(Some(message_bytes_max))
        // Each message is flushed; what waits to be sent is one answer, of bounded size.
        .write_buffer_size(0)
        .read_buffer_size(READ_BUFFER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(changed: &[(&'static str, &'static str)]) -> HeaderMap {
        let usual = [
            ("host", "vigil.example"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-websocket-protocol", "graphql-ws, graphql-transport-ws"),
        ];
        let pairs = usual.iter().chain(changed);
        let pairs = pairs
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(name, value);
        }
        headers
    }

    #[track_caller]
    fn refused(changed: &[(&'static str, &'static str)], status: u16) {
        let origins = ["https://app.example".to_owned()];
        let headers = headers(changed);
        let refusal = check(&headers, &origins);
        assert_eq!(refusal.map_or_else(|it| it.status.as_u16(), |_| 101), status);
    }

    #[test]
    fn an_upgrade_is_granted_to_who_speaks_the_protocol() {
        refused(&[], 101);
        refused(&[("sec-websocket-protocol", "graphql-ws")], 400);
        refused(&[("sec-websocket-version", "8")], 426);
    }

    #[test]
    fn an_upgrade_is_granted_to_pages_of_the_server_and_of_listed_origins() {
        refused(&[("origin", "https://vigil.example")], 101);
        refused(&[("origin", "https://app.example")], 101);
        for origin in ["https://evil.example", "https://vigil.example.evil", "null", ""] {
            refused(&[("origin", origin)], 403);
        }
    }
}

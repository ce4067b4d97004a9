//! Who calls: by `Authorization: Bearer`, or by a cookie.
//!
//! Whatever is wrong with a token, the answer is the same: 401, and nothing that tells a token that
//! has ended from one that never was. A cookie counts only beside the header `x-vigil`, which pages
//! of other origins cannot send.

use {
    super::{
        Edge, connection::Peer, cookie::Cookies, origin, refusal::Refusal, request_id::RequestId,
    },
    axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    serde_json::{Map, Value},
    service::{
        Ctx, ErrorCode, Origin, Viewer,
        kernel::identity::callers::{self, Caller},
    },
};

/// What a request with a cookie must have, whatever it says.
pub(crate) const MARK: HeaderName = HeaderName::from_static("x-vigil");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

/// Who sends a request, and the context that it is answered in.
#[derive(Clone)]
pub(crate) struct Asking {
    /// The context.
    pub(crate) ctx: Ctx,
    /// Who, if anybody has signed in.
    pub(crate) caller: Option<Caller>,
    token: Option<String>,
}

/// A token, and how it came.
enum Presented {
    Bearer(String),
    Cookie(String),
}

impl Edge {
    /// Whom a request comes from. A WebSocket has the headers of its handshake, and what its client
    /// says of itself; a browser can send no header there.
    pub(crate) async fn asking(
        &self,
        headers: &HeaderMap,
        origin: Origin,
        introduction: Option<&Introduction>,
    ) -> Result<Asking, Refusal> {
        let ctx = self.ctx.asked_from(origin);
        let presented = match introduction.and_then(authorization) {
            Some(text) => {
                let token = text.as_str().and_then(bearer);
                Some(Presented::Bearer(token.ok_or_else(unauthenticated)?))
            }
            None => presented(headers, self.cookies, introduction.is_some())?,
        };
        let Some(presented) = presented else {
            return Ok(Asking { ctx: ctx.seen_by(Viewer::Nobody), caller: None, token: None });
        };
        let (Presented::Bearer(token) | Presented::Cookie(token)) = &presented;
        let found = callers::recognise(&ctx, token).await.map_err(|failure| {
            let cause = std::error::Error::source(&failure).map(ToString::to_string);
            tracing::error!(cause, %failure, "a caller was not looked up");
            let told = "the database does not answer";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, told)
        })?;
        match (found, presented) {
            (Some(caller), Presented::Bearer(token) | Presented::Cookie(token)) => {
                let ctx = ctx.called_by(&caller);
                Ok(Asking { ctx, caller: Some(caller), token: Some(token) })
            }
            (None, Presented::Bearer(_)) => Err(unauthenticated()),
            // A browser would send it for ever: no program there can take it back.
            (None, Presented::Cookie(_)) => {
                Err(unauthenticated().with(header::SET_COOKIE, self.cookies.cleared()))
            }
        }
    }

    /// Whether somebody who has asked before may still ask, as the same: for what stays open.
    /// A database that does not answer takes nobody's rights away.
    pub(crate) async fn is_still_valid(&self, asking: &Asking) -> bool {
        let Some(token) = &asking.token else { return true };
        match callers::recognise(&asking.ctx, token).await {
            Ok(found) => found == asking.caller,
            Err(failure) => {
                tracing::warn!(%failure, "nobody knows whether a caller may still be here");
                true
            }
        }
    }
}

/// What the client of a WebSocket says of itself: the `payload` of `connection_init`.
pub(crate) type Introduction = Map<String, Value>;

/// What an introduction says as the header `Authorization` would.
fn authorization(introduction: &Introduction) -> Option<&Value> {
    let said = introduction.iter().find(|(key, _)| key.eq_ignore_ascii_case("authorization"));
    said.map(|(_, value)| value).filter(|it| !it.is_null())
}

fn presented(
    headers: &HeaderMap,
    cookies: Cookies,
    is_socket: bool,
) -> Result<Option<Presented>, Refusal> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    if let Some(value) = given.next() {
        let token = value.to_str().ok().and_then(bearer).filter(|_| given.next().is_none());
        return Ok(Some(Presented::Bearer(token.ok_or_else(unauthenticated)?)));
    }
    let Some(token) = cookies.token(headers) else { return Ok(None) };
    // A browser sends no such header with a handshake, but the page's origin.
    let is_ours = if is_socket { origin::is_own(headers) } else { headers.contains_key(MARK) };
    if !is_ours {
        let told = "a request with a cookie needs the header x-vigil, such as `x-vigil: 1`";
        return Err(Refusal::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, told));
    }
    Ok(Some(Presented::Cookie(token)))
}

fn bearer(text: &str) -> Option<String> {
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn unauthenticated() -> Refusal {
    let told = "the credentials are not valid: sign in again";
    Refusal::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, told)
        .with(header::WWW_AUTHENTICATE, BEARER)
}

/// Where a request comes from.
pub(crate) fn origin(head: &Parts) -> Origin {
    let agent = head.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    Origin {
        address: head.extensions.get().map(|Peer(address)| address.ip().to_canonical()),
        agent: agent.map(str::to_owned),
        request: head.extensions.get().map(|it: &RequestId| it.as_str().to_owned()),
    }
}

//! Who calls: by `Authorization: Bearer`, or by a cookie.
//!
//! Whatever is wrong with a token, the answer is the same: 401, and nothing that tells a token that
//! has ended from one that never was. A cookie counts only beside the header `x-vigil`, which pages
//! of other origins cannot send.

use {
    super::{Edge, Peer, cookie::Cookies, refusal::Refusal, request_id::RequestId},
    axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    service::{
        Ctx, ErrorCode, Origin, Viewer,
        kernel::identity::callers::{self, Caller},
    },
};

/// What a request with a cookie must have, whatever it says.
pub(crate) const MARK: HeaderName = HeaderName::from_static("x-vigil");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

/// Who sends a request, and the context that it is answered in.
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
    /// Whom a request comes from. `authorization` is what a socket's `connection_init` says beside
    /// the headers of its handshake; a browser can send no header there.
    pub(crate) async fn asking(
        &self,
        head: &Parts,
        authorization: Option<&str>,
    ) -> Result<Asking, Refusal> {
        let ctx = self.ctx.asked_from(origin(head));
        let presented = match authorization {
            Some(text) => Some(Presented::Bearer(bearer(text).ok_or_else(unauthenticated)?)),
            None => presented(&head.headers, self.cookies)?,
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
    #[expect(dead_code, reason = "only sockets stay open, and there are none yet")]
    pub(crate) async fn is_still_valid(&self, asking: &Asking) -> bool {
        let Some(token) = &asking.token else { return true };
        let found = callers::recognise(&asking.ctx, token).await;
        found.is_ok_and(|it| it == asking.caller)
    }
}

fn presented(headers: &HeaderMap, cookies: Cookies) -> Result<Option<Presented>, Refusal> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    if let Some(value) = given.next() {
        let token = value.to_str().ok().and_then(bearer).filter(|_| given.next().is_none());
        return Ok(Some(Presented::Bearer(token.ok_or_else(unauthenticated)?)));
    }
    let Some(token) = cookies.token(headers) else { return Ok(None) };
    if !headers.contains_key(MARK) {
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

fn origin(head: &Parts) -> Origin {
    let agent = head.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    Origin {
        address: head.extensions.get().map(|Peer(address)| address.ip().to_canonical()),
        agent: agent.map(str::to_owned),
        request: head.extensions.get().map(|it: &RequestId| it.as_str().to_owned()),
    }
}

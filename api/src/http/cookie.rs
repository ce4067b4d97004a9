//! The cookie of a session, for front ends in a browser.
//!
//! Behind `https` it is `__Host-vigil`: the browser sends it to this host alone, over TLS alone, and
//! no script can read it. On this machine, without TLS, it is `vigil`. Elsewhere there is none:
//! whoever listens on the network could take it.

use {
    crate::graphql::cookie::Change,
    axum::http::{HeaderMap, HeaderValue, header},
    entity::scalar::DateTime,
    std::net::IpAddr,
};

/// How cookies are set here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookies {
    /// Behind TLS.
    Secure,
    /// On this machine, without TLS.
    Local,
    /// Not at all.
    None,
}

impl Cookies {
    /// How cookies are set by a server that people find at a URL.
    pub(crate) fn of(public_url: &str) -> Self {
        let Some(rest) = public_url.strip_prefix("http://") else { return Self::Secure };
        let authority = rest.split('/').next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
            _ => authority,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_local = host == "localhost" || host.parse().is_ok_and(|it: IpAddr| it.is_loopback());
        if is_local { Self::Local } else { Self::None }
    }

    /// The token in a request's cookie.
    pub(crate) fn token(self, headers: &HeaderMap) -> Option<String> {
        if self == Self::None {
            return None;
        }
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        pairs.into_iter().find(|(name, _)| *name == self.name()).map(|(_, token)| token.to_owned())
    }

    /// The header that makes a change.
    pub(crate) fn header(self, change: &Change, now: DateTime) -> Option<HeaderValue> {
        match change {
            Change::Set { token, ends_at } => {
                let seconds = (**ends_at - *now).num_seconds().max(0);
                HeaderValue::try_from(self.line(token.reveal(), seconds)).ok()
            }
            Change::Clear => Some(self.cleared()),
        }
    }

    /// The header that takes the cookie back.
    pub(crate) fn cleared(self) -> HeaderValue {
        HeaderValue::try_from(self.line("", 0)).expect("names and attributes are plain")
    }

    fn line(self, token: &str, seconds: i64) -> String {
        let secure = if self == Self::Secure { "; Secure" } else { "" };
        format!(
            "{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
            self.name()
        )
    }

    fn name(self) -> &'static str {
        if self == Self::Secure { "__Host-vigil" } else { "vigil" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_need_tls_but_on_this_machine() {
        for (url, cookies) in [
            ("https://vigil.example.com", Cookies::Secure),
            ("http://127.0.0.1:8000", Cookies::Local),
            ("http://localhost:8000/", Cookies::Local),
            ("http://[::1]:8000", Cookies::Local),
            ("http://0.0.0.0:8000", Cookies::None),
            ("http://vigil.example.com", Cookies::None),
            ("http://localhost.evil.example", Cookies::None),
        ] {
            assert_eq!(Cookies::of(url), cookies, "{url}");
        }
    }

    #[test]
    fn only_the_cookie_of_this_kind_of_server_counts() {
        let given = |text: &'static str| {
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(text))])
        };
        let both = given("theme=dark; vigil=local; __Host-vigil=secure");

        assert_eq!(Cookies::Secure.token(&both).as_deref(), Some("secure"));
        assert_eq!(Cookies::Local.token(&both).as_deref(), Some("local"));
        assert_eq!(Cookies::None.token(&both), None);
        assert_eq!(Cookies::Secure.token(&given("not__Host-vigil=x; vigil=y")), None);
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_other_sites() {
        let cleared = Cookies::Secure.cleared();
        assert_eq!(cleared, "__Host-vigil=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(Cookies::Local.cleared(), "vigil=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }
}

//! What is said on a WebSocket, and the codes that one is closed with.

use {
    crate::http::{caller::Introduction, parameters::Parameters, transcript::Told},
    async_graphql::ServerError,
    serde::{Deserialize, Serialize},
    serde_json::Value,
};

/// How many bytes the id of an operation may have: each message about it repeats it.
const ID_BYTES_MAX: usize = 256;

/// What a client says.
#[derive(Debug)]
pub(super) enum Heard {
    /// It introduces itself.
    Init(Introduction),
    /// It asks whether anybody is there.
    Ping,
    /// It is there.
    Pong,
    /// It asks something.
    Subscribe {
        /// What the answers are marked with.
        id: String,
        /// What is asked.
        asked: Box<Parameters>,
    },
    /// It wants no more answers.
    Complete {
        /// To what.
        id: String,
    },
}

/// Why a WebSocket is closed: a code of `graphql-transport-ws` or of WebSocket itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(pub(super) u16, pub(super) &'static str);

impl Code {
    /// The server stops.
    pub(super) const GOING_AWAY: Self = Self(1001, "The server is stopping");
    /// A frame that WebSocket does not know.
    pub(super) const PROTOCOL: Self = Self(1002, "This is not WebSocket");
    /// A text that is none.
    pub(super) const NO_TEXT: Self = Self(1007, "The message is not UTF-8");
    /// A message was too large.
    pub(super) const TOO_BIG: Self = Self(1009, "The message is too large");
    /// The server failed.
    pub(super) const FAILED: Self = Self(1011, "The server failed");
    /// Just now nobody can be let in.
    pub(super) const LATER: Self = Self(1013, "Try again later");
    /// A message that the protocol does not know.
    pub(super) const INVALID: Self = Self(4400, "Invalid message");
    /// An operation before the introduction was accepted.
    pub(super) const UNAUTHORIZED: Self = Self(4401, "Unauthorized");
    /// The introduction was not accepted, or is not any more.
    pub(super) const FORBIDDEN: Self = Self(4403, "Forbidden");
    /// No introduction came in time.
    pub(super) const INIT_LATE: Self = Self(4408, "Connection initialisation timeout");
    /// Two operations with one id.
    pub(super) const DUPLICATE: Self = Self(4409, "Subscriber already exists");
    /// Two introductions.
    pub(super) const INIT_TWICE: Self = Self(4429, "Too many initialisation requests");
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    payload: Option<Value>,
}

impl Heard {
    /// Reads a message; none when the protocol does not know it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Wire { kind, id, payload } = serde_json::from_str(text).ok()?;
        let id = id.filter(|it| (1..=ID_BYTES_MAX).contains(&it.len()));
        let payload = payload.filter(|it| !it.is_null());
        let is_object = payload.as_ref().is_none_or(Value::is_object);
        Some(match kind.as_str() {
            "connection_init" => Self::Init(match payload {
                None => Introduction::new(),
                Some(Value::Object(said)) => said,
                Some(_) => return None,
            }),
            "ping" if is_object => Self::Ping,
            "pong" if is_object => Self::Pong,
            "subscribe" if is_object => {
                let asked = serde_json::from_value(payload?).ok()?;
                Self::Subscribe { id: id?, asked: Box::new(asked) }
            }
            "complete" => Self::Complete { id: id? },
            _ => return None,
        })
    }
}

/// The answer to an introduction.
pub(super) const ACK: &str = r#"{"type":"connection_ack"}"#;
/// The answer to a ping.
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

#[derive(Serialize)]
struct Errors<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: &'a [ServerError],
}

#[derive(Serialize)]
struct Completed<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Writes what is told of the operation with an id.
pub(super) fn written(id: &str, told: &Told) -> String {
    let written = match told {
        Told::Next(json) => {
            let id = serde_json::to_string(id).unwrap_or_default();
            let json = String::from_utf8_lossy(json);
            return format!(r#"{{"id":{id},"type":"next","payload":{json}}}"#);
        }
        Told::Refused(errors) => {
            serde_json::to_string(&Errors { id, kind: "error", payload: errors })
        }
        Told::Complete => serde_json::to_string(&Completed { id, kind: "complete" }),
    };
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use {super::*, crate::http::refusal::Refusal};

    #[test]
    fn what_the_protocol_knows_is_read() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"authorization":"x"}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"pong","payload":{"a":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":{"v":[1]}}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(Heard::read(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_the_protocol_does_not_know_is_not() {
        let long = format!(r#"{{"type":"complete","id":"{}"}}"#, "i".repeat(ID_BYTES_MAX + 1));
        for text in [
            "",
            "hello",
            "[]",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"ping","payload":3}"#,
            r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":3}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":"x"}}"#,
            r#"{"type":"complete"}"#,
            &long,
        ] {
            assert!(Heard::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_told_is_written() {
        let next = written("a\"b", &Told::Next(br#"{"data":{}}"#.to_vec()));
        let refused = written("1", &Told::Refused(Refusal::too_much("more").errors));

        assert_eq!(next, r#"{"id":"a\"b","type":"next","payload":{"data":{}}}"#);
        assert!(refused.starts_with(r#"{"id":"1","type":"error","payload":[{"message":"more""#));
        assert_eq!(written("1", &Told::Complete), r#"{"id":"1","type":"complete"}"#);
    }
}

//! How much one request, one caller and one server may take.
//!
//! # Adding one
//!
//! It is a line in [`limits!`]: what it bounds, its name, its type, its default, and the values
//! that it can have. `docs/http.md` lists it too, and a test says so if it does not.

use {super::SettingsError, serde::Deserialize, std::time::Duration};

/// Declares the limits: a field each, its default and its range.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:literal, $range:expr;)+) => {
        /// How much one request, one caller and one server may take: `[limits]` of `vigil.toml`,
        /// or `VIGIL_LIMITS__COST_MAX` and so on in the environment.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Limits {
            pub(super) fn check(&self) -> Result<(), SettingsError> {
                $(if !$range.contains(&self.$name) {
                    return Err(SettingsError::Wrong {
                        key: concat!("limits.", stringify!($name)),
                        wrong: format!("must be {} to {}", $range.start(), $range.end()),
                    });
                })+
                Ok(())
            }

            /// Every limit: its name, and its default.
            #[cfg(test)]
            const ALL: &[(&str, &str)] = &[$((stringify!($name), stringify!($default)),)+];
        }
    };
}

limits! {
    /// How long a client may take to send the head of a request, or its next one.
    header_timeout_ms: u64 = 10_000, 10..=600_000;
    /// How long a client may take to send the body of a request.
    body_timeout_ms: u64 = 30_000, 10..=600_000;
    /// How long a connection may lie still in both directions before it is closed.
    idle_timeout_ms: u64 = 75_000, 10..=3_600_000;
    /// How long requests that have begun may go on once the server was told to stop.
    drain_timeout_ms: u64 = 25_000, 0..=600_000;
    /// How long the server says that it is not ready before it stops to accept connections.
    drain_notice_ms: u64 = 0, 0..=60_000;
    /// How many connections are open at once; further ones wait to be accepted.
    connections_max: usize = 1_024, 1..=1_000_000;
    /// How many bytes the headers of a request may have.
    header_bytes_max: usize = 16_384, 512..=262_144;
    /// How many bytes the path and query of a URL may have.
    url_bytes_max: usize = 16_384, 64..=32_768;
    /// How many bytes the body of a request may have.
    body_bytes_max: usize = 1_048_576, 64..=67_108_864;
    /// How deep brackets may nest in a document, fragments spread.
    nesting_max: usize = 64, 1..=128;
    /// How many tokens a document may have.
    tokens_max: usize = 15_000, 1..=100_000;
    /// How many aliases a document may have.
    aliases_max: usize = 100, 0..=10_000;
    /// How many directives a document may have.
    directives_max: usize = 100, 0..=10_000;
    /// How many operations and fragments a document may have.
    definitions_max: usize = 100, 1..=10_000;
    /// How many fields a document may have, fragments spread.
    fields_max: usize = 2_000, 1..=100_000;
    /// How deep fields may nest, fragments spread; the standard introspection query needs 13.
    depth_max: usize = 15, 1..=40;
    /// How many points a request may cost.
    cost_max: u64 = 1_000, 1..=1_000_000;
    /// How many values an answer may have, by the estimate made before the request is run.
    values_max: u32 = 200_000, 1..=10_000_000;
    /// How many points a caller may spend at once.
    budget_points: u64 = 50_000, 1..=1_000_000_000;
    /// How many points a caller gets back a second.
    budget_refill: u64 = 5_000, 1..=1_000_000_000;
    /// How many callers' budgets are remembered.
    callers_max: usize = 10_000, 1..=1_000_000;
    /// How long a request may run.
    deadline_ms: u64 = 10_000, 10..=600_000;
    /// How long a statement of a request may take on PostgreSQL; for those of jobs there is `jobs.statement_timeout_ms`.
    statement_timeout_ms: u64 = 5_000, 10..=600_000;
    /// How long a transaction may lie still on PostgreSQL before it is undone.
    transaction_idle_timeout_ms: u64 = 10_000, 10..=600_000;
    /// How many bytes an answer may have.
    answer_bytes_max: usize = 5_242_880, 1_024..=268_435_456;
    /// How many errors an answer may have.
    errors_max: usize = 20, 1..=1_000;
    /// How many documents are kept parsed and validated.
    documents_max: usize = 1_000, 1..=1_000_000;
    /// How many bytes the texts of those documents may have together.
    documents_bytes_max: usize = 4_194_304, 1_024..=1_073_741_824;
    /// How long a WebSocket may take to send `connection_init`.
    socket_init_timeout_ms: u64 = 3_000, 10..=60_000;
    /// How often a WebSocket is pinged; one that was silent since the last ping is closed.
    socket_ping_ms: u64 = 20_000, 10..=600_000;
    /// How many bytes a message of a WebSocket may have.
    socket_message_bytes_max: usize = 262_144, 64..=16_777_216;
    /// How many operations may run on one WebSocket at once.
    socket_operations_max: usize = 100, 1..=10_000;
    /// How many subscriptions may run on the server at once, whatever they came by.
    subscriptions_max: usize = 1_000, 1..=100_000;
    /// How many events wait for a subscription that is slow before it is told to resync.
    events_buffered_max: usize = 1_024, 1..=1_000_000;
    /// How often the event log is read though nothing hints at news, while somebody listens.
    events_poll_ms: u64 = 2_000, 10..=600_000;
    /// How often a stream of server-sent events that has nothing to tell says that it lives.
    stream_heartbeat_ms: u64 = 12_000, 10..=600_000;
    /// How often a WebSocket or stream makes sure that its viewer may still be there.
    viewer_check_ms: u64 = 4_000, 10..=60_000;
}

impl Limits {
    pub(crate) fn header_timeout(&self) -> Duration {
        Duration::from_millis(self.header_timeout_ms)
    }

    pub(crate) fn body_timeout(&self) -> Duration {
        Duration::from_millis(self.body_timeout_ms)
    }

    pub(crate) fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms)
    }

    pub(crate) fn drain_timeout(&self) -> Duration {
        Duration::from_millis(self.drain_timeout_ms)
    }

    pub(crate) fn drain_notice(&self) -> Duration {
        Duration::from_millis(self.drain_notice_ms)
    }

    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    pub(crate) fn socket_init_timeout(&self) -> Duration {
        Duration::from_millis(self.socket_init_timeout_ms)
    }

    pub(crate) fn socket_ping(&self) -> Duration {
        Duration::from_millis(self.socket_ping_ms)
    }

    pub(crate) fn events_poll(&self) -> Duration {
        Duration::from_millis(self.events_poll_ms)
    }

    pub(crate) fn stream_heartbeat(&self) -> Duration {
        Duration::from_millis(self.stream_heartbeat_ms)
    }

    pub(crate) fn viewer_check(&self) -> Duration {
        Duration::from_millis(self.viewer_check_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_ranges() {
        Limits::default().check().unwrap();
    }

    #[test]
    fn a_limit_out_of_range_is_named() {
        let wrong = Limits { cost_max: 0, ..Limits::default() }.check().unwrap_err();

        assert_eq!(wrong.to_string(), "the setting limits.cost_max must be 1 to 1000000");
    }

    #[test]
    fn the_manual_lists_every_limit_with_its_default() {
        let manual = include_str!("../../../docs/http.md");
        for (name, default) in Limits::ALL {
            let row = format!("| `{name}` | {} |", default.replace('_', " "));
            assert!(manual.contains(&row), "docs/http.md lacks a row that begins with {row}");
        }
    }
}

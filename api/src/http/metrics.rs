//! What is counted, in the text format of Prometheus.

use {
    entity::kernel::job::Lane,
    prometheus_client::{
        encoding::{EncodeLabelSet, text::encode},
        metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
        registry::Registry,
    },
    sea_orm::ActiveEnum,
    service::kernel::jobs::worker::{How, Observer},
    std::time::Duration,
};

/// The media type of [`Metrics::text`].
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The upper bounds of the histogram's buckets, in seconds.
const SECONDS: [f64; 12] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// What is counted. Labels come from closed sets: nobody outside can make up new ones.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram>,
    refusals: Family<Refused, Counter>,
    documents: Family<Document, Counter>,
    points: Counter,
    connections: Gauge,
    sockets: Gauge,
    subscriptions: Gauge,
    events: Counter,
    jobs: Family<Attempt, Counter>,
    job_seconds: Family<OfKind, Histogram>,
    job_late_seconds: Family<OfLane, Histogram>,
    job_faults: Family<Fault, Gauge>,
}

/// Something that is counted while it is there.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    fn by(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Refused {
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Document {
    known: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Attempt {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfKind {
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfLane {
    lane: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Fault {
    rule: &'static str,
}

impl Metrics {
    /// Nothing has been counted.
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("vigil"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            refusals: Family::default(),
            documents: Family::default(),
            points: Counter::default(),
            connections: Gauge::default(),
            sockets: Gauge::default(),
            subscriptions: Gauge::default(),
            events: Counter::default(),
            jobs: Family::default(),
            job_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            job_late_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            job_faults: Family::default(),
        };
        metrics.register();
        metrics.register_jobs();
        metrics
    }

    fn register(&mut self) {
        let Self {
            registry,
            requests,
            seconds,
            refusals,
            documents,
            points,
            connections,
            sockets,
            subscriptions,
            events,
            ..
        } = self;
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register("http_request_seconds", "How long answers took", seconds.clone());
        registry.register(
            "graphql_refusals",
            "Requests that were not run, by the code of their error",
            refusals.clone(),
        );
        registry.register(
            "graphql_documents",
            "Documents that passed the guard; known ones were seen before",
            documents.clone(),
        );
        registry.register(
            "graphql_cost_points",
            "What requests that were run cost",
            points.clone(),
        );
        registry.register("http_connections", "Connections that are open", connections.clone());
        registry.register("graphql_sockets", "WebSockets that are open", sockets.clone());
        registry.register(
            "graphql_subscriptions",
            "Subscriptions that are running",
            subscriptions.clone(),
        );
        registry.register(
            "graphql_subscription_events",
            "What subscriptions were told",
            events.clone(),
        );
    }

    fn register_jobs(&mut self) {
        let Self { registry, jobs, job_seconds, job_late_seconds, job_faults, .. } = self;
        registry.register("jobs", "Attempts at jobs that have ended, by how", jobs.clone());
        registry.register("job_seconds", "How long attempts took", job_seconds.clone());
        registry.register(
            "job_late_seconds",
            "How long after they were due attempts have begun",
            job_late_seconds.clone(),
        );
        registry.register(
            "job_faults",
            "Jobs that break a rule of the auditor's, as of the last minute",
            job_faults.clone(),
        );
    }

    /// A request was answered.
    pub(crate) fn answered(&self, path: &str, status: u16, took: Duration) {
        let route = route(path);
        self.requests.get_or_create(&Request { route, status }).inc();
        self.seconds.get_or_create(&Route { route }).observe(took.as_secs_f64());
    }

    /// A request was not run.
    pub(crate) fn refused(&self, code: &str) {
        self.refusals.get_or_create(&Refused { code: code.to_owned() }).inc();
    }

    /// A request passed the guard.
    pub(crate) fn admitted(&self, is_known: bool, points: u64) {
        let known = if is_known { "true" } else { "false" };
        self.documents.get_or_create(&Document { known }).inc();
        self.points.inc_by(points);
    }

    /// So many connections are open.
    pub(crate) fn connections(&self, open: usize) {
        self.connections.set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    /// A WebSocket is open until what this answers is dropped.
    pub(crate) fn socket(&self) -> Counted {
        Counted::by(&self.sockets)
    }

    /// A subscription is running until what this answers is dropped.
    pub(crate) fn subscription(&self) -> Counted {
        Counted::by(&self.subscriptions)
    }

    /// A subscription was told something.
    pub(crate) fn event(&self) {
        self.events.inc();
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Observer for Metrics {
    fn began(&self, _: &'static str, lane: Lane, delay: Duration) {
        let lane = OfLane { lane: lane.to_value() };
        self.job_late_seconds.get_or_create(&lane).observe(delay.as_secs_f64());
    }

    fn ended(&self, kind: &'static str, _: Lane, how: How, took: Duration) {
        let outcome = match how {
            How::Done => "done",
            How::Retried => "retried",
            How::Dead => "dead",
            How::Postponed => "postponed",
            How::Lost => "lost",
        };
        self.jobs.get_or_create(&Attempt { kind, outcome }).inc();
        self.job_seconds.get_or_create(&OfKind { kind }).observe(took.as_secs_f64());
    }

    fn found(&self, rule: &'static str, jobs: u64) {
        self.job_faults.get_or_create(&Fault { rule }).set(i64::try_from(jobs).unwrap_or(i64::MAX));
    }
}

/// The route of a path, or `other`: paths are made up by whoever asks.
fn route(path: &str) -> &'static str {
    const ROUTES: [&str; 6] =
        ["/", "/graphql", "/schema.graphql", "/healthz", "/readyz", "/metrics"];
    ROUTES.into_iter().find(|it| *it == path).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_written() {
        let metrics = Metrics::new();
        metrics.answered("/graphql", 200, Duration::from_millis(2));
        metrics.answered("/made/up", 404, Duration::from_millis(2));
        metrics.refused("LIMIT_EXCEEDED");
        metrics.admitted(true, 7);
        metrics.connections(3);
        let _socket = metrics.socket();
        drop(metrics.socket());

        let text = metrics.text();

        for line in [
            "vigil_http_requests_total{route=\"/graphql\",status=\"200\"} 1",
            "vigil_http_requests_total{route=\"other\",status=\"404\"} 1",
            "vigil_http_request_seconds_bucket{le=\"0.0025\",route=\"/graphql\"} 1",
            "vigil_graphql_refusals_total{code=\"LIMIT_EXCEEDED\"} 1",
            "vigil_graphql_documents_total{known=\"true\"} 1",
            "vigil_graphql_cost_points_total 7",
            "vigil_http_connections 3",
            "vigil_graphql_sockets 1",
            "vigil_graphql_subscriptions 0",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}

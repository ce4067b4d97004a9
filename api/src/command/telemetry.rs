//! The log, and spans for a collector.

use {
    super::Outcome,
    crate::settings::Settings,
    std::{
        env,
        io::{self, IsTerminal},
    },
    tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt},
};

/// What is told, for as long as the command runs.
pub(super) struct Telemetry {
    #[cfg(feature = "otlp")]
    spans: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

/// Starts to tell: lines to standard error, and spans to the configured collector.
pub(super) fn start(settings: &Settings) -> Outcome<Telemetry> {
    let filter = EnvFilter::try_new(&settings.log);
    let filter = filter.map_err(|wrong| format!("the setting log cannot be used: {wrong}"))?;
    // Colours are for people who watch: in a file they are noise.
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(is_coloured());
    let registry = tracing_subscriber::registry().with(filter).with(lines);
    #[cfg(feature = "otlp")]
    {
        let endpoint = settings.http.otlp_endpoint.as_deref();
        let spans = endpoint.map(otlp::provider).transpose()?;
        registry.with(spans.as_ref().map(otlp::layer)).try_init()?;
        Ok(Telemetry { spans })
    }
    #[cfg(not(feature = "otlp"))]
    {
        registry.try_init()?;
        Ok(Telemetry {})
    }
}

/// Whether lines have colours: on a terminal, unless `NO_COLOR` says otherwise (<https://no-color.org>).
fn is_coloured() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
}

impl Telemetry {
    /// Sends what has not been sent yet.
    #[cfg_attr(
        not(feature = "otlp"),
        expect(clippy::unused_self, reason = "there is nothing to send")
    )]
    pub(super) fn stop(self) {
        #[cfg(feature = "otlp")]
        if let Some(Err(failure)) = self.spans.map(|it| it.shutdown()) {
            tracing::warn!(%failure, "the last spans were not sent");
        }
    }
}

#[cfg(feature = "otlp")]
mod otlp {
    use {
        super::Outcome,
        opentelemetry::trace::TracerProvider,
        opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig},
        opentelemetry_sdk::{
            Resource,
            trace::{SdkTracerProvider, Tracer},
        },
        tracing::Subscriber,
        tracing_opentelemetry::OpenTelemetryLayer,
        tracing_subscriber::registry::LookupSpan,
    };

    /// Sends spans by OTLP over HTTP, from a thread of its own.
    pub(super) fn provider(endpoint: &str) -> Outcome<SdkTracerProvider> {
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_endpoint(endpoint).build()?;
        let resource = Resource::builder().with_service_name("vigil").build();
        Ok(SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build())
    }

    pub(super) fn layer<S>(spans: &SdkTracerProvider) -> OpenTelemetryLayer<S, Tracer>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer().with_tracer(spans.tracer("vigil"))
    }
}

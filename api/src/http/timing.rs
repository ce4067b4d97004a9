//! What took how long, for `Server-Timing`.

use {
    axum::http::HeaderValue,
    std::{fmt::Write, time::Instant},
};

/// A watch that is read at the end of each stage.
pub(crate) struct Timing {
    last: Instant,
    stages: Vec<(&'static str, f64)>,
}

impl Timing {
    /// Begins.
    pub(crate) fn start() -> Self {
        Self { last: Instant::now(), stages: Vec::with_capacity(4) }
    }

    /// A stage ends here.
    pub(crate) fn stage(&mut self, name: &'static str) {
        let now = Instant::now();
        self.stages.push((name, (now - self.last).as_secs_f64() * 1_000.0));
        self.last = now;
    }

    /// The value of the header, in milliseconds.
    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        let mut text = String::new();
        for (name, took_ms) in &self.stages {
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing into a string cannot fail.
            let _ = write!(text, "{comma}{name};dur={took_ms:.3}");
        }
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_written_in_order() {
        let mut timing = Timing::start();
        timing.stage("read");
        timing.stage("run");

        let header = timing.to_header().unwrap();

        let header = header.to_str().unwrap();
        let (read, run) = header.split_once(", ").unwrap();
        assert!(read.starts_with("read;dur=") && run.starts_with("run;dur="), "{header}");
    }
}

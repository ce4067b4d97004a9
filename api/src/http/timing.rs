//! What took how long, for `Server-Timing`.

use {
    crate::tally::Tally,
    axum::http::HeaderValue,
    std::{fmt::Write, time::Instant},
};

/// A watch that is read at the end of each stage.
pub(crate) struct Timing {
    last: Instant,
    stages: Vec<(&'static str, f64)>,
    tally: Tally,
}

impl Timing {
    /// Begins.
    pub(crate) fn start() -> Self {
        Self { last: Instant::now(), stages: Vec::with_capacity(4), tally: Tally::default() }
    }

    /// A stage ends here.
    pub(crate) fn stage(&mut self, name: &'static str) {
        let now = Instant::now();
        self.stages.push((name, (now - self.last).as_secs_f64() * 1_000.0));
        self.last = now;
    }

    /// What the database did meanwhile.
    pub(crate) fn database(&mut self, tally: Tally) {
        self.tally = tally;
    }

    /// The value of the header, in milliseconds.
    pub(crate) fn to_header(&self) -> Option<HeaderValue> {
        let mut text = String::new();
        for (name, took_ms) in &self.stages {
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing into a string cannot fail.
            let _ = write!(text, "{comma}{name};dur={took_ms:.3}");
        }
        let Tally { statements, took } = self.tally;
        let sql_ms = took.as_secs_f64() * 1_000.0;
        let _ = write!(text, ", sql;dur={sql_ms:.3};desc=\"{statements} statements\"");
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use {super::*, std::time::Duration};

    #[test]
    fn stages_are_written_in_order() {
        let mut timing = Timing::start();
        timing.stage("read");
        timing.stage("run");
        timing.database(Tally { statements: 3, took: Duration::from_millis(2) });

        let header = timing.to_header().unwrap();

        let header = header.to_str().unwrap();
        let stages: Vec<_> = header.split(", ").collect();
        assert!(
            stages[0].starts_with("read;dur=") && stages[1].starts_with("run;dur="),
            "{header}"
        );
        assert_eq!(stages[2], "sql;dur=2.000;desc=\"3 statements\"");
    }
}

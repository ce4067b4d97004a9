//! How fast rules are tried on the past: all that are switched on, over a year of an invented company,
//! on SQLite and on PostgreSQL.
//!
//! `cargo bench -p tests --bench backtest`; `-- 1` for 250,000 reports.

use {
    sea_orm::DbBackend,
    service::{
        Viewer,
        coaching::backtest,
        demo::{self, Plan},
    },
    std::time::Instant,
    tests::TestApp,
};

/// 200 pairings, of 50,000 reports.
const SCALE: f64 = 0.2;
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let scale = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(SCALE);
    for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
        let app = TestApp::start(backend).await;
        let server = app.ctx().seen_by(Viewer::System);
        let until = "2026-02-27".parse().expect("a day");
        let plan = Plan { scale, seed: 7, until };
        demo::fill(&server, &plan, &|_| {}).await.expect("an empty database is filled");
        let range = ("2023-01-01".parse().expect("a day"), until);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let told =
                backtest::try_rules(&server, &[], range, &|_| {}).await.expect("it is tried");
            let (rules, reports) = (told.len(), told[0].2.reports_scanned);
            let seconds = begun.elapsed().as_secs_f64();
            let asked = f64::from(u32::try_from(rules).unwrap_or(0))
                * f64::from(u32::try_from(reports).unwrap_or(0));
            eprintln!(
                "{backend:?}: {rules} rules over {reports} reports in {seconds:.2} s, {:.0} a second",
                asked / seconds
            );
        }
        app.stop().await;
    }
}

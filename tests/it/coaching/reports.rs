//! Filing end-of-day reports.

use {
    serde_json::json,
    tests::{
        coaching::{errors, report},
        on_both,
    },
};

#[tokio::test]
async fn a_report_reads_back_as_filed() {
    on_both(async |app| {
        let pairing = app.pairing().await;

        let selection = "report { reportDate workloadFeeling biggestWin pairing { client { name } } ea { user { name } } }";
        let filed = app.mutate("reportSubmit", selection, report(&pairing, "2026-03-02")).await;

        let expected = json!({
            "reportDate": "2026-03-02",
            "workloadFeeling": "MODERATE",
            "biggestWin": "Closed the books two days early",
            "pairing": { "client": { "name": "Acme" } },
            "ea": { "user": { "name": "Ada Lovelace" } },
        });
        assert_eq!(filed["report"], expected, "{filed:#}");
    })
    .await;
}

#[tokio::test]
async fn a_second_report_of_a_day_is_a_conflict() {
    on_both(async |app| {
        let pairing = app.pairing().await;
        app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;

        let again =
            app.mutate("reportSubmit", "report { id }", report(&pairing, "2026-03-02")).await;

        let expected = "CONFLICT input.reportDate: has a report already; reportAmend edits it";
        assert_eq!(errors(&again), expected);
    })
    .await;
}

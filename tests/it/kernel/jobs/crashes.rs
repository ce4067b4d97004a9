//! Workers that end without a word, at every step of a job's way.

use {
    serde_json::json,
    service::kernel::jobs::Step,
    std::collections::HashSet,
    tests::{TestApp, jobs::Act, on_both},
};

/// Where a worker ends, and of which of the two jobs: of that which changes something and enqueues the other,
/// or of that which tells somebody outside.
const ENDS: [(Step, usize); 11] = [
    (Step::Claimed, 1),
    (Step::Begun, 1),
    (Step::Written, 1),
    (Step::Noted, 1),
    (Step::Committed, 1),
    (Step::Ended, 1),
    (Step::Settled, 1),
    (Step::Claimed, 2),
    (Step::Begun, 2),
    (Step::Ended, 2),
    (Step::Settled, 2),
];

#[tokio::test]
async fn wherever_a_worker_ends_nothing_is_lost_and_nothing_written_twice() {
    for (step, nth) in ENDS {
        on_both(async |app| {
            eprintln!("{step:?} of job {nth}");
            app.tell("Christmas", Act::Trigger).await;

            app.crash(step, nth).await;
            app.let_leases_end();
            app.work().await;

            all_is_done(app).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_job_whose_workers_all_end_is_dead() {
    on_both(async |app| {
        let id = app.tell("kills", Act::Say).await;
        for _ in 0..4 {
            app.crash(Step::Begun, 1).await;
            app.let_leases_end();
        }

        app.work().await;

        let dead = app.until(id, |_| true).await;
        assert_eq!(dead["state"], "DEAD");
        assert_eq!(dead["lastError"], "every attempt was left before it ended");
        assert!(app.told().is_empty());
    })
    .await;
}

async fn all_is_done(app: &TestApp) {
    let states = app.jobs(json!({}), "state").await;
    assert_eq!(states, vec![json!({ "state": "DONE" }); 2]);
    let holidays = app.ask("{ holidays { totalCount } }", json!({})).await;
    assert_eq!(holidays["holidays"]["totalCount"], 1);
    let told = app.done();
    assert!((1..=2).contains(&told.len()), "{told:?}");
    assert_eq!(told.iter().map(|it| it.id).collect::<HashSet<_>>().len(), 1, "{told:?}");
}

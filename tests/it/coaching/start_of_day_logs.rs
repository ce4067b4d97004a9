//! Pressing the start button.

use {
    serde_json::{Value, json},
    tests::{TestApp, on_both},
};

async fn press(app: &TestApp, ea: &str, at: &str) -> Value {
    app.set_time(at);
    let shown = "startOfDayLog { id logDate loggedAt wasLate minutesLate expectedShowUpTime }";
    let payload = app.mutate("startOfDayLog", shown, json!({ "eaId": ea })).await;
    assert_eq!(payload["errors"], json!([]), "{payload:#}");
    payload["startOfDayLog"].clone()
}

async fn check(app: &TestApp, ea: &str, at: &str, expected: (&str, bool, i32)) {
    let log = press(app, ea, at).await;
    let told = (log["logDate"].as_str(), log["wasLate"].as_bool(), log["minutesLate"].as_i64());
    let (date, was_late, minutes) = expected;
    assert_eq!(told, (Some(date), Some(was_late), Some(minutes.into())), "{at}");
}

#[tokio::test]
async fn half_an_hour_is_not_late_and_a_minute_more_is() {
    on_both(async |app| {
        let ea = app.ea("Ada Lovelace").await;
        check(app, &ea, "2026-03-02T14:30:59Z", ("2026-03-02", false, 30)).await;
        check(app, &ea, "2026-03-03T14:31:00Z", ("2026-03-03", true, 31)).await;
        check(app, &ea, "2026-03-04T13:10:00Z", ("2026-03-04", false, 0)).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_press_answers_the_first_log() {
    on_both(async |app| {
        let ea = app.ea("Ada Lovelace").await;
        let first = press(app, &ea, "2026-03-02T14:05:00Z").await;
        let second = press(app, &ea, "2026-03-02T15:45:00Z").await;
        assert_eq!(first, second);
        assert_eq!(second["loggedAt"], "2026-03-02T14:05:00.000Z");
    })
    .await;
}

#[tokio::test]
async fn a_night_shift_started_after_midnight_belongs_to_the_day_before() {
    on_both(async |app| {
        let ea = app.ea_in("Nocturne", "Asia/Manila", "23:30").await;
        // 00:10 in Manila on the 3rd.
        check(app, &ea, "2026-03-02T16:10:00Z", ("2026-03-02", true, 40)).await;
    })
    .await;
}

#[tokio::test]
async fn the_day_the_clocks_change_is_an_ordinary_day() {
    on_both(async |app| {
        let ea = app.ea("Ada Lovelace").await;
        // New York moves from UTC-5 to UTC-4 on 8 March 2026, at two in the morning.
        check(app, &ea, "2026-03-06T14:00:00Z", ("2026-03-06", false, 0)).await;
        check(app, &ea, "2026-03-08T13:00:00Z", ("2026-03-08", false, 0)).await;
        check(app, &ea, "2026-03-09T13:40:00Z", ("2026-03-09", true, 40)).await;
    })
    .await;
}

#[tokio::test]
async fn the_ends_of_the_world_have_their_own_days() {
    on_both(async |app| {
        let east = app.ea_in("East", "Pacific/Kiritimati", "08:00").await;
        let west = app.ea_in("West", "Etc/GMT+12", "08:00").await;
        check(app, &east, "2026-03-01T18:00:00Z", ("2026-03-02", false, 0)).await;
        check(app, &west, "2026-03-02T20:00:00Z", ("2026-03-02", false, 0)).await;
    })
    .await;
}

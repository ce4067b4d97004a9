//! Pairings: the accelerator, overrides of health, and edits from an old version.

use {
    serde_json::{Value, json},
    tests::{coaching::errors, on_both},
};

#[tokio::test]
async fn the_accelerator_goes_through_four_weeks_and_is_complete() {
    on_both(async |app| {
        let (ea, client) = (app.ea("Ada Lovelace").await, app.client("Acme").await);
        let input = json!({ "eaId": ea, "clientId": client, "startDate": "2026-03-02", "acceleratorEnabled": true });
        let made = app.mutate("pairingCreate", "pairing { id acceleratorWeek }", input).await;
        let id = made["pairing"]["id"].clone();
        let mut weeks = vec![made["pairing"]["acceleratorWeek"].clone()];
        for version in 1..=4 {
            let step = json!({ "id": id, "expectedVersion": version });
            let payload = app.mutate("pairingAcceleratorAdvance", "pairing { acceleratorWeek }", step).await;
            weeks.push(payload["pairing"]["acceleratorWeek"].clone());
        }
        let beyond = app.mutate("pairingAcceleratorAdvance", "", json!({ "id": id, "expectedVersion": 5 })).await;

        assert_eq!(weeks, [json!(1), json!(2), json!(3), json!(4), Value::Null]);
        assert_eq!(errors(&beyond), "CONFLICT input.id: has completed the accelerator");
    })
    .await;
}

#[tokio::test]
async fn an_override_of_health_has_an_author_an_end_and_a_history() {
    on_both(async |app| {
        let id = app.new_pairing().await;
        let shown = "pairing { health { status autoStatus isOverrideStale override { reason at expiresAt author { name } } \
            history { nodes { healthStatus isOverride changer { name } } } } }";
        let red = json!({ "id": id, "expectedVersion": 1, "healthStatus": "RED", "reason": "The client called" });
        app.advance(chrono::TimeDelta::minutes(1));
        let set = app.mutate("pairingHealthOverride", shown, red).await;
        app.advance(chrono::TimeDelta::minutes(1));
        let lifted = app.mutate("pairingHealthOverride", shown, json!({ "id": id, "expectedVersion": 2 })).await;

        let change = |status: &str, is_override: bool| {
            json!({ "healthStatus": status, "isOverride": is_override, "changer": { "name": "Admin" } })
        };
        assert_eq!(set["pairing"]["health"], json!({
            "status": "RED", "autoStatus": "GREEN", "isOverrideStale": false,
            "override": {
                "reason": "The client called", "at": "2026-03-02T15:01:00.000Z",
                "expiresAt": "2026-03-09T15:01:00.000Z", "author": { "name": "Admin" },
            },
            "history": { "nodes": [change("RED", true), change("GREEN", false)] },
        }));
        assert_eq!(lifted["pairing"]["health"], json!({
            "status": "GREEN", "autoStatus": "GREEN", "isOverrideStale": false, "override": null,
            "history": { "nodes": [change("GREEN", false), change("RED", true), change("GREEN", false)] },
        }));
    })
    .await;
}

#[tokio::test]
async fn null_clears_a_field_and_absence_leaves_it() {
    on_both(async |app| {
        let id = app.pairing().await;
        let shown = "pairing { acceleratorWeek1Goals acceleratorWeek2Goals version updatedAt }";
        let goals = json!({ "id": id, "expectedVersion": 1, "acceleratorWeek1Goals": "Inbox", "acceleratorWeek2Goals": "Travel" });
        app.mutate("pairingUpdate", shown, goals).await;
        app.advance(chrono::TimeDelta::seconds(1));

        let cleared = json!({ "id": id, "expectedVersion": 2, "acceleratorWeek1Goals": null });
        let cleared = app.mutate("pairingUpdate", shown, cleared).await;
        let nothing = app.mutate("pairingUpdate", shown, json!({ "id": id, "expectedVersion": 3 })).await;

        let expected = json!({
            "acceleratorWeek1Goals": null, "acceleratorWeek2Goals": "Travel",
            "version": 3, "updatedAt": "2026-03-02T15:00:01.000Z",
        });
        assert_eq!(cleared["pairing"], expected);
        assert_eq!(nothing["pairing"], expected);
    })
    .await;
}

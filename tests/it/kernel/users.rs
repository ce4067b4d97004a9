//! People.

use {
    serde_json::json,
    tests::{
        coaching::{errors, text},
        on_both,
    },
};

#[tokio::test]
async fn the_viewer_is_the_first_active_administrator() {
    on_both(async |app| {
        let answer = app.ask("{ viewer { name role email } }", json!({})).await;
        let expected = json!({ "name": "Admin", "role": "ADMIN", "email": "admin@example.test" });
        assert_eq!(answer["viewer"], expected);
    })
    .await;
}

#[tokio::test]
async fn the_last_active_administrator_stays_one() {
    on_both(async |app| {
        let viewer = app.ask("{ viewer { id version } }", json!({})).await;
        let id = text(&viewer["viewer"]["id"]);
        for change in [json!({ "isActive": false }), json!({ "role": "USER" })] {
            let mut input = change;
            input["id"] = json!(id);
            input["expectedVersion"] = json!(1);
            let refused = app.mutate("userUpdate", "", input).await;
            assert_eq!(errors(&refused), "CONFLICT input.id: is the last active administrator");
        }
        app.user("Second Admin", "ADMIN").await;
        let leave = json!({ "id": id, "expectedVersion": 1, "isActive": false });
        let left = app.mutate("userUpdate", "user { isActive }", leave).await;
        assert_eq!(left["user"]["isActive"], false, "{left:#}");
    })
    .await;
}

#[tokio::test]
async fn a_profile_is_made_and_then_edited() {
    on_both(async |app| {
        let user = app.user("Ada Lovelace", "EA").await;
        let shown = "profile { displayName timezone preferences version user { name } }";
        let first = json!({ "userId": user, "displayName": "Ada", "timezone": "Europe/London" });
        let first = app.mutate("userProfileSet", shown, first).await;
        let second = json!({ "userId": user, "displayName": "Lady Ada", "timezone": "Europe/London", "preferences": { "theme": "dark" } });
        let second = app.mutate("userProfileSet", shown, second).await;

        assert_eq!(first["profile"], json!({ "displayName": "Ada", "timezone": "Europe/London", "preferences": {}, "version": 1, "user": { "name": "Ada Lovelace" } }));
        assert_eq!(second["profile"], json!({ "displayName": "Lady Ada", "timezone": "Europe/London", "preferences": { "theme": "dark" }, "version": 2, "user": { "name": "Ada Lovelace" } }));
    })
    .await;
}

//! Rows that are stored in bulk.

use {
    entity::coaching::client,
    service::{Error, ErrorCode, kernel::bulk},
    tests::on_both,
};

#[tokio::test]
async fn only_the_server_itself_stores_in_bulk() {
    on_both(async |app| {
        let now = app.ctx().now();
        let row = client::Model {
            id: app.ctx().new_id(),
            name: "Acme".into(),
            version: 1,
            created_at: now,
            updated_at: now,
        };

        let refused = bulk::insert::<client::Entity>(app.ctx(), [row]).await.unwrap_err();

        let Error::Refused(violations) = refused else { panic!("{refused}") };
        assert_eq!(violations[0].code, ErrorCode::Forbidden);
    })
    .await;
}

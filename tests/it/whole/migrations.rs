//! Migrations go up and down, one by one, on both databases, and what they check holds.

use {
    entity::{ClosedSet, coaching, kernel},
    migration::{Migrator, MigratorTrait},
    sea_orm::{ConnectionTrait, DatabaseConnection},
    service::kernel::catalog::introspect,
    tests::on_both,
};

#[tokio::test]
async fn each_goes_down_and_up_again() {
    on_both(async |app| {
        let full = introspect(app.db()).await.unwrap();
        let count = u32::try_from(Migrator::migrations().len()).unwrap();
        let down = async |db: &DatabaseConnection| Migrator::down(db, Some(1)).await;
        let up = async |db: &DatabaseConnection| Migrator::up(db, Some(1)).await;
        for _ in 0..count {
            app.migrate(down).await;
        }
        assert_eq!(introspect(app.db()).await.unwrap().tables, []);
        for _ in 0..count {
            app.migrate(up).await;
            app.migrate(down).await;
            app.migrate(up).await;
        }
        assert_eq!(introspect(app.db()).await.unwrap(), full);
    })
    .await;
}

/// A column of each closed set, with a value that is not in it, is refused by the database itself.
#[tokio::test]
async fn a_foreign_value_of_a_closed_set_is_refused() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        app.mutate("reportSubmit", "report { id }", tests::coaching::report(&pairing, "2026-03-02")).await;
        app.alert(&pairing, 1).await;
        let off = serde_json::json!({ "eaId": app.ea("Grace").await, "startDate": "2026-04-01", "endDate": "2026-04-01", "reason": "PTO" });
        app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;
        let sets: [(&str, &str, Vec<String>); 11] = [
            ("users", "role", kernel::user::Role::stored()),
            ("pairings", "health_status", coaching::pairing::HealthStatus::stored()),
            ("pairings", "auto_health_status", coaching::pairing::HealthStatus::stored()),
            ("end_of_day_reports", "workload_feeling", coaching::end_of_day_report::WorkloadFeeling::stored()),
            ("end_of_day_reports", "work_type", coaching::end_of_day_report::WorkType::stored()),
            ("end_of_day_reports", "feeling_during_work", coaching::end_of_day_report::FeelingDuringWork::stored()),
            ("alert_rules", "rule_type", coaching::alert_rule::RuleType::stored()),
            ("alert_rules", "severity", coaching::alert_rule::Severity::stored()),
            ("alerts", "severity", coaching::alert_rule::Severity::stored()),
            ("pto_records", "reason", coaching::pto_record::PtoReason::stored()),
            ("alerts", "status", vec!["NEW".into(), "INVESTIGATING".into(), "WORKING_ON".into()]),
        ];
        for (table, column, values) in sets {
            for value in values {
                let set = format!("UPDATE {table} SET {column} = '{value}'");
                app.db().execute_unprepared(&set).await.unwrap_or_else(|it| panic!("{set}: {it}"));
            }
            let set = format!("UPDATE {table} SET {column} = 'NONSENSE'");
            assert!(app.db().execute_unprepared(&set).await.is_err(), "{set}");
        }
    })
    .await;
}

/// Rules over the columns of a row hold whoever writes it.
#[tokio::test]
async fn rows_that_contradict_themselves_are_refused() {
    on_both(async |app| {
        let pairing = app.new_pairing().await;
        app.alert(&pairing, 1).await;
        let off = serde_json::json!({ "eaId": app.ea("Grace").await, "startDate": "2026-04-01", "endDate": "2026-04-02", "reason": "PTO" });
        app.mutate("ptoRecordCreate", "ptoRecord { id }", off).await;
        for wrong in [
            "UPDATE alerts SET status = 'RESOLVED'",
            "UPDATE alerts SET resolution = 'FIXED'",
            "UPDATE pairings SET accelerator_week = 5",
            "UPDATE pairings SET accelerator_week = 0",
            "UPDATE pairings SET health_status_override = TRUE",
            "UPDATE pto_records SET end_date = '2026-03-31'",
            "UPDATE users SET email = 'Upper@example.test'",
            "UPDATE users SET name = ''",
            "UPDATE eas SET work_week = 0",
            "UPDATE eas SET work_week = 128",
            "UPDATE alerts SET version = 0",
        ] {
            assert!(app.db().execute_unprepared(wrong).await.is_err(), "{wrong}");
        }
    })
    .await;
}

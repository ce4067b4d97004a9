//! What must hold in every company that is made up.

use {
    super::*,
    crate::{
        Ids, SystemClock,
        coaching::{
            alert_rules,
            evaluation::{AlertCauseKind, why},
        },
    },
    engine::calendar::{Calendar, DayRange, WorkWeek},
    entity::{
        coaching::{
            alert::AlertStatus, alert_rule::Severity, end_of_day_report::WorkloadFeeling,
            pairing::HealthStatus,
        },
        id::{EaId, EndOfDayReportId, PairingId},
    },
    migration::{Migrator, MigratorTrait},
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement},
    sha2::{Digest, Sha256},
    std::{collections::BTreeMap, sync::Arc},
};

const TABLES: [&str; 13] = [
    "alerts",
    "clients",
    "coaching_notes",
    "company_announcements",
    "eas",
    "end_of_day_reports",
    "holidays",
    "pairing_health_history",
    "pairings",
    "pto_records",
    "start_of_day_logs",
    "user_profiles",
    "users",
];

fn plan(scale: f64) -> Plan {
    Plan { scale, seed: 7, until: "2026-03-04".parse().unwrap() }
}

async fn empty() -> Ctx {
    let mut options = ConnectOptions::new("sqlite::memory:");
    let db = Database::connect(options.max_connections(1).clone()).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    Ctx::new(db, Arc::new(SystemClock), Arc::new(Ids::seeded(1)))
}

async fn ready() -> Ctx {
    let ctx = empty().await;
    alert_rules::install(&ctx).await.unwrap();
    ctx
}

async fn filled(plan: &Plan) -> Ctx {
    let ctx = ready().await;
    fill(&ctx, plan, &|_| ()).await.unwrap();
    ctx
}

async fn texts(ctx: &Ctx, sql: &str) -> Vec<String> {
    let rows = ctx.db().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    rows.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Every value of a table, but for the identifiers of rules, which come from elsewhere.
async fn fingerprint(ctx: &Ctx, table: &str) -> String {
    let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE name <> 'rule_id'");
    let columns: Vec<_> =
        texts(ctx, &sql).await.iter().map(|name| format!(r#"quote("{name}")"#)).collect();
    let sql = format!("SELECT {} FROM {table} ORDER BY id", columns.join(" || ',' || "));
    format!("{:x?}", Sha256::digest(texts(ctx, &sql).await.join("\n")))
}

async fn count(ctx: &Ctx, from: &str) -> usize {
    texts(ctx, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {from}")).await[0].parse().unwrap()
}

#[tokio::test]
async fn the_same_plan_makes_the_same_rows() {
    let (left, right) = (filled(&plan(0.004)).await, filled(&plan(0.004)).await);
    for table in TABLES {
        assert_eq!(fingerprint(&left, table).await, fingerprint(&right, table).await, "{table}");
    }
}

#[tokio::test]
async fn another_seed_makes_another_company() {
    let other = Plan { scale: 0.004, seed: 8, until: plan(0.004).until };
    let (left, right) = (filled(&plan(0.004)).await, filled(&other).await);
    for table in TABLES.iter().filter(|it| **it != "company_announcements") {
        assert_ne!(fingerprint(&left, table).await, fingerprint(&right, table).await, "{table}");
    }
}

#[tokio::test]
async fn there_are_as_many_as_the_scale_says() {
    let ctx = filled(&plan(0.05)).await;
    assert_eq!(count(&ctx, "pairings").await, 50);
    assert_eq!(count(&ctx, "eas").await, 15);
    assert_eq!(count(&ctx, "clients").await, 35);
    let reports = count(&ctx, "end_of_day_reports").await;
    assert!((12_250..12_750).contains(&reports), "{reports} reports");
    let alerts = count(&ctx, "alerts").await;
    assert!((600..1_400).contains(&alerts), "{alerts} alerts");
}

#[tokio::test]
async fn the_smallest_company_has_three_pairings() {
    let ctx = filled(&plan(0.001)).await;
    assert_eq!(count(&ctx, "pairings").await, 3);
    assert!(count(&ctx, "users WHERE role = 'EA'").await >= 2);
}

#[tokio::test]
async fn the_summary_counts_the_rows_of_each_table() {
    let ctx = ready().await;
    let seen = std::sync::Mutex::new(Vec::new());
    let summary = fill(&ctx, &plan(0.004), &|it| seen.lock().unwrap().push(it)).await.unwrap();
    assert_eq!(summary.tables.len(), TABLES.len());
    for (table, rows) in &summary.tables {
        assert_eq!(count(&ctx, table).await as u64, *rows, "{table}");
    }
    let last = *seen.lock().unwrap().last().unwrap();
    assert_eq!(last, Progress { pairings: 4, pairings_total: 4, rows: summary.rows() });
}

#[tokio::test]
async fn reports_are_filed_on_expected_days_only() {
    let ctx = filled(&plan(0.01)).await;
    let holidays = holiday::Entity::find().all(ctx.db()).await.unwrap();
    let holidays = holidays.iter().map(|it| DayRange::new(it.start_date.0, it.end_date.0).unwrap());
    let mut leave: BTreeMap<EaId, Vec<DayRange>> = BTreeMap::new();
    for row in pto_record::Entity::find().all(ctx.db()).await.unwrap() {
        let days = DayRange::new(row.start_date.0, row.end_date.0).unwrap();
        leave.entry(row.ea_id).or_default().push(days);
    }
    let mut calendars: BTreeMap<PairingId, Calendar> = BTreeMap::new();
    for row in pairing::Entity::find().all(ctx.db()).await.unwrap() {
        let assistant = ea::Entity::find_by_id(row.ea_id).one(ctx.db()).await.unwrap().unwrap();
        let week = WorkWeek::from_bits(assistant.work_week).unwrap();
        let leave = leave.get(&row.ea_id).cloned().unwrap_or_default();
        calendars.insert(row.id, Calendar::new(row.start_date.0, week, leave, holidays.clone()));
    }
    for row in end_of_day_report::Entity::find().all(ctx.db()).await.unwrap() {
        assert!(calendars[&row.pairing_id].is_expected(row.report_date.0), "{row:?}");
    }
}

#[tokio::test]
async fn nothing_is_told_of_the_time_after() {
    let ctx = filled(&plan(0.02)).await;
    for table in TABLES {
        let at = if table == "pairing_health_history" { "changed_at" } else { "created_at" };
        let late = count(&ctx, &format!("{table} WHERE {at} >= '2026-03-05T00:00:00'")).await;
        assert_eq!(late, 0, "{table}");
    }
    let late = "'2026-03-05T00:00:00'";
    let late =
        format!("alerts WHERE max(updated_at, last_seen_at) >= {late} OR resolved_at >= {late}");
    assert_eq!(count(&ctx, &late).await, 0);
}

#[tokio::test]
async fn identifiers_tell_when_their_rows_were_made() {
    let ctx = filled(&plan(0.004)).await;
    for row in end_of_day_report::Entity::find().all(ctx.db()).await.unwrap() {
        let (seconds, nanos) = row.id.0.get_timestamp().unwrap().to_unix();
        assert_eq!(seconds, row.created_at.timestamp().unsigned_abs());
        assert_eq!(nanos, row.created_at.timestamp_subsec_nanos());
    }
}

#[tokio::test]
async fn pairings_stand_as_their_alerts_and_reports_say() {
    let ctx = filled(&plan(0.05)).await;
    for row in pairing::Entity::find().all(ctx.db()).await.unwrap() {
        let open = alert::Entity::find()
            .filter(alert::Column::PairingId.eq(row.id))
            .filter(alert::Column::Status.ne(AlertStatus::Resolved))
            .all(ctx.db())
            .await
            .unwrap();
        let has = |severity| open.iter().any(|it| it.severity == severity);
        let codes = row.health_reasons.0.to_string();
        let newest = texts(
            &ctx,
            &format!(
                "SELECT workload_feeling FROM end_of_day_reports
                 WHERE pairing_id = x'{}' ORDER BY report_date DESC LIMIT 1",
                row.id.0.simple()
            ),
        )
        .await;
        let overwhelmed = newest.first().is_some_and(|it| it == "OVERWHELMING");
        let is_red =
            has(Severity::Critical) || overwhelmed || codes.contains("R2") || codes.contains("R4");
        assert_eq!(row.auto_health_status == HealthStatus::Red, is_red, "{row:?} {open:?}");
        if !is_red && has(Severity::High) {
            assert_eq!(row.auto_health_status, HealthStatus::Yellow, "{row:?} {open:?}");
        }
        let latest = texts(
            &ctx,
            &format!(
                "SELECT auto_health_status FROM pairing_health_history
                 WHERE pairing_id = x'{}' ORDER BY changed_at DESC, id DESC LIMIT 1",
                row.id.0.simple()
            ),
        )
        .await;
        assert_eq!(latest[0], sea_orm::ActiveEnum::to_value(&row.auto_health_status));
    }
}

#[tokio::test]
async fn an_alert_about_an_overwhelming_day_names_a_report_that_says_so() {
    let ctx = filled(&plan(0.05)).await;
    let rule = texts(&ctx, "SELECT hex(id) FROM alert_rules WHERE rule_number = 2").await.remove(0);
    let found = alert::Entity::find().all(ctx.db()).await.unwrap();
    let found = found.iter().filter(|it| it.rule_id.0.simple().to_string().to_uppercase() == rule);
    let mut seen = 0;
    for row in found {
        for id in row.evidence.0["reportIds"].as_array().unwrap() {
            let id: EndOfDayReportId = id.as_str().unwrap().parse().unwrap();
            let report = end_of_day_report::Entity::find_by_id(id).one(ctx.db()).await;
            let report = report.unwrap().unwrap();
            assert_eq!(report.workload_feeling, WorkloadFeeling::Overwhelming);
            assert_eq!(report.pairing_id, row.pairing_id);
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} reports");
}

#[tokio::test]
async fn every_alert_tells_what_was_found() {
    let ctx = filled(&plan(0.01)).await;
    let alerts = alert::Entity::find().all(ctx.db()).await.unwrap();
    assert!(alerts.len() > 10, "{} alerts", alerts.len());
    for row in alerts {
        let why = why(&row, &[], &[]);
        let kinds: Vec<_> = why.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [AlertCauseKind::Evidence], "{why:?}");
    }
}

#[track_caller]
fn told(result: Result<Summary>) -> String {
    result.unwrap_err().to_string()
}

#[tokio::test]
async fn a_database_that_has_pairings_is_refused() {
    let ctx = filled(&plan(0.001)).await;
    let again = fill(&ctx, &plan(0.001), &|_| ()).await;
    assert_eq!(
        told(again),
        "pairings: are there already, 3 of them: only an empty database is filled"
    );
}

#[tokio::test]
async fn a_database_without_rules_is_refused() {
    let refused = told(fill(&empty().await, &plan(0.001), &|_| ()).await);
    assert!(refused.starts_with("alertRules: are not installed: rules 1, 2, 3"), "{refused}");
}

#[tokio::test]
async fn impossible_sizes_are_refused() {
    for scale in [0.0, -1.0, 41.0, f64::NAN, f64::INFINITY] {
        let refused = told(fill(&ready().await, &plan(scale), &|_| ()).await);
        assert_eq!(refused, "input.scale: must lie from 0.001 to 40");
    }
}

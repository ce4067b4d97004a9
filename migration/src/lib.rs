//! How the tables came to be, oldest first. A released migration is never edited.
//!
//! Migrations stand alone but for the closed sets of `entity`, whose CHECKs they write.

pub use sea_orm_migration::prelude::*;

mod append_only;
mod new_table;

mod m20261120_000001_users;
mod m20261120_000002_user_profiles;
mod m20261120_000003_holidays;
mod m20261120_000004_clients;
mod m20261120_000005_eas;
mod m20261120_000006_pairings;
mod m20261120_000007_pairing_health_history;
mod m20261120_000008_end_of_day_reports;
mod m20261120_000009_alert_rules;
mod m20261120_000010_alerts;
mod m20261120_000011_coaching_notes;
mod m20261120_000012_pto_records;
mod m20261120_000013_start_of_day_logs;
mod m20261120_000014_company_announcements;
mod m20261120_000015_client_members;
mod m20261120_000016_audit_trails;
mod m20261120_000017_event_logs;
mod m20261120_000020_sessions;
mod m20261120_000021_password_resets;
mod m20261120_000022_verifications;
mod m20261120_000023_api_keys;
mod m20261120_000024_two_factors;
mod m20261120_000025_recovery_codes;
mod m20261120_000026_system_settings;
mod m20261120_000027_rule_evaluations;
mod m20261120_000030_jobs;
mod m20261120_000040_health_scores;
mod m20261120_000041_rules_of_ones_own;
mod m20261120_000050_notifications;
mod m20261120_000060_text_opinions;

/// Applies the migrations below in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_users::Migration),
            Box::new(m20261120_000002_user_profiles::Migration),
            Box::new(m20261120_000003_holidays::Migration),
            Box::new(m20261120_000004_clients::Migration),
            Box::new(m20261120_000005_eas::Migration),
            Box::new(m20261120_000006_pairings::Migration),
            Box::new(m20261120_000007_pairing_health_history::Migration),
            Box::new(m20261120_000008_end_of_day_reports::Migration),
            Box::new(m20261120_000009_alert_rules::Migration),
            Box::new(m20261120_000010_alerts::Migration),
            Box::new(m20261120_000011_coaching_notes::Migration),
            Box::new(m20261120_000012_pto_records::Migration),
            Box::new(m20261120_000013_start_of_day_logs::Migration),
            Box::new(m20261120_000014_company_announcements::Migration),
            Box::new(m20261120_000015_client_members::Migration),
            Box::new(m20261120_000016_audit_trails::Migration),
            Box::new(m20261120_000017_event_logs::Migration),
            Box::new(m20261120_000020_sessions::Migration),
            Box::new(m20261120_000021_password_resets::Migration),
            Box::new(m20261120_000022_verifications::Migration),
            Box::new(m20261120_000023_api_keys::Migration),
            Box::new(m20261120_000024_two_factors::Migration),
            Box::new(m20261120_000025_recovery_codes::Migration),
            Box::new(m20261120_000026_system_settings::Migration),
            Box::new(m20261120_000027_rule_evaluations::Migration),
            Box::new(m20261120_000030_jobs::Migration),
            Box::new(m20261120_000040_health_scores::Migration),
            Box::new(m20261120_000041_rules_of_ones_own::Migration),
            Box::new(m20261120_000050_notifications::Migration),
            Box::new(m20261120_000060_text_opinions::Migration),
        ]
    }
}

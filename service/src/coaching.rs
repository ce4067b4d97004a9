//! Coaching: reports come in, alerts go out.

pub mod alert_rules;
pub mod alerts;
pub mod announcements;
pub mod backtest;
pub mod client_members;
pub mod clients;
pub mod coaching_notes;
pub mod dashboard;
pub mod eas;
pub mod evaluation;
pub mod pairing_health;
pub mod pairing_import;
pub mod pairings;
pub mod pto_records;
pub(crate) mod reevaluation;
pub mod reports;
pub mod rule_evaluations;
pub mod second_opinion;
pub mod standings;
pub mod start_of_day_logs;

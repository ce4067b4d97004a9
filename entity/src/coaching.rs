//! Assistants, clients, their pairings, and what is reported about them.

pub mod alert;
pub mod alert_rule;
pub mod client;
pub mod client_member;
pub mod coaching_note;
pub mod company_announcement;
pub mod ea;
pub mod end_of_day_report;
pub mod pairing;
pub mod pairing_health_change;
pub mod pto_record;
pub mod rule_evaluation;
pub mod start_of_day_log;
pub mod text_opinion;

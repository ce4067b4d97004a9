//! Coaching in the API.

pub(crate) mod alert_rules;
pub(crate) mod alerts;
pub(crate) mod announcements;
mod backtest;
pub(crate) mod client_members;
pub(crate) mod clients;
pub(crate) mod coaching_notes;
mod dashboard;
pub(crate) mod eas;
pub(crate) mod pairing_health;
pub(crate) mod pairings;
pub(crate) mod pto_records;
pub(crate) mod reports;
pub(crate) mod rule_evaluations;
pub(crate) mod start_of_day_logs;

use {
    crate::graphql::object::queries,
    async_graphql::{MergedObject, MergedSubscription},
};

queries! {
    /// What can be asked of coaching.
    CoachingQuery(
        alert_rules::AlertRuleQuery,
        alerts::AlertQuery,
        announcements::AnnouncementQuery,
        backtest::BacktestQuery,
        client_members::ClientMemberQuery,
        clients::ClientQuery,
        coaching_notes::CoachingNoteQuery,
        dashboard::DashboardQuery,
        eas::EaQuery,
        pairings::PairingQuery,
        pto_records::PtoRecordQuery,
        reports::ReportQuery,
        rule_evaluations::RuleEvaluationQuery,
        start_of_day_logs::StartOfDayLogQuery,)
}

/// What can be done in coaching.
#[derive(Default, MergedObject)]
pub(crate) struct CoachingMutation(
    alert_rules::AlertRuleMutation,
    alerts::AlertMutation,
    announcements::AnnouncementMutation,
    client_members::ClientMemberMutation,
    clients::ClientMutation,
    coaching_notes::CoachingNoteMutation,
    eas::EaMutation,
    pairings::PairingMutation,
    pto_records::PtoRecordMutation,
    reports::ReportMutation,
    start_of_day_logs::StartOfDayLogMutation,
);

/// What is told of coaching as it happens.
#[derive(Default, MergedSubscription)]
pub(crate) struct CoachingSubscription(
    alerts::AlertSubscription,
    pairings::PairingSubscription,
    reports::ReportSubscription,
);

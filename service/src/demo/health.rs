//! How a pairing stands, by the same rules that the server goes by.

use {
    super::{
        assistant::Leave,
        desk::{Desk, POSITIVE},
        facts::Facts,
        world::At,
    },
    crate::coaching::{
        evaluation::{health, rules},
        pairing_health::HealthReason,
    },
    chrono::NaiveDate,
    chrono_tz::Tz,
    engine::{
        alerts::health::{Facts as Asked, OpenAlert},
        calendar::{Calendar, today_in},
    },
    entity::{
        coaching::{alert, pairing::HealthStatus},
        scalar::Json,
    },
};

/// When and where a pairing is looked at.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) at: At,
    /// Where the assistant's calendar hangs.
    pub(super) zone: Tz,
    pub(super) calendar: &'a Calendar,
    /// The days on which the assistant is off.
    pub(super) leave: &'a [Leave],
}

/// How a pairing stands at a moment.
pub(super) struct Verdict {
    pub(super) status: HealthStatus,
    pub(super) score: i32,
    reasons: Vec<HealthReason>,
}

impl Verdict {
    /// Judges; what held before is as old as it was.
    pub(super) fn new(
        before: Option<&Self>,
        desk: &Desk<'_>,
        facts: &Facts,
        Look { at, zone, calendar, leave }: Look<'_>,
    ) -> Self {
        let open: Vec<_> = desk.open().map(|(rule, row)| open(rule, row, zone)).collect();
        let today = today_in(at, zone);
        let asked = Asked {
            history: &facts.history(calendar, (at, today)),
            open: &open,
            positives: &positives(desk),
            is_on_leave: leave.iter().any(|it| it.days.contains(today)),
        };
        let verdict = asked.judge();
        let before = before.map_or(&[][..], |it| &it.reasons);
        Self {
            status: health::status(verdict.health),
            score: i32::try_from(verdict.score).unwrap_or_default(),
            reasons: health::reasons(before, &verdict.reasons),
        }
    }

    /// The reasons as they are stored.
    pub(super) fn told(&self) -> Json {
        HealthReason::store(&self.reasons)
    }
}

fn open(rule: usize, row: &alert::Model, zone: Tz) -> OpenAlert {
    OpenAlert {
        rule_number: i32::try_from(rule).unwrap_or(i32::MAX),
        severity: rules::severity(row.severity),
        is_positive: POSITIVE & 1 << rule != 0,
        detected_at: *row.detected_at,
        since: today_in(*row.detected_at, zone),
    }
}

/// The rules for the good that found something, and when they last did.
fn positives(desk: &Desk<'_>) -> Vec<(i32, NaiveDate)> {
    let number = |rule| i32::try_from(rule).unwrap_or(i32::MAX);
    desk.praise().map(|(rule, day)| (number(rule), day)).collect()
}

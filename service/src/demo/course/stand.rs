//! How a pairing stands, and the pairing's row.

use {
    crate::coaching::pairing_health::SCORE_MAX,
    crate::demo::{
        assistant::{Assistant, Engagement},
        chance::Chance,
        desk::Desk,
        facts::{Facts, Finding},
        health::{Look, Verdict},
        world::{At, World, instant},
    },
    chrono::{Days, NaiveTime, TimeDelta},
    entity::{
        coaching::{
            pairing::{self, HealthStatus},
            pairing_health_change,
        },
        id::{PairingId, UserId},
        scalar::LocalDate,
    },
};

/// The rule on accelerators that do not move on.
const STALLED: usize = 31;
/// How long a week of the accelerator may last.
const WEEK_DAYS_MAX: u64 = 10;
/// How long an override holds.
const OVERRIDE: TimeDelta = TimeDelta::days(7);

/// What is to happen to a pairing one day.
#[derive(Clone, Copy)]
enum Planned {
    /// Its accelerator stays in a week for too long.
    Stall,
    /// Somebody sets how it stands.
    Override,
}

pub(super) struct Stand {
    lead: UserId,
    verdict: Option<Verdict>,
    recorded: Option<(HealthStatus, HealthStatus)>,
    judged_at: At,
    /// What is to come, the latest first.
    planned: Vec<(At, Planned)>,
    overridden: Option<Override>,
    accelerator: Accelerator,
}

struct Override {
    at: At,
    status: HealthStatus,
    reason: String,
    is_recorded: bool,
}

struct Accelerator {
    is_enabled: bool,
    week: Option<i16>,
}

impl Stand {
    pub(super) fn new(
        world: &World,
        assistant: &Assistant,
        engagement: &Engagement,
        (created_at, lead): (At, UserId),
        chance: &mut Chance,
    ) -> Self {
        let age = (world.plan.until - engagement.start_date).num_days();
        let accelerator = Accelerator::new(age, chance);
        let mut planned = Vec::new();
        if chance.happens(0.016) {
            let hours = chance.between(6, 90);
            planned.push((world.horizon - TimeDelta::hours(hours), Planned::Override));
        }
        if let Some(week) = accelerator.week {
            let late = u64::from(week.unsigned_abs() - 1) * 7 + WEEK_DAYS_MAX + 1;
            let day = engagement.start_date + Days::new(late);
            planned.push((instant(assistant.person.zone, day, NaiveTime::MIN), Planned::Stall));
        }
        planned.retain(|it| it.0 > created_at && it.0 < world.horizon);
        planned.sort_by_key(|it| std::cmp::Reverse(it.0));
        Self {
            lead,
            verdict: None,
            recorded: None,
            judged_at: created_at,
            planned,
            overridden: None,
            accelerator,
        }
    }

    pub(super) fn next_due(&self) -> Option<At> {
        self.planned.last().map(|it| it.0)
    }

    /// Lets happen what is due.
    pub(super) fn take_up(&mut self, due: At, desk: &mut Desk<'_>, chance: &mut Chance) {
        match self.planned.pop() {
            None => {}
            Some((_, Planned::Stall)) => {
                let finding = Finding { rule: STALLED, reports: Vec::new() };
                desk.find(&finding, due.date_naive(), due, chance);
            }
            Some((_, Planned::Override)) => {
                let is_green = self.status() == HealthStatus::Green;
                let (status, section) = if is_green {
                    (HealthStatus::Yellow, "override.worse")
                } else {
                    (HealthStatus::Green, "override.better")
                };
                let reason = desk.world.phrases.say(section, desk.cast, chance);
                self.overridden = Some(Override { at: due, status, reason, is_recorded: false });
            }
        }
    }

    /// How it stands by the rules alone.
    fn status(&self) -> HealthStatus {
        self.verdict.as_ref().map_or(HealthStatus::Green, |it| it.status)
    }

    /// Judges anew, and answers what has changed.
    pub(super) fn judge(
        &mut self,
        desk: &Desk<'_>,
        facts: &Facts,
        look: Look<'_>,
        chance: &mut Chance,
    ) -> Option<pairing_health_change::Model> {
        let at = look.at;
        let verdict = Verdict::new(self.verdict.as_ref(), desk, facts, look);
        self.judged_at = at;
        let auto = verdict.status;
        let status = self.overridden.as_ref().map_or(auto, |it| it.status);
        let is_set = self.overridden.as_ref().is_some_and(|it| !it.is_recorded);
        let has_changed = is_set || self.recorded != Some((status, auto));
        let recorded = has_changed.then(|| pairing_health_change::Model {
            id: chance.id(at),
            pairing_id: desk.pairing,
            health_status: status,
            auto_health_status: auto,
            reasons: verdict.told(),
            health_score: verdict.score,
            is_override: self.overridden.is_some(),
            changed_by: is_set.then_some(self.lead),
            changed_at: at.into(),
        });
        if let Some(it) = &mut self.overridden {
            it.is_recorded = true;
        }
        self.recorded = Some((status, auto));
        self.verdict = Some(verdict);
        recorded
    }

    pub(super) fn row(
        &self,
        (id, created_at): (PairingId, At),
        (assistant, engagement): (&Assistant, &Engagement),
        desk: &Desk<'_>,
        chance: &mut Chance,
    ) -> pairing::Model {
        let auto = self.status();
        let set = self.overridden.as_ref();
        let mut goals = |section| {
            let is_enabled = self.accelerator.is_enabled;
            is_enabled.then(|| desk.world.phrases.say(section, desk.cast, chance))
        };
        pairing::Model {
            id,
            ea_id: assistant.id(),
            client_id: desk.world.clients[engagement.client].id,
            start_date: LocalDate(engagement.start_date),
            health_status: set.map_or(auto, |it| it.status),
            health_status_override: set.is_some(),
            health_override_by: set.map(|_| self.lead),
            health_override_at: set.map(|it| it.at.into()),
            health_override_reason: set.map(|it| it.reason.clone()),
            health_override_expires_at: set.map(|it| (it.at + OVERRIDE).into()),
            auto_health_status: auto,
            health_override_stale: set.is_some_and(|it| desk.has_critical_since(it.at)),
            health_reasons: self
                .verdict
                .as_ref()
                .map_or_else(|| entity::scalar::Json(serde_json::json!([])), Verdict::told),
            health_score: self.verdict.as_ref().map_or(SCORE_MAX, |it| it.score),
            health_computed_at: self.judged_at.into(),
            accelerator_enabled: self.accelerator.is_enabled,
            accelerator_week: self.accelerator.week,
            accelerator_week_since: None,
            accelerator_week1_goals: goals("goals.1"),
            accelerator_week2_goals: goals("goals.2"),
            accelerator_week3_goals: goals("goals.3"),
            accelerator_week4_goals: goals("goals.4"),
            version: self.accelerator.moves() + i32::from(set.is_some()),
            created_at: created_at.into(),
            updated_at: self.judged_at.into(),
        }
    }
}

impl Accelerator {
    fn new(age: i64, chance: &mut Chance) -> Self {
        let is_enabled = chance.happens(0.35);
        let is_stuck = chance.happens(0.06);
        let stuck = chance.between(2, 4);
        // The weeks follow the calendar, unless nobody moves the pairing on.
        let week = if age < 28 { Some(age / 7 + 1) } else { is_stuck.then_some(stuck) };
        let week = week.filter(|_| is_enabled).and_then(|it| i16::try_from(it).ok());
        Self { is_enabled, week }
    }

    /// The version after each move from week to week.
    fn moves(&self) -> i32 {
        match (self.is_enabled, self.week) {
            (true, Some(week)) => i32::from(week),
            (true, None) => 5,
            (false, _) => 1,
        }
    }
}

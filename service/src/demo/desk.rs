//! The alerts of a pairing, and what the office makes of them.

mod case;

use {
    super::{
        chance::Chance,
        facts::{Finding, RuleSet, quiet_days},
        phrases::Cast,
        rules::PLACES,
        world::{At, World},
    },
    case::Case,
    chrono::{NaiveDate, TimeDelta},
    entity::{
        coaching::{
            alert::{self, AlertResolution, AlertStatus},
            alert_rule::Severity,
        },
        id::{PairingId, UserId},
    },
};

/// How long after its end an alert is opened again, rather than a new one raised.
const REOPENS_WITHIN: TimeDelta = TimeDelta::days(7);
/// The rules that a coach of the assistant looks into; all others are for whoever leads the client.
const FOR_COACHES: RuleSet = bits(&[1, 4, 5, 14, 16, 20, 23, 24, 25, 26, 27, 28, 29]);
/// The rules that find something good.
pub(super) const POSITIVE: RuleSet = bits(&[24, 25, 26]);

/// A set of rules.
pub(super) const fn bits(rules: &[usize]) -> RuleSet {
    let (mut set, mut place) = (0, 0);
    while place < rules.len() {
        set |= 1 << rules[place];
        place += 1;
    }
    set
}

/// Who looks after a pairing, and about whom they talk.
pub(super) struct Desk<'a> {
    pub(super) world: &'a World,
    pub(super) pairing: PairingId,
    pub(super) coach: UserId,
    pub(super) lead: UserId,
    pub(super) cast: &'a Cast<'a>,
    cases: Vec<Case>,
    /// The newest case of each rule.
    newest: [Option<usize>; PLACES],
    /// The cases that are open.
    open: Vec<usize>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        world: &'a World,
        pairing: PairingId,
        coach: UserId,
        lead: UserId,
        cast: &'a Cast<'a>,
    ) -> Self {
        let (cases, newest, open) = (Vec::new(), [None; PLACES], Vec::new());
        Self { world, pairing, coach, lead, cast, cases, newest, open }
    }

    /// The open alerts.
    pub(super) fn open(&self) -> impl Iterator<Item = (usize, &alert::Model)> {
        self.open.iter().map(|it| (self.cases[*it].rule, &self.cases[*it].row))
    }

    /// Whether something CRITICAL was found after a moment, and is open.
    pub(super) fn has_critical_since(&self, at: At) -> bool {
        self.open().any(|(_, row)| row.severity == Severity::Critical && at < *row.detected_at)
    }

    /// The rules for the good that found something, and when they last did.
    pub(super) fn praise(&self) -> impl Iterator<Item = (usize, NaiveDate)> {
        let newest = self.newest.iter().enumerate();
        let found = newest.filter_map(|(rule, it)| Some((rule, self.cases[(*it)?].last_found_on)));
        found.filter(|(rule, _)| POSITIVE & 1 << rule != 0)
    }

    /// A rule found something: a new alert, one more time, or once again.
    pub(super) fn find(
        &mut self,
        finding: &Finding<'_>,
        day: NaiveDate,
        at: At,
        chance: &mut Chance,
    ) {
        let rule = finding.rule;
        if !self.world.rules.of(rule).is_enabled {
            return;
        }
        let known = self.newest[rule];
        let reopens =
            |case: &Case| case.row.resolved_at.is_some_and(|it| at - *it <= REOPENS_WITHIN);
        let place = match known {
            Some(place) if self.cases[place].is_open() => place,
            Some(place) if reopens(&self.cases[place]) => {
                let owner = self.owner(rule);
                self.cases[place].reopen(owner, at, chance);
                self.open.push(place);
                place
            }
            _ => {
                let case = self.new_case(rule, at, chance);
                self.cases.push(case);
                let place = self.cases.len() - 1;
                self.newest[rule] = Some(place);
                self.open.push(place);
                place
            }
        };
        self.cases[place].add(finding, day, at);
    }

    fn owner(&self, rule: usize) -> UserId {
        if FOR_COACHES & 1 << rule != 0 { self.coach } else { self.lead }
    }

    fn new_case(&self, number: usize, at: At, chance: &mut Chance) -> Case {
        let rule = self.world.rules.of(number);
        let is_urgent = rule.severity == Severity::Critical;
        let assigned_to = chance.happens(if is_urgent { 0.6 } else { 0.15 });
        let row = alert::Model {
            id: chance.id(at),
            pairing_id: self.pairing,
            rule_id: rule.id,
            severity: rule.severity,
            status: AlertStatus::New,
            assigned_to: assigned_to.then(|| self.owner(number)),
            detected_at: at.into(),
            last_seen_at: at.into(),
            occurrence_count: 0,
            acknowledged_at: None,
            acknowledged_by: None,
            condition_cleared_at: None,
            resolved_at: None,
            resolution: None,
            reopen_count: 0,
            evidence: entity::scalar::Json(serde_json::Value::Null),
            notes: None,
            version: 1,
            created_at: at.into(),
            updated_at: at.into(),
        };
        Case::new(number, row, rule.is_text, chance)
    }

    /// Of the rules that were looked at, those that hold no longer have their alerts cleared.
    pub(super) fn clear(&mut self, looked_at: RuleSet, holding: RuleSet, day: NaiveDate, at: At) {
        let cases = &mut self.cases;
        self.open.retain(|place| {
            let case = &mut cases[*place];
            let is_gone = looked_at & !holding & 1 << case.rule != 0;
            if is_gone && (day - case.last_found_on).num_days() >= quiet_days(case.rule) {
                case.clear(at);
            }
            case.is_open()
        });
    }

    /// When somebody will do something next.
    pub(super) fn next_due(&self) -> Option<At> {
        self.open.iter().filter_map(|it| self.cases[*it].next_due()).min()
    }

    /// Does what is due at a time.
    pub(super) fn work(&mut self, due: At, chance: &mut Chance) {
        for place in self.open.clone() {
            if self.cases[place].next_due() == Some(due) {
                let owner = self.owner(self.cases[place].rule);
                let said = self.cases[place].work(owner, due, chance);
                if let Some(section) = said {
                    let notes = self.world.phrases.say(section, self.cast, chance);
                    self.cases[place].row.notes = Some(notes);
                }
            }
        }
        self.open.retain(|it| self.cases[*it].is_open());
    }

    /// The rows of all alerts.
    pub(super) fn rows(self) -> impl Iterator<Item = alert::Model> {
        let Self { world, pairing: _, coach: _, lead: _, cast: _, cases, newest: _, open: _ } =
            self;
        cases.into_iter().map(|case| case.into_row(&world.rules))
    }
}

/// How alerts of one kind are handled.
fn ending(rule: usize, is_text: bool, chance: &mut Chance) -> AlertResolution {
    if POSITIVE & 1 << rule != 0 {
        return AlertResolution::Expected;
    }
    chance.weighted(&[
        (AlertResolution::Fixed, 74.0),
        (AlertResolution::FalsePositive, if is_text { 16.0 } else { 6.0 }),
        (AlertResolution::Expected, 11.0),
        (AlertResolution::Duplicate, 4.0),
        (AlertResolution::Churned, if rule == 6 { 5.0 } else { 0.0 }),
    ])
}

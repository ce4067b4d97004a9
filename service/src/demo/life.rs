//! An assistant's days: at work or not, how late, and in what mood.

use {
    super::{
        assistant::{Assistant, Manner},
        chance::{About, Chance},
        course::Course,
        desk::bits,
        facts::RuleSet,
        mood::Walk,
        notes,
        world::{At, World, days, instant},
    },
    chrono::{NaiveDate, TimeDelta},
    engine::attendance::{Arrival, arrival},
    entity::{
        coaching::{
            alert, coaching_note, end_of_day_report, pairing, pairing_health_change, pto_record,
            start_of_day_log,
        },
        scalar::{LocalDate, LocalTime},
    },
};

/// How long after the expected time somebody is missed who has not begun.
const MISSED_AFTER: TimeDelta = TimeDelta::minutes(120);
/// So many late days within so many are a pattern.
const LATE_DAYS: (usize, i64) = (3, 14);
const LATE: usize = 27;
const LATE_AGAIN: usize = 28;
const NOT_BEGUN: usize = 29;

/// The rows of some assistants and all that hangs on them.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) leave: Vec<pto_record::Model>,
    pub(super) pairings: Vec<pairing::Model>,
    pub(super) logs: Vec<start_of_day_log::Model>,
    pub(super) reports: Vec<end_of_day_report::Model>,
    pub(super) alerts: Vec<alert::Model>,
    pub(super) changes: Vec<pairing_health_change::Model>,
    pub(super) notes: Vec<coaching_note::Model>,
}

/// A day on which the assistant was to work.
pub(super) struct Day {
    pub(super) date: NaiveDate,
    /// When the shift was to begin.
    pub(super) begins_at: At,
    pub(super) is_absent: bool,
    pub(super) cheer: f64,
    pub(super) has_life_trouble: bool,
    pub(super) attendance: Option<Attendance>,
}

/// What the rules on attendance make of a day.
pub(super) struct Attendance {
    pub(super) at: At,
    pub(super) found: Option<usize>,
    pub(super) holding: RuleSet,
}

/// The rules on attendance.
pub(super) const ATTENDANCE: RuleSet = bits(&[LATE, LATE_AGAIN, NOT_BEGUN]);

/// Lives the life of one assistant.
pub(super) fn live(world: &World, assistant: &Assistant, rows: &mut Rows) {
    let mut chance = Chance::new(world.plan.seed, About::Days(assistant.number));
    rows.leave.extend(assistant.leave_rows(&mut chance, world.horizon));
    let mut life = Life {
        world,
        assistant,
        cheer: Walk::new(assistant.temper.cheer, 0.5, &mut chance),
        chance,
        absent_days: 0,
        troubled_days: 0,
        late_on: Vec::new(),
    };
    let lived = life.days(rows);
    rows.notes.extend(notes::on_assistant(world, assistant, &mut life.chance));
    for (place, engagement) in assistant.engagements.iter().enumerate() {
        Course::run(world, assistant, engagement, (&lived, place == 0), rows);
    }
}

struct Life<'a> {
    world: &'a World,
    assistant: &'a Assistant,
    chance: Chance,
    cheer: Walk,
    absent_days: i64,
    troubled_days: i64,
    late_on: Vec<NaiveDate>,
}

impl Life<'_> {
    fn days(&mut self, rows: &mut Rows) -> Vec<Day> {
        let Some(first) = self.assistant.engagements.first() else { return Vec::new() };
        let calendar = self.assistant.calendar(first.start_date, &self.world.holidays);
        let range = days(first.start_date, self.world.plan.until);
        calendar.expected_in(range).map(|date| self.day(date, rows)).collect()
    }

    fn day(&mut self, date: NaiveDate, rows: &mut Rows) -> Day {
        let assistant = self.assistant;
        let begins_at = instant(assistant.person.zone, date, assistant.shows_up);
        self.absent_days -= 1;
        self.troubled_days -= 1;
        if self.absent_days <= 0 && self.chance.happens(assistant.temper.vanishes) {
            self.absent_days = self.chance.weighted(&[(1, 6.0), (2, 3.0), (3, 1.0)]);
        }
        if self.troubled_days <= 0 && self.chance.happens(0.006) {
            self.troubled_days = self.chance.between(1, 4);
        }
        let is_absent = self.absent_days > 0;
        let has_life_trouble = self.troubled_days > 0;
        let cheer = self.cheer.step(&mut self.chance) - if has_life_trouble { 0.4 } else { 0.0 };
        let logs = !is_absent && !self.chance.happens(0.003);
        let attendance = if logs { self.begin(begins_at, rows) } else { self.stay_away(begins_at) };
        Day { date, begins_at, is_absent, cheer, has_life_trouble, attendance }
    }

    /// Presses the start button.
    fn begin(&mut self, begins_at: At, rows: &mut Rows) -> Option<Attendance> {
        let assistant = self.assistant;
        let at = begins_at + TimeDelta::seconds(self.delay());
        if at >= self.world.horizon {
            return None;
        }
        let Arrival { log_date, minutes_late, was_late } =
            arrival(assistant.shows_up, assistant.person.zone, at);
        rows.logs.push(start_of_day_log::Model {
            id: self.chance.id(at),
            ea_id: assistant.id(),
            log_date: LocalDate(log_date),
            logged_at: at.into(),
            expected_show_up_time: LocalTime(assistant.shows_up),
            was_late,
            minutes_late: minutes_late.cast_signed(),
            created_at: at.into(),
            updated_at: at.into(),
        });
        let (least, days) = LATE_DAYS;
        self.late_on.retain(|day| (log_date - *day).num_days() < days);
        if was_late {
            self.late_on.push(log_date);
        }
        let again = self.late_on.len() >= least;
        let holding = match (again, was_late) {
            (true, _) => bits(&[LATE_AGAIN]),
            (false, true) => bits(&[LATE]),
            (false, false) => 0,
        };
        let found = was_late.then_some(if again { LATE_AGAIN } else { LATE });
        Some(Attendance { at, found, holding })
    }

    /// How many seconds after the expected time the day begins: mostly some minutes before or
    /// after, now and then much later.
    fn delay(&mut self) -> i64 {
        let temper = &self.assistant.temper;
        let often = if temper.manner == Manner::Late { 0.12 } else { 0.015 };
        let much = if self.chance.happens(often) {
            20.0 + 70.0 * self.chance.unit() * self.chance.unit()
        } else {
            0.0
        };
        let minutes = temper.delay + 4.0 * self.chance.bell() + much;
        #[expect(clippy::cast_possible_truncation, reason = "some minutes are no great number")]
        let seconds = (minutes * 60.0) as i64;
        seconds
    }

    fn stay_away(&self, begins_at: At) -> Option<Attendance> {
        let at = begins_at + MISSED_AFTER;
        let attendance = Attendance { at, found: Some(NOT_BEGUN), holding: bits(&[NOT_BEGUN]) };
        (at < self.world.horizon).then_some(attendance)
    }
}

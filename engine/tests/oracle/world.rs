//! Random pairings. Days are counted from a Monday.

use {
    super::chance::Chance,
    chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc},
    engine::{
        alerts::{Accelerator, Feeling, Id, Report, Shift, Start, WorkType, Workload},
        calendar::{Calendar, DayRange, WorkWeek, zone},
    },
    std::collections::BTreeMap,
};

/// Words that phrases are made of, and what may deny them.
const WORDS: [&str; 9] =
    ["late", "angry", "client", "report", "not", "never", "resolved", "fine", "again"];
const JOINTS: [&str; 6] = [" ", " ", " ", " ", ", ", ". "];
/// Texts of which none is similar to another.
const ITEMS: [&str; 6] =
    ["", "none", "Passport renewal", "Quarterly budget sheet", "VPN drops in calls", "N/A."];
/// Pieces of work: of one sort, of none, and what rules the sort out.
const TASKS: [&str; 5] =
    ["filed forms", "filed teh forms", "called Ann", "filed boxes", "joined meeting"];
const WINS: [&str; 5] = ["", "None.", "Saved $400 on the flights", "A good day", "nothing"];

/// What is known of a pairing, in the plainest form.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) start: i64,
    week: i64,
    pub(crate) off: Vec<(i64, i64)>,
    pub(crate) today: i64,
    /// Minutes of today that have gone by.
    pub(crate) minute: i64,
    /// In no order.
    pub(crate) said: Vec<Said>,
    /// Days and minutes late, in no order.
    pub(crate) started: Vec<(i64, i64)>,
    /// The minute of the day on which the shift begins.
    pub(crate) shift: Option<i64>,
    pub(crate) eligible_on: Option<i64>,
    pub(crate) stalled_since: Option<i64>,
}

/// A report, by the names that conditions use.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) day: i64,
    pub(crate) choices: BTreeMap<&'static str, &'static str>,
    pub(crate) had_sync: bool,
    pub(crate) texts: BTreeMap<&'static str, String>,
}

pub(crate) fn date(day: i64) -> NaiveDate {
    monday() + Days::new(u64::try_from(day).unwrap())
}

pub(crate) fn day(date: NaiveDate) -> i64 {
    (date - monday()).num_days()
}

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
}

impl World {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        let start = chance.between(100, 120);
        let today = start + chance.between(0, 40);
        let week = if chance.happens(70) { 31 } else { chance.between(0, 127) };
        let range = |chance: &mut Chance| {
            let first = start + chance.between(0, 40);
            (first, first + chance.between(0, 4))
        };
        let off = (0..3).map(|_| range(chance)).collect();
        let mut world = Self {
            start,
            week,
            off,
            today,
            minute: chance.between(0, 1_439),
            said: Vec::new(),
            started: Vec::new(),
            shift: chance.happens(80).then(|| chance.between(0, 95) * 15),
            eligible_on: chance.happens(70).then(|| today + chance.between(-5, 15)),
            stalled_since: chance.happens(70).then(|| today - chance.between(0, 25)),
        };
        // Moods last, so that runs happen.
        let mut mood = chance.between(0, 3);
        let gap = if chance.happens(50) { today } else { today - chance.between(0, 6) };
        for day in start - 3..=gap {
            mood = if chance.happens(20) { chance.between(0, 3) } else { mood };
            let likely = if world.is_expected(day) { 85 } else { 15 };
            if chance.happens(likely) {
                world.said.push(Said::new(day, mood, chance));
            }
            if chance.happens(likely) {
                world.started.push((day, chance.between(0, 80)));
            }
        }
        for place in 0..world.said.len() {
            let other = chance.place(world.said.len());
            world.said.swap(place, other);
        }
        world.started.reverse();
        world
    }

    pub(crate) fn is_expected(&self, day: i64) -> bool {
        let is_off = self.off.iter().any(|(first, last)| (*first..=*last).contains(&day));
        self.start <= day && self.week >> day.rem_euclid(7) & 1 == 1 && !is_off
    }

    pub(crate) fn calendar(&self) -> Calendar {
        let ranges = self.off.iter().map(|it| DayRange::new(date(it.0), date(it.1)).unwrap());
        let ranges: Vec<_> = ranges.collect();
        let (leave, holidays) = ranges.split_at(1);
        let week = WorkWeek::from_bits(self.week).unwrap();
        Calendar::new(date(self.start), week, leave.to_vec(), holidays.to_vec())
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        date(self.today).and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(self.minute)
    }

    pub(crate) fn shift(&self) -> Option<Shift> {
        let minute = self.shift?;
        let expected_show_up_time = NaiveTime::MIN + TimeDelta::minutes(minute);
        Some(Shift { expected_show_up_time, zone: zone("UTC").unwrap() })
    }

    pub(crate) fn accelerator(&self) -> Option<Accelerator> {
        self.stalled_since.map(|since| Accelerator { week: 1, since: date(since) })
    }

    pub(crate) fn reports(&self) -> Vec<Report> {
        self.said.iter().map(Said::report).collect()
    }

    pub(crate) fn starts(&self) -> Vec<Start> {
        let start = |(day, late): &(i64, i64)| Start {
            id: Id(u128::try_from(*day).unwrap()),
            log_date: date(*day),
            minutes_late: u32::try_from(*late).unwrap(),
        };
        self.started.iter().map(start).collect()
    }
}

impl Said {
    fn new(day: i64, mood: i64, chance: &mut Chance) -> Self {
        let mood = usize::try_from(mood).unwrap();
        let choices = [
            ("workloadFeeling", Workload::ALL[mood].name()),
            ("workType", WorkType::ALL[3 - mood].name()),
            ("feelingDuringWork", Feeling::ALL[mood].name()),
        ];
        let texts = [
            ("difficulties", words(chance)),
            ("additionalNotes", words(chance)),
            ("pendingTasks", (chance.pick(&ITEMS)).to_owned()),
            ("supportNeeded", (chance.pick(&ITEMS[..3])).to_owned()),
            ("biggestWin", (chance.pick(&WINS)).to_owned()),
            ("whatCompleted", tasks(chance)),
        ];
        let had_sync = mood > 0 || chance.happens(50);
        Self { day, choices: choices.into(), had_sync, texts: texts.into() }
    }

    fn report(&self) -> Report {
        let text = |name: &str| self.texts[name].as_str().into();
        let choice = |name: &str| self.choices[name];
        Report {
            id: Id(u128::try_from(self.day).unwrap()),
            day: date(self.day),
            workload_feeling: *named(Workload::ALL, Workload::name, choice("workloadFeeling")),
            work_type: *named(WorkType::ALL, WorkType::name, choice("workType")),
            feeling_during_work: *named(Feeling::ALL, Feeling::name, choice("feelingDuringWork")),
            had_daily_sync: self.had_sync,
            biggest_win: text("biggestWin"),
            what_completed: text("whatCompleted"),
            pending_tasks: text("pendingTasks"),
            difficulties: text("difficulties"),
            support_needed: text("supportNeeded"),
            additional_notes: text("additionalNotes"),
        }
    }
}

fn named<'a, T: Copy>(all: &'a [T], name: fn(T) -> &'static str, wanted: &str) -> &'a T {
    all.iter().find(|it| name(**it) == wanted).unwrap()
}

fn words(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.between(0, 12) {
        if !text.is_empty() {
            text.push_str(chance.pick(&JOINTS));
        }
        text.push_str(chance.pick(&WORDS));
    }
    text
}

fn tasks(chance: &mut Chance) -> String {
    let most = if chance.happens(20) { TASKS.len() } else { TASKS.len() - 1 };
    let tasks: Vec<_> = (0..chance.between(0, 5)).map(|_| chance.pick(&TASKS[..most])).collect();
    tasks.join("; ")
}

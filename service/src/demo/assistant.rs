//! An assistant: where from, what hours, what temper, and when away.

use {
    super::{
        Plan,
        chance::{About, Chance},
        company::Holiday,
        people::{DOMAIN, Name, Names, Person, sometime},
        phrases::Phrases,
        world::{self, At, days},
    },
    chrono::{Days, NaiveDate, NaiveTime, TimeDelta},
    chrono_tz::Tz,
    engine::calendar::{Calendar, DayRange, WorkWeek},
    entity::{
        coaching::{
            ea,
            pto_record::{self, PtoReason},
        },
        id::EaId,
        kernel::user::Role,
        scalar::{LocalDate, LocalTime, TimeZone},
    },
};

/// Where assistants live, how many of a hundred, and from when to when their days begin.
const HOMES: [Home; 9] = [
    Home {
        region: "philippines",
        place: "Manila",
        zone: Tz::Asia__Manila,
        share: 38.0,
        hours: (5, 13),
    },
    Home {
        region: "africa",
        place: "Cape Town",
        zone: Tz::Africa__Johannesburg,
        share: 14.0,
        hours: (7, 14),
    },
    Home {
        region: "colombia",
        place: "Bogotá",
        zone: Tz::America__Bogota,
        share: 13.0,
        hours: (7, 10),
    },
    Home {
        region: "kenya",
        place: "Nairobi",
        zone: Tz::Africa__Nairobi,
        share: 9.0,
        hours: (7, 14),
    },
    Home {
        region: "brazil",
        place: "São Paulo",
        zone: Tz::America__Sao_Paulo,
        share: 8.0,
        hours: (8, 11),
    },
    Home {
        region: "india",
        place: "Bengaluru",
        zone: Tz::Asia__Kolkata,
        share: 7.0,
        hours: (8, 14),
    },
    Home {
        region: "poland",
        place: "Warsaw",
        zone: Tz::Europe__Warsaw,
        share: 5.0,
        hours: (8, 14),
    },
    Home {
        region: "america",
        place: "Austin",
        zone: Tz::America__Chicago,
        share: 4.0,
        hours: (7, 9),
    },
    Home {
        region: "colombia",
        place: "Mexico City",
        zone: Tz::America__Mexico_City,
        share: 2.0,
        hours: (7, 10),
    },
];
/// Monday to Friday for nearly all; some have Friday and Saturday off, some work on Saturdays.
const WEEKS: [(u8, f64); 3] = [(31, 95.0), (79, 3.0), (63, 2.0)];
/// How far the leave that is known reaches back from the last day, and how far beyond it.
const LEAVE_DAYS: (u64, u64) = (720, 45);

#[derive(Clone, Copy)]
struct Home {
    region: &'static str,
    place: &'static str,
    zone: Tz,
    share: f64,
    hours: (i64, i64),
}

/// What coaches say about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Steady,
    Unreliable,
    Late,
    Terse,
    Strained,
}

/// How somebody works.
pub(super) struct Temper {
    pub(super) manner: Manner,
    /// How likely a report is forgotten.
    pub(super) forgets: f64,
    /// How likely an unannounced absence begins on a day.
    pub(super) vanishes: f64,
    /// How many minutes later than expected days usually begin.
    pub(super) delay: f64,
    /// How many words the list of completed work has.
    pub(super) words: i64,
    /// How likely the internal fields are filled in.
    pub(super) openness: f64,
    /// Where the mood rests.
    pub(super) cheer: f64,
    /// How often something is made better unasked.
    pub(super) drive: f64,
    /// How lists are written.
    pub(super) hand: usize,
}

/// Days off, and when they were entered.
pub(super) struct Leave {
    pub(super) days: DayRange,
    reason: PtoReason,
    entered_on: NaiveDate,
}

/// A pairing to be.
pub(super) struct Engagement {
    pub(super) number: usize,
    pub(super) client: usize,
    /// How old it is, as a fraction of the oldest.
    age: f64,
    pub(super) start_date: NaiveDate,
}

pub(super) struct Assistant {
    pub(super) number: usize,
    pub(super) person: Person,
    pub(super) place: &'static str,
    pub(super) joined: String,
    pub(super) shows_up: NaiveTime,
    pub(super) week: WorkWeek,
    pub(super) temper: Temper,
    pub(super) leave: Vec<Leave>,
    pub(super) engagements: Vec<Engagement>,
}

impl Assistant {
    pub(super) fn new(plan: &Plan, number: usize, phrases: &Phrases, names: &mut Names) -> Self {
        let mut chance = Chance::new(plan.seed, About::Assistant(number));
        let homes = HOMES.map(|home| (home, home.share));
        let home = chance.weighted(&homes);
        let name = names.next(home.region, phrases);
        let hour = chance.between(home.hours.0, home.hours.1);
        let minute = chance.weighted(&[(0, 7.0), (30, 3.0)]);
        let shows_up = NaiveTime::MIN + TimeDelta::minutes(hour * 60 + minute);
        let week = chance.weighted(&WEEKS);
        let week = WorkWeek::from_bits(week).unwrap_or_default();
        let temper = Temper::new(&mut chance);
        let leave = leave(plan.until, &mut chance);
        // The day of hiring follows from the pairings, and the identifier from that day.
        let person = unhired(name, home.zone, &mut chance);
        Self {
            number,
            person,
            place: home.place,
            joined: String::new(),
            shows_up,
            week,
            temper,
            leave,
            engagements: Vec::new(),
        }
    }

    pub(super) fn id(&self) -> EaId {
        self.person.id.into()
    }

    pub(super) fn engage(&mut self, number: usize, client: usize, age: f64) {
        let start_date = NaiveDate::MIN;
        self.engagements.push(Engagement { number, client, age, start_date });
    }

    pub(super) fn calendar(&self, since: NaiveDate, holidays: &[Holiday]) -> Calendar {
        world::calendar(since, self.week, &self.leave, holidays)
    }

    /// How many reports are to be expected of all pairings, if the oldest of the company began so
    /// many days ago.
    pub(super) fn reports(&self, calendar: &Calendar, oldest: u32, until: NaiveDate) -> f64 {
        let expected = self.engagements.iter().map(|it| {
            let range = days(it.start(oldest, until), until);
            f64::from(calendar.expected_days(range))
        });
        expected.sum::<f64>() * self.temper.submits()
    }

    /// Begins the pairings, and hires the assistant some days before the first.
    pub(super) fn start(&mut self, oldest: u32, plan: &Plan) {
        for engagement in &mut self.engagements {
            engagement.start_date = engagement.start(oldest, plan.until);
        }
        self.engagements.sort_by_key(|it| (it.start_date, it.number));
        let first = self.engagements.first().map_or(plan.until, |it| it.start_date);
        let mut chance = Chance::new(plan.seed, About::Hiring(self.number));
        let hired = first - Days::new(chance.between(5, 24).unsigned_abs());
        self.person.created_at = sometime(hired, &mut chance);
        self.person.id = chance.id(self.person.created_at);
        self.joined = hired.format("%B %Y").to_string();
    }

    pub(super) fn row(&self) -> ea::Model {
        let hired = self.person.created_at.date_naive();
        ea::Model {
            id: self.id(),
            expected_show_up_time: LocalTime(self.shows_up),
            timezone: TimeZone(self.person.zone),
            work_week: self.week.bits().into(),
            healthcare_eligibility_date: Some(LocalDate(hired + Days::new(90))),
            version: 1,
            created_at: self.person.created_at.into(),
            updated_at: self.person.created_at.into(),
        }
    }

    /// The leave that had been entered before a moment.
    pub(super) fn leave_rows(&self, chance: &mut Chance, before: At) -> Vec<pto_record::Model> {
        let hired = self.person.created_at;
        let kept = self.leave.iter().filter(|it| it.days.last() >= hired.date_naive());
        let rows = kept.map(|it| {
            let at = sometime(it.entered_on, chance).max(hired);
            pto_record::Model {
                id: chance.id(at),
                ea_id: self.id(),
                start_date: LocalDate(it.days.first()),
                end_date: LocalDate(it.days.last()),
                reason: it.reason,
                version: 1,
                created_at: at.into(),
                updated_at: at.into(),
            }
        });
        rows.filter(|row| *row.created_at < before).collect()
    }
}

fn unhired(name: Name, zone: Tz, chance: &mut Chance) -> Person {
    let email = format!("{}@{DOMAIN}", name.mailbox);
    let created_at = At::UNIX_EPOCH;
    Person { id: chance.id(created_at), name, email, role: Role::Ea, zone, created_at }
}

impl Engagement {
    fn start(&self, oldest: u32, until: NaiveDate) -> NaiveDate {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a fraction of a few years"
        )]
        let days = (self.age * f64::from(oldest)) as u64;
        until - Days::new(days)
    }
}

impl Temper {
    fn new(chance: &mut Chance) -> Self {
        let manner = chance.weighted(&[
            (Manner::Steady, 62.0),
            (Manner::Unreliable, 8.0),
            (Manner::Late, 10.0),
            (Manner::Terse, 8.0),
            (Manner::Strained, 12.0),
        ]);
        let is = |other| manner == other;
        Self {
            manner,
            forgets: if is(Manner::Unreliable) {
                chance.within(0.04, 0.10)
            } else {
                chance.within(0.003, 0.018)
            },
            vanishes: if is(Manner::Unreliable) { 0.012 } else { 0.002 },
            delay: if is(Manner::Late) {
                chance.within(4.0, 16.0)
            } else {
                chance.within(-9.0, 1.0)
            },
            words: if is(Manner::Terse) { chance.between(34, 52) } else { chance.between(52, 76) },
            openness: chance.within(0.15, 0.6),
            cheer: if is(Manner::Strained) {
                chance.within(-0.55, -0.15)
            } else {
                chance.within(-0.1, 0.9)
            },
            drive: chance.unit() * chance.unit(),
            hand: chance.place(4),
        }
    }

    /// How many of the expected reports arrive.
    fn submits(&self) -> f64 {
        // An absence lasts a day and a half.
        (1.0 - self.forgets) * (1.0 - self.vanishes * 1.5)
    }
}

fn leave(until: NaiveDate, chance: &mut Chance) -> Vec<Leave> {
    let (back, ahead) = LEAVE_DAYS;
    let (mut day, last) = (until - Days::new(back), until + Days::new(ahead));
    let mut leave = Vec::new();
    loop {
        day = day + Days::new(chance.between(14, 120).unsigned_abs());
        let reason = chance.weighted(&[
            (PtoReason::Pto, 5.0),
            (PtoReason::Sick, 3.0),
            (PtoReason::Other, 1.0),
        ]);
        let (length, notice) = match reason {
            PtoReason::Pto => (chance.between(2, 11), chance.between(10, 50)),
            PtoReason::Sick => (chance.between(1, 3), 0),
            PtoReason::Other => (1, chance.between(1, 9)),
        };
        if day > last {
            return leave;
        }
        let end = day + Days::new(length.unsigned_abs() - 1);
        let entered_on = day - Days::new(notice.unsigned_abs());
        leave.push(Leave { days: days(day, end), reason, entered_on });
        day = end;
    }
}

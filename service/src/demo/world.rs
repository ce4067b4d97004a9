//! Who there is, who works for whom, and since when: settled before the first day is lived.

use {
    super::{
        Plan,
        assistant::{Assistant, Leave},
        chance::{About, Chance},
        client::Client,
        company,
        people::{Names, Person, Staff},
        phrases::Phrases,
        rules::Rules,
    },
    chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc},
    chrono_tz::Tz,
    engine::calendar::{Calendar, DayRange},
};

/// An instant.
pub(super) type At = DateTime<Utc>;

/// How many pairings, assistants, clients and reports of each pairing there are at scale 1.
const PAIRINGS: f64 = 1_000.0;
const ASSISTANTS: f64 = 300.0;
const CLIENTS: f64 = 700.0;
const REPORTS_A_PAIRING: f64 = 250.0;
/// How long the oldest pairing may have lasted, at the least and at the most.
const OLDEST_DAYS: (u32, u32) = (60, 640);

/// Everything that is settled beforehand.
pub(super) struct World {
    pub(super) plan: Plan,
    /// The first moment that is not told any more: midnight in UTC after the last day.
    pub(super) horizon: At,
    pub(super) phrases: Phrases,
    pub(super) rules: Rules,
    /// The day on which the company began to use Vigil.
    pub(super) first_day: NaiveDate,
    pub(super) holidays: Vec<company::Holiday>,
    pub(super) staff: Staff,
    pub(super) assistants: Vec<Assistant>,
    pub(super) clients: Vec<Client>,
    pub(super) pairings_total: usize,
}

impl World {
    pub(super) fn new(plan: &Plan, rules: Rules) -> Self {
        let phrases = Phrases::new();
        let holidays = company::holidays(plan.until);
        let mut names = Names::new(plan.seed);
        let count = Counts::of(plan.scale);
        let mut assistants: Vec<_> = (0..count.assistants)
            .map(|number| Assistant::new(plan, number, &phrases, &mut names))
            .collect();
        share_out(&count, &mut assistants, plan.seed);
        let oldest = start_pairings(&count, &mut assistants, &holidays, plan);
        let first_day = plan.until - Days::new(u64::from(oldest) + 30);
        let clients = clients(plan, &count, &assistants, &phrases, &mut names);
        let staff = Staff::new(plan, first_day, count.pairings, &phrases, &mut names);
        let horizon = midnight_after(plan.until);
        let pairings_total = count.pairings;
        let plan = plan.clone();
        Self {
            plan,
            horizon,
            phrases,
            rules,
            first_day,
            holidays,
            staff,
            assistants,
            clients,
            pairings_total,
        }
    }

    /// Every person, in the order of the table.
    pub(super) fn people(&self) -> impl Iterator<Item = &Person> {
        self.staff
            .people()
            .chain(self.assistants.iter().map(|it| &it.person))
            .chain(self.clients.iter().filter_map(|it| it.login.as_ref()))
    }
}

struct Counts {
    pairings: usize,
    assistants: usize,
    clients: usize,
}

impl Counts {
    fn of(scale: f64) -> Self {
        let scaled = |count: f64, least: usize| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the scale is checked"
            )]
            let count = (count * scale).round() as usize;
            count.max(least)
        };
        let pairings = scaled(PAIRINGS, 3);
        Self { pairings, assistants: scaled(ASSISTANTS, 2), clients: scaled(CLIENTS, 2) }
    }
}

/// Gives every assistant about as many pairings as any other, and every client at least one. One
/// assistant's pairings follow each other, so that no two of them are with the same client.
fn share_out(count: &Counts, assistants: &mut [Assistant], seed: u64) {
    let mut chance = Chance::new(seed, About::Shares);
    let (each, more) = (count.pairings / count.assistants, count.pairings % count.assistants);
    let mut shares: Vec<usize> =
        (0..count.assistants).map(|number| each + usize::from(number < more)).collect();
    for pair in shares.chunks_exact_mut(2) {
        let most = pair[1].min(count.clients + 1 - pair[0]).min(3);
        let given = chance.place(most.max(1));
        pair[0] += given;
        pair[1] -= given;
    }
    let mut next = 0;
    for (assistant, share) in assistants.iter_mut().zip(shares) {
        for number in next..next + share {
            let unit = chance.unit();
            // Most pairings are old, a few have only just begun.
            let age = 1.0 - 0.995 * unit * unit * unit * unit;
            assistant.engage(number, number % count.clients, age);
        }
        next += share;
    }
}

/// Begins the pairings so long ago that they have as many reports as they should. Answers how many
/// days ago the oldest began.
fn start_pairings(
    count: &Counts,
    assistants: &mut [Assistant],
    holidays: &[company::Holiday],
    plan: &Plan,
) -> u32 {
    let until = plan.until;
    #[expect(clippy::cast_precision_loss, reason = "there are at most 40,000 pairings")]
    let wanted = count.pairings as f64 * REPORTS_A_PAIRING;
    let calendars: Vec<_> =
        assistants.iter().map(|it| it.calendar(until - Days::new(1_000), holidays)).collect();
    let (mut low, mut high) = OLDEST_DAYS;
    while low < high {
        let middle = low.midpoint(high);
        let expected = assistants
            .iter()
            .zip(&calendars)
            .map(|(it, calendar)| it.reports(calendar, middle, until));
        if expected.sum::<f64>() < wanted {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for assistant in assistants {
        assistant.start(low, plan);
    }
    low
}

fn clients(
    plan: &Plan,
    count: &Counts,
    assistants: &[Assistant],
    phrases: &Phrases,
    names: &mut Names,
) -> Vec<Client> {
    let mut since = vec![plan.until; count.clients];
    for engagement in assistants.iter().flat_map(|it| &it.engagements) {
        let since = &mut since[engagement.client];
        *since = engagement.start_date.min(*since);
    }
    let clients = since.into_iter().enumerate();
    clients.map(|(number, since)| Client::new(plan, number, since, (phrases, names))).collect()
}

/// The first moment after a day, in UTC.
pub(super) fn midnight_after(day: NaiveDate) -> At {
    (day + Days::new(1)).and_time(NaiveTime::MIN).and_utc()
}

/// When clocks in a zone show a time; a time that they skip is told an hour later.
pub(super) fn instant(zone: Tz, day: NaiveDate, time: NaiveTime) -> At {
    let local = day.and_time(time);
    let later = || zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest();
    let shown = zone.from_local_datetime(&local).earliest().or_else(later);
    shown.map_or_else(|| local.and_utc(), |it| it.to_utc())
}

/// A calendar of somebody who may be at work since a day.
pub(super) fn calendar(
    since: NaiveDate,
    week: engine::calendar::WorkWeek,
    leave: &[Leave],
    holidays: &[company::Holiday],
) -> Calendar {
    let leave = leave.iter().map(|it| it.days);
    Calendar::new(since, week, leave, holidays.iter().map(|it| it.days))
}

/// The days from one to another; only the first if the other lies before it.
pub(super) fn days(first: NaiveDate, last: NaiveDate) -> DayRange {
    DayRange::new(first, last).unwrap_or(DayRange::of_day(first))
}

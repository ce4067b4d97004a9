//! What concerns everybody: holidays and announcements.

use {
    super::{
        chance::{About, Chance},
        people::sometime,
        world::{World, days},
    },
    chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday},
    engine::calendar::DayRange,
    entity::{coaching::company_announcement, kernel::holiday, scalar::LocalDate},
};

/// How many years of holidays go back behind the last day.
const YEARS_BACK: i32 = 3;
/// How often something is announced, and how long it is shown.
const ANNOUNCED_EVERY_DAYS: u64 = 29;
const SHOWN_DAYS: i64 = 45;

#[derive(Clone)]
pub(super) struct Holiday {
    name: &'static str,
    pub(super) days: DayRange,
}

/// The holidays of the years around a day, to the end of the year after.
pub(super) fn holidays(until: NaiveDate) -> Vec<Holiday> {
    let years = until.year() - YEARS_BACK..=until.year() + 1;
    years.flat_map(of_year).collect()
}

fn of_year(year: i32) -> Vec<Holiday> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let nth = |month, weekday, n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
    let thanksgiving = nth(11, Weekday::Thu, 4);
    let kept = [
        ("New Year's Day", day(1, 1), day(1, 1)),
        ("Memorial Day", nth(5, Weekday::Mon, 4), nth(5, Weekday::Mon, 4)),
        ("Independence Day", day(7, 4), day(7, 4)),
        ("Labor Day", nth(9, Weekday::Mon, 1), nth(9, Weekday::Mon, 1)),
        ("Thanksgiving", thanksgiving, thanksgiving.map(|it| it + Days::new(1))),
        ("Christmas", day(12, 24), day(12, 26)),
    ];
    let kept = kept.into_iter().filter_map(|(name, first, last)| {
        let days = DayRange::new(first?, last?).ok()?;
        Some(Holiday { name, days })
    });
    kept.collect()
}

/// The holidays since the company began, each entered in the autumn before its year.
pub(super) fn holiday_rows(world: &World) -> Vec<holiday::Model> {
    let mut chance = Chance::new(world.plan.seed, About::Company);
    let kept = world.holidays.iter().filter(|it| it.days.first() >= world.first_day);
    let rows = kept.map(|it| {
        let autumn = NaiveDate::from_ymd_opt(it.days.first().year() - 1, 10, 12);
        let entered = autumn.map_or(world.first_day, |it| it.max(world.first_day));
        let at = sometime(entered, &mut chance);
        holiday::Model {
            id: chance.id(at),
            name: it.name.to_owned(),
            start_date: LocalDate(it.days.first()),
            end_date: LocalDate(it.days.last()),
            version: 1,
            created_at: at.into(),
            updated_at: at.into(),
        }
    });
    rows.filter(|row| *row.created_at < world.horizon).collect()
}

/// What was announced, an announcement a month.
pub(super) fn announcement_rows(world: &World) -> Vec<company_announcement::Model> {
    let mut chance = Chance::new(world.plan.seed, About::Announcements);
    let told = days(world.first_day, world.plan.until);
    let mut rows = Vec::new();
    for (number, line) in (0..).zip(world.phrases.lines("announcement")) {
        let day = told.first() + Days::new(number * ANNOUNCED_EVERY_DAYS);
        if day > told.last() {
            break;
        }
        let (title, content) = line.split_once(" | ").unwrap_or((line, line));
        let at = sometime(day, &mut chance).min(world.horizon - TimeDelta::seconds(1));
        let starts_at = at + TimeDelta::minutes(chance.between(0, 300));
        let expires_at = chance.happens(0.7).then_some(starts_at + TimeDelta::days(SHOWN_DAYS));
        rows.push(company_announcement::Model {
            id: chance.id(at),
            title: title.to_owned(),
            content: content.to_owned(),
            // What has no end is taken down by hand.
            is_active: expires_at.is_some() || day + Days::new(120) > told.last(),
            starts_at: starts_at.into(),
            expires_at: expires_at.map(Into::into),
            created_by: world.staff.admin(),
            version: 1,
            created_at: at.into(),
            updated_at: at.into(),
        });
    }
    rows
}

//! `date_within`: a date of the assistant is near.

use {
    super::{
        super::{Finding, Ground, History, Needs},
        Condition, Fields,
    },
    crate::calendar::DayRange,
};

const DAYS_MAX: u32 = 366;
/// The dates that can be asked for.
const DATES: [&str; 1] = ["healthcareEligibilityDate"];

/// A date is today, or at most so many days ahead.
#[derive(Debug)]
struct DateWithin {
    days: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let field = fields.one_of("field", &DATES);
    let days = fields.whole("days", 0..=DAYS_MAX);
    field?;
    Some(Box::new(DateWithin { days: days? }))
}

impl Condition for DateWithin {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let date = history.healthcare_eligibility_date?;
        let ahead = (date - history.today).num_days();
        if !(0..=i64::from(self.days)).contains(&ahead) {
            return None;
        }
        let reasoning = format!("{} is {date}, {ahead} days ahead", DATES[0]);
        let window = DayRange::new(history.today, date).ok();
        let grounds = vec![Ground { day: date, row: None }];
        Some(Finding { window, grounds, ..Finding::sure("date_within", reasoning) })
    }

    fn needs(&self) -> Needs {
        Needs { is_timed: true, ..Needs::default() }
    }
}

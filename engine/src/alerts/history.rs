//! What is known of a pairing when its rules are asked.

use {
    super::{Dated, Id, Past, Report},
    crate::calendar::Calendar,
    chrono::{DateTime, NaiveDate, NaiveTime, Utc},
    chrono_tz::Tz,
};

/// What is known of a pairing when its rules are asked: at some instant, now or in the past.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// The instant of asking.
    pub now: DateTime<Utc>,
    /// The day that the assistant calls today then.
    pub today: NaiveDate,
    /// The days on which a report is expected.
    pub calendar: &'a Calendar,
    /// The pairing's reports, as far back as [`Needs`](super::Needs) says.
    pub reports: Past<'a, Report>,
    /// The assistant's starts of work.
    pub starts: Past<'a, Start>,
    /// When the assistant's shifts begin; none if it is not known.
    pub shift: Option<Shift>,
    /// From when on the assistant is eligible for healthcare.
    pub healthcare_eligibility_date: Option<NaiveDate>,
    /// The week of the accelerator that the pairing is in; none if it is in none.
    pub accelerator: Option<Accelerator>,
}

/// When shifts begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The show-up time on the wall clock.
    pub expected_show_up_time: NaiveTime,
    /// Where that clock hangs.
    pub zone: Tz,
}

/// A start of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The row's id.
    pub id: Id,
    /// The day of the shift, on the assistant's own calendar.
    pub log_date: NaiveDate,
    /// How many whole minutes late; 0 when in time.
    pub minutes_late: u32,
}

/// A week of the accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accelerator {
    /// Which, 1 to 4.
    pub week: u8,
    /// The day since which the pairing has been in it.
    pub since: NaiveDate,
}

impl Dated for Start {
    fn id(&self) -> Id {
        self.id
    }

    fn day(&self) -> NaiveDate {
        self.log_date
    }
}

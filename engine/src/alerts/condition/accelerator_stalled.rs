//! `accelerator_stalled`: the accelerator's week is the same for longer.

use {
    super::{
        super::{Finding, Ground, History, Needs},
        Condition, Fields,
    },
    crate::calendar::DayRange,
};

const DAYS_MAX: u32 = 366;

/// The pairing has been in the same week of the accelerator for more than so many days.
#[derive(Debug)]
struct AcceleratorStalled {
    days: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(AcceleratorStalled { days: fields.whole("days", 1..=DAYS_MAX)? }))
}

impl Condition for AcceleratorStalled {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let accelerator = history.accelerator?;
        let days = (history.today - accelerator.since).num_days();
        if days <= i64::from(self.days) {
            return None;
        }
        let (week, since) = (accelerator.week, accelerator.since);
        let reasoning = format!("in week {week} of the accelerator for {days} days, since {since}");
        let window = DayRange::new(since, history.today).ok();
        let grounds = vec![Ground { day: since, row: None }];
        Some(Finding { window, grounds, ..Finding::sure("accelerator_stalled", reasoning) })
    }

    fn needs(&self) -> Needs {
        Needs { is_timed: true, ..Needs::default() }
    }
}

//! `late`: a start of work was later than this.

use super::{
    super::Start,
    Condition, Fields,
    window::Window,
    windowed::{Question, Windowed},
};

/// A day.
const MINUTES_MAX: u32 = 1_440;

#[derive(Debug)]
struct Late {
    minutes: u32,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let (minutes, window) = (fields.whole("minutes", 0..=MINUTES_MAX), Window::read(fields));
    Some(Box::new(Windowed { question: Late { minutes: minutes? }, window: window? }))
}

impl Question for Late {
    type Row = Start;
    const KIND: &'static str = "late";

    fn ask(&self, start: &Start) -> Option<f64> {
        (start.minutes_late > self.minutes).then_some(1.0)
    }

    fn says(&self, newest: &Start) -> String {
        format!("more than {} minutes late, {} the last time,", self.minutes, newest.minutes_late)
    }
}

//! Which events of the log are new, though transactions commit in another order than their events
//! were made in.

use {
    chrono::TimeDelta,
    entity::{id::EventLogId, scalar::DateTime},
    std::collections::BTreeSet,
};

/// How far back the log is read at a hint: the events of most transactions are made just before
/// they commit.
pub(super) const NEAR: TimeDelta = TimeDelta::seconds(2);
/// How far back it is read now and then: so far may a transaction commit behind another, or the
/// clocks of two servers stand apart.
pub(super) const FAR: TimeDelta = TimeDelta::seconds(60);
/// How many events are known not to be new. Beyond, the log is read less far back.
const KNOWN_MAX: usize = 100_000;

/// The end of the log as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Window {
    newest: Option<DateTime>,
    known: BTreeSet<(DateTime, EventLogId)>,
    known_from: Option<DateTime>,
}

impl Window {
    /// From when on the log is to be read; none means from its beginning. An event whose clock ran
    /// ahead does not hide those of others.
    pub(super) fn floor(&self, back: TimeDelta, now: DateTime) -> Option<DateTime> {
        let floor = DateTime::from(*self.newest?.min(now) - back);
        Some(self.known_from.map_or(floor, |it| floor.max(it)))
    }

    /// Whether an event is new; from now on it is not.
    pub(super) fn is_new(&mut self, at: DateTime, id: EventLogId) -> bool {
        self.newest = self.newest.max(Some(at));
        self.known.insert((at, id))
    }

    /// Forgets events that will not be read again.
    pub(super) fn forget(&mut self, now: DateTime) {
        while self.known.len() > KNOWN_MAX {
            self.known_from = self.known.pop_first().map(|(at, _)| at);
        }
        if let Some(floor) = self.floor(FAR, now) {
            while self.known.first().is_some_and(|(at, _)| *at < floor) {
                self.known.pop_first();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use {super::*, uuid::Uuid};

    fn at(second: i64) -> DateTime {
        chrono::DateTime::from_timestamp(1_000 + second, 0).unwrap().into()
    }

    fn id(number: u128) -> EventLogId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn an_event_is_new_once() {
        let mut window = Window::default();

        assert!(window.is_new(at(0), id(1)));
        assert!(!window.is_new(at(0), id(1)));
        assert!(window.is_new(at(0), id(2)));
    }

    #[test]
    fn an_event_that_is_committed_late_is_still_found() {
        let mut window = Window::default();
        window.is_new(at(100), id(2));

        assert_eq!(window.floor(NEAR, at(100)), Some(at(98)));
        assert_eq!(window.floor(FAR, at(100)), Some(at(40)));
        window.forget(at(100));
        assert!(window.is_new(at(41), id(1)));
    }

    #[test]
    fn a_clock_that_runs_ahead_hides_nothing() {
        let mut window = Window::default();
        window.is_new(at(3_600), id(1));

        assert_eq!(window.floor(NEAR, at(100)), Some(at(98)));
    }

    #[test]
    fn what_is_read_no_more_is_forgotten() {
        let mut window = Window::default();
        for second in 0..1_000 {
            window.is_new(at(second), id(second.unsigned_abs().into()));
        }

        window.forget(at(999));

        assert_eq!(window.known.len(), 61);
    }

    #[test]
    fn what_is_known_is_bounded_and_never_told_twice() {
        let mut window = Window::default();
        for number in 0..KNOWN_MAX + 500 {
            window.is_new(at(i64::try_from(number / 1_000).unwrap()), id(number as u128));
        }
        let now = at(i64::try_from(KNOWN_MAX / 1_000).unwrap());

        window.forget(now);

        assert!(window.known.len() <= KNOWN_MAX);
        let floor = window.floor(FAR, now).unwrap();
        assert!(window.known.first().unwrap().0 >= floor || floor <= at(0), "{floor}");
    }
}

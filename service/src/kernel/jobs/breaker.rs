//! Circuit breakers: an endpoint that fails again and again is left alone for a while, so that nobody waits for it.
//!
//! After some failures in a row its breaker opens: calls are put off. When the pause is over, one call tries whether the
//! endpoint is back; until that has ended the others are still put off. Each process knows what it has seen itself.

use {
    super::worker::Terms,
    chrono::TimeDelta,
    entity::scalar::DateTime,
    lru::LruCache,
    std::{
        num::NonZeroUsize,
        sync::{Mutex, MutexGuard, PoisonError},
    },
};

/// How many endpoints that fail are remembered; more than anybody sets.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1_000).expect("more than none");

/// What has become of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The endpoint is left alone from now on.
    Opened,
    /// The endpoint is called again.
    Closed,
}

/// How an endpoint is treated that has failed. One that is well is not remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is called; so many calls in a row have failed.
    Closed { failures: u32 },
    /// It is not called before a time.
    Open { until: DateTime },
    /// One call tries it.
    Tried,
}

/// The breakers of a worker.
pub(super) struct Breakers {
    failures_max: u32,
    pause: TimeDelta,
    states: Mutex<LruCache<String, State>>,
}

impl Breakers {
    pub(super) fn of(terms: &Terms) -> Self {
        let pause = TimeDelta::from_std(terms.breaker_pause).unwrap_or(TimeDelta::MAX);
        let states = Mutex::new(LruCache::new(REMEMBERED));
        Self { failures_max: terms.breaker_failures, pause, states }
    }

    /// Leave to call an endpoint, or how long to put that off.
    pub(super) fn pass(&self, endpoint: &str, now: DateTime) -> Result<Pass<'_>, TimeDelta> {
        let mut states = self.lock();
        let trial = match states.get_mut(endpoint) {
            None | Some(State::Closed { .. }) => None,
            Some(State::Tried) => return Err(self.pause),
            Some(State::Open { until }) if *until > now => return Err(**until - *now),
            Some(state) => {
                *state = State::Tried;
                Some(now)
            }
        };
        drop(states);
        Ok(Pass { breakers: self, endpoint: endpoint.to_owned(), trial })
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to make a call. Dropped without a word of how it ended, it says nothing about the endpoint, and another may
/// try it.
#[must_use = "how the call ends must be told"]
pub(super) struct Pass<'a> {
    breakers: &'a Breakers,
    endpoint: String,
    /// Since when it tries an endpoint that has failed.
    trial: Option<DateTime>,
}

impl Pass<'_> {
    /// The endpoint has answered: what it failed at before is forgotten.
    pub(super) fn answered(mut self) -> Option<Switch> {
        self.trial = None;
        match self.breakers.lock().pop(&self.endpoint) {
            None | Some(State::Closed { .. }) => None,
            Some(State::Open { .. } | State::Tried) => Some(Switch::Closed),
        }
    }

    /// The endpoint has failed.
    pub(super) fn failed(mut self, now: DateTime) -> Option<Switch> {
        let is_trial = self.trial.take().is_some();
        let Breakers { failures_max, pause, .. } = *self.breakers;
        let open = State::Open { until: (*now + pause).into() };
        let mut states = self.breakers.lock();
        let failures = match states.get(&self.endpoint) {
            // It was called before the breaker opened, and tells nothing new.
            Some(State::Open { .. } | State::Tried) if !is_trial => return None,
            Some(State::Open { .. } | State::Tried) => {
                states.put(self.endpoint.clone(), open);
                return None;
            }
            Some(State::Closed { failures }) => failures + 1,
            None => 1,
        };
        let is_opened = failures >= failures_max;
        let state = if is_opened { open } else { State::Closed { failures } };
        states.put(self.endpoint.clone(), state);
        is_opened.then_some(Switch::Opened)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let Some(until) = self.trial else { return };
        if let Some(state @ State::Tried) = self.breakers.lock().get_mut(&self.endpoint) {
            *state = State::Open { until };
        }
    }
}

#[cfg(test)]
mod tests {
    use {super::*, std::time::Duration};

    const ENDPOINT: &str = "desk.example:443";

    fn breakers() -> Breakers {
        let (breaker_failures, breaker_pause) = (3, Duration::from_secs(30));
        Breakers::of(&Terms { breaker_failures, breaker_pause, ..Terms::default() })
    }

    fn at(second: i64) -> DateTime {
        chrono::DateTime::from_timestamp(1_772_000_000 + second, 0).unwrap().into()
    }

    /// Lets calls fail, each at a second, one after another.
    #[track_caller]
    fn fail(breakers: &Breakers, seconds: &[i64]) -> Vec<Option<Switch>> {
        let fail = |it: &i64| breakers.pass(ENDPOINT, at(*it)).ok().unwrap().failed(at(*it));
        seconds.iter().map(fail).collect()
    }

    /// For how many seconds a call is put off.
    #[track_caller]
    fn put_off(breakers: &Breakers, second: i64) -> i64 {
        breakers.pass(ENDPOINT, at(second)).err().expect("it is put off").num_seconds()
    }

    #[test]
    fn it_opens_after_so_many_failures_in_a_row() {
        let breakers = breakers();
        assert_eq!(fail(&breakers, &[0, 1]), [None, None]);
        assert_eq!(breakers.pass(ENDPOINT, at(2)).ok().unwrap().answered(), None);
        assert_eq!(fail(&breakers, &[3, 4, 5]), [None, None, Some(Switch::Opened)]);
        assert_eq!((put_off(&breakers, 5), put_off(&breakers, 34)), (30, 1));
        assert!(breakers.pass("other.example:443", at(5)).is_ok());
    }

    #[test]
    fn one_call_tries_it_and_the_others_wait_for_what_it_says() {
        let breakers = breakers();
        fail(&breakers, &[0, 0, 0]);
        let trial = breakers.pass(ENDPOINT, at(30)).ok().unwrap();
        assert_eq!(put_off(&breakers, 31), 30);
        assert_eq!(trial.failed(at(40)), None, "it was open all the time");
        assert_eq!(put_off(&breakers, 41), 29);
        let trial = breakers.pass(ENDPOINT, at(70)).ok().unwrap();
        assert_eq!(trial.answered(), Some(Switch::Closed));
        assert_eq!(fail(&breakers, &[71, 72]), [None, None], "it counts anew");
    }

    #[test]
    fn a_trial_that_does_not_end_leaves_its_turn_to_another() {
        let breakers = breakers();
        fail(&breakers, &[0, 0, 0]);
        drop(breakers.pass(ENDPOINT, at(30)).ok().unwrap());
        let trial = breakers.pass(ENDPOINT, at(30)).ok().unwrap();
        assert_eq!(trial.answered(), Some(Switch::Closed));
    }

    #[test]
    fn calls_that_began_before_it_opened_count_when_they_are_answered_alone() {
        let breakers = breakers();
        let [slow, slower] = [0, 0].map(|it| breakers.pass(ENDPOINT, at(it)).ok().unwrap());
        fail(&breakers, &[0, 0, 0]);
        assert_eq!(slow.failed(at(20)), None);
        assert_eq!(put_off(&breakers, 20), 10, "the pause is no longer for it");
        assert_eq!(slower.answered(), Some(Switch::Closed));
        assert!(breakers.pass(ENDPOINT, at(21)).is_ok());
    }

    #[test]
    fn it_remembers_a_bounded_number_of_endpoints() {
        let breakers = breakers();
        for number in 0..=REMEMBERED.get() {
            let endpoint = format!("{number}.example:443");
            assert!(breakers.pass(&endpoint, at(0)).ok().unwrap().failed(at(0)).is_none());
        }
        assert_eq!(breakers.lock().len(), REMEMBERED.get());
    }
}

//! How often a password may be tried: of one account, and from one address.
//!
//! A try is counted before it is made, and taken back when it was right: however many come at once,
//! no more than are free reach the password's hash.

use {
    crate::kernel::{
        check::Violation,
        error::{Error, ErrorCode, Result},
    },
    entity::scalar::DateTime,
    lru::LruCache,
    std::{
        hash::{BuildHasher, RandomState},
        net::{IpAddr, Ipv6Addr},
        num::NonZeroUsize,
        sync::{Mutex, MutexGuard, PoisonError},
    },
};

/// How many wrong tries of an account cost nothing.
const FREE_TRIES: u32 = 5;
/// How long an account is closed after the most wrong tries, in milliseconds.
const WAIT_MS_MAX: u64 = 60_000;
/// How long after the last one wrong tries are forgotten.
const FORGET_MS: u64 = 3_600_000;
/// How many tries an address has, and in how long it gets them all back.
const ADDRESS_TRIES: u64 = 20;
const ADDRESS_MS: u64 = 60_000;
/// How many accounts, and how many addresses, are remembered; about 100 bytes each.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(100_000).expect("more than none");

/// Counts tries.
pub struct Throttle {
    state: Mutex<State>,
    hasher: RandomState,
}

struct State {
    accounts: LruCache<u64, Account>,
    addresses: LruCache<IpAddr, Address>,
}

/// The wrong tries of an account, and when the last was.
#[derive(Clone, Copy, Default)]
struct Account {
    wrong: u32,
    at_ms: u64,
}

/// What an address has spent, in milliseconds of what it gets back, and when that was so.
#[derive(Clone, Copy, Default)]
struct Address {
    spent_ms: u64,
    at_ms: u64,
}

/// A try that may be made, and counts as wrong unless it is taken back.
#[must_use = "a right try must be taken back"]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    account: u64,
    address: Option<IpAddr>,
}

impl Default for Throttle {
    fn default() -> Self {
        let state =
            State { accounts: LruCache::new(REMEMBERED), addresses: LruCache::new(REMEMBERED) };
        Self { state: Mutex::new(state), hasher: RandomState::new() }
    }
}

impl Throttle {
    /// Takes a try of an account, whether or not there is one by that name, from an address.
    pub fn attempt(
        &self,
        account: &str,
        address: Option<IpAddr>,
        now: DateTime,
    ) -> Result<Attempt<'_>> {
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let (account, address) = (self.hasher.hash_one(account), address.and_then(neighbourhood));
        let mut state = self.lock();
        let known = state.accounts.get_or_insert_mut(account, Account::default);
        let wait_ms = known.wait_ms(now_ms);
        if wait_ms > 0 {
            return Err(come_back_in(wait_ms));
        }
        if let Some(address) = address {
            state.addresses.get_or_insert_mut(address, Address::default).spend(now_ms)?;
        }
        if let Some(known) = state.accounts.get_mut(&account) {
            known.wrong = known.wrong.saturating_add(1);
            known.at_ms = now_ms;
        }
        drop(state);
        Ok(Attempt { throttle: self, account, address })
    }

    /// Takes a request for a mail from an address; there is no wrong one.
    pub fn request(&self, address: Option<IpAddr>, now: DateTime) -> Result<()> {
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let Some(address) = address.and_then(neighbourhood) else { return Ok(()) };
        self.lock().addresses.get_or_insert_mut(address, Address::default).spend(now_ms)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// It was right: the wrong ones before it are forgotten.
    pub fn was_right(self) {
        let mut state = self.throttle.lock();
        state.accounts.pop(&self.account);
        Self::refund(&mut state, self.address);
    }

    /// It was never made.
    pub fn was_not_made(self) {
        let mut state = self.throttle.lock();
        if let Some(known) = state.accounts.get_mut(&self.account) {
            known.wrong = known.wrong.saturating_sub(1);
        }
        Self::refund(&mut state, self.address);
    }

    fn refund(state: &mut State, address: Option<IpAddr>) {
        if let Some(spent) = address.and_then(|it| state.addresses.get_mut(&it)) {
            spent.spent_ms = spent.spent_ms.saturating_sub(ADDRESS_MS / ADDRESS_TRIES);
        }
    }
}

impl Account {
    /// How long until the next try.
    fn wait_ms(&mut self, now_ms: u64) -> u64 {
        let passed_ms = now_ms.saturating_sub(self.at_ms);
        if passed_ms >= FORGET_MS {
            *self = Self::default();
        }
        let Some(beyond) = self.wrong.checked_sub(FREE_TRIES) else { return 0 };
        let wait_ms =
            1_000_u64.checked_shl(beyond).unwrap_or(WAIT_MS_MAX).clamp(1_000, WAIT_MS_MAX);
        wait_ms.saturating_sub(passed_ms)
    }
}

impl Address {
    fn spend(&mut self, now_ms: u64) -> Result<()> {
        let passed_ms = now_ms.saturating_sub(self.at_ms);
        let after_ms = self.spent_ms.saturating_sub(passed_ms) + ADDRESS_MS / ADDRESS_TRIES;
        if after_ms > ADDRESS_MS {
            return Err(come_back_in(after_ms - ADDRESS_MS));
        }
        *self = Self { spent_ms: after_ms, at_ms: now_ms };
        Ok(())
    }
}

/// Who shares an address: one household or office has a whole /64 of IPv6. This machine's own is
/// that of a reverse proxy, behind which everybody is, and so nobody's.
fn neighbourhood(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    if address.is_loopback() {
        return None;
    }
    match address {
        IpAddr::V4(_) => Some(address),
        IpAddr::V6(it) => Some(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into()),
    }
}

fn come_back_in(wait_ms: u64) -> Error {
    let message = format!("too many tries: come back in {} s", wait_ms.div_ceil(1_000));
    Violation { code: ErrorCode::RateLimited, path: vec!["input".to_owned()], message }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime {
        let start: DateTime = "2026-03-02T15:00:00Z".parse().unwrap();
        (*start + chrono::TimeDelta::seconds(seconds)).into()
    }

    fn wrong(throttle: &Throttle, account: &str, from: Option<&str>, seconds: i64) -> String {
        let from = from.map(|it| it.parse().unwrap());
        match throttle.attempt(account, from, at(seconds)) {
            Ok(_) => "tried".to_owned(),
            Err(refused) => refused.to_string(),
        }
    }

    #[test]
    fn an_account_has_five_tries_and_then_waits_ever_longer() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(wrong(&throttle, "ada", None, 0), "tried");
        }
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let told = format!("input: too many tries: come back in {wait} s");
            assert_eq!(wrong(&throttle, "ada", None, now), told);
            now += wait;
            assert_eq!(wrong(&throttle, "ada", None, now), "tried");
        }
        assert_eq!(wrong(&throttle, "grace", None, now), "tried");
    }

    #[test]
    fn a_right_try_makes_good_for_the_wrong_ones() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            wrong(&throttle, "ada", None, 0);
        }
        throttle.attempt("ada", None, at(0)).unwrap().was_right();
        for _ in 0..5 {
            assert_eq!(wrong(&throttle, "ada", None, 0), "tried");
        }
    }

    #[test]
    fn wrong_tries_are_forgotten_in_an_hour() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            wrong(&throttle, "ada", None, 0);
        }
        assert_eq!(wrong(&throttle, "ada", None, 3_600), "tried");
        assert_eq!(wrong(&throttle, "ada", None, 3_600), "tried");
    }

    #[test]
    fn an_address_has_twenty_tries_a_minute() {
        let throttle = Throttle::default();
        for account in 0..20 {
            assert_eq!(wrong(&throttle, &account.to_string(), Some("192.0.2.1"), 0), "tried");
        }
        let told = "input: too many tries: come back in 3 s";
        assert_eq!(wrong(&throttle, "other", Some("192.0.2.1"), 0), told);
        assert_eq!(wrong(&throttle, "other", Some("192.0.2.2"), 0), "tried");
        assert_eq!(wrong(&throttle, "other", Some("192.0.2.1"), 3), "tried");
    }

    #[test]
    fn right_tries_cost_an_address_nothing() {
        let throttle = Throttle::default();
        let office = Some("192.0.2.1".parse().unwrap());
        for account in 0..100 {
            throttle.attempt(&account.to_string(), office, at(0)).unwrap().was_right();
        }
    }

    #[test]
    fn neighbours_in_ipv6_are_one_address() {
        let throttle = Throttle::default();
        for host in 0..20 {
            wrong(&throttle, &host.to_string(), Some(&format!("2001:db8::{host}")), 0);
        }
        assert!(wrong(&throttle, "x", Some("2001:db8::ffff"), 0).contains("too many"));
    }

    #[test]
    fn of_a_thousand_at_once_five_are_made() {
        let throttle = Throttle::default();
        let made = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    let tries = || (0..125).filter(|_| wrong(&throttle, "ada", None, 0) == "tried");
                    scope.spawn(move || tries().count())
                })
                .collect();
            threads.into_iter().map(|it| it.join().unwrap()).sum::<usize>()
        });
        assert_eq!(made, 5);
    }
}

//! What callers may spend: a leaky bucket each.

use {
    crate::{http::refusal::Refusal, settings::Limits},
    axum::http::{HeaderValue, StatusCode, header},
    entity::id::UserId,
    lru::LruCache,
    service::ErrorCode,
    std::{
        net::{IpAddr, Ipv6Addr},
        num::NonZeroUsize,
        sync::{Mutex, PoisonError},
    },
};

/// Who asks, as far as budgets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// Somebody who has signed in, wherever.
    Person(UserId),
    /// Whoever else is at an address.
    Address(IpAddr),
}

impl Caller {
    /// The caller at an address. One household or office has a whole /64 of IPv6.
    pub(crate) fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(it) => Self::Address(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into()),
            it @ IpAddr::V4(_) => Self::Address(it),
        }
    }
}

/// The budgets of callers. The one who asked the longest ago is forgotten first, and by then has
/// got back most of it.
pub(crate) struct Budgets {
    buckets: Mutex<LruCache<Caller, Bucket>>,
    points_max: u64,
    refill: u64,
}

/// What a caller has spent, in thousandths of a point, and when that was so.
#[derive(Clone, Copy, Default)]
struct Bucket {
    spent: u64,
    at_ms: u64,
}

impl Budgets {
    /// Everybody has spent nothing.
    pub(crate) fn new(limits: &Limits) -> Self {
        let callers = NonZeroUsize::new(limits.callers_max).unwrap_or(NonZeroUsize::MIN);
        Self {
            buckets: Mutex::new(LruCache::new(callers)),
            points_max: limits.budget_points,
            refill: limits.budget_refill,
        }
    }

    /// Takes points out of a caller's budget: what is left, or when to come back.
    pub(crate) fn take(&self, caller: Caller, points: u64, now_ms: u64) -> Result<u64, Refusal> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.get_or_insert_mut(caller, Bucket::default);
        let passed_ms = now_ms.saturating_sub(bucket.at_ms);
        let spent = bucket.spent.saturating_sub(passed_ms.saturating_mul(self.refill));
        let after = spent.saturating_add(points.saturating_mul(1_000));
        let max = self.points_max.saturating_mul(1_000);
        // Whoever has all of the budget may overdraw it: a dear request would never run otherwise.
        if after > max && spent > 0 {
            *bucket = Bucket { spent, at_ms: now_ms };
            let wait_ms = after.saturating_sub(max).min(spent).div_ceil(self.refill);
            return Err(Self::refusal(wait_ms.div_ceil(1_000).max(1)));
        }
        *bucket = Bucket { spent: after, at_ms: now_ms };
        Ok(max.saturating_sub(after) / 1_000)
    }

    fn refusal(seconds: u64) -> Refusal {
        let told = format!("the budget is spent: come back in {seconds} s");
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, told)
            .with(header::RETRY_AFTER, HeaderValue::from(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Caller = Caller::Address(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const EVE: Caller = Caller::Address(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)));

    fn budgets() -> Budgets {
        Budgets::new(&Limits { budget_points: 100, budget_refill: 10, ..Limits::default() })
    }

    #[test]
    fn a_budget_is_spent_and_comes_back() {
        let budgets = budgets();

        assert_eq!(budgets.take(ADA, 60, 0).unwrap(), 40);
        assert_eq!(budgets.take(ADA, 40, 0).unwrap(), 0);
        let refused = budgets.take(ADA, 25, 0).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.code()), (429, "RATE_LIMITED"));
        assert_eq!(refused.header.unwrap().1, "3");
        assert!(budgets.take(ADA, 25, 2_499).is_err());
        assert_eq!(budgets.take(ADA, 25, 2_500).unwrap(), 0);
        assert_eq!(budgets.take(ADA, 0, 1_000_000).unwrap(), 100);
    }

    #[test]
    fn everybody_has_a_budget_of_their_own() {
        let budgets = budgets();
        budgets.take(EVE, 100, 0).unwrap();

        assert!(budgets.take(EVE, 1, 0).is_err());
        assert_eq!(budgets.take(ADA, 1, 0).unwrap(), 99);
    }

    #[test]
    fn a_request_dearer_than_the_budget_runs_when_nothing_was_spent() {
        let budgets = budgets();

        assert_eq!(budgets.take(ADA, 500, 0).unwrap(), 0);
        assert!(budgets.take(ADA, 500, 1_000).is_err());
        assert_eq!(budgets.take(ADA, 500, 50_000).unwrap(), 0);
    }

    #[test]
    fn a_clock_set_back_gives_nothing_back() {
        let budgets = budgets();
        budgets.take(ADA, 100, 10_000).unwrap();

        assert!(budgets.take(ADA, 1, 0).is_err());
    }

    #[test]
    fn neighbours_in_ipv6_share_a_budget() {
        let at = |text: &str| Caller::at(text.parse().unwrap());

        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}

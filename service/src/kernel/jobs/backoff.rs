//! How long a job that has failed waits before it is tried again.

use {chrono::TimeDelta, uuid::Uuid};

/// How long it waits after the first attempt.
const FIRST: TimeDelta = TimeDelta::seconds(1);
/// How long it waits at most.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Into how many parts the second half of a wait is divided.
const PARTS: i32 = 1 << 16;

/// How long a job waits after its attempts so far: twice as long each time, of which the second half is left to
/// `chance`, so that what failed together is not tried together.
pub fn pause(attempts: i32, chance: Uuid) -> TimeDelta {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(30);
    let whole = (FIRST * (1 << doublings)).min(LONGEST);
    // The end of a UUIDv7 is random.
    let [.., high, low] = *chance.as_bytes();
    let part = i32::from(u16::from_be_bytes([high, low]));
    whole / 2 + whole / 2 / PARTS * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempts: i32, from_ms: i64, to_ms: i64) {
        let shortest = pause(attempts, Uuid::from_u128(0)).num_milliseconds();
        let longest = pause(attempts, Uuid::from_u128(u128::MAX)).num_milliseconds();
        assert_eq!(
            (shortest, (longest - to_ms).abs() <= to_ms / 100),
            (from_ms, true),
            "{longest}"
        );
    }

    #[test]
    fn it_doubles_and_is_jittered() {
        check(1, 500, 1_000);
        check(2, 1_000, 2_000);
        check(5, 8_000, 16_000);
    }

    #[test]
    fn it_is_an_hour_at_most() {
        check(13, 1_800_000, 3_600_000);
        check(i32::MAX, 1_800_000, 3_600_000);
    }
}

//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 seconds, as every app has them.

use {
    entity::scalar::DateTime,
    ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign},
    std::ops::RangeInclusive,
};

/// How many bytes a secret has: as many as SHA-1 gives.
pub const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// How many steps a device's clock may be off.
const DRIFT: i64 = 1;

/// The step that a time lies in.
pub fn step(now: DateTime) -> i64 {
    now.timestamp().div_euclid(STEP_SECONDS)
}

/// The step that a code belongs to: the present one, the one before or the one behind it.
pub fn step_of(secret: &[u8], code: &str, now: DateTime) -> Option<i64> {
    let near: RangeInclusive<i64> = step(now) - DRIFT..=step(now) + DRIFT;
    // All are compared, so that the time it takes does not tell which one it was.
    near.fold(
        None,
        |found, it| if is_same(&self::code(secret, it), code) { Some(it) } else { found },
    )
}

/// The code of a step.
pub fn code(secret: &[u8], step: i64) -> String {
    let value = truncated(secret, step) % 10_u32.pow(6);
    format!("{value:0DIGITS$}")
}

/// What the code is the end of (RFC 4226, 5.3).
fn truncated(secret: &[u8], step: i64) -> u32 {
    let mac = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let mac = mac.as_ref();
    let offset = usize::from(mac[mac.len() - 1] & 0xf);
    let word = mac[offset..].first_chunk::<4>().expect("20 bytes are left of 16 + 4");
    u32::from_be_bytes(*word) & 0x7fff_ffff
}

fn is_same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the appendices of both RFCs.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, expected) in (0..).zip(codes) {
            assert_eq!(code(SECRET, step), expected);
        }
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, eight_digits) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(truncated(SECRET, seconds / STEP_SECONDS) % 100_000_000, eight_digits);
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step() {
        let now: DateTime = "2026-03-02T15:00:00Z".parse().unwrap();
        for (drift, is_taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let wanted = step(now) + drift;
            let found = step_of(SECRET, &code(SECRET, wanted), now);
            assert_eq!(found, is_taken.then_some(wanted), "{drift}");
        }
        for other in ["", "1", "000000", "0000000", "abcdef"] {
            assert_eq!(step_of(SECRET, other, now), None, "{other}");
        }
    }
}

//! Chance that comes out the same every time.

use {
    chrono::{DateTime, Utc},
    entity::id::Id,
    rand::{RngCore, SeedableRng},
    rand_chacha::ChaCha8Rng,
    uuid::Builder,
};

/// What a chance decides about: each has numbers of its own, whatever the others draw.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    Company,
    Announcements,
    Names,
    Staff,
    Profiles,
    Shares,
    Client(usize),
    Assistant(usize),
    Hiring(usize),
    Days(usize),
    Pairing(usize),
}

/// Draws that follow from a seed. Only sums and products of whole numbers and fractions of two go
/// into them, so that every machine draws the same.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn new(seed: u64, about: About) -> Self {
        let (kind, number) = match about {
            About::Company => (0, 0),
            About::Announcements => (1, 0),
            About::Names => (2, 0),
            About::Staff => (3, 0),
            About::Profiles => (4, 0),
            About::Shares => (5, 0),
            About::Client(number) => (6, number),
            About::Assistant(number) => (7, number),
            About::Hiring(number) => (8, number),
            About::Days(number) => (9, number),
            About::Pairing(number) => (10, number),
        };
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream((kind << 48) | number as u64);
        Self(random)
    }

    /// From 0 to just below 1.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// From one number to just below another.
    pub(super) fn within(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from one to another, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from + 1).expect("from comes before to");
        let drawn = (u128::from(self.0.next_u64()) * u128::from(span)) >> 64;
        from + i64::try_from(drawn).expect("it is less than the span")
    }

    /// One of `count` places.
    pub(super) fn place(&mut self, count: usize) -> usize {
        ((u64::from(self.0.next_u32()) * count as u64) >> 32) as usize
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.place(of.len())]
    }

    /// One of several, each as likely as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(T, f64)]) -> T {
        let total: f64 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        let found = of.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        found.unwrap_or(&of[of.len() - 1]).0
    }

    /// Around 0, mostly within 1, never beyond 3.5: nearly a normal distribution.
    pub(super) fn bell(&mut self) -> f64 {
        let sum: u32 = self.0.next_u64().to_be_bytes().chunks_exact(2).map(sixteen_bits).sum();
        // Four draws have a deviation of 1/√3.
        (f64::from(sum) / f64::from(u16::MAX) - 2.0) * 1.732_050_8
    }

    /// A new identifier for what happens at that time.
    pub(super) fn id<I: Id>(&mut self, at: DateTime<Utc>) -> I {
        let millisecond = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let mut bytes = [0; 10];
        self.0.fill_bytes(&mut bytes);
        Builder::from_unix_timestamp_millis(millisecond, &bytes).into_uuid().into()
    }
}

fn sixteen_bits(bytes: &[u8]) -> u32 {
    u32::from(bytes[0]) << 8 | u32::from(bytes[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance() -> Chance {
        Chance::new(1, About::Company)
    }

    #[test]
    fn a_seed_decides_everything() {
        let (mut left, mut right) = (chance(), chance());
        assert!((0..100).all(|_| left.between(0, 1_000_000) == right.between(0, 1_000_000)));
    }

    #[test]
    fn what_is_decided_about_has_draws_of_its_own() {
        let mut left = Chance::new(1, About::Pairing(1));
        let mut right = Chance::new(1, About::Pairing(2));
        assert_ne!(left.between(0, 1_000_000), right.between(0, 1_000_000));
    }

    #[test]
    fn both_ends_of_a_range_are_drawn() {
        let mut chance = chance();
        let drawn: std::collections::BTreeSet<_> =
            (0..1000).map(|_| chance.between(3, 6)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
    }

    #[test]
    fn weights_decide_how_often() {
        let mut chance = chance();
        let rare = (0..10_000).filter(|_| chance.weighted(&[(false, 9.0), (true, 1.0)])).count();
        assert!((900..1100).contains(&rare), "{rare}");
    }

    #[test]
    fn the_bell_is_centred_and_one_wide() {
        let mut chance = chance();
        let drawn: Vec<f64> = (0..10_000).map(|_| chance.bell()).collect();
        let mean = drawn.iter().sum::<f64>() / 10_000.0;
        let variance = drawn.iter().map(|it| it * it).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}

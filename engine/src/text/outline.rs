//! How similar two texts can be at most, found out without comparing all that they are made of.

use super::fold::WordHash;

/// How many places the features beside words are counted in.
const PLACES: usize = 1_024;
/// By how much a bound may be off.
const ROUNDING: f64 = 1e-6;

/// A vector without its many small features, of which it knows how long they are together.
///
/// Most texts that are compared are different ones, and their words tell it: then their features need
/// not be sorted, or even kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outline {
    /// The words, sorted, each once, and what they weigh.
    words: Vec<(WordHash, f64)>,
    /// The vector is at least so long.
    length: f64,
    /// The rest of it is at most this part of its length.
    rest: f64,
}

/// The features beside words, as they are met.
pub(super) struct Rest {
    /// What the features of a place weigh together: those that are the same feature are among them.
    places: [f64; PLACES],
    most: f64,
    least: f64,
}

impl Default for Rest {
    fn default() -> Self {
        Self { places: [0.0; PLACES], most: 0.0, least: 0.0 }
    }
}

impl Rest {
    /// Adds a feature. The square of their length lies between that of features which are all different
    /// and that of features which are the same wherever they share a place.
    pub(super) fn add(&mut self, feature: u64, weight: f64) {
        let mixed = feature.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let place = &mut self.places[(mixed % PLACES as u64) as usize];
        self.most += weight * (2.0 * *place + weight);
        self.least += weight * weight;
        *place += weight;
    }
}

impl Outline {
    /// An outline of words, in any order, and of what else there is.
    pub(super) fn new(words: Vec<(WordHash, f64)>, rest: &Rest) -> Self {
        let words = merged(words);
        let square: f64 = words.iter().map(|it| it.1 * it.1).sum();
        let length = (square + rest.least).sqrt();
        Self { words, length, rest: (rest.most / (square + rest.most)).sqrt() }
    }

    /// Whether the cosine of the two vectors may be so large: that of the words, and what the rest would
    /// add if it were the same in both.
    pub(super) fn may_reach(&self, other: &Self, least: f64) -> bool {
        let words = dot(&self.words, &other.words) / (self.length * other.length);
        words + self.rest * other.rest + ROUNDING >= least
    }
}

/// Sorted, each feature once. No weight is negative.
pub(super) fn merged(features: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    // Numbers are sorted faster than pairs; the bits of weights are in the order of the weights.
    let packed = features.into_iter().map(|it| u128::from(it.0) << 64 | u128::from(it.1.to_bits()));
    let mut packed: Vec<u128> = packed.collect();
    packed.sort_unstable();
    let mut merged: Vec<(u64, f64)> = Vec::with_capacity(packed.len());
    for it in packed {
        #[expect(clippy::cast_possible_truncation, reason = "the halves are taken apart again")]
        let (feature, weight) = ((it >> 64) as u64, f64::from_bits(it as u64));
        match merged.last_mut() {
            Some(last) if last.0 == feature => last.1 += weight,
            _ => merged.push((feature, weight)),
        }
    }
    merged
}

/// What sorted features have in common.
pub(super) fn dot(mut left: &[(u64, f64)], mut right: &[(u64, f64)]) -> f64 {
    let mut sum = 0.0;
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if first.0 == second.0 {
            sum += first.1 * second.1;
        }
        if first.0 <= second.0 {
            left = left_rest;
        }
        if second.0 <= first.0 {
            right = right_rest;
        }
    }
    sum
}

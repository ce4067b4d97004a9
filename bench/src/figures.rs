//! What is made of measurements: percentiles, medians, ratios.

use serde::{Deserialize, Serialize};

/// What was measured in several rounds, told as its median and its spread.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Spread {
    /// Of some measurements; none of none.
    pub fn of(measured: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut measured: Vec<_> = measured.into_iter().collect();
        measured.sort_by(f64::total_cmp);
        let (min, max) = (*measured.first()?, *measured.last()?);
        let half = measured.len() / 2;
        let median = if measured.len().is_multiple_of(2) {
            f64::midpoint(measured[half - 1], measured[half])
        } else {
            measured[half]
        };
        Some(Self { median, min, max })
    }

    /// Of the ratios of two figures, round by round. A round that lacks one of them is left out, and
    /// so is one whose divisor is nothing.
    pub fn of_ratios(own: &[Option<f64>], floor: &[Option<f64>]) -> Option<Self> {
        let pairs = own.iter().zip(floor).filter_map(|(own, floor)| own.zip(*floor));
        Self::of(pairs.filter(|(_, floor)| *floor > 0.0).map(|(own, floor)| own / floor))
    }
}

/// The least of some sorted values that so many percent of them do not exceed.
pub(crate) fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let hundred: Vec<u32> = (1..=100).collect();
        for (values, percent, expected) in [
            (hundred.as_slice(), 50, Some(50)),
            (&hundred, 99, Some(99)),
            (&hundred, 100, Some(100)),
            (&[7], 50, Some(7)),
            (&[7], 99, Some(7)),
            (&[1, 2, 3], 50, Some(2)),
            (&[1, 2, 3], 99, Some(3)),
            (&[], 50, None),
        ] {
            assert_eq!(percentile(values, percent), expected, "{percent} of {values:?}");
        }
    }

    #[test]
    fn a_median_lies_in_the_middle() {
        let spread = |median, min, max| Some(Spread { median, min, max });
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), spread(2.0, 1.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]), spread(2.5, 1.0, 4.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let own = [Some(1.0), Some(20.0), None, Some(5.0), Some(9.0)];
        let floor = [Some(2.0), Some(40.0), Some(1.0), None, Some(0.0)];

        let ratios = Spread::of_ratios(&own, &floor);

        assert_eq!(ratios, Some(Spread { median: 0.5, min: 0.5, max: 0.5 }));
    }
}

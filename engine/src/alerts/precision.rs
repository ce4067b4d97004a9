//! How often a rule is right, by how its alerts ended.

/// How the alerts of a rule ended: how many, by resolution. Duplicates, expected ones and those that
/// went away by themselves say nothing about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endings {
    /// What it found was mended.
    pub fixed: u32,
    /// The client left.
    pub churned: u32,
    /// There was nothing to it.
    pub false_positive: u32,
}

impl Endings {
    /// The share of alerts that were right, 0 to 1; none if no alert has ended in a way that tells.
    pub fn precision(self) -> Option<f64> {
        let right = f64::from(self.fixed) + f64::from(self.churned);
        let all = right + f64::from(self.false_positive);
        (all > 0.0).then(|| right / all)
    }

    /// Whether more than half were wrong, so that the rule has to be tuned or switched off.
    pub fn needs_tuning(self) -> bool {
        self.precision().is_some_and(|it| it < 0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fixed: u32, churned: u32, false_positive: u32, percent: Option<f64>, tune: bool) {
        let endings = Endings { fixed, churned, false_positive };
        assert_eq!(endings.precision().map(|it| it * 100.0), percent);
        assert_eq!(endings.needs_tuning(), tune);
    }

    #[test]
    fn those_who_left_were_found_rightly() {
        check(2, 1, 1, Some(75.0), false);
    }

    #[test]
    fn half_wrong_is_still_good_enough() {
        check(1, 0, 1, Some(50.0), false);
        check(1, 0, 3, Some(25.0), true);
        check(0, 0, 1, Some(0.0), true);
    }

    #[test]
    fn without_an_ending_there_is_no_precision() {
        check(0, 0, 0, None, false);
    }

    #[test]
    fn great_numbers_do_no_harm() {
        check(u32::MAX, u32::MAX, 0, Some(100.0), false);
    }
}

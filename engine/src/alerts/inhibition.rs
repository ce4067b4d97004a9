//! Which rules say what a stronger one says already.

use super::Finding;

/// The stronger rule, the weaker one, and the only kind of condition of the weaker that it covers.
const INHIBITIONS: [(i32, i32, Option<&str>); 4] =
    [(4, 20, None), (5, 16, Some("words")), (28, 27, None), (29, 27, None)];

/// The stronger rule that reports the same cause as this finding, if it holds as well.
///
/// An inhibited finding is recorded, and raises no alert. `holding` are the numbers of the rules
/// that hold for the same pairing at the same time.
pub fn inhibitor(rule_number: i32, finding: &Finding, holding: &[i32]) -> Option<i32> {
    let covers =
        |kind: Option<&str>| kind.is_none_or(|kind| finding.kinds.iter().all(|it| *it == kind));
    let found = INHIBITIONS.iter().find(|(stronger, weaker, kind)| {
        *weaker == rule_number && holding.contains(stronger) && covers(*kind)
    });
    found.map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule_number: i32, kinds: &[&'static str], holding: &[i32], stronger: Option<i32>) {
        let finding = Finding { kinds: kinds.to_vec(), ..Finding::sure("", String::new()) };
        assert_eq!(inhibitor(rule_number, &finding, holding), stronger);
    }

    #[test]
    fn the_stronger_silences_the_weaker() {
        check(20, &["field_is"], &[20, 4], Some(4));
        check(27, &["late"], &[27, 28], Some(28));
        check(27, &["late"], &[29], Some(29));
    }

    #[test]
    fn the_weaker_silences_nothing() {
        check(4, &["field_is"], &[4, 20], None);
        check(28, &["late"], &[27, 28, 29], None);
    }

    #[test]
    fn nothing_is_silenced_by_what_does_not_hold() {
        check(20, &["field_is"], &[20], None);
        check(1, &["report_missing"], &[4, 5, 28, 29], None);
    }

    #[test]
    fn empty_reports_silence_short_ones_and_not_repeated_ones() {
        check(16, &["words"], &[5], Some(5));
        check(16, &["text_repeat"], &[5], None);
        check(16, &["text_repeat", "words"], &[5], None);
    }
}

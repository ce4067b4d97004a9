//! How concrete a text is: does it say how much, how many, by when, for whom?

use super::{fold::WordSet, reading::Reading};

/// Words for an effect that can be checked.
static RESULTS: WordSet<62> = WordSet::new([
    "achieved",
    "ahead",
    "approved",
    "automated",
    "avoided",
    "beat",
    "booked",
    "built",
    "caught",
    "cleared",
    "closed",
    "collected",
    "completed",
    "confirmed",
    "converted",
    "cut",
    "delivered",
    "down",
    "earned",
    "eliminated",
    "fewer",
    "filled",
    "finalized",
    "finished",
    "fixed",
    "found",
    "generated",
    "halved",
    "hired",
    "identified",
    "increased",
    "landed",
    "launched",
    "less",
    "migrated",
    "moved",
    "negotiated",
    "onboarded",
    "organized",
    "paid",
    "prevented",
    "processed",
    "published",
    "rebooked",
    "reconciled",
    "recovered",
    "reduced",
    "refunded",
    "renewed",
    "rescheduled",
    "resolved",
    "saved",
    "saving",
    "scheduled",
    "secured",
    "sent",
    "signed",
    "sold",
    "sourced",
    "submitted",
    "under",
    "won",
]);
/// Words for numbers.
static NUMBERS: WordSet<19> = WordSet::new([
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fifteen", "twenty", "thirty", "forty", "fifty", "hundred", "half", "zero",
]);
/// What is counted, and what things cost and take.
static UNITS: WordSet<40> = WordSet::new([
    "hour",
    "hours",
    "minutes",
    "mins",
    "day",
    "days",
    "weeks",
    "months",
    "percent",
    "dollars",
    "usd",
    "invoices",
    "emails",
    "leads",
    "candidates",
    "contacts",
    "meetings",
    "calls",
    "reports",
    "records",
    "files",
    "guests",
    "attendees",
    "vendors",
    "appointments",
    "interviews",
    "receipts",
    "tickets",
    "orders",
    "subscribers",
    "signups",
    "registrations",
    "slides",
    "pages",
    "contracts",
    "listings",
    "bookings",
    "entries",
    "applications",
    "seats",
]);
/// Words of people who do not say what they mean.
static VAGUE: WordSet<30> = WordSet::new([
    "good",
    "great",
    "nice",
    "fine",
    "okay",
    "ok",
    "productive",
    "smooth",
    "smoothly",
    "busy",
    "everything",
    "things",
    "stuff",
    "various",
    "usual",
    "always",
    "normal",
    "well",
    "happy",
    "some",
    "several",
    "many",
    "lots",
    "better",
    "positive",
    "easy",
    "feel",
    "felt",
    "trying",
    "hopefully",
]);
static WEEKDAYS: WordSet<7> =
    WordSet::new(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

const AMOUNT_WEIGHT: f64 = 0.45;
const MONEY_WEIGHT: f64 = 0.3;
const UNIT_WEIGHT: f64 = 0.2;
const RESULT_WEIGHT: f64 = 0.3;
const NAME_WEIGHT: f64 = 0.15;
const DAY_WEIGHT: f64 = 0.1;
/// What is left if a text is vague as well.
const VAGUE_SHARE: f64 = 0.6;
/// How many names add to the score.
const NAMES_MAX: i32 = 2;

/// How concrete a text is, 0 to 1.
///
/// What speaks for it: an amount (0.45), money or a percentage (0.3 more), what was counted (0.2),
/// a word for a result (0.3), up to two names (0.15 each), a day (0.1), together
/// `1 − Π(1 − weight)`. A vague word takes 40 % off, unless there are both an amount and a result.
pub fn specificity(text: &str, reading: &Reading) -> f64 {
    let has_amount = text.contains(|it: char| it.is_ascii_digit()) || says(reading, &NUMBERS);
    let has_result = says(reading, &RESULTS);
    let weights = [
        (has_amount, AMOUNT_WEIGHT),
        (has_amount && text.contains(['%', '$', '€', '£', '₱']), MONEY_WEIGHT),
        (has_amount && says(reading, &UNITS), UNIT_WEIGHT),
        (has_result, RESULT_WEIGHT),
        (says(reading, &WEEKDAYS), DAY_WEIGHT),
    ];
    let missing: f64 = weights.iter().filter(|it| it.0).map(|it| 1.0 - it.1).product();
    let score = 1.0 - missing * (1.0 - NAME_WEIGHT).powi(names(text).min(NAMES_MAX));
    let is_vague = says(reading, &VAGUE) && !(has_amount && has_result);
    if is_vague { score * VAGUE_SHARE } else { score }
}

fn says<const N: usize>(reading: &Reading, words: &WordSet<N>) -> bool {
    reading.words.iter().any(|it| words.contains(it.hash))
}

/// How many words are written like names: with a capital letter, but not at the beginning of a
/// sentence, and not "I".
fn names(text: &str) -> i32 {
    let mut is_begin = true;
    let mut count = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric());
        let is_name = bare.starts_with(char::is_uppercase)
            && bare.chars().nth(1).is_some_and(|it| it != '\'' && it != '’');
        count += i32::from(is_name && !is_begin);
        let ends = word.ends_with('\n') || word.trim_end().ends_with(['.', '!', '?', ':', '•']);
        is_begin = ends || (is_begin && bare.is_empty());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, least: f64, most: f64) {
        let score = specificity(text, &Reading::new(text));
        assert!((least..=most).contains(&score), "{score}");
    }

    #[test]
    fn an_amount_and_a_result_are_concrete() {
        check("Cut the invoice backlog from 40 to 5", 0.6, 1.0);
        check("Negotiated the hotel down by $1,200", 0.7, 1.0);
    }

    #[test]
    fn a_mood_is_not_concrete() {
        check("Had a productive day", 0.0, 0.1);
        check("Everything went well", 0.0, 0.1);
        check("", 0.0, 0.0);
    }

    #[test]
    fn a_vague_amount_is_less_than_a_concrete_one() {
        check("Had 2 good meetings", 0.2, 0.59);
    }

    #[test]
    fn the_first_word_of_a_sentence_is_no_name() {
        assert_eq!(names("Booked it. Then I called. Done"), 0);
        assert_eq!(names("Booked Delta for Ann Lee"), 3);
        assert_eq!(names("- Sent it\n- Booked Rome"), 1);
    }
}

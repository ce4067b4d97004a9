//! How much two texts have in common, whatever the order and the form of their words.

use super::{
    fold::{WordHash, expand, hash, hashes},
    stem::stem,
};

/// Words that say nothing about what a text is about.
const FILLERS: [WordHash; 125] = hashes([
    "a",
    "about",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "another",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "but",
    "by",
    "can",
    "continue",
    "continues",
    "could",
    "currently",
    "day",
    "did",
    "do",
    "does",
    "due",
    "during",
    "either",
    "even",
    "every",
    "few",
    "for",
    "from",
    "get",
    "getting",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "him",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "keep",
    "keeps",
    "kept",
    "may",
    "maybe",
    "me",
    "might",
    "more",
    "much",
    "must",
    "my",
    "not",
    "now",
    "of",
    "on",
    "once",
    "only",
    "or",
    "our",
    "out",
    "over",
    "please",
    "really",
    "same",
    "she",
    "should",
    "since",
    "so",
    "some",
    "somebody",
    "someone",
    "something",
    "still",
    "such",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "to",
    "today",
    "tomorrow",
    "too",
    "until",
    "up",
    "us",
    "very",
    "was",
    "we",
    "week",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "will",
    "with",
    "would",
    "yesterday",
    "yet",
    "you",
    "your",
]);
/// Words that many texts share whatever they are about, as stems.
const COMMON: [WordHash; 43] = hashes([
    "ask", "await", "client", "complet", "do", "find", "finish", "follow", "found", "get", "hav",
    "help", "how", "issu", "like", "mak", "may", "miss", "need", "new", "no", "open", "pend",
    "pleas", "problem", "provid", "request", "requir", "send", "sent", "show", "somebody",
    "someon", "support", "task", "thank", "troubl", "trouble", "us", "use", "wait", "want", "work",
]);
/// By how much a similarity may be off.
const ROUNDING: f64 = 1e-9;
/// What a common word counts, next to 1 for any other.
const COMMON_WEIGHT: f64 = 0.25;
/// What the letters of a word count together, next to 1 for the word.
const LETTERS_WEIGHT: f64 = 0.6;
/// What two neighbouring words count as a pair.
const PAIR_WEIGHT: f64 = 0.15;

/// The words of a text, hashed, without their order: to tell whether two texts say the same.
///
/// Its features are stems of words, the groups of three letters in them, and neighbouring stems.
/// Words without content ("the", "again", "today") are left out, unless there are no others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector {
    /// Sorted by feature; the squares of the weights add up to 1, or there are none.
    features: Vec<(u64, f64)>,
    /// A bit for each stem: texts that share no bit share no word.
    stems: u64,
}

impl Vector {
    /// The vector of a text; one without a word is similar to nothing.
    pub fn new(text: &str) -> Self {
        let words = words(text);
        let is_content = |word: &String| !FILLERS.contains(&hash(word));
        let has_content = words.iter().any(is_content);
        let stems = words.iter().filter(|it| !has_content || is_content(it));
        let stems: Vec<_> = stems.map(|it| stem(it)).map(|it| (hash(&it), it)).collect();
        let mut features = Vec::new();
        for (place, (word, stem)) in stems.iter().enumerate() {
            let weight = if COMMON.contains(word) { COMMON_WEIGHT } else { 1.0 };
            features.push((*word, weight));
            add_letters(stem, weight * LETTERS_WEIGHT, &mut features);
            if let Some((next, _)) = stems.get(place + 1) {
                features.push((word.rotate_left(1) ^ next, weight * PAIR_WEIGHT));
            }
        }
        let stems = stems.iter().fold(0, |bits, (word, _)| bits | 1 << (word % 64));
        Self { features: normalized(features), stems }
    }

    /// How similar two texts are: the cosine of their vectors, 0 to 1. Where no word is the same, it
    /// is 0 and not the little that shared letters would make.
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.stems & other.stems == 0 {
            return 0.0;
        }
        let (mut left, mut right) = (self.features.as_slice(), other.features.as_slice());
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
        // The same text is the same, whatever has been rounded.
        if sum > 1.0 - ROUNDING { 1.0 } else { sum.max(0.0) }
    }

    /// The vector of one item of a list; none if it has no word but those without content.
    pub(super) fn of_item(text: &str) -> Option<Self> {
        let has_content = words(text).iter().any(|it| !FILLERS.contains(&hash(it)));
        has_content.then(|| Self::new(text))
    }

    /// Whether there was no word.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

/// The words in lower case, with contractions written out.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['’', '‘', '`', '´'], "'");
    let mut words = Vec::new();
    for stretch in text.split(|it: char| !it.is_alphanumeric() && it != '\'') {
        let stretch = stretch.trim_matches('\'');
        if !stretch.is_empty() {
            expand(stretch, |it| words.push(it.to_owned()));
        }
    }
    words
}

/// The groups of three letters, which together weigh as much as is given.
fn add_letters(stem: &str, weight: f64, features: &mut Vec<(u64, f64)>) {
    let letters: Vec<u64> = ['^']
        .into_iter()
        .chain(stem.chars())
        .chain(['$'])
        .map(|it| u64::from(u32::from(it)))
        .collect();
    let groups = letters.windows(3);
    let Ok(count) = u32::try_from(groups.len()) else { return };
    let each = weight / f64::from(count.max(1)).sqrt();
    // A character has 21 bits, so that three fill a number; the highest bit tells it from a hash.
    let group = |it: &[u64]| it.iter().fold(1, |sum, letter| sum << 21 | letter);
    features.extend(groups.map(|it| (group(it), each)));
}

/// Sorted, each feature once, of length 1.
fn normalized(mut features: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    features.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    features.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 += next.1;
        }
        is_same
    });
    let length = features.iter().map(|it| it.1 * it.1).sum::<f64>().sqrt();
    for feature in &mut features {
        feature.1 /= length;
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, is_same: bool) {
        let (left, right) = (Vector::new(left), Vector::new(right));
        let similarity = left.similarity(&right);
        assert_eq!(similarity >= 0.8, is_same, "{similarity}");
        assert!((similarity - right.similarity(&left)).abs() < 1e-12);
    }

    #[test]
    fn a_text_is_the_same_as_itself() {
        check("VPN drops in every call", "VPN drops in every call", true);
        check("the same as this", "the same as this", true);
    }

    #[test]
    fn order_and_form_do_not_matter() {
        check("VPN keeps dropping during calls", "During the call the VPN dropped again", true);
    }

    #[test]
    fn other_words_are_another_text() {
        check("VPN drops in every call", "Printer is out of toner", false);
        check("Waiting for the signed lease", "Waiting for the new laptop", false);
    }

    #[test]
    fn a_slip_of_the_pen_matters_little() {
        let right = "No calendar permissions for the second mailbox of the branch in Leeds";
        check(right, &right.replace("calendar", "calender"), true);
    }

    #[test]
    fn nothing_is_the_same_as_no_text() {
        check("", "", false);
        check("…", "…", false);
        assert!(Vector::new(" - ").is_empty());
    }
}

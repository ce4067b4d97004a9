//! How much two texts have in common, whatever the order and the form of their words.

use {
    super::{
        fold::{WordHash, WordSet, expand, hash},
        outline::{Outline, Rest, dot, merged},
        stem::add_stem,
    },
    std::{cell::RefCell, ops::Range, sync::OnceLock},
};

/// Words that say nothing about what a text is about.
static FILLERS: WordSet<125> = WordSet::new([
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
static COMMON: WordSet<43> = WordSet::new([
    "ask", "await", "client", "complet", "do", "find", "finish", "follow", "found", "get", "hav",
    "help", "how", "issu", "like", "mak", "may", "miss", "need", "new", "no", "open", "pend",
    "pleas", "problem", "provid", "request", "requir", "send", "sent", "show", "somebody",
    "someon", "support", "task", "thank", "troubl", "trouble", "us", "use", "wait", "want", "work",
]);
/// The bits of three characters.
const GROUP_BITS: u64 = (1 << 63) - 1;
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
    stems: Stems,
    /// A bit for each stem: texts that share no bit share no word.
    bits: u64,
    outline: Outline,
    /// Sorted by feature; the squares of the weights add up to 1, or there are none. They are worked out
    /// when the outline of another text does not tell enough.
    features: OnceLock<Vec<(u64, f64)>>,
}

impl Vector {
    /// The vector of a text; one without a word is similar to nothing.
    pub fn new(text: &str) -> Self {
        Self::of(&Words::new(text))
    }

    fn of(words: &Words) -> Self {
        let stems = Stems::new(words);
        let (mut weighed, mut rest) = (Vec::with_capacity(stems.all.len()), Rest::default());
        stems.each(
            |word, weight| weighed.push((word, weight)),
            |feature, weight| rest.add(feature, weight),
        );
        let outline = Outline::new(weighed, &rest);
        let bits = stems.all.iter().fold(0, |bits, stem| bits | 1 << (stem.hash % 64));
        Self { stems, bits, outline, features: OnceLock::new() }
    }

    /// How similar two texts are: the cosine of their vectors, 0 to 1. Where no word is the same, it
    /// is 0 and not the little that shared letters would make.
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.bits & other.bits == 0 {
            return 0.0;
        }
        let sum = dot(self.features(), other.features());
        // The same text is the same, whatever has been rounded.
        if sum > 1.0 - ROUNDING { 1.0 } else { sum.max(0.0) }
    }

    /// The same, if it is at least so much: most texts are told apart by less than the whole.
    pub fn similarity_from(&self, other: &Self, least: f64) -> Option<f64> {
        let may_be = self.bits & other.bits == 0 || self.outline.may_reach(&other.outline, least);
        may_be.then(|| self.similarity(other)).filter(|it| *it >= least)
    }

    /// The vector of one item of a list; none if it has no word but those without content.
    pub(super) fn of_item(text: &str) -> Option<Self> {
        let words = Words::new(text);
        words.has_content().then(|| Self::of(&words))
    }

    /// Whether there was no word.
    pub fn is_empty(&self) -> bool {
        self.stems.all.is_empty()
    }

    fn features(&self) -> &[(u64, f64)] {
        self.features.get_or_init(|| {
            let mut features = Vec::with_capacity(self.stems.text.len() + 2 * self.stems.all.len());
            let all = RefCell::new(&mut features);
            let add = |feature, weight| all.borrow_mut().push((feature, weight));
            self.stems.each(add, add);
            normalized(features)
        })
    }
}

/// The stems of a text, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stems {
    /// One behind the other.
    text: String,
    all: Vec<Stem>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Stem {
    hash: WordHash,
    /// Where it ends in the text of the stems.
    end: usize,
}

impl Stems {
    fn new(words: &Words) -> Self {
        let has_content = words.has_content();
        let mut stems = Self {
            text: String::with_capacity(words.text.len()),
            all: Vec::with_capacity(words.all.len()),
        };
        for word in words.all.iter().filter(|it| !has_content || it.has_content) {
            let begin = stems.text.len();
            add_stem(&words.text[word.at.clone()], &mut stems.text);
            let hash = hash(&stems.text[begin..]);
            stems.all.push(Stem { hash, end: stems.text.len() });
        }
        stems
    }

    /// Tells the words and the other features, with what they weigh.
    fn each(&self, mut word: impl FnMut(WordHash, f64), mut other: impl FnMut(u64, f64)) {
        let mut begin = 0;
        for (place, Stem { hash, end }) in self.all.iter().copied().enumerate() {
            let weight = if COMMON.contains(hash) { COMMON_WEIGHT } else { 1.0 };
            word(hash, weight);
            each_letters(&self.text[begin..end], weight * LETTERS_WEIGHT, &mut other);
            if let Some(next) = self.all.get(place + 1) {
                other(hash.rotate_left(1) ^ next.hash, weight * PAIR_WEIGHT);
            }
            begin = end;
        }
    }
}

/// The words of a text in lower case, with contractions written out.
struct Words {
    text: String,
    all: Vec<Word>,
}

struct Word {
    /// Where it stands in the text of the words.
    at: Range<usize>,
    has_content: bool,
}

impl Words {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut words = Self { text: String::with_capacity(lower.len()), all: Vec::new() };
        let mut straight = String::new();
        for stretch in lower.split(|it: char| !it.is_alphanumeric() && !is_apostrophe(it)) {
            let mut stretch = stretch;
            if !stretch.is_ascii() || stretch.contains('`') {
                straight.clear();
                straight
                    .extend(stretch.chars().map(|it| if is_apostrophe(it) { '\'' } else { it }));
                stretch = &straight;
            }
            let stretch = stretch.trim_matches('\'');
            if !stretch.is_empty() {
                expand(stretch, |word| words.add(word));
            }
        }
        words
    }

    fn add(&mut self, word: &str) {
        let begin = self.text.len();
        self.text.push_str(word);
        let has_content = !FILLERS.contains(hash(word));
        self.all.push(Word { at: begin..self.text.len(), has_content });
    }

    fn has_content(&self) -> bool {
        self.all.iter().any(|it| it.has_content)
    }
}

fn is_apostrophe(it: char) -> bool {
    matches!(it, '\'' | '’' | '‘' | '`' | '´')
}

/// The groups of three letters, which together weigh as much as is given.
fn each_letters(stem: &str, weight: f64, add: &mut impl FnMut(u64, f64)) {
    // With a sign before it and one behind, a word has as many groups as letters.
    let Ok(count) = u32::try_from(stem.chars().count()) else { return };
    let each = weight / f64::from(count.max(1)).sqrt();
    // A character has 21 bits, so that three fill a number; the highest bit tells it from a hash.
    let mut group = u64::from('^');
    let letters = stem.chars().chain(['$']);
    for (place, letter) in letters.enumerate() {
        group = group << 21 | u64::from(letter);
        if place > 0 {
            add(1 << 63 | group & GROUP_BITS, each);
        }
    }
}

/// Sorted, each feature once, of length 1.
fn normalized(features: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    let mut features = merged(features);
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
    fn an_outline_leaves_out_nothing_that_is_similar() {
        let texts = [
            "VPN drops in every call",
            "During the call the VPN dropped again",
            "Waiting for the signed lease, waiting for the new laptop, waiting for the lease",
            "Waiting for the new laptop",
            "aaaa aaab aaac aaad aaae",
            "aaab aaac aaad aaae aaaf",
            "the same as this",
            "…",
        ];
        let vectors = texts.map(Vector::new);
        for (left, right) in vectors.iter().flat_map(|it| vectors.iter().map(move |to| (it, to))) {
            let similarity = left.similarity(right);
            for least in [0.0, 0.2, 0.5, 0.8, 1.0, similarity] {
                let found = Some(similarity).filter(|it| *it >= least);
                assert_eq!(left.similarity_from(right, least), found);
            }
        }
    }

    #[test]
    fn nothing_is_the_same_as_no_text() {
        check("", "", false);
        check("…", "…", false);
        assert!(Vector::new(" - ").is_empty());
    }
}

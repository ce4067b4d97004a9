//! Words as they are compared: lower case, contractions written out, one number a word.

use std::borrow::Cow;

/// A word as it is compared.
pub(super) type WordHash = u64;

/// The contractions that are written without their apostrophe, and what they mean.
const SLOPPY: [(&str, [&str; 2]); 18] = [
    ("arent", ["are", "not"]),
    ("cannot", ["can", "not"]),
    ("cant", ["can", "not"]),
    ("couldnt", ["could", "not"]),
    ("didnt", ["did", "not"]),
    ("doesnt", ["does", "not"]),
    ("dont", ["do", "not"]),
    ("hadnt", ["had", "not"]),
    ("hasnt", ["has", "not"]),
    ("havent", ["have", "not"]),
    ("im", ["i", "am"]),
    ("isnt", ["is", "not"]),
    ("ive", ["i", "have"]),
    ("shouldnt", ["should", "not"]),
    ("wasnt", ["was", "not"]),
    ("werent", ["were", "not"]),
    ("wont", ["will", "not"]),
    ("wouldnt", ["would", "not"]),
];
/// What stands behind an apostrophe, and the word that it stands for.
const ENDINGS: [(&str, &str); 4] = [("'m", "am"), ("'re", "are"), ("'ve", "have"), ("'ll", "will")];
/// The words behind which an apostrophe and an `s` mean "is"; behind others they mean "of".
const SUBJECTS: [&str; 9] =
    ["he", "here", "it", "she", "that", "there", "what", "who", "everything"];

/// A word in lower case; most are written so.
pub(super) fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|it| it.is_ascii() && !it.is_ascii_uppercase()) {
        return word.into();
    }
    word.to_lowercase().into()
}

/// The words that one stretch of letters, digits and apostrophes stands for: one or two.
///
/// `word` is in lower case, with straight apostrophes.
pub(super) fn expand(word: &str, mut add: impl FnMut(&str)) {
    if is_plain(word) {
        return add(word);
    }
    if !word.contains('\'') {
        return match SLOPPY.binary_search_by_key(&word, |it| it.0) {
            Ok(place) => SLOPPY[place].1.into_iter().for_each(add),
            Err(_) => add(word),
        };
    }
    if let Some(stem) = word.strip_suffix("n't") {
        add(match stem {
            "ca" => "can",
            "wo" => "will",
            "sha" => "shall",
            stem => stem,
        });
        return add("not");
    }
    if let Some((stem, ending)) =
        ENDINGS.iter().find_map(|(tail, it)| Some((word.strip_suffix(tail)?, *it)))
    {
        add(stem);
        return add(ending);
    }
    if let Some(stem) = word.strip_suffix("'s") {
        add(stem);
        if SUBJECTS.contains(&stem) {
            add("is");
        }
        return;
    }
    add(word.strip_suffix("'d").unwrap_or(word));
}

/// Whether a word, as [`expand`] takes it, stands for itself at a glance: most do.
pub(super) fn is_plain(word: &str) -> bool {
    !ends_sloppily(word) && !word.bytes().any(|it| it == b'\'')
}

/// Whether a word ends with letters that the contractions without an apostrophe end with.
fn ends_sloppily(word: &str) -> bool {
    matches!(
        word.as_bytes(),
        [.., b'n', b't'] | [.., b'n', b'o', b't'] | [.., b'i', b'm'] | [.., b'i', b'v', b'e']
    )
}

/// FNV-1a: short, and the same on every machine and in every release.
pub(super) const fn hash(word: &str) -> WordHash {
    let bytes = word.as_bytes();
    let (mut hash, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// A bit for each of some words, which tells at once of most others that they are not among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter([u64; FILTER_WORDS]);

/// How many times 64 bits a filter has.
const FILTER_WORDS: usize = 32;

impl Filter {
    /// The same with a word.
    #[must_use]
    pub(super) const fn with(mut self, word: WordHash) -> Self {
        let (place, bit) = Self::place(word);
        self.0[place] |= bit;
        self
    }

    /// A filter of words.
    pub(super) const fn of(words: &[&str]) -> Self {
        let (mut filter, mut at) = (Self([0; FILTER_WORDS]), 0);
        while at < words.len() {
            filter = filter.with(hash(words[at]));
            at += 1;
        }
        filter
    }

    /// Whether a word may be among them; most that are not are told apart.
    pub(super) const fn may_hold(&self, word: WordHash) -> bool {
        let (place, bit) = Self::place(word);
        self.0[place] & bit != 0
    }

    const fn place(word: WordHash) -> (usize, u64) {
        let mixed = word ^ (word >> 32);
        (((mixed >> 6) % FILTER_WORDS as u64) as usize, 1 << (mixed % 64))
    }
}

/// Words to look for among many others.
#[derive(Debug)]
pub(super) struct WordSet<const N: usize> {
    /// Sorted.
    words: [WordHash; N],
    filter: Filter,
}

impl<const N: usize> WordSet<N> {
    pub(super) const fn new(words: [&str; N]) -> Self {
        let filter = Filter::of(&words);
        Self { words: sorted(hashes(words)), filter }
    }

    pub(super) fn contains(&self, word: WordHash) -> bool {
        self.filter.may_hold(word) && self.words.binary_search(&word).is_ok()
    }
}

/// The words, to be compared with those of a reading.
pub(super) const fn hashes<const N: usize>(words: [&str; N]) -> [WordHash; N] {
    let (mut hashes, mut at) = ([0; N], 0);
    while at < N {
        hashes[at] = hash(words[at]);
        at += 1;
    }
    hashes
}

/// By insertion: the compiler sorts, and nobody waits for it.
const fn sorted<const N: usize>(mut words: [WordHash; N]) -> [WordHash; N] {
    let mut end = 1;
    while end < N {
        let mut at = end;
        while at > 0 && words[at] < words[at - 1] {
            words.swap(at, at - 1);
            at -= 1;
        }
        end += 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, words: &str) {
        let mut expanded = Vec::new();
        expand(word, |it| expanded.push(it.to_owned()));
        assert_eq!(expanded.join(" "), words);
    }

    #[test]
    fn a_contraction_is_written_out() {
        check("didn't", "did not");
        check("won't", "will not");
        check("can't", "can not");
        check("i'm", "i am");
        check("they've", "they have");
    }

    #[test]
    fn a_lost_apostrophe_does_not_hide_a_contraction() {
        check("doesnt", "does not");
        check("cannot", "can not");
        check("wont", "will not");
    }

    #[test]
    fn an_s_is_is_behind_a_pronoun_alone() {
        check("she's", "she is");
        check("client's", "client");
    }

    #[test]
    fn a_set_holds_its_words_and_no_others() {
        let set = WordSet::new(["late", "again"]);
        assert!(set.contains(hash("late")) && set.contains(hash("again")));
        assert!(!set.contains(hash("soon")));
    }

    #[test]
    fn lost_apostrophes_end_as_is_said() {
        assert!(SLOPPY.iter().all(|it| ends_sloppily(it.0)));
    }

    #[test]
    fn any_other_word_is_itself() {
        check("client", "client");
        check("o'clock", "o'clock");
        check("", "");
    }

    #[test]
    fn the_table_can_be_searched() {
        assert!(SLOPPY.is_sorted());
    }
}

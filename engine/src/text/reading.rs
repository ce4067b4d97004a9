//! A text cut into words, clauses and sentences.

use {
    super::fold::{WordHash, WordSet, expand, hash, is_plain},
    std::ops::Range,
};

/// The words that begin a clause of their own: what is denied before them is not denied after.
static TURNS: WordSet<6> = WordSet::new(["although", "but", "however", "though", "whereas", "yet"]);
/// Behind "and", these begin a clause of their own.
static SUBJECTS: WordSet<8> = WordSet::new(["client", "he", "i", "it", "she", "they", "we", "you"]);
/// What ends a sentence if a blank or nothing follows.
const STOPS: [char; 4] = ['.', '!', '?', '…'];
/// What separates the items of a list, and the sentences of people who do not use full stops.
const BREAKS: [char; 5] = ['\n', '\r', '•', '●', '▪'];
/// The abbreviations whose full stop ends nothing.
const ABBREVIATIONS: [&str; 12] =
    ["a.m", "approx", "appt", "dr", "e.g", "i.e", "mr", "mrs", "ms", "p.m", "st", "vs"];
/// How long a word with its blank is, roughly.
const WORD_BYTES: usize = 6;
/// How much of a sentence is quoted.
const QUOTE_CHARS_MAX: usize = 300;

/// A text cut into words, clauses and sentences, for questions about what it says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub(super) words: Vec<Word>,
    sentences: Vec<Range<usize>>,
}

/// A word of a text. A contraction is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) hash: WordHash,
    /// Counts the clauses of the text.
    pub(super) clause: usize,
    /// Counts the sentences that have words.
    pub(super) sentence: usize,
}

/// Where the cutting stands.
#[derive(Default)]
struct Cutter {
    reading: Reading,
    clause: usize,
    /// Where the sentence begins that is being read, if it has a word.
    begun: Option<usize>,
    /// The stretch that is being read, in lower case.
    word: String,
    word_at: usize,
    /// Whether it begins with a capital letter.
    is_name: bool,
    /// Whether the stretch before it is "and".
    is_behind_and: bool,
}

impl Reading {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let mut cutter = Cutter::default();
        cutter.reading.words.reserve(text.len() / WORD_BYTES);
        let mut rest = text.char_indices().peekable();
        let mut previous = ' ';
        while let Some((at, it)) = rest.next() {
            let next = rest.peek().map(|it| it.1);
            let joins = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
            if it.is_alphanumeric() {
                cutter.letter(at, it);
            } else if is_apostrophe(it) && previous.is_alphanumeric() && joins(next) {
                cutter.word.push('\'');
            } else if it == '.' && previous.is_alphanumeric() && joins(next) {
                cutter.word.push('.'); // 3.5, e.g., example.com
            } else if !(it == '-' && cutter.word == "e" && joins(next)) {
                cutter.sign(at, it, next);
            }
            previous = it;
        }
        cutter.end_sentence(text.len());
        cutter.reading
    }

    /// How many words there are, with contractions written out.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many sentences there are; items of a list count as sentences.
    pub fn sentences(&self) -> usize {
        self.sentences.len()
    }

    /// A sentence of the text that this is a reading of; nothing if there is no such sentence.
    pub fn sentence<'a>(&self, text: &'a str, sentence: usize) -> &'a str {
        let range = self.sentences.get(sentence).cloned().unwrap_or_default();
        text.get(range).unwrap_or_default().trim()
    }

    /// The same, at most 300 characters of it.
    pub fn quote<'a>(&self, text: &'a str, sentence: usize) -> &'a str {
        let quote = self.sentence(text, sentence);
        quote.char_indices().nth(QUOTE_CHARS_MAX).map_or(quote, |(end, _)| &quote[..end])
    }
}

impl Cutter {
    fn letter(&mut self, at: usize, letter: char) {
        if self.word.is_empty() {
            self.word_at = at;
            self.is_name = letter.is_uppercase();
        }
        if letter.is_ascii() {
            self.word.push(letter.to_ascii_lowercase());
        } else {
            self.word.extend(letter.to_lowercase());
        }
    }

    fn sign(&mut self, at: usize, sign: char, next: Option<char>) {
        let is_abbreviation = sign == '.'
            && next == Some(' ')
            && (self.word.len() == 1 || ABBREVIATIONS.contains(&self.word.as_str()));
        self.end_word();
        if sign == ' ' {
            return;
        }
        let stops = STOPS.contains(&sign)
            && next.is_none_or(|it| !it.is_alphanumeric())
            && !is_abbreviation;
        if stops || BREAKS.contains(&sign) {
            self.end_sentence(at + sign.len_utf8());
        } else if !joins_words(sign, next) {
            self.clause += 1;
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        self.begun.get_or_insert(self.word_at);
        let word = hash(&self.word);
        let is_subject = self.is_behind_and && (self.is_name || SUBJECTS.contains(word));
        self.clause += usize::from(is_subject || TURNS.contains(word));
        self.is_behind_and = self.word == "and";
        let (clause, sentence) = (self.clause, self.reading.sentences.len());
        let words = &mut self.reading.words;
        if is_plain(&self.word) {
            words.push(Word { hash: word, clause, sentence });
        } else {
            expand(&self.word, |word| words.push(Word { hash: hash(word), clause, sentence }));
        }
        self.word.clear();
    }

    fn end_sentence(&mut self, end: usize) {
        self.end_word();
        self.clause += 1;
        if let Some(begun) = self.begun.take() {
            self.reading.sentences.push(begun..end);
        }
    }
}

/// Whether a sign leaves its neighbours in the same clause.
fn joins_words(sign: char, next: Option<char>) -> bool {
    let is_hyphen = sign == '-' && next != Some(' ');
    is_hyphen || sign == '/' || sign.is_whitespace() || is_apostrophe(sign)
}

fn is_apostrophe(it: char) -> bool {
    matches!(it, '\'' | '’' | '‘' | '`' | '´')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences as they would be quoted.
    #[track_caller]
    fn check(text: &str, sentences: &[&str]) {
        let reading = Reading::new(text);
        let quotes: Vec<_> = (0..reading.sentences()).map(|it| reading.quote(text, it)).collect();
        assert_eq!(quotes, sentences);
    }

    /// Two texts have the same words.
    #[track_caller]
    fn same(left: &str, right: &str) {
        let words = |text| Reading::new(text).words.iter().map(|it| it.hash).collect::<Vec<_>>();
        assert_eq!(words(left), words(right));
    }

    #[test]
    fn full_stops_and_lines_end_sentences() {
        check("Sent it. Done!\n- Booked 3.5 hours", &["Sent it.", "Done!", "Booked 3.5 hours"]);
    }

    #[test]
    fn abbreviations_end_nothing() {
        check(
            "Met Mr. Smith, e.g. at 9 a.m. on Monday",
            &["Met Mr. Smith, e.g. at 9 a.m. on Monday"],
        );
    }

    #[test]
    fn a_text_of_marks_has_no_sentence() {
        check(" … -- \n !!", &[]);
        assert!(Reading::new("?!").is_empty());
    }

    #[test]
    fn spelling_variants_are_the_same_words() {
        same("Client’s E-MAILS didn't arrive", "client emails did not arrive");
        same("double-checking", "double checking");
    }

    #[test]
    fn a_clause_ends_at_a_comma_and_at_a_turn() {
        let clauses = |text| Reading::new(text).words.last().unwrap().clause;
        assert_eq!(clauses("not late again"), 0);
        assert_eq!(clauses("not late, again"), 1);
        assert_eq!(clauses("not late but again"), 1);
        assert_eq!(clauses("not late - again"), 1);
        assert_eq!(clauses("not late and again"), 0);
        assert_eq!(clauses("not late and she"), 1);
        assert_eq!(clauses("not late and Ada"), 1);
    }

    #[test]
    fn a_long_quote_is_cut_between_characters() {
        let text = "ä".repeat(1_000);
        assert_eq!(Reading::new(&text).quote(&text, 0).chars().count(), QUOTE_CHARS_MAX);
    }

    #[test]
    fn a_sentence_that_is_not_there_is_an_empty_quote() {
        assert_eq!(Reading::new("one").quote("one", 7), "");
    }
}

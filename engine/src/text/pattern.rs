//! A phrase to look for.

use {
    super::{
        fold::WordHash,
        reading::{Reading, Word},
    },
    thiserror::Error,
};

/// How many words `..` may stand for.
const GAP_WORDS_MAX: usize = 3;
/// How many words a pattern may have.
const STEPS_MAX: usize = 12;
/// How much of a pattern may be left open, which bounds the ways to try.
const OPEN_MAX: usize = 4;
/// How many words a pattern can take from its first to its last.
const REACH_WORDS: usize = STEPS_MAX + OPEN_MAX * GAP_WORDS_MAX;

/// A phrase to look for, and how much it says when it is found.
///
/// Its words have to follow one another within a sentence; case, apostrophes and hyphens do not
/// matter. Besides plain words there are:
///
/// | In a pattern | Stands for |
/// |---|---|
/// | `upset\|angry` | either word |
/// | `the?`, `the\|our?` | the word, or nothing |
/// | `..` | up to three words |
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    weight: f64,
    steps: Vec<Step>,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadPattern {
    /// No word in it.
    #[error("must have a word to look for")]
    Empty,
    /// More words than a pattern may have.
    #[error("must have at most {STEPS_MAX} words")]
    TooLong,
    /// Too much of it is left open.
    #[error("must have at most {OPEN_MAX} of `..` and `?`")]
    TooOpen,
    /// Something open at an end, where it would mean nothing.
    #[error("must begin with a word that is not optional, and must not end with `..`")]
    OpenEnd,
    /// An alternative that is not a word.
    #[error("must have one word on each side of `|`")]
    Alternative,
}

#[derive(Clone, Debug)]
struct Step {
    any_of: Vec<WordHash>,
    is_optional: bool,
    /// How many other words may stand before it.
    gap_max: usize,
}

impl Pattern {
    /// Reads a pattern. `weight` is the chance that a text which says this means it, 0 to 1.
    pub fn new(text: &str, weight: f64) -> Result<Self, BadPattern> {
        let mut steps = Vec::new();
        let mut gap_max = 0;
        for part in text.split_whitespace() {
            if part == ".." {
                gap_max = GAP_WORDS_MAX;
                continue;
            }
            for step in steps_of(part)? {
                steps.push(Step { gap_max, ..step });
                gap_max = 0;
            }
        }
        let Some(first) = steps.first() else { return Err(BadPattern::Empty) };
        let open = steps.iter().filter(|it| it.is_optional || it.gap_max > 0).count();
        if first.is_optional || first.gap_max > 0 || gap_max > 0 {
            return Err(BadPattern::OpenEnd);
        }
        if steps.len() > STEPS_MAX {
            return Err(BadPattern::TooLong);
        }
        if open > OPEN_MAX {
            return Err(BadPattern::TooOpen);
        }
        Ok(Self { text: text.to_owned(), weight: weight.clamp(0.0, 1.0), steps })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The chance that a text which says this means it.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The words that it may begin with.
    pub(super) fn firsts(&self) -> &[WordHash] {
        self.steps.first().map_or(&[], |step| &step.any_of)
    }

    /// Where the pattern ends if it begins at this word.
    pub(super) fn end(&self, reading: &Reading, at: usize) -> Option<usize> {
        let sentence = reading.words.get(at)?.sentence;
        let rest = &reading.words[at..];
        let near = rest.iter().take(REACH_WORDS);
        let length = near.take_while(|word| word.sentence == sentence).count();
        Some(at + follow(&self.steps, &rest[..length])?)
    }
}

/// How many words the steps take, if they are all found in turn.
fn follow(steps: &[Step], words: &[Word]) -> Option<usize> {
    let Some((step, later)) = steps.split_first() else { return Some(0) };
    let taken = (0..=step.gap_max.min(words.len())).find_map(|gap| {
        let word = words.get(gap)?;
        let found = step.any_of.contains(&word.hash);
        found.then(|| follow(later, &words[gap + 1..])).flatten().map(|it| gap + 1 + it)
    });
    taken.or_else(|| if step.is_optional { follow(later, words) } else { None })
}

fn steps_of(part: &str) -> Result<Vec<Step>, BadPattern> {
    let is_optional = part.ends_with('?');
    let word = part.strip_suffix('?').unwrap_or(part);
    let one = |any_of| Step { any_of, is_optional, gap_max: 0 };
    if word.contains('|') {
        let words = word.split('|').map(|it| match Reading::new(it).words.as_slice() {
            [word] => Ok(word.hash),
            _ => Err(BadPattern::Alternative),
        });
        return Ok(vec![one(words.collect::<Result<_, _>>()?)]);
    }
    Ok(Reading::new(word).words.iter().map(|it| one(vec![it.hash])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, found: bool) {
        let (pattern, reading) = (Pattern::new(pattern, 1.0).unwrap(), Reading::new(text));
        assert_eq!((0..reading.len()).any(|at| pattern.end(&reading, at).is_some()), found);
    }

    #[track_caller]
    fn refuse(pattern: &str, why: BadPattern) {
        assert_eq!(Pattern::new(pattern, 1.0).unwrap_err(), why);
    }

    #[test]
    fn words_must_follow_one_another() {
        check("lost trust", "They LOST trust.", true);
        check("lost trust", "lost our trust", false);
        check("lost trust", "Lost. Trust me", false);
        check("raise", "praise", false);
    }

    #[test]
    fn either_word_will_do() {
        check("is upset|angry", "she's angry", true);
        check("is upset|angry", "she is fine", false);
    }

    #[test]
    fn an_optional_word_may_be_there() {
        check("told the|our? client", "told client", true);
        check("told the|our? client", "told our client", true);
        check("told the|our? client", "told a client", false);
    }

    #[test]
    fn a_gap_takes_up_to_three_words() {
        check("client .. unhappy", "client unhappy", true);
        check("client .. unhappy", "client is still very unhappy", true);
        check("client .. unhappy", "client is still very much unhappy", false);
        check("client .. unhappy", "client left. Unhappy", false);
    }

    #[test]
    fn a_gap_goes_on_to_the_word_that_fits() {
        check("a .. b c", "a b b c", true);
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused() {
        refuse("", BadPattern::Empty);
        refuse(" - ", BadPattern::Empty);
        refuse("..", BadPattern::Empty);
        refuse(".. late", BadPattern::OpenEnd);
        refuse("late ..", BadPattern::OpenEnd);
        refuse("the? client", BadPattern::OpenEnd);
        refuse("late|", BadPattern::Alternative);
        refuse("late|don't", BadPattern::Alternative);
        refuse("a .. b .. c .. d .. e .. f", BadPattern::TooOpen);
        refuse("a b c d e f g h i j k l m", BadPattern::TooLong);
    }
}

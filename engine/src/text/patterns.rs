//! A list of phrases, and how surely a text says one of them.

use {
    super::{
        fold::{Filter, WordHash, WordSet, hashes},
        pattern::Pattern,
        reading::{Reading, Word},
    },
    std::cmp::Reverse,
};

/// How far a word of denial reaches.
const NEGATION_WORDS: usize = 5;
/// What denies that which follows.
static NEGATIONS: WordSet<9> =
    WordSet::new(["not", "no", "never", "without", "resolved", "nobody", "none", "neither", "nor"]);
/// What says that that which precedes is over.
static RESOLUTIONS: WordSet<3> = WordSet::new(["resolved", "fixed", "solved"]);
/// Before these, a word of denial denies nothing: "not only", "no doubt".
const EMPHASES: [WordHash; 6] = hashes(["only", "doubt", "wonder", "just", "surprise", "sure"]);
/// Close before a resolution, these say that it is still to come.
const PROSPECTS: [WordHash; 5] = hashes(["not", "never", "be", "get", "until"]);

/// A list of phrases to look for.
///
/// A phrase does not count where it is denied: where not, no, never or without stands at most five
/// words before it in the same clause, or where it is called resolved.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    all: Vec<Pattern>,
    /// The words that patterns begin with, sorted, and whose they are.
    firsts: Vec<(WordHash, usize)>,
    /// A bit for each of these words, so that most others need not be searched for.
    filter: Filter,
}

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The place of the pattern in the list.
    pub pattern: usize,
    /// How much it says.
    pub weight: f64,
    /// The sentence in which it was found, for [`Reading::quote`].
    pub sentence: usize,
    from: usize,
    to: usize,
}

impl Patterns {
    /// Patterns to look for together.
    pub fn new(all: Vec<Pattern>) -> Self {
        let firsts = all.iter().enumerate();
        let mut firsts: Vec<_> = firsts
            .flat_map(|(place, it)| it.firsts().iter().map(move |word| (*word, place)))
            .collect();
        firsts.sort_unstable();
        firsts.dedup();
        let filter = firsts.iter().fold(Filter::default(), |filter, it| filter.with(it.0));
        Self { all, firsts, filter }
    }

    /// The patterns in the order they were given.
    pub fn all(&self) -> &[Pattern] {
        &self.all
    }

    /// What is found and not denied, in the order of the text.
    ///
    /// Where hits overlap, only the one that weighs most counts: words speak for one thing once.
    pub fn hits(&self, reading: &Reading) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for (at, word) in reading.words.iter().enumerate() {
            if !self.filter.may_hold(word.hash) {
                continue;
            }
            let from = self.firsts.partition_point(|first| first.0 < word.hash);
            let begun = self.firsts[from..].iter().take_while(|first| first.0 == word.hash);
            for (_, pattern) in begun {
                let weight = self.all[*pattern].weight();
                let Some(to) = self.all[*pattern].end(reading, at) else { continue };
                if !is_denied(&reading.words, at, to) {
                    let sentence = word.sentence;
                    hits.push(Hit { pattern: *pattern, weight, sentence, from: at, to });
                }
            }
        }
        if hits.len() < 2 {
            return hits;
        }
        let all = hits.clone();
        hits.retain(|hit| !all.iter().any(|other| other.outweighs(hit)));
        hits
    }

    /// How surely a text says one of the phrases, 0 to 1, and where.
    pub fn find(&self, reading: &Reading) -> (f64, Vec<Hit>) {
        let hits = self.hits(reading);
        (confidence(&hits), hits)
    }
}

impl Hit {
    /// Whether it overlaps another hit and counts in its stead: the heavier, the longer, the earlier.
    fn outweighs(&self, other: &Self) -> bool {
        let rank = |hit: &Self| (hit.to - hit.from, Reverse(hit.from), Reverse(hit.pattern));
        let by_weight = self.weight.total_cmp(&other.weight);
        let overlaps = self.from < other.to && other.from < self.to;
        overlaps && by_weight.then_with(|| rank(self).cmp(&rank(other))).is_gt()
    }
}

/// How sure hits make: `1 − Π(1 − weight)` over those of a sentence, each pattern counted once, in the
/// sentence that says most. What is said in different sentences does not add up, or a long text would
/// say anything in the end.
pub fn confidence(hits: &[Hit]) -> f64 {
    let sentences = hits.chunk_by(|left, right| left.sentence == right.sentence);
    sentences.map(confidence_of_sentence).fold(0.0, f64::max)
}

fn confidence_of_sentence(hits: &[Hit]) -> f64 {
    let is_first = |place: usize| {
        let hit = &hits[place];
        !hits[..place].iter().any(|it| it.pattern == hit.pattern)
    };
    let firsts = hits.iter().enumerate().filter(|(place, _)| is_first(*place));
    1.0 - firsts.map(|(_, hit)| 1.0 - hit.weight).product::<f64>()
}

/// Whether what stands at `from..to` is denied, or said to be over.
fn is_denied(words: &[Word], from: usize, to: usize) -> bool {
    let clause = words[from].clause;
    let before = &words[from.saturating_sub(NEGATION_WORDS)..from];
    let denied = before.iter().enumerate().any(|(at, word)| {
        let next = before.get(at + 1).unwrap_or(&words[from]);
        word.clause == clause && NEGATIONS.contains(word.hash) && !EMPHASES.contains(&next.hash)
    });
    denied || is_over(words, from, to)
}

fn is_over(words: &[Word], from: usize, to: usize) -> bool {
    let sentence = words[from].sentence;
    let after = &words[to..words.len().min(to + NEGATION_WORDS)];
    after.iter().enumerate().any(|(at, word)| {
        let previous = &after[at.saturating_sub(2)..at];
        word.sentence == sentence
            && RESOLUTIONS.contains(word.hash)
            && !previous.iter().any(|it| PROSPECTS.contains(&it.hash))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(all: &[(&str, f64)]) -> Patterns {
        Patterns::new(
            all.iter().map(|(text, weight)| Pattern::new(text, *weight).unwrap()).collect(),
        )
    }

    /// The confidence in percent.
    #[track_caller]
    fn check(all: &[(&str, f64)], text: &str, percent: f64) {
        let (confidence, _) = patterns(all).find(&Reading::new(text));
        assert!((confidence * 100.0 - percent).abs() < 0.01, "{confidence}");
    }

    const OUTAGE: [(&str, f64); 1] = [("power outage", 0.9)];

    #[test]
    fn a_phrase_counts_by_its_weight() {
        check(&OUTAGE, "A power outage again", 90.0);
        check(&OUTAGE, "All fine", 0.0);
        check(&OUTAGE, "", 0.0);
    }

    #[test]
    fn several_phrases_add_up_and_never_reach_certainty() {
        check(&[("late", 0.5), ("again", 0.4)], "late again", 70.0);
    }

    #[test]
    fn phrases_of_different_sentences_do_not_add_up() {
        check(&[("late", 0.5), ("again", 0.4)], "Late. And again", 50.0);
    }

    #[test]
    fn a_phrase_said_twice_counts_once() {
        check(&[("late", 0.5)], "late, late, late", 50.0);
    }

    #[test]
    fn words_speak_for_one_thing_once() {
        check(&[("power outage", 0.9), ("outage", 0.5)], "power outage", 90.0);
        check(&[("power outage", 0.5), ("outage", 0.9)], "power outage", 90.0);
        check(&[("bad power", 0.5), ("power outage", 0.5)], "bad power outage", 50.0);
    }

    #[test]
    fn a_denied_phrase_does_not_count() {
        for text in [
            "No power outage today",
            "We did not have a power outage",
            "worked without any power outage",
            "There was never really a power outage",
        ] {
            check(&OUTAGE, text, 0.0);
        }
    }

    #[test]
    fn a_denial_reaches_five_words() {
        check(&OUTAGE, "no a b c d power outage", 0.0);
        check(&OUTAGE, "no a b c d e power outage", 90.0);
    }

    #[test]
    fn a_denial_ends_with_its_clause() {
        check(&OUTAGE, "No sync, power outage", 90.0);
        check(&OUTAGE, "It is not fixed. Power outage", 90.0);
        check(&OUTAGE, "no calls but a power outage", 90.0);
    }

    #[test]
    fn not_only_denies_nothing() {
        check(&OUTAGE, "not only a power outage", 90.0);
    }

    #[test]
    fn what_is_over_does_not_count() {
        check(&OUTAGE, "Resolved power outage", 0.0);
        check(&OUTAGE, "The power outage is resolved now", 0.0);
        check(&OUTAGE, "The power outage is not resolved", 90.0);
        check(&OUTAGE, "The power outage has to be fixed", 90.0);
    }

    #[test]
    fn a_hit_names_its_sentence() {
        let reading = Reading::new("All fine. Then a power outage! Bye.");
        let (_, hits) = patterns(&OUTAGE).find(&reading);
        assert_eq!(hits.iter().map(|it| it.sentence).collect::<Vec<_>>(), [1]);
    }
}

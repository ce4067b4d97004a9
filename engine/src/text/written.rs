//! A text that many questions are asked about, read only once.

use {
    super::{Reading, Vector, errors, task},
    std::sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many items of a list are compared.
const ITEMS_MAX: usize = 40;

/// What somebody wrote, or left empty. What is worked out of it is kept for the next question.
#[derive(Debug, Default)]
pub struct Written {
    text: String,
    reading: OnceLock<Reading>,
    vector: OnceLock<Vector>,
    items: OnceLock<Vec<Vector>>,
    tasks: OnceLock<Vec<Reading>>,
    words: OnceLock<usize>,
    slips: OnceLock<u32>,
    specificity: OnceLock<f64>,
    /// What was asked of it, and how sure each part of the answer is.
    answers: Mutex<Vec<(QuestionId, Vec<f64>)>>,
}

/// Tells a question that is asked of many texts from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionId(usize);

impl QuestionId {
    /// One that no other question has.
    pub fn next() -> Self {
        static QUESTIONS: AtomicUsize = AtomicUsize::new(0);
        Self(QUESTIONS.fetch_add(1, Ordering::Relaxed))
    }
}

impl Clone for Written {
    /// The same text, to be read anew.
    fn clone(&self) -> Self {
        self.text.as_str().into()
    }
}

impl Written {
    /// What was written; nothing if it was left empty.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text cut into words and sentences.
    pub fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| Reading::new(&self.text))
    }

    /// What was answered when this question was first asked of it; none but this text must be looked at
    /// for the answer. `then` says what is wanted of it.
    pub fn remembered<T>(
        &self,
        question: QuestionId,
        ask: impl FnOnce() -> Vec<f64>,
        then: impl FnOnce(&[f64]) -> T,
    ) -> T {
        let known = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = known().iter().find(|it| it.0 == question) {
            return then(answer);
        }
        let answer = ask();
        let wanted = then(&answer);
        known().push((question, answer));
        wanted
    }

    /// How many words it has, as [`words`](super::words) counts them.
    pub fn words(&self) -> usize {
        *self.words.get_or_init(|| super::words(&self.text))
    }

    /// How many slips of the pen, as [`error_density`](super::error_density) counts them.
    pub fn slips(&self) -> u32 {
        *self.slips.get_or_init(|| errors::count(&self.text))
    }

    /// How concrete it is, 0 to 1, as [`specificity`](super::specificity) says.
    pub fn specificity(&self) -> f64 {
        *self.specificity.get_or_init(|| super::specificity(&self.text, self.reading()))
    }

    /// How similar the two are as a whole, 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        self.similarity_from(other, 0.0).unwrap_or(0.0)
    }

    /// How similar the two are, as a whole or in the two items that have most in common, 0 to 1. Items are
    /// sentences, lines and what stands between commas and semicolons, of which the first forty are
    /// compared.
    pub fn item_similarity(&self, other: &Self) -> f64 {
        self.item_similarity_from(other, 0.0).unwrap_or(0.0)
    }

    /// [`similarity`](Self::similarity), if it is at least so much.
    pub fn similarity_from(&self, other: &Self, least: f64) -> Option<f64> {
        if self.text == other.text && !self.reading().is_empty() {
            return Some(1.0);
        }
        self.vector().similarity_from(other.vector(), least)
    }

    /// [`item_similarity`](Self::item_similarity), if it is at least so much.
    pub fn item_similarity_from(&self, other: &Self, least: f64) -> Option<f64> {
        let mut most = self.similarity_from(other, least);
        let pairs = self.items().iter().flat_map(|it| other.items().iter().map(move |to| (it, to)));
        for (left, right) in pairs {
            // Nothing is more similar than the same.
            if most == Some(1.0) {
                break;
            }
            most = left.similarity_from(right, most.unwrap_or(least)).or(most);
        }
        most
    }

    /// The pieces of work that it lists: sentences, lines, what stands between semicolons, and what
    /// follows a comma if it begins with a verb of the past.
    pub fn tasks(&self) -> &[Reading] {
        self.tasks.get_or_init(|| {
            let parts = self.sentences().flat_map(|it| it.split(';')).flat_map(task::split);
            parts.map(Reading::new).filter(|it| !it.is_empty()).collect()
        })
    }

    fn sentences(&self) -> impl Iterator<Item = &str> {
        (0..self.reading().sentences()).map(|it| self.reading().sentence(&self.text, it))
    }

    fn vector(&self) -> &Vector {
        self.vector.get_or_init(|| Vector::new(&self.text))
    }

    fn items(&self) -> &[Vector] {
        if self.reading().sentences() == 1 && !self.text.contains([',', ';']) {
            return std::slice::from_ref(self.vector());
        }
        self.items.get_or_init(|| {
            let items = self.sentences().flat_map(|it| it.split([',', ';']));
            items.filter_map(Vector::of_item).take(ITEMS_MAX).collect()
        })
    }
}

impl From<Option<String>> for Written {
    fn from(text: Option<String>) -> Self {
        Self { text: text.unwrap_or_default(), ..Self::default() }
    }
}

impl From<&str> for Written {
    fn from(text: &str) -> Self {
        Some(text.to_owned()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, whole: bool, item: bool) {
        let (left, right) = (Written::from(left), Written::from(right));
        assert_eq!(left.similarity(&right) >= 0.8, whole);
        assert_eq!(left.item_similarity(&right) >= 0.8, item);
        assert_eq!(left.item_similarity_from(&right, 0.8).is_some(), item);
    }

    #[test]
    fn an_item_may_return_in_another_list() {
        check(
            "Passport renewal; venue deposit",
            "Slides for Monday. Passport renewal\nFlight refund",
            false,
            true,
        );
    }

    #[test]
    fn what_is_left_empty_is_similar_to_nothing() {
        check("", "", false, false);
        assert_eq!(Written::from(None).text(), "");
    }
}

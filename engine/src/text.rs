//! What people write: what counts as words, what counts as no answer, what a text says.
//!
//! Nothing here asks a service or learns anything: the same text always gives the same answer, and
//! none leaves the process.
//!
//! - [`Patterns`]: which of a list of weighted phrases does a text say and not deny?
//! - [`Vector`]: do two texts say the same in other words?
//! - [`error_density`], [`specificity`]: how carefully, and how concretely, is it written?

mod errors;
mod fold;
mod outline;
mod pattern;
mod patterns;
mod reading;
mod specific;
mod stem;
mod task;
mod vector;
mod written;

pub use {
    errors::error_density,
    pattern::{BadPattern, Pattern},
    patterns::{Hit, Patterns, confidence},
    reading::Reading,
    specific::specificity,
    vector::Vector,
    written::{QuestionId, Written},
};

/// Answers that say nothing, in lower case.
const EMPTY_ANSWERS: [&str; 8] = ["none", "nothing", "n/a", "na", "nil", "no", "-", "."];

/// How many words a text has: maximal runs of non-whitespace with a letter or digit among them, so
/// that a lone dash is none.
pub fn words(text: &str) -> usize {
    text.split_whitespace().filter(|run| run.contains(char::is_alphanumeric)).count()
}

/// Whether an answer says nothing: it is blank, or no more than "none", "nothing", "n/a", "na",
/// "nil", "no", "-" or ".", in upper or lower case.
pub fn is_empty_answer(text: &str) -> bool {
    let answer = text.trim();
    answer.is_empty() || EMPTY_ANSWERS.iter().any(|empty| answer.eq_ignore_ascii_case(empty))
}

/// A name by which to tell whether two are the same: they are if they differ only in case and in the
/// width of spaces.
pub fn folded_name(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a text has the form of an e-mail address.
///
/// Checked is what tells an address from a slip, not all of RFC 5322: one `@` with something before
/// it, a domain of at least two labels after it, and no spaces or marks that separate addresses.
/// Whether mail arrives, only mail can tell.
pub fn is_email(text: &str) -> bool {
    let has_stranger = text
        .contains(|it: char| it.is_whitespace() || it.is_control() || "\"<>(),;:\\".contains(it));
    let is_address = text.split_once('@').is_some_and(|(local, domain)| {
        let labels = domain.split('.');
        !local.is_empty()
            && !domain.contains('@')
            && labels.clone().count() >= 2
            && labels.clone().all(|label| !label.is_empty())
    });
    is_address && !has_stranger
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, count: usize, is_empty: bool) {
        assert_eq!(words(text), count);
        assert_eq!(is_empty_answer(text), is_empty);
    }

    #[test]
    fn a_name_is_known_in_any_case_and_spacing() {
        assert_eq!(folded_name(" ÜBER\u{a0} Ltd\t"), "über ltd");
        assert_ne!(folded_name("Ac me"), folded_name("Acme"));
    }

    #[test]
    fn a_sentence_has_its_words() {
        check("Sent 3 invoices – all paid.", 5, false);
    }

    #[test]
    fn any_whitespace_separates_words() {
        check("one\ttwo\r\nthree\u{a0}four", 4, false);
    }

    #[test]
    fn a_hyphen_or_an_apostrophe_separates_nothing() {
        check("follow-up isn't done", 3, false);
    }

    #[test]
    fn letters_of_any_script_make_words() {
        check("Überweisung отправлена 完了", 3, false);
    }

    #[test]
    fn a_text_of_marks_has_no_words() {
        check("!? … –", 0, false);
    }

    #[test]
    fn blank_text_is_no_answer() {
        check("", 0, true);
        check(" \n\u{a0}", 0, true);
    }

    #[test]
    fn every_word_for_nothing_is_no_answer() {
        for text in ["none", "nothing", "n/a", "na", "nil", "no"] {
            check(text, 1, true);
        }
        check("-", 0, true);
        check(".", 0, true);
    }

    #[test]
    fn case_and_spaces_do_not_make_an_answer() {
        check("  N/A\n", 1, true);
        check("Nothing", 1, true);
    }

    #[test]
    fn a_sentence_that_begins_with_no_is_an_answer() {
        check("No blockers today", 3, false);
        check("none.", 1, false);
    }
}

//! Pieces of work in a sentence.

use super::fold::lower;

/// Verbs of the past that do not end in `ed`.
const IRREGULAR: [&str; 34] = [
    "began", "bought", "brought", "built", "caught", "did", "drew", "drove", "found", "gave",
    "got", "had", "held", "kept", "led", "made", "met", "paid", "put", "ran", "read", "sent",
    "set", "sold", "spent", "spoke", "taught", "told", "took", "went", "won", "wrote", "rebuilt",
    "redid",
];
/// Words that a piece of work may begin with before its verb.
const LEADS: [&str; 6] = ["also", "and", "finally", "i", "later", "then"];

/// Cuts a sentence at those commas behind which another piece of work begins.
///
/// "Filed forms, about sixty" is one piece, "Filed forms, called the bank" are two.
pub(super) fn split(sentence: &str) -> Vec<&str> {
    let (mut tasks, mut begin, mut at) = (Vec::new(), 0, 0);
    for part in sentence.split(',') {
        if at > 0 && begins_task(part) {
            tasks.push(&sentence[begin..at - 1]);
            begin = at;
        }
        at += part.len() + 1;
    }
    tasks.push(&sentence[begin..]);
    tasks
}

fn begins_task(part: &str) -> bool {
    let mut words = part.split_whitespace().map(lower);
    let verb = words.find(|word| !LEADS.contains(&word.as_ref()));
    verb.is_some_and(|it| it.ends_with("ed") || IRREGULAR.contains(&it.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, tasks: &[&str]) {
        assert_eq!(split(sentence), tasks);
    }

    #[test]
    fn a_verb_begins_a_piece_of_work() {
        check("Filed forms, called Ann", &["Filed forms", " called Ann"]);
        check("Filed forms, and then I sent them", &["Filed forms", " and then I sent them"]);
    }

    #[test]
    fn a_remark_is_part_of_it() {
        check("Typed cards, about 60, line by line", &["Typed cards, about 60, line by line"]);
        check("", &[""]);
    }
}

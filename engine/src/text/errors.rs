//! How carefully a text is written: slips that can be told without knowing every word.

use {
    super::fold::{Filter, hash, lower},
    std::borrow::Cow,
};

/// Words that are often misspelt, as they then stand.
const MISSPELT: &[&str] = &[
    "abscence",
    "accomodate",
    "acheive",
    "acheived",
    "acommodate",
    "adress",
    "adressed",
    "agian",
    "alot",
    "apointment",
    "apointments",
    "appoinment",
    "appointmet",
    "aproved",
    "arived",
    "assit",
    "assitant",
    "attachement",
    "availble",
    "avialable",
    "becasue",
    "becuase",
    "begining",
    "beleive",
    "buisness",
    "bussiness",
    "calandar",
    "calender",
    "calld",
    "cancle",
    "cancled",
    "clint",
    "comming",
    "commited",
    "completd",
    "complted",
    "comunicate",
    "confirmd",
    "confrim",
    "confrimed",
    "contcat",
    "coordinat",
    "custmer",
    "definately",
    "diffrent",
    "dificult",
    "documnet",
    "documnets",
    "doucment",
    "emial",
    "emials",
    "enviroment",
    "expences",
    "finaly",
    "finised",
    "finsh",
    "finshed",
    "follwed",
    "folow",
    "folowed",
    "foward",
    "fowarded",
    "freind",
    "goverment",
    "greatful",
    "happend",
    "hte",
    "imediately",
    "infomation",
    "informaton",
    "inovice",
    "intresting",
    "invioce",
    "invoces",
    "knowlege",
    "mangment",
    "meating",
    "meetng",
    "mesage",
    "messege",
    "neccessary",
    "occured",
    "ocurred",
    "oppurtunity",
    "organzied",
    "paymet",
    "pendng",
    "plese",
    "posible",
    "prepaird",
    "presentaion",
    "problm",
    "procces",
    "proccess",
    "proposel",
    "quetion",
    "realy",
    "recieve",
    "recieved",
    "recived",
    "remeber",
    "reminer",
    "repot",
    "reshedule",
    "respons",
    "schdule",
    "scheduel",
    "schedul",
    "seperate",
    "shedule",
    "speadsheet",
    "succesful",
    "taht",
    "teh",
    "thier",
    "tommorow",
    "tommorrow",
    "wich",
];
/// More such words.
const MISSPELT_TOO: &[&str] = &[
    "adn",
    "ahve",
    "bcoz",
    "beacuse",
    "cuz",
    "didnt",
    "doesnt",
    "dont",
    "giv",
    "gona",
    "hav",
    "havent",
    "im",
    "isnt",
    "ive",
    "nd",
    "pls",
    "plz",
    "recieving",
    "thx",
    "tmrw",
    "todya",
    "u",
    "untill",
    "ur",
    "wasnt",
    "whould",
    "wiht",
    "wont",
    "wroking",
];
static FILTER: Filter = Filter::of(MISSPELT);
static FILTER_TOO: Filter = Filter::of(MISSPELT_TOO);
/// Verbs that do not go with he, she, it or a name.
const PLURAL_VERBS: [&str; 6] = ["have", "do", "are", "were", "want", "need"];
/// Verbs that do not go with I, you, we or they.
const SINGULAR_VERBS: [&str; 6] = ["has", "does", "is", "wants", "needs", "was"];
/// Words behind which a verb is not in its past form.
const AUXILIARIES: [&str; 3] = ["did", "didn't", "didnt"];

/// How many slips there are in a hundred words, and how many words; 0 for a text without words.
///
/// What counts: words from a list of common misspellings, a word said twice in a row, a small "i",
/// a sentence behind a full stop without its capital, a missing blank behind a comma or full stop,
/// a blank before one, marks in heaps ("!!", ",,"), "a" for "an" and the reverse, and a verb that does
/// not go with its pronoun. Names and terms of the trade are never slips, because no word is wrong
/// for being unknown.
pub fn error_density(text: &str) -> (f64, usize) {
    let words = super::words(text);
    let Some(count) = u32::try_from(words).ok().filter(|it| *it > 0) else { return (0.0, 0) };
    (f64::from(self::count(text)) * 100.0 / f64::from(count), words)
}

/// How many slips there are.
pub(super) fn count(text: &str) -> u32 {
    text.lines().map(errors_in).sum()
}

fn errors_in(line: &str) -> u32 {
    let words: Vec<&str> = line.split_whitespace().collect();
    let lower: Vec<_> = words.iter().map(|it| straight(bare(it))).collect();
    let spelling =
        lower.iter().zip(&words).map(|(lower, word)| u32::from(is_misspelt(lower, word)));
    let pairs = lower.windows(2).zip(words.windows(2));
    let grammar = pairs.map(|(lower, words)| u32::from(is_wrong_pair(&lower[0], &lower[1], words)));
    spelling.sum::<u32>() + grammar.sum::<u32>() + marks(line)
}

/// A word in lower case with straight apostrophes.
fn straight(word: &str) -> Cow<'_, str> {
    match lower(word) {
        Cow::Owned(lower) if lower.contains('’') => lower.replace('’', "'").into(),
        lower => lower,
    }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|it: char| !it.is_alphanumeric())
}

fn is_misspelt(lower: &str, word: &str) -> bool {
    let is_small_i = bare(word) == "i" || word.starts_with("i'");
    let is_in = |(filter, words): (&Filter, &[&str])| {
        filter.may_hold(hash(lower)) && words.binary_search(&lower).is_ok()
    };
    is_small_i || is_in((&FILTER, MISSPELT)) || is_in((&FILTER_TOO, MISSPELT_TOO))
}

fn is_wrong_pair(left: &str, right: &str, words: &[&str]) -> bool {
    let is_joined = !words[0].ends_with(|it: char| !it.is_alphanumeric());
    if !is_joined || left.is_empty() || right.is_empty() {
        return false;
    }
    let starts_small = bare(words[1]).starts_with(|it: char| it.is_lowercase());
    let is_twice = left == right && !["had", "that"].contains(&left) && starts_small;
    let article = match left {
        "a" => {
            right.starts_with(['a', 'e', 'i', 'o'])
                && !right.starts_with("eu")
                && !right.starts_with("one")
        }
        "an" => right.starts_with(|it: char| "bcdfgjklmnpqrstvwyz".contains(it)) && starts_small,
        _ => false,
    };
    let verb = match left {
        "he" | "she" | "it" | "client" => PLURAL_VERBS.contains(&right),
        "i" | "we" | "they" | "you" => {
            SINGULAR_VERBS.contains(&right) && !(left == "i" && right == "was")
        }
        _ => {
            AUXILIARIES.contains(&left)
                && right.len() > 4
                && right.ends_with("ed")
                && right != "need"
        }
    };
    is_twice || article || verb
}

/// Marks out of place.
fn marks(line: &str) -> u32 {
    let signs: Vec<char> = line.trim().chars().collect();
    let mut errors = 0;
    for (place, sign) in signs.iter().enumerate() {
        let (before, after) = (place.checked_sub(1).map(|it| signs[it]), signs.get(place + 1));
        let is_comma = *sign == ',';
        if !is_comma && !['.', '!', '?'].contains(sign) {
            continue;
        }
        let letter_after = after.is_some_and(|it| it.is_alphabetic());
        let letter_before = before.is_some_and(char::is_alphabetic);
        // "it,he"; full stops stand inside addresses and abbreviations as well.
        errors += u32::from(is_comma && letter_after);
        errors += u32::from(
            *sign == '.'
                && letter_before
                && after.is_some_and(|it| it.is_uppercase())
                && !before.is_some_and(char::is_uppercase),
        );
        errors += u32::from(before == Some(' ') && (after.is_none() || after == Some(&' ')));
        errors += u32::from(before == Some(*sign) && *sign != '.' && after != Some(sign));
        let next = (after == Some(&' ')).then(|| signs.get(place + 2)).flatten();
        let short = signs[..place].iter().rev().take_while(|it| it.is_alphanumeric()).count() < 3;
        errors += u32::from(!is_comma && !short && next.is_some_and(|it| it.is_lowercase()));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, errors: u32) {
        assert_eq!(text.lines().map(errors_in).sum::<u32>(), errors);
    }

    #[test]
    fn careful_text_has_no_slips() {
        check("I booked Ms. Lee's flight (LH 454) for 9 a.m., e.g. via example.com.", 0);
        check("- sent invoices\n- updated CRM, filed receipts\n- an hour with a user", 0);
        check("He had had an idea that that vendor liked...", 0);
    }

    #[test]
    fn misspelt_words_are_slips() {
        check("I recieved teh emial", 3);
        check("dont know", 1);
    }

    #[test]
    fn a_small_i_is_a_slip() {
        check("Then i called", 1);
        check("Then i'm done", 1);
    }

    #[test]
    fn a_word_twice_is_a_slip() {
        check("in the the office", 1);
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        check("Sent the form. then called.", 1);
    }

    #[test]
    fn marks_out_of_place_are_slips() {
        check("Sent it ,called", 1);
        check("Done !!", 1);
        check("Late again.She called", 1);
    }

    #[test]
    fn a_wrong_article_or_verb_is_a_slip() {
        check("Sent a email to an client", 2);
        check("She have called, they was out", 2);
        check("I did not go, we didn't called", 1);
    }

    #[test]
    fn slips_are_counted_per_hundred_words() {
        let (density, words) = error_density("teh report is done now today ok yes it is");
        assert_eq!((density.round(), words), (10.0, 10));
        assert_eq!(error_density(""), (0.0, 0));
        assert_eq!(error_density("!!!").1, 0);
    }

    #[test]
    fn the_lists_can_be_searched() {
        assert!(MISSPELT.is_sorted() && MISSPELT_TOO.is_sorted());
    }
}

//! The part of a word that stays when its grammar changes.

/// No stem is shorter, in bytes.
const STEM_BYTES_MIN: usize = 3;
/// Endings, the longest first, and what takes their place.
const ENDINGS: [(&str, &str); 13] = [
    ("ifications", "ify"),
    ("ification", "ify"),
    ("ations", "ate"),
    ("ation", "ate"),
    ("ings", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("als", ""),
    ("al", ""),
    ("s", ""),
];

/// Adds the stem of a word in lower case to a text: `delays`, `delayed` and `delaying` share one.
///
/// It is no word itself, and good only to be compared with other stems.
pub(super) fn add_stem(word: &str, to: &mut String) {
    let last = word.as_bytes().last();
    let mut endings = ENDINGS.iter().filter(|it| it.0.as_bytes().last() == last);
    let cut = endings.find_map(|(ending, instead)| {
        let rest = word.strip_suffix(ending)?;
        let fits = rest.len() >= STEM_BYTES_MIN && !(*ending == "s" && rest.ends_with('s'));
        fits.then_some((rest, *instead))
    });
    let (rest, instead) = cut.unwrap_or((word, ""));
    let begin = to.len();
    to.push_str(rest);
    to.push_str(instead);
    let stem = &to[begin..];
    let mut last = stem.chars().rev();
    let (end, before) = (last.next(), last.next());
    let is_cut = stem != word;
    let is_doubled = is_cut && end == before && end.is_some_and(|it| !"aeiosl".contains(it));
    if stem.len() > STEM_BYTES_MIN && (end == Some('e') || is_doubled) {
        to.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(word: &str) -> String {
        let mut stem = String::new();
        add_stem(word, &mut stem);
        stem
    }

    #[track_caller]
    fn same(words: &[&str]) {
        let stems: Vec<_> = words.iter().map(|it| stem(it)).collect();
        assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{stems:?}");
    }

    #[test]
    fn the_forms_of_a_verb_share_a_stem() {
        same(&["delay", "delays", "delayed", "delaying"]);
        same(&["update", "updates", "updated", "updating"]);
        same(&["drop", "drops", "dropped", "dropping"]);
        same(&["reply", "replies", "replied"]);
    }

    #[test]
    fn the_plural_shares_its_stem() {
        same(&["invoice", "invoices"]);
        same(&["access", "accesses"]);
    }

    #[test]
    fn a_short_word_is_left_alone() {
        assert_eq!(stem("is"), "is");
        assert_eq!(stem("bus"), "bus");
        assert_eq!(stem(""), "");
    }

    #[test]
    fn letters_of_any_script_do_no_harm() {
        assert_eq!(stem("übergröße"), "übergröß");
        assert_eq!(stem("完了"), "完了");
    }
}

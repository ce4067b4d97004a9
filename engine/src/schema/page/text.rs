//! Text as Markdown takes it, whatever it holds.

/// A text as code, within a table or without.
pub fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// A text as a cell of a table, or a line of a list.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

/// SQL as a block, one part a line; a fence within it ends nothing.
pub fn block(language: &str, text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

/// Where a heading of this page is linked to.
pub fn anchor(heading: &str) -> String {
    let is_kept = |it: &char| it.is_alphanumeric() || matches!(it, '-' | '_' | ' ');
    heading.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
}

/// A name as a part of that of a file.
pub fn file_name(name: &str) -> String {
    let kept = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    name.chars().map(kept).collect()
}

/// A number with commas between thousands.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_whatever_is_in_it() {
        assert_eq!(code("a|b\nc"), "`a\\|b c`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code(""), "");
    }

    #[test]
    fn a_fence_is_longer_than_any_within() {
        assert_eq!(block("sql", "a ```` b\n"), "`````sql\na ```` b\n`````\n");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(
            ["0", "999", "1,000", "25,000,000"],
            [0, 999, 1_000, 25_000_000].map(number).each_ref().map(String::as_str)
        );
    }
}

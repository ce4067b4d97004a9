//! SQL, cut into words: enough to find what is compared, ordered and changed, whatever is in quotes.

use std::fmt::Write as _;

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its text: of names and literals without quotes, of words in upper case.
    pub text: String,
    /// Where it begins in the statement.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What a piece of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word without quotes: a keyword, a name, a number.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    /// A parameter.
    Parameter,
    /// A sign, of one or two characters.
    Sign,
}

impl Token {
    /// Whether it is this word or sign.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Sign) && self.text == text
    }

    /// Its text, if it can be the name of something.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Name => Some(self.text.clone()),
            TokenKind::Word => Some(self.text.to_lowercase()),
            _ => None,
        }
    }
}

/// Cuts a statement into words. What is not closed ends with the statement.
pub fn tokens(sql: &str) -> Vec<Token> {
    let bytes = sql.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let (kind, text, end) = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = sql[at..].find('\n').map_or(bytes.len(), |it| at + it + 1);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = sql[at..].find("*/").map_or(bytes.len(), |it| at + it + 2);
                continue;
            }
            quote @ (b'\'' | b'"' | b'`') => {
                let (text, end) = quoted(sql, at, quote);
                let kind = if quote == b'\'' { TokenKind::Text } else { TokenKind::Name };
                (kind, text, end)
            }
            b'$' | b'?' => {
                let end = at + 1 + length(&sql[at + 1..], |it| it.is_ascii_digit());
                (TokenKind::Parameter, sql[at..end].to_owned(), end)
            }
            byte if byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80 => {
                let is_in = |it: char| it == '_' || it.is_alphanumeric();
                let end = at + length(&sql[at..], is_in).max(first(sql, at));
                (TokenKind::Word, sql[at..end].to_uppercase(), end)
            }
            _ => {
                let is_pair = ["<=", ">=", "<>", "!=", "||", "::", "->"]
                    .iter()
                    .any(|pair| sql[at..].starts_with(pair));
                let end = if is_pair { at + 2 } else { at + first(sql, at) };
                (TokenKind::Sign, sql[at..end].to_owned(), end)
            }
        };
        tokens.push(Token { kind, text, start, end });
        at = end;
    }
    tokens
}

/// How many bytes the character at a place has.
fn first(sql: &str, at: usize) -> usize {
    sql[at..].chars().next().map_or(1, char::len_utf8)
}

/// How many bytes from the front are of a kind.
fn length(text: &str, is_in: impl Fn(char) -> bool) -> usize {
    text.find(|it| !is_in(it)).unwrap_or(text.len())
}

/// What stands in quotes from a place on, and where it ends; a doubled quote is one.
fn quoted(sql: &str, start: usize, quote: u8) -> (String, usize) {
    let quote = char::from(quote);
    let mut text = String::new();
    let mut letters = sql[start + 1..].char_indices().peekable();
    while let Some((offset, letter)) = letters.next() {
        if letter != quote {
            text.push(letter);
        } else if letters.peek().is_some_and(|it| it.1 == quote) {
            text.push(quote);
            letters.next();
        } else {
            return (text, start + 1 + offset + 1);
        }
    }
    (text, sql.len())
}

/// The place of the bracket that closes the one at `open`, or the end.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return place;
            }
        }
    }
    tokens.len()
}

/// A statement in which long lists of columns are only counted.
pub fn shortened(sql: &str) -> String {
    let tokens = tokens(sql);
    let mut short = String::new();
    let mut from = 0;
    let mut place = 0;
    while place < tokens.len() {
        if tokens[place].is("SELECT")
            && let Some((end, columns)) = select_list(&tokens, place)
            && columns > COLUMNS_SHOWN
        {
            short.push_str(&sql[from..tokens[place].end]);
            let _ = write!(short, " /* {columns} columns */ ");
            from = tokens[end].start;
            place = end;
            continue;
        }
        place += 1;
    }
    short.push_str(&sql[from..]);
    short
}

/// How many columns of a SELECT are spelled out.
const COLUMNS_SHOWN: usize = 3;

/// Where the FROM of a SELECT stands, and how many columns come before it.
fn select_list(tokens: &[Token], select: usize) -> Option<(usize, usize)> {
    let (mut depth, mut columns) = (0_usize, 1);
    for (place, token) in tokens.iter().enumerate().skip(select + 1) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.checked_sub(1)?;
        } else if depth == 0 && token.is(",") {
            columns += 1;
        } else if depth == 0 && token.is("FROM") {
            return Some((place, columns));
        }
    }
    None
}

/// A name as SQL takes it whatever it holds.
pub fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL takes it.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cut(sql: &str, texts: &[&str]) {
        let found: Vec<_> = tokens(sql).into_iter().map(|it| it.text).collect();
        assert_eq!(found, texts);
    }

    #[test]
    fn quotes_hold_whatever_is_in_them() {
        cut(
            r#"a."b ""c"" (" = 'it''s, (' <= $12"#,
            &["A", ".", "b \"c\" (", "=", "it's, (", "<=", "$12"],
        );
    }

    #[test]
    fn comments_are_left_out_and_open_quotes_end() {
        cut("x -- ' y\n/* \" */ z 'open", &["X", "Z", "open"]);
        cut("é ☃ x", &["É", "☃", "X"]);
    }

    #[test]
    fn long_lists_of_columns_are_counted() {
        let sql =
            "SELECT a, f(b, c), d, e FROM t UNION ALL SELECT a FROM (SELECT 1, 2, 3, 4 FROM u)";
        let short =
            "SELECT /* 4 columns */ FROM t UNION ALL SELECT a FROM (SELECT /* 4 columns */ FROM u)";
        assert_eq!(shortened(sql), short);
    }
}

//! A linear look at a document's bytes, before any parser sees them.
//!
//! Parsers nest as deep as their input does, and some abort the process on the way. Here nothing
//! nests, nothing is allocated, and the first limit that is passed ends it.

use {
    crate::{http::refusal::Refusal, settings::Limits},
    std::iter::Peekable,
};

/// Refuses a document that is too large to be worth a parser's time.
pub(crate) fn scan(document: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut seen = Seen::default();
    for token in Tokens::of(document) {
        seen.add(token);
        let counts = [
            (seen.tokens, limits.tokens_max, "tokens"),
            (seen.nesting, limits.nesting_max, "levels of brackets"),
            (seen.aliases, limits.aliases_max, "aliases"),
            (seen.directives, limits.directives_max, "directives"),
            (seen.definitions, limits.definitions_max, "operations and fragments"),
        ];
        if let Some((_, max, what)) = counts.into_iter().find(|(count, max, _)| count > max) {
            return Err(Refusal::too_much(format!("the document has more than {max} {what}")));
        }
    }
    Ok(())
}

/// What a document has had so far.
#[derive(Default)]
struct Seen {
    tokens: usize,
    nesting: usize,
    parentheses: usize,
    aliases: usize,
    directives: usize,
    definitions: usize,
}

impl Seen {
    fn add(&mut self, token: Token) {
        self.tokens += 1;
        match token {
            Token::Mark(b'{') if self.nesting == 0 => {
                self.definitions += 1;
                self.nesting += 1;
            }
            Token::Mark(b'(') => {
                self.parentheses += 1;
                self.nesting += 1;
            }
            Token::Mark(b'{' | b'[') => self.nesting += 1,
            Token::Mark(b')') => {
                self.parentheses = self.parentheses.saturating_sub(1);
                self.nesting = self.nesting.saturating_sub(1);
            }
            Token::Mark(b'}' | b']') => self.nesting = self.nesting.saturating_sub(1),
            // Within parentheses it stands behind an argument, a variable or a field of an input.
            Token::Mark(b':') if self.parentheses == 0 => self.aliases += 1,
            Token::Mark(b'@') => self.directives += 1,
            Token::Mark(_) | Token::Word => {}
        }
    }
}

/// A token of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A name, a number or a string.
    Word,
    /// Anything else.
    Mark(u8),
}

/// The tokens of a document, by the lexical grammar of GraphQL.
struct Tokens<'a>(Peekable<std::slice::Iter<'a, u8>>);

impl<'a> Tokens<'a> {
    fn of(document: &'a str) -> Self {
        // A byte order mark is no token.
        let document = document.strip_prefix('\u{feff}').unwrap_or(document);
        Self(document.as_bytes().iter().peekable())
    }

    /// Passes a string of which the first quote has been read.
    fn pass_string(&mut self) {
        if self.0.next_if_eq(&&b'"').is_none() {
            return self.pass_line_string();
        }
        if self.0.next_if_eq(&&b'"').is_some() {
            self.pass_block_string();
        }
    }

    fn pass_line_string(&mut self) {
        while let Some(byte) = self.0.next() {
            match byte {
                b'"' | b'\n' | b'\r' => return,
                b'\\' => {
                    self.0.next();
                }
                _ => {}
            }
        }
    }

    fn pass_block_string(&mut self) {
        let mut quotes = 0;
        let mut is_escaped = false;
        for byte in self.0.by_ref() {
            match byte {
                b'"' => quotes += 1,
                _ => quotes = 0,
            }
            if quotes == 3 {
                if !is_escaped {
                    return;
                }
                (quotes, is_escaped) = (0, false);
            }
            if quotes == 0 {
                is_escaped = *byte == b'\\';
            }
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            return match self.0.next()? {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
                b'#' => {
                    while self.0.next_if(|it| !matches!(it, b'\n' | b'\r')).is_some() {}
                    continue;
                }
                b'"' => {
                    self.pass_string();
                    Some(Token::Word)
                }
                b'.' => {
                    while self.0.next_if_eq(&&b'.').is_some() {}
                    Some(Token::Mark(b'.'))
                }
                it if is_of_word(*it) => {
                    let is_number = it.is_ascii_digit() || *it == b'-';
                    let is_part = |it: &&u8| is_of_word(**it) || is_number && **it == b'.';
                    while self.0.next_if(is_part).is_some() {}
                    Some(Token::Word)
                }
                mark => Some(Token::Mark(*mark)),
            };
        }
    }
}

/// Whether a byte belongs to a name or a number. Bytes beyond ASCII do as well: they are an error
/// wherever they stand outside of strings and comments.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, limits: &Limits) -> String {
        match scan(document, limits) {
            Ok(()) => "fine".to_owned(),
            Err(refusal) => format!("{}: {}", refusal.code(), refusal.errors[0].message),
        }
    }

    fn tokens(document: &str) -> usize {
        Tokens::of(document).count()
    }

    #[test]
    fn tokens_are_counted_as_the_grammar_says() {
        assert_eq!(tokens("query Q($id: ID!) { a(id: $id, n: -1.5e3) { b } }"), 24);
        assert_eq!(tokens(r#"{ a(s: "x \" { y", t: """ { " \""" } """) } # { { {"#), 11);
        assert_eq!(tokens("\u{feff}{ ...a, b,, c }"), 6);
        assert_eq!(tokens(r#"{ a(s: "", t: """""") }"#), 11);
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        let limits = Limits { nesting_max: 2, ..Limits::default() };

        assert_eq!(check("{ a(s: \"((((\", t: \"\"\"{{{{\"\"\") # [[[[\n }", &limits), "fine");
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| format!("{}a{}", "{".repeat(depth), "}".repeat(depth));

        assert_eq!(check(&nested(64), &Limits::default()), "fine");
        let told = "LIMIT_EXCEEDED: the document has more than 64 levels of brackets";
        assert_eq!(check(&nested(65), &Limits::default()), told);
        assert_eq!(check(&"[".repeat(2_000), &Limits::default()), told);
        assert_eq!(check(&"(".repeat(1 << 20), &Limits::default()), told);
    }

    #[test]
    fn tokens_have_a_limit() {
        let fields = |count: usize| format!("{{{}}}", " a".repeat(count - 2));

        assert_eq!(check(&fields(15_000), &Limits::default()), "fine");
        let told = "LIMIT_EXCEEDED: the document has more than 15000 tokens";
        assert_eq!(check(&fields(15_001), &Limits::default()), told);
    }

    #[test]
    fn aliases_have_a_limit() {
        let aliases = |count: usize| format!("{{{}}}", " a:b(c:{d:1})".repeat(count));

        assert_eq!(check(&aliases(100), &Limits::default()), "fine");
        let told = "LIMIT_EXCEEDED: the document has more than 100 aliases";
        assert_eq!(check(&aliases(101), &Limits::default()), told);
    }

    #[test]
    fn directives_have_a_limit() {
        let directives = |count: usize| format!("{{a{}}}", "@b".repeat(count));

        assert_eq!(check(&directives(100), &Limits::default()), "fine");
        let told = "LIMIT_EXCEEDED: the document has more than 100 directives";
        assert_eq!(check(&directives(101), &Limits::default()), told);
    }

    #[test]
    fn definitions_have_a_limit() {
        let definitions = |count: usize| "query($a:B={c:1}){a{b}}".repeat(count);

        assert_eq!(check(&definitions(100), &Limits::default()), "fine");
        let told = "LIMIT_EXCEEDED: the document has more than 100 operations and fragments";
        assert_eq!(check(&definitions(101), &Limits::default()), told);
    }
}

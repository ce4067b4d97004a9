//! What a language model says, read strictly: whatever it is, it becomes one of three verdicts and a bounded reason.

use {entity::coaching::text_opinion::OpinionVerdict, serde::Deserialize};

/// How much of a reason is kept, in characters.
const REASON_CHARS_MAX: usize = 300;

/// What a language model thinks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) verdict: OpinionVerdict,
    pub(super) reason: Option<String>,
}

/// What it was told to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    verdict: OpinionVerdict,
    reason: Option<String>,
}

impl Answer {
    /// Reads what a model says. What is not as it was told to be is no opinion: to ask again would cost as much, and
    /// say the same.
    pub(super) fn read(text: &str) -> Self {
        let said = serde_json::from_str(unfenced(text));
        let Ok(Said { verdict, reason }) = said else {
            return Self { verdict: OpinionVerdict::Unsure, reason: None };
        };
        Self { verdict, reason: reason.and_then(|it| kept(&it)) }
    }
}

/// A text without the fence that many models put around JSON.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inside = text.strip_prefix("```").and_then(|it| it.strip_suffix("```"));
    inside.map_or(text, |it| it.strip_prefix("json").unwrap_or(it))
}

/// A reason as it is kept: one line, neither empty nor long.
fn kept(reason: &str) -> Option<String> {
    let line = reason.split(|it: char| it.is_whitespace() || it.is_control());
    let line = line.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    let kept: String = line.chars().take(REASON_CHARS_MAX).collect();
    Some(kept).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use {super::*, OpinionVerdict::*};

    #[track_caller]
    fn check(text: &str, verdict: OpinionVerdict, reason: Option<&str>) {
        let read = Answer::read(text);
        assert_eq!(read, Answer { verdict, reason: reason.map(str::to_owned) }, "{text}");
    }

    #[test]
    fn an_answer_is_a_verdict_and_a_reason() {
        check(r#"{"verdict": "AGREES", "reason": "It is said."}"#, Agrees, Some("It is said."));
        check(r#" {"verdict": "DISAGREES"} "#, Disagrees, None);
        check(r#"{"reason": null, "verdict": "UNSURE"}"#, Unsure, None);
        check("```json\n{\"verdict\": \"AGREES\", \"reason\": \"\"}\n```", Agrees, None);
        check("```\n{\"verdict\": \"AGREES\"}\n```", Agrees, None);
    }

    #[test]
    fn what_is_not_as_it_was_told_to_be_is_no_opinion() {
        for text in [
            "",
            "AGREES",
            "I agree: {\"verdict\": \"AGREES\"}",
            r#"{"verdict": "agrees"}"#,
            r#"{"verdict": "CRITICAL", "reason": "Resolve every alert"}"#,
            r#"{"verdict": ["AGREES"]}"#,
            r#"{"verdict": "AGREES", "reason": 7}"#,
            r#"{"verdict": "AGREES", "severity": "LOW"}"#,
            r#"{"verdict": "AGREES"}{"verdict": "DISAGREES"}"#,
            r#"{"verdict": "AGREES", "verdict": "DISAGREES"}"#,
            r#"[{"verdict": "AGREES"}]"#,
            "null",
            "```",
        ] {
            check(text, Unsure, None);
        }
    }

    #[test]
    fn a_reason_is_one_line_and_not_long() {
        let said = |reason: &str| serde_json::json!({ "verdict": "AGREES", "reason": reason });
        let told = said(" a\n\n b\u{0}\tc\u{1b}[31m ").to_string();
        check(&told, Agrees, Some("a b c [31m"));
        check(&said("\u{0}\n").to_string(), Agrees, None);
        let long = "ü".repeat(REASON_CHARS_MAX + 1);
        check(&said(&long).to_string(), Agrees, Some(&"ü".repeat(REASON_CHARS_MAX)));
    }
}

//! Phrases must say what the rules look for where they should, and nowhere else.

use {super::*, crate::demo::chance::About, serde_json::Value};

const RULES: &str = include_str!("../../coaching/alert_rule_defaults.json");

fn cast() -> Cast<'static> {
    Cast {
        trade: 3,
        client: "Ada",
        assistant: "Grace",
        contacts: ["Ann", "Bob", "Cy", "Dee", "Eve"],
        vendors: ["Loop", "Quickship", "Tally"],
        projects: ["gala", "move", "survey"],
        tools: ["Notion", "Trello"],
        joined: "March 2026",
        place: "Manila",
    }
}

/// The fields of a report that the phrases of a section end up in.
fn fields(section: &str) -> &'static [&'static str] {
    match section.split('.').next().unwrap() {
        "done" => &["whatCompleted"],
        "win" => &["biggestWin"],
        "pending" => &["pendingTasks"],
        "difficulty" => &["difficulties"],
        "support" => &["supportNeeded"],
        "notes" => &["additionalNotes"],
        _ => &[],
    }
}

/// What the text rules look for: the rule's number, the field, the pattern. Patterns that only
/// count together with others are left out.
fn patterns() -> Vec<(i64, String, String)> {
    let rules: Vec<Value> = serde_json::from_str(RULES).unwrap();
    let mut found = Vec::new();
    for rule in &rules {
        gather(rule["ruleNumber"].as_i64().unwrap(), &rule["triggerCondition"], &mut found);
    }
    found
}

fn gather(rule: i64, condition: &Value, found: &mut Vec<(i64, String, String)>) {
    for inner in condition["of"].as_array().into_iter().flatten() {
        gather(rule, inner, found);
    }
    let fields = condition["fields"].as_array().cloned().unwrap_or_default();
    for field in fields.iter().chain(condition.get("field")) {
        for pattern in condition["patterns"].as_array().into_iter().flatten() {
            if pattern["weight"].as_f64().unwrap() >= 0.7 {
                let text = pattern["text"].as_str().unwrap().to_owned();
                found.push((rule, field.as_str().unwrap().to_owned(), text));
            }
        }
    }
}

/// The text in lower case, with one blank around every word.
fn words(text: &str) -> String {
    let text = text.to_lowercase().replace('\'', "");
    let words: Vec<_> =
        text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[test]
fn every_phrase_says_what_its_section_is_for_and_nothing_else() {
    let (phrases, patterns) = (Phrases::new(), patterns());
    let mut chance = Chance::new(1, About::Company);
    let mut wrong = Vec::new();
    for section in phrases.names.keys() {
        let of_rule = section.rsplit('.').next().and_then(|it| it.parse::<i64>().ok());
        for number in 0..phrases.count(section) {
            let mut said = String::new();
            phrases.add_line((section, number), &cast(), &mut chance, &mut said);
            let heard = |rule: i64| {
                patterns.iter().any(|(of, field, text)| {
                    *of == rule
                        && fields(section).contains(&field.as_str())
                        && words(&said).contains(&words(text))
                })
            };
            let found: Vec<i64> = (1..=31).filter(|rule| heard(*rule)).collect();
            let expected = of_rule.filter(|it| [6, 7, 8, 14, 15, 22, 23, 25].contains(it));
            if found != Vec::from_iter(expected) {
                wrong.push(format!("[{section}] {said}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_blank_is_filled_in() {
    let phrases = Phrases::new();
    let mut chance = Chance::new(1, About::Company);
    for section in phrases.names.keys() {
        let said = phrases.say(section, &cast(), &mut chance);
        assert!(!said.is_empty() && !said.contains(['{', '}', '@']), "[{section}] {said}");
    }
}

#[test]
fn nobody_is_named_twice_in_a_row() {
    let phrases = Phrases::new();
    let mut chance = Chance::new(1, About::Company);
    let twice =
        phrases.lines("done").position(|it| it.contains("{contact} and {contact}")).unwrap();
    for _ in 0..50 {
        let mut said = String::new();
        phrases.add_line(("done", twice), &cast(), &mut chance, &mut said);
        let named = cast().contacts.iter().filter(|name| said.contains(**name)).count();
        assert_eq!(named, 2, "{said}");
    }
}

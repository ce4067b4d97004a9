//! What is wrong with a rule is said when it is written, all at once.

use {super::*, std::fmt::Write};

/// All faults, a line each.
fn faults(condition: &Value, thresholds: &Value) -> Vec<String> {
    match Rule::read(condition, thresholds) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn refuse(condition: &Value, told: &[&str]) {
    assert_eq!(faults(condition, &json!({})), told);
}

#[track_caller]
fn refuse_thresholds(thresholds: &Value, told: &[&str]) {
    let condition = json!({"kind": "words", "field": "biggestWin", "lt": {"threshold": "words"}});
    assert_eq!(faults(&condition, thresholds), told);
}

#[test]
fn every_rule_that_comes_with_vigil_can_be_read() {
    let defaults = include_str!("../../../../../service/src/coaching/alert_rule_defaults.json");
    let rules: Vec<Value> = serde_json::from_str(defaults).unwrap();
    let mut told = String::new();
    for rule in &rules {
        for fault in faults(&rule["triggerCondition"], &rule["defaultThresholds"]) {
            writeln!(told, "rule {}: {fault}", rule["ruleNumber"]).unwrap();
        }
    }
    assert!(told.is_empty(), "{told}");
    assert_eq!(rules.len(), 31);
}

#[test]
fn every_rule_that_comes_with_vigil_goes_on_with_its_thresholds_at_either_end() {
    let defaults = include_str!("../../../../../service/src/coaching/alert_rule_defaults.json");
    let mut rules: Vec<Value> = serde_json::from_str(defaults).unwrap();
    for rule in &mut rules {
        for end in ["min", "max"] {
            let thresholds = rule["defaultThresholds"].as_object_mut().unwrap();
            for threshold in thresholds.values_mut() {
                threshold["value"] = threshold[end].clone();
            }
            assert_eq!(faults(&rule["triggerCondition"], &rule["defaultThresholds"]), [""; 0]);
        }
    }
}

#[test]
fn what_is_no_object_is_no_condition() {
    for condition in [json!(null), json!([]), json!("late"), json!(7)] {
        refuse(&condition, &["triggerCondition must be an object"]);
    }
}

#[test]
fn an_unknown_kind_is_refused() {
    let told = "triggerCondition.kind must be one of accelerator_stalled, all, any, date_within, \
        error_density, field_is, late, no_log, not, report_missing, specificity, task_share, \
        text_empty, text_match, text_mentions, text_repeat, words";
    refuse(&json!({"kind": "guess", "field": "biggestWin"}), &[told]);
    refuse(&json!({}), &["triggerCondition.kind is missing"]);
}

#[test]
fn an_unknown_key_is_refused() {
    refuse(
        &json!({"kind": "late", "minutes": 5, "minute": 6}),
        &["triggerCondition.minute is no key here: there are kind, minutes, window"],
    );
    refuse(
        &json!({"kind": "report_missing", "days": 1, "window": {"kind": "latest"}}),
        &["triggerCondition.window is no key here: there are kind, days"],
    );
}

#[test]
fn all_faults_are_told_with_their_paths() {
    refuse(
        &json!({"kind": "all", "of": [
            {"kind": "late", "minutes": "five"},
            {"kind": "words", "field": "mood", "lt": 3, "gt": 4},
            {"kind": "field_is", "field": "workType", "in": ["REGULAR", "LAZY", false],
                "window": {"kind": "run", "n": 0, "days": 3}},
        ]}),
        &[
            "triggerCondition.of.0.minutes must be a number, or {\"threshold\": name}",
            "triggerCondition.of.1.field must be one of biggestWin, whatCompleted, pendingTasks, \
             difficulties, supportNeeded, additionalNotes",
            "triggerCondition.of.1.gt cannot stand beside `lt`",
            "triggerCondition.of.2.in.1 must be one of NOT_MUCH, REGULAR, MIX, MOSTLY_NEW",
            "triggerCondition.of.2.in.2 must be one of NOT_MUCH, REGULAR, MIX, MOSTLY_NEW",
            "triggerCondition.of.2.window.n must be 1 to 60, not 0",
            "triggerCondition.of.2.window.days is no key here: there are kind, n",
        ],
    );
}

#[test]
fn patterns_are_checked() {
    refuse(
        &json!({"kind": "text_match", "fields": ["difficulties", "difficulties"], "patterns": [
            {"text": "late", "weight": 2}, {"text": "..", "weight": 0.5}, {"text": "late"}, "late",
        ], "minConfidence": 0.7}),
        &[
            "triggerCondition.fields must name each field once",
            "triggerCondition.patterns.0.weight must be 0.01 to 1, not 2",
            "triggerCondition.patterns.1.text must have a word to look for",
            "triggerCondition.patterns.2.weight is missing",
            "triggerCondition.patterns.3 must be an object",
        ],
    );
}

#[test]
fn numbers_are_whole_where_they_count() {
    refuse(
        &json!({"kind": "report_missing", "days": 1.5}),
        &["triggerCondition.days must be a whole number, not 1.5"],
    );
    refuse(
        &json!({"kind": "report_missing", "days": -1}),
        &["triggerCondition.days must be 1 to 60, not -1"],
    );
}

#[test]
fn windows_must_fit_their_condition() {
    let repeat = |window: Value| json!({"kind": "text_repeat", "field": "difficulties", "similarity": 0.8, "window": window});
    refuse(
        &repeat(json!({"kind": "latest"})),
        &["triggerCondition.window must be a run or a count: one text repeats nothing"],
    );
    refuse(
        &repeat(json!({"kind": "count", "n": 3, "days": 7, "unit": "lunar"})),
        &["triggerCondition.window.unit must be one of calendar, business"],
    );
}

#[test]
fn conditions_do_not_nest_for_ever() {
    let nested = (0..9).fold(
        json!({"kind": "late", "minutes": 5}),
        |inner, _| json!({"kind": "not", "of": [inner]}),
    );
    let told = faults(&nested, &json!({}));
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with("a rule has at most 40 conditions, 6 deep"), "{told:?}");
    refuse(&json!({"kind": "all", "of": []}), &["triggerCondition.of must be a list of 1 to 16"]);
}

#[test]
fn a_threshold_must_be_there() {
    refuse(
        &json!({"kind": "late", "minutes": {"threshold": "minutes"}}),
        &["triggerCondition.minutes.threshold is not among the thresholds of the rule"],
    );
    refuse(
        &json!({"kind": "late", "minutes": {"treshold": "minutes"}}),
        &[
            "triggerCondition.minutes.threshold is missing",
            "triggerCondition.minutes.treshold is no key here: there are threshold",
        ],
    );
}

#[test]
fn thresholds_are_checked() {
    let of = |value: Value| json!({"words": {"value": value, "min": 2, "max": 9, "unit": "words"}});
    refuse_thresholds(&of(json!(9)), &[]);
    refuse_thresholds(
        &of(json!(10)),
        &[
            "adjustableThresholds.words.value must be 2 to 9, not 10",
            "triggerCondition.lt.threshold is not among the thresholds of the rule",
        ],
    );
    refuse_thresholds(
        &json!({"words": {"value": 3, "min": 9, "max": 2, "step": 1}}),
        &[
            "adjustableThresholds.words.step is no key here: there are value, min, max, unit",
            "adjustableThresholds.words.unit must be a text of 1 to 40 characters",
            "adjustableThresholds.words.max must not be less than 9, the least",
            "triggerCondition.lt.threshold is not among the thresholds of the rule",
        ],
    );
    refuse_thresholds(
        &json!({"words": {"value": 3, "min": 2, "max": 9, "unit": "words"},
            "days": {"value": 3, "min": 2, "max": 9, "unit": "days"}}),
        &["adjustableThresholds.days is used by no part of the condition"],
    );
}

#[test]
fn a_value_of_a_threshold_must_fit_its_place() {
    let condition = json!({"kind": "report_missing", "days": {"threshold": "days"}});
    let thresholds = json!({"days": {"value": 70, "min": 1, "max": 90, "unit": "days"}});
    assert_eq!(faults(&condition, &thresholds), ["triggerCondition.days must be 1 to 60, not 70"]);
}

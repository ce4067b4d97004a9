//! Random rules of every kind.

use {
    super::chance::Chance,
    engine::alerts::condition,
    serde_json::{Map, Value, json},
};

/// A condition, and its thresholds.
pub(crate) fn any(chance: &mut Chance) -> (Value, Value) {
    let mut thresholds = Map::new();
    let condition = one(chance, &mut thresholds, 0);
    (condition, Value::Object(thresholds))
}

fn one(chance: &mut Chance, thresholds: &mut Map<String, Value>, depth: usize) -> Value {
    let kinds: Vec<_> = condition::kinds().collect();
    let kind = chance.pick(&kinds);
    if ["all", "any", "not"].contains(&kind) {
        if depth >= 2 {
            return one(chance, thresholds, depth);
        }
        let count = chance.between(1, 3);
        let of: Vec<_> = (0..count).map(|_| one(chance, thresholds, depth + 1)).collect();
        return json!({"kind": kind, "of": of});
    }
    let mut number = |first: i64, last: i64| number(chance, thresholds, first, last);
    let mut condition = match kind {
        "report_missing" => json!({"days": number(1, 6)}),
        "no_log" => json!({"minutes": number(1, 1_440)}),
        "date_within" => json!({"field": "healthcareEligibilityDate", "days": number(0, 12)}),
        "accelerator_stalled" => json!({"days": number(1, 20)}),
        "late" => json!({"minutes": number(0, 70)}),
        "specificity" => json!({"field": "biggestWin", "atLeast": 0.6}),
        "error_density" => {
            let (limit, words) = (number(0, 40), number(1, 8));
            json!({"fields": ["whatCompleted"], "perHundredWords": limit, "minWords": words})
        }
        "text_repeat" => json!({"similarity": 0.8}),
        "task_share" => json!({
            "field": "whatCompleted", "minConfidence": 0.7, "atLeast": chance.pick(&[0.5, 0.8]),
            "patterns": [{"text": "filed", "weight": 0.8}],
            "unless": [{"text": "meeting", "weight": 0.8}],
        }),
        "text_match" | "text_mentions" => phrases(chance),
        "words" => {
            let bound = number(0, 9);
            let key = chance.pick(&["lt", "gt"]);
            json!({"field": chance.pick(&TEXTS), key: bound})
        }
        "text_empty" => {
            let field = chance.pick(&TEXTS);
            let also = json!({"field": field, "also": ["Nothing", "passport RENEWAL"]});
            if chance.happens(50) { json!({"field": field}) } else { also }
        }
        _ => field_is(chance),
    };
    let keys = condition.as_object_mut().unwrap();
    keys.insert("kind".to_owned(), json!(kind));
    if kind == "text_repeat" {
        keys.insert("field".to_owned(), json!(chance.pick(&["pendingTasks", "supportNeeded"])));
        let compare = chance.pick(&["text", "items"]);
        keys.insert("compare".to_owned(), json!(compare));
    }
    let is_windowless =
        ["report_missing", "no_log", "date_within", "accelerator_stalled"].contains(&kind);
    if is_windowless {
        return condition;
    }
    if let Some(window) = window(kind, chance, thresholds) {
        condition["window"] = window;
    }
    condition
}

const TEXTS: [&str; 6] = [
    "difficulties",
    "additionalNotes",
    "pendingTasks",
    "supportNeeded",
    "biggestWin",
    "whatCompleted",
];

fn field_is(chance: &mut Chance) -> Value {
    let of: [(&str, &[&str]); 3] = [
        ("workloadFeeling", &["LIGHT", "MODERATE", "HEAVY", "OVERWHELMING"]),
        ("workType", &["NOT_MUCH", "REGULAR", "MIX", "MOSTLY_NEW"]),
        ("feelingDuringWork", &["GREAT", "GOOD", "OKAY", "STRESSED"]),
    ];
    if chance.happens(25) {
        return json!({"field": "hadDailySync", "in": [chance.happens(30)]});
    }
    let (field, values) = chance.pick(&of);
    let mut any_of = vec![chance.pick(values)];
    if chance.happens(40) {
        any_of.push(chance.pick(values));
    }
    json!({"field": field, "in": any_of})
}

fn phrases(chance: &mut Chance) -> Value {
    let weight = |chance: &mut Chance| chance.pick(&[0.4, 0.6, 0.8]);
    let mut phrases = json!({
        "fields": &["difficulties", "additionalNotes"][..=chance.place(2)],
        "patterns": [
            {"text": "late", "weight": weight(chance)},
            {"text": "Angry", "weight": weight(chance)},
            {"text": "client report", "weight": weight(chance)},
        ],
        "minConfidence": chance.pick(&[0.5, 0.7, 0.9]),
    });
    if chance.happens(40) {
        phrases["unless"] = json!([{"text": "fine", "weight": 1}]);
    }
    phrases
}

fn window(kind: &str, chance: &mut Chance, thresholds: &mut Map<String, Value>) -> Option<Value> {
    let unit = chance.pick(&["calendar", "business"]);
    let most = if kind == "text_mentions" { 6 } else { 4 };
    let count = |chance: &mut Chance, thresholds: &mut Map<String, Value>| {
        let (n, days) = (number(chance, thresholds, 1, most), number(chance, thresholds, 1, 14));
        json!({"kind": "count", "n": n, "days": days, "unit": unit})
    };
    let choice = match kind {
        "text_mentions" => 3,
        "text_repeat" => chance.between(2, 3),
        _ => chance.between(0, 3),
    };
    match choice {
        0 => None,
        1 => Some(json!({"kind": "latest"})),
        2 => Some(json!({"kind": "run", "n": number(chance, thresholds, 1, 4)})),
        _ => Some(count(chance, thresholds)),
    }
}

/// A number, now and then by the name of a threshold.
fn number(
    chance: &mut Chance,
    thresholds: &mut Map<String, Value>,
    first: i64,
    last: i64,
) -> Value {
    let value = chance.between(first, last);
    if chance.happens(70) || thresholds.len() > 10 {
        return json!(value);
    }
    let name = format!("threshold{}", thresholds.len());
    let threshold = json!({"value": value, "min": first, "max": last, "unit": "count"});
    thresholds.insert(name.clone(), threshold);
    json!({"threshold": name})
}

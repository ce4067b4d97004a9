//! When a rule fires: its condition and its thresholds, checked when they are written.

use {
    crate::kernel::check::Check,
    async_graphql::InputObject,
    engine::alerts::{Rule, condition::Fault},
    entity::scalar::Json,
    serde_json::{Map, Value, json},
};

/// Where the engine finds the thresholds of a rule.
const THRESHOLDS: &str = "adjustableThresholds";
/// How many thresholds may be given at once.
const THRESHOLDS_MAX: usize = 20;

/// A threshold of a rule.
#[derive(Clone, Debug, InputObject)]
pub struct ThresholdInput {
    /// Its name.
    pub name: String,
    /// Its value, between the threshold's `min` and `max`.
    pub value: f64,
    /// The least it may be: required for a threshold that is new, and only beside a condition.
    pub min: Option<f64>,
    /// The most it may be: as `min`.
    pub max: Option<f64>,
    /// What it counts, such as `days`: as `min`.
    pub unit: Option<String>,
}

/// A condition and its thresholds, which can be asked.
pub(crate) struct Definition {
    pub(crate) condition: Json,
    pub(crate) thresholds: Json,
    pub(crate) rule: Rule,
}

/// Reads a condition with thresholds, those that are given and those that it names of the rule as it
/// was. Every fault is told with its path.
pub(crate) fn define(
    check: &mut Check,
    condition: Json,
    before: &Json,
    given: &[ThresholdInput],
) -> Option<Definition> {
    check.json("triggerCondition", &condition);
    check.require(given.len() <= THRESHOLDS_MAX, "thresholds", "must be at most 20");
    let empty = Map::new();
    let before = before.0.as_object().unwrap_or(&empty);
    let mut thresholds: Map<String, Value> = before
        .iter()
        .filter(|(name, _)| names(&condition.0, name))
        .map(|(name, it)| (name.clone(), it.clone()))
        .collect();
    for (place, ThresholdInput { name, value, min, max, unit }) in given.iter().enumerate() {
        let twice = given[..place].iter().any(|it| it.name == *name);
        check.require(!twice, &format!("thresholds.{place}.name"), "is given twice");
        let threshold = thresholds.entry(name.clone()).or_insert_with(|| json!({}));
        threshold["value"] = json!(value);
        for (key, new) in [("min", json!(min)), ("max", json!(max)), ("unit", json!(unit))] {
            if !new.is_null() {
                threshold[key] = new;
            }
        }
    }
    read(check, condition, Json(Value::Object(thresholds)), given)
}

/// Sets thresholds of a rule whose condition stays as it is.
pub(crate) fn adjust(
    check: &mut Check,
    condition: &Json,
    before: &Json,
    given: &[ThresholdInput],
) -> Option<Definition> {
    let mut all = before.clone();
    for (place, ThresholdInput { name, value, min, max, unit }) in given.iter().enumerate() {
        let field = format!("thresholds.{place}");
        let bounds = min.is_some() || max.is_some() || unit.is_some();
        check.require(!bounds, &field, "must have a value alone, unless a condition is given");
        match all.0.get_mut(name) {
            Some(threshold) if threshold.is_object() => threshold["value"] = json!(value),
            _ => check.refuse(&format!("{field}.name"), "is not a threshold of this rule"),
        }
    }
    read(check, condition.clone(), all, given)
}

fn read(
    check: &mut Check,
    condition: Json,
    thresholds: Json,
    given: &[ThresholdInput],
) -> Option<Definition> {
    match Rule::read(&condition.0, &thresholds.0) {
        Ok(rule) => Some(Definition { condition, thresholds, rule }),
        Err(mut faults) => {
            // A threshold that cannot be read is missed by the condition only because of that.
            let is_threshold = |it: &Fault| it.path.first().is_some_and(|it| it == THRESHOLDS);
            if faults.iter().any(is_threshold) {
                faults.retain(|it| {
                    is_threshold(it) || it.path.last().is_none_or(|it| it != "threshold")
                });
            }
            for fault in faults {
                check.refuse(&field(&fault.path, given), fault.message);
            }
            None
        }
    }
}

/// Where the input has what a fault is about.
fn field(path: &[String], given: &[ThresholdInput]) -> String {
    let [THRESHOLDS, rest @ ..] = &path.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        return path.join(".");
    };
    let place = rest.first().and_then(|name| given.iter().position(|it| it.name == **name));
    let place = place.map(|it| it.to_string());
    let rest = rest.iter().skip(usize::from(place.is_some())).copied();
    ["thresholds"].into_iter().chain(place.as_deref()).chain(rest).collect::<Vec<_>>().join(".")
}

/// Whether a condition names a threshold.
fn names(condition: &Value, name: &str) -> bool {
    match condition {
        Value::Object(map) => map
            .iter()
            .any(|(key, it)| (key == "threshold" && it.as_str() == Some(name)) || names(it, name)),
        Value::Array(list) => list.iter().any(|it| names(it, name)),
        _ => false,
    }
}

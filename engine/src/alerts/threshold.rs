//! The numbers of a rule that people may turn.

use {
    super::condition::Fault,
    serde_json::{Map, Value},
    std::collections::BTreeMap,
};

/// The keys of a threshold.
const KEYS: [&str; 4] = ["value", "min", "max", "unit"];
/// How many thresholds a rule may have.
const THRESHOLDS_MAX: usize = 20;
/// How long a name or a unit may be, in characters.
const NAME_CHARS_MAX: usize = 40;

/// A number of a rule that people may turn, within bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The number in force.
    pub value: f64,
    /// The least it may be.
    pub min: f64,
    /// The most it may be.
    pub max: f64,
    /// What it counts, such as `days`.
    pub unit: String,
}

/// Reads `{name: {value, min, max, unit}}`, and notes all that is wrong.
pub(super) fn read(
    key: &str,
    value: &Value,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Threshold> {
    let mut refuse = |path: &[&str], message: String| {
        let path = [key].iter().chain(path).map(|it| (*it).to_owned()).collect();
        faults.push(Fault { path, message });
    };
    let Some(map) = value.as_object() else {
        refuse(&[], "must be an object".to_owned());
        return BTreeMap::new();
    };
    if map.len() > THRESHOLDS_MAX {
        refuse(&[], format!("must have at most {THRESHOLDS_MAX} thresholds"));
        return BTreeMap::new();
    }
    let mut thresholds = BTreeMap::new();
    for (name, value) in map {
        if !is_name(name) {
            let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
            refuse(
                &[&shown],
                format!("must be a name of 1 to {NAME_CHARS_MAX} letters and digits"),
            );
        } else if let Some(threshold) = read_one(value, |key, message| {
            let path = [name.as_str()].into_iter().chain(key).collect::<Vec<_>>();
            refuse(&path, message);
        }) {
            thresholds.insert(name.clone(), threshold);
        }
    }
    thresholds
}

fn read_one(value: &Value, mut refuse: impl FnMut(Option<&str>, String)) -> Option<Threshold> {
    let Some(map) = value.as_object() else {
        refuse(None, "must be an object".to_owned());
        return None;
    };
    for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        let shown: String = key.chars().take(NAME_CHARS_MAX).collect();
        refuse(Some(&shown), format!("is no key here: there are {}", KEYS.join(", ")));
    }
    let value = number(map, "value", &mut refuse);
    let (min, max) = (number(map, "min", &mut refuse), number(map, "max", &mut refuse));
    let unit = map.get("unit").and_then(Value::as_str);
    let unit = unit.filter(|it| (1..=NAME_CHARS_MAX).contains(&it.chars().count()));
    if unit.is_none() {
        refuse(Some("unit"), format!("must be a text of 1 to {NAME_CHARS_MAX} characters"));
    }
    let (value, min, max) = (value?, min?, max?);
    if max < min {
        refuse(Some("max"), format!("must not be less than {min}, the least"));
    } else if !(min..=max).contains(&value) {
        refuse(Some("value"), format!("must be {min} to {max}, not {value}"));
    } else {
        return Some(Threshold { value, min, max, unit: unit?.to_owned() });
    }
    None
}

fn number(
    map: &Map<String, Value>,
    key: &str,
    refuse: &mut impl FnMut(Option<&str>, String),
) -> Option<f64> {
    let number = map.get(key).and_then(Value::as_f64);
    if number.is_none() {
        refuse(Some(key), "must be a number".to_owned());
    }
    number
}

fn is_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

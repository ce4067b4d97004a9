//! Reads conditions out of JSON, and notes all that is wrong with them.

use {
    super::{Condition, Fault, KINDS},
    crate::{
        alerts::{TextField, Threshold},
        text::{Pattern, Patterns},
    },
    serde_json::{Map, Value},
    std::{
        collections::{BTreeMap, BTreeSet},
        ops::RangeInclusive,
    },
};

/// How deep conditions may lie in one another.
const DEPTH_MAX: usize = 6;
/// How many conditions a rule may have.
const CONDITIONS_MAX: usize = 40;
/// How many conditions may be joined.
const JOINED_MAX: usize = 16;
/// How many patterns a condition may look for.
const PATTERNS_MAX: usize = 400;
/// How many values or answers a condition may list.
const LISTED_MAX: usize = 100;
/// How long a text in a condition may be, in characters.
const TEXT_CHARS_MAX: usize = 300;
/// How many faults are told.
const FAULTS_MAX: usize = 100;

/// Reads a condition. It knows the thresholds, and keeps the faults.
#[derive(Debug)]
pub(in crate::alerts) struct Reader<'t> {
    thresholds: &'t BTreeMap<String, Threshold>,
    used: BTreeSet<String>,
    faults: Vec<Fault>,
    path: Vec<String>,
    conditions: usize,
    depth: usize,
}

/// The keys of one JSON object. Those that nobody asks for are refused in the end.
#[derive(Debug)]
pub(super) struct Fields<'r, 't> {
    reader: &'r mut Reader<'t>,
    map: &'r Map<String, Value>,
    known: Vec<&'static str>,
    /// Whether any key may be there.
    is_open: bool,
}

impl<'t> Reader<'t> {
    pub(in crate::alerts) fn new(thresholds: &'t BTreeMap<String, Threshold>) -> Self {
        let (used, faults, path) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { thresholds, used, faults, path, conditions: 0, depth: 0 }
    }

    /// Reads the condition that stands under a key.
    pub(in crate::alerts) fn read(
        &mut self,
        key: &str,
        value: &Value,
    ) -> Option<Box<dyn Condition>> {
        self.at(key, |reader| reader.condition(value))
    }

    /// What is wrong, and the thresholds that are used.
    pub(in crate::alerts) fn finish(self) -> (Vec<Fault>, BTreeSet<String>) {
        (self.faults, self.used)
    }

    fn condition(&mut self, value: &Value) -> Option<Box<dyn Condition>> {
        self.conditions += 1;
        if self.depth >= DEPTH_MAX || self.conditions > CONDITIONS_MAX {
            let limits = format!("{CONDITIONS_MAX} conditions, {DEPTH_MAX} deep");
            return self.refuse(&format!("is one condition too many: a rule has at most {limits}"));
        }
        self.depth += 1;
        let condition = self.object(value, |fields| {
            let kinds = KINDS.map(|kind| kind.0);
            let kind = fields.one_of("kind", &kinds);
            let Some(place) = kind else {
                fields.is_open = true; // nobody knows which keys it may have
                return None;
            };
            KINDS[place].1(fields)
        });
        self.depth -= 1;
        condition
    }

    /// Reads an object and refuses the keys that `read` does not ask for.
    pub(super) fn object<T>(
        &mut self,
        value: &Value,
        read: impl FnOnce(&mut Fields<'_, 't>) -> Option<T>,
    ) -> Option<T> {
        let Some(map) = value.as_object() else { return self.refuse("must be an object") };
        let mut fields = Fields { reader: self, map, known: Vec::new(), is_open: false };
        let read = read(&mut fields);
        let Fields { known, is_open, .. } = fields;
        for key in map.keys().filter(|key| !is_open && !known.contains(&key.as_str())) {
            let message = format!("is no key here: there are {}", known.join(", "));
            self.at(key, |reader| reader.refuse::<()>(&message));
        }
        read
    }

    fn at<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(key.chars().take(TEXT_CHARS_MAX).collect());
        let read = read(self);
        self.path.pop();
        read
    }

    fn refuse<T>(&mut self, message: &str) -> Option<T> {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { path: self.path.clone(), message: message.to_owned() });
        }
        None
    }

    /// A number, or the value of a threshold.
    fn number(&mut self, value: &Value) -> Option<f64> {
        if let Some(number) = value.as_f64() {
            return Some(number);
        }
        if !value.is_object() {
            return self.refuse("must be a number, or {\"threshold\": name}");
        }
        let name = self.object(value, |fields| fields.text("threshold"))?;
        let Some(threshold) = self.thresholds.get(&name) else {
            return self.at("threshold", |it| it.refuse("is not among the thresholds of the rule"));
        };
        self.used.insert(name);
        Some(threshold.value)
    }

    fn list<'v>(&mut self, value: &'v Value, counts: RangeInclusive<usize>) -> Option<&'v [Value]> {
        let (least, most) = (*counts.start(), *counts.end());
        match value.as_array() {
            Some(list) if counts.contains(&list.len()) => Some(list),
            _ => self.refuse(&format!("must be a list of {least} to {most}")),
        }
    }

    /// Reads all of a list, so that all faults are told.
    fn each<T>(
        &mut self,
        list: &[Value],
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values: Vec<Option<T>> = list
            .iter()
            .enumerate()
            .map(|(place, it)| self.at(&place.to_string(), |reader| read(reader, it)))
            .collect();
        values.into_iter().collect()
    }

    fn short_text(&mut self, value: &Value) -> Option<String> {
        match value.as_str() {
            Some(text) if text.chars().count() <= TEXT_CHARS_MAX => Some(text.to_owned()),
            _ => self.refuse(&format!("must be a text of at most {TEXT_CHARS_MAX} characters")),
        }
    }

    fn choice(&mut self, value: &Value, names: &[&str]) -> Option<usize> {
        let place = value.as_str().and_then(|text| names.iter().position(|name| *name == text));
        place.or_else(|| self.refuse(&format!("must be one of {}", names.join(", "))))
    }

    fn pattern(&mut self, value: &Value) -> Option<Pattern> {
        self.object(value, |fields| {
            let (text, weight) = (fields.text("text"), fields.number("weight", 0.01..=1.0));
            let pattern = Pattern::new(&text?, weight?);
            pattern.map_err(|bad| fields.refuse("text", &bad.to_string())).ok()
        })
    }
}

impl<'t> Fields<'_, 't> {
    /// Whether a key is there.
    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.known.push(key);
        self.map.contains_key(key)
    }

    /// Notes that a key is at fault.
    pub(super) fn refuse(&mut self, key: &str, message: &str) {
        self.reader.at(key, |reader| reader.refuse::<()>(message));
    }

    /// Reads the value of a key that must be there.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'t>, &Value) -> Option<T>,
    ) -> Option<T> {
        self.known.push(key);
        let value = self.map.get(key);
        self.reader.at(key, |reader| match value {
            Some(value) => read(reader, value),
            None => reader.refuse("is missing"),
        })
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, key: &'static str, bounds: RangeInclusive<f64>) -> Option<f64> {
        self.read(key, |reader, value| {
            let number = reader.number(value)?;
            let (least, most) = (*bounds.start(), *bounds.end());
            if bounds.contains(&number) {
                Some(number)
            } else {
                reader.refuse(&format!("must be {least} to {most}, not {number}"))
            }
        })
    }

    /// A whole number within bounds.
    pub(super) fn whole(&mut self, key: &'static str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let number = self.number(key, f64::from(*bounds.start())..=f64::from(*bounds.end()))?;
        if number.fract() != 0.0 {
            self.refuse(key, &format!("must be a whole number, not {number}"));
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is whole, and within bounds that are u32"
        )]
        Some(number as u32)
    }

    /// The place of a name in a list of names.
    pub(super) fn one_of(&mut self, key: &'static str, names: &[&str]) -> Option<usize> {
        self.read(key, |reader, value| reader.choice(value, names))
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.read(key, Reader::short_text)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.read(key, |reader, value| {
            let list = reader.list(value, 1..=LISTED_MAX)?;
            reader.each(list, Reader::short_text)
        })
    }

    /// The values of a list, each of them read by itself.
    pub(super) fn listed<T>(
        &mut self,
        key: &'static str,
        names: &[&str],
        mut read: impl FnMut(&Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.read(key, |reader, value| {
            let list = reader.list(value, 1..=LISTED_MAX)?;
            let wrong = format!("must be one of {}", names.join(", "));
            reader.each(list, |reader, it| read(it).or_else(|| reader.refuse(&wrong)))
        })
    }

    /// One of a report's texts.
    pub(super) fn text_field(&mut self, key: &'static str) -> Option<TextField> {
        let names: Vec<_> = TextField::ALL.iter().map(|it| it.name()).collect();
        Some(TextField::ALL[self.one_of(key, &names)?])
    }

    /// Some of a report's texts, each named once.
    pub(super) fn text_fields(&mut self, key: &'static str) -> Option<Vec<TextField>> {
        let names: Vec<_> = TextField::ALL.iter().map(|it| it.name()).collect();
        self.read(key, |reader, value| {
            let list = reader.list(value, 1..=TextField::ALL.len())?;
            let fields = reader.each(list, |reader, it| reader.choice(it, &names))?;
            let fields: BTreeSet<_> = fields.into_iter().collect();
            if fields.len() < list.len() {
                return reader.refuse("must name each field once");
            }
            Some(fields.into_iter().map(|it| TextField::ALL[it]).collect())
        })
    }

    /// Phrases to look for.
    pub(super) fn patterns(&mut self, key: &'static str) -> Option<Patterns> {
        self.read(key, |reader, value| {
            let list = reader.list(value, 1..=PATTERNS_MAX)?;
            reader.each(list, Reader::pattern).map(Patterns::new)
        })
    }

    /// The conditions that are joined.
    pub(super) fn conditions(&mut self, key: &'static str) -> Option<Vec<Box<dyn Condition>>> {
        self.read(key, |reader, value| {
            let list = reader.list(value, 1..=JOINED_MAX)?;
            reader.each(list, Reader::condition)
        })
    }
}

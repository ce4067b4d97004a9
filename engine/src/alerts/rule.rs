//! A rule that has been read, ready to be put to histories.

use {
    super::{
        Finding, Ground, History, Needs,
        clearing::Clearing,
        condition::{Condition, Effort, Fault, Reader},
        threshold,
    },
    serde_json::Value,
    std::collections::BTreeMap,
};

/// A rule's condition with its thresholds, read once and put to any history.
///
/// ```
/// use engine::alerts::Rule;
///
/// let condition = serde_json::json!({"kind": "words", "field": "biggestWin", "lt": {"threshold": "words"}});
/// let thresholds = serde_json::json!({"words": {"value": 3, "min": 1, "max": 9, "unit": "words"}});
/// let rule = Rule::read(&condition, &thresholds).expect("nothing is wrong with it");
/// assert!(rule.needs().reports);
///
/// let faults = Rule::read(&serde_json::json!({"kind": "late"}), &serde_json::json!({})).unwrap_err();
/// assert_eq!(faults[0].to_string(), "triggerCondition.minutes is missing");
/// ```
#[derive(Debug)]
pub struct Rule {
    condition: Box<dyn Condition>,
    thresholds: BTreeMap<String, f64>,
}

impl Rule {
    /// Reads a rule's `triggerCondition` and `adjustableThresholds`, or says all that is wrong with
    /// them. A threshold that no part of the condition uses is wrong too: turning it would change
    /// nothing.
    pub fn read(condition: &Value, thresholds: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let thresholds = threshold::read("adjustableThresholds", thresholds, &mut faults);
        let mut reader = Reader::new(&thresholds);
        let condition = reader.read("triggerCondition", condition);
        let (more, used) = reader.finish();
        let is_whole = more.is_empty();
        faults.extend(more);
        for name in thresholds.keys().filter(|name| is_whole && !used.contains(*name)) {
            let path = vec!["adjustableThresholds".to_owned(), name.clone()];
            faults.push(Fault { path, message: "is used by no part of the condition".to_owned() });
        }
        let values = thresholds.iter().map(|(name, it)| (name.clone(), it.value)).collect();
        match condition {
            Some(condition) if faults.is_empty() => Ok(Self { condition, thresholds: values }),
            _ => Err(faults),
        }
    }

    /// What speaks for the rule, if it holds. It never fails, whatever the history.
    pub fn find(&self, history: &History<'_>) -> Option<Finding> {
        let mut finding = self.condition.find(history)?;
        finding.thresholds.clone_from(&self.thresholds);
        Some(finding)
    }

    /// What the rule rests on, if it holds: the grounds of what [`find`](Self::find) finds, in any order.
    /// It is for those who ask often, and want no reasons.
    pub fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        self.condition.grounds(history)
    }

    /// How far back the rule looks.
    pub fn needs(&self) -> Needs {
        self.condition.needs()
    }

    /// Whether it reads what people wrote, and not numbers, dates and choices alone.
    pub fn reads_texts(&self) -> bool {
        self.condition.effort() > Effort::Glance
    }

    /// When an alert of the rule may be closed by itself.
    pub fn clearing(&self) -> Clearing {
        self.condition.clearing()
    }
}

//! `field_is`: a choice of the report is one of these.

use {
    super::{
        super::{Feeling, Report, WorkType, Workload},
        Condition, Fields,
        window::Window,
        windowed::{Question, Windowed},
    },
    serde_json::Value,
};

/// Finds a choice in a report.
type Of = fn(&Report) -> Choice;

/// The choices of a report by the names that conditions call them.
const FIELDS: [(&str, Of); 4] = [
    ("workloadFeeling", |report| Choice::Name(report.workload_feeling.name())),
    ("workType", |report| Choice::Name(report.work_type.name())),
    ("feelingDuringWork", |report| Choice::Name(report.feeling_during_work.name())),
    ("hadDailySync", |report| Choice::Flag(report.had_daily_sync)),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Name(&'static str),
    Flag(bool),
}

#[derive(Debug)]
struct FieldIs {
    field: &'static str,
    of: Of,
    any_of: Vec<Choice>,
}

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    let place = fields.one_of("field", &FIELDS.map(|it| it.0));
    let names = place.map(names).unwrap_or_default();
    // Without a field nobody knows what may stand in the list.
    let any_of = match place {
        Some(_) => fields.listed("in", &names, |value| choice(value, &names)),
        None => fields.has("in").then(Vec::new),
    };
    let window = Window::read(fields);
    let (field, of) = FIELDS[place?];
    let question = FieldIs { field, of, any_of: any_of? };
    Some(Box::new(Windowed { question, window: window? }))
}

fn names(place: usize) -> Vec<&'static str> {
    match place {
        0 => Workload::ALL.iter().map(|it| it.name()).collect(),
        1 => WorkType::ALL.iter().map(|it| it.name()).collect(),
        2 => Feeling::ALL.iter().map(|it| it.name()).collect(),
        _ => vec!["true", "false"],
    }
}

fn choice(value: &Value, names: &[&'static str]) -> Option<Choice> {
    let is_flag = names.contains(&"true");
    match value {
        Value::Bool(flag) if is_flag => Some(Choice::Flag(*flag)),
        Value::String(text) if !is_flag => {
            names.iter().find(|name| **name == text.as_str()).map(|name| Choice::Name(name))
        }
        _ => None,
    }
}

impl Question for FieldIs {
    type Row = Report;
    const KIND: &'static str = "field_is";

    fn ask(&self, report: &Report) -> Option<f64> {
        self.any_of.contains(&(self.of)(report)).then_some(1.0)
    }

    fn says(&self, _: &Report) -> String {
        let any_of = self.any_of.iter().map(|choice| match choice {
            Choice::Name(name) => (*name).to_owned(),
            Choice::Flag(flag) => flag.to_string(),
        });
        format!("{} is {}", self.field, any_of.collect::<Vec<_>>().join(" or "))
    }
}

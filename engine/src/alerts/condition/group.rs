//! `all`, `any`, `not`: conditions about conditions.

use super::{
    super::{Dated, Finding, Ground, History, Needs, clearing::Clearing},
    Condition, Effort, Fields,
};

type Conditions = Vec<Box<dyn Condition>>;

/// Every one of them holds.
#[derive(Debug)]
struct All(Conditions);

/// At least one of them holds.
#[derive(Debug)]
struct Any(Conditions);

/// None of them holds.
#[derive(Debug)]
struct Not(Conditions);

pub(super) fn read_all(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(All(fields.conditions("of")?)))
}

pub(super) fn read_any(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(Any(fields.conditions("of")?)))
}

pub(super) fn read_not(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Condition>> {
    Some(Box::new(Not(fields.conditions("of")?)))
}

fn needs(all: &Conditions) -> Needs {
    all.iter().map(|it| it.needs()).fold(Needs::default(), Needs::and)
}

fn effort(all: &Conditions) -> Effort {
    all.iter().map(|it| it.effort()).max().unwrap_or(Effort::Glance)
}

fn clearing(all: &Conditions) -> Clearing {
    all.iter().map(|it| it.clearing()).max().unwrap_or(Clearing::AtOnce)
}

fn together(mut grounds: Vec<Ground>, more: Vec<Ground>) -> Vec<Ground> {
    grounds.extend(more);
    grounds
}

/// What it rests on that nothing was found: the newest row that was looked at, or else today.
fn as_of(needs: &Needs, history: &History<'_>) -> Ground {
    let report = history.reports.newest().filter(|_| needs.reports);
    let start = history.starts.newest().filter(|_| needs.starts);
    let of = |row: &dyn Dated| Ground { day: row.day(), row: Some(row.id()) };
    let today = Ground { day: history.today, row: None };
    report.map(|it| of(it)).or(start.map(|it| of(it))).unwrap_or(today)
}

impl All {
    /// What each of them answers and the place where it is written, the least work first; none if one of
    /// them has no answer.
    fn each<T>(&self, ask: impl Fn(&dyn Condition) -> Option<T>) -> Option<Vec<(usize, T)>> {
        let mut answers = Vec::new();
        for effort in [Effort::Glance, Effort::Reading, Effort::Comparing] {
            for (place, condition) in self.0.iter().enumerate() {
                if condition.effort() == effort {
                    answers.push((place, ask(condition.as_ref())?));
                }
            }
        }
        Some(answers)
    }
}

impl Condition for All {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let mut findings = self.each(|it| it.find(history))?;
        // They are told as they are written.
        findings.sort_by_key(|it| it.0);
        findings.into_iter().map(|it| it.1).reduce(Finding::and)
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        let grounds = self.each(|it| it.grounds(history))?;
        grounds.into_iter().map(|it| it.1).reduce(together)
    }

    fn effort(&self) -> Effort {
        effort(&self.0)
    }

    fn needs(&self) -> Needs {
        needs(&self.0)
    }

    fn clearing(&self) -> Clearing {
        clearing(&self.0)
    }
}

impl Condition for Any {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        self.0.iter().filter_map(|it| it.find(history)).reduce(Finding::or)
    }

    fn grounds(&self, history: &History<'_>) -> Option<Vec<Ground>> {
        self.0.iter().filter_map(|it| it.grounds(history)).reduce(together)
    }

    fn effort(&self) -> Effort {
        effort(&self.0)
    }

    fn needs(&self) -> Needs {
        needs(&self.0)
    }

    fn clearing(&self) -> Clearing {
        clearing(&self.0)
    }
}

impl Condition for Not {
    fn find(&self, history: &History<'_>) -> Option<Finding> {
        let holds = self.0.iter().all(|it| it.grounds(history).is_none());
        let grounds = vec![as_of(&self.needs(), history)];
        let finding = Finding { kinds: Vec::new(), ..Finding::sure("not", String::new()) };
        holds.then_some(Finding { grounds, occurrences: 0, ..finding })
    }

    fn effort(&self) -> Effort {
        effort(&self.0)
    }

    fn needs(&self) -> Needs {
        needs(&self.0)
    }
}

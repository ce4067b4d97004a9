//! What conditions mean, as plainly as it can be written.

use {
    super::world::{Said, World},
    serde_json::Value,
    std::collections::BTreeSet,
};

type Days = BTreeSet<i64>;

/// The days that a condition rests on, if it holds.
pub(crate) fn grounds(condition: &Value, thresholds: &Value, world: &World) -> Option<Days> {
    Naive { thresholds, world }.grounds(condition)
}

#[derive(Clone, Copy)]
struct Naive<'a> {
    thresholds: &'a Value,
    world: &'a World,
}

impl<'a> Naive<'a> {
    fn grounds(self, condition: &Value) -> Option<Days> {
        match condition["kind"].as_str().unwrap() {
            "all" => self.of(condition).into_iter().collect::<Option<Vec<_>>>().map(union),
            "any" => {
                let holding: Vec<_> = self.of(condition).into_iter().flatten().collect();
                (!holding.is_empty()).then(|| union(holding))
            }
            "not" => {
                let holds = self.of(condition).iter().all(Option::is_none);
                holds.then(|| [self.as_of(condition)].into())
            }
            "report_missing" => self.report_missing(condition),
            "no_log" => self.no_log(condition),
            "date_within" => {
                let on = self.world.eligible_on?;
                let ahead = on - self.world.today;
                (ahead >= 0 && ahead <= self.number(&condition["days"])).then(|| [on].into())
            }
            "accelerator_stalled" => {
                let since = self.world.stalled_since?;
                let days = self.world.today - since;
                (days > self.number(&condition["days"])).then(|| [since].into())
            }
            "late" => {
                let limit = self.number(&condition["minutes"]);
                let late = |day: i64| {
                    let start = self.world.started.iter().find(|it| it.0 == day);
                    start.map(|it| usize::from(it.1 > limit))
                };
                let newest = self.world.started.iter().map(|it| it.0).max()?;
                self.window(condition, newest, self.world.today, late)
            }
            kind => {
                let newest = self.world.said.iter().map(|it| it.day).max()?;
                let newest_said = self.said(newest)?;
                let hits = |day| Some(self.hits(kind, condition, self.said(day)?, newest_said));
                if kind == "text_repeat" && hits(newest) == Some(0) {
                    return None;
                }
                self.window(condition, newest, newest, hits)
            }
        }
    }

    fn of(self, condition: &Value) -> Vec<Option<Days>> {
        condition["of"].as_array().unwrap().iter().map(|it| self.grounds(it)).collect()
    }

    /// The day of the newest row that a condition looks at.
    fn as_of(self, condition: &Value) -> i64 {
        let said = self.world.said.iter().map(|it| it.day).max();
        let started = self.world.started.iter().map(|it| it.0).max();
        let said = said.filter(|_| reads(condition, |it| !CLOCKED.contains(&it)));
        let started = started.filter(|_| reads(condition, |it| STARTED.contains(&it)));
        said.or(started).unwrap_or(self.world.today)
    }

    fn said(self, day: i64) -> Option<&'a Said> {
        self.world.said.iter().find(|it| it.day == day)
    }

    fn number(self, value: &Value) -> i64 {
        let name = value.get("threshold").and_then(Value::as_str);
        name.map_or(value, |name| &self.thresholds[name]["value"]).as_i64().unwrap()
    }

    fn report_missing(self, condition: &Value) -> Option<Days> {
        let newest = self.world.said.iter().map(|it| it.day).max();
        let from = newest.map_or(self.world.start, |day| day + 1);
        let missed: Days =
            (from..self.world.today).filter(|day| self.world.is_expected(*day)).collect();
        let limit = usize::try_from(self.number(&condition["days"])).unwrap();
        (missed.len() >= limit).then_some(missed)
    }

    fn no_log(self, condition: &Value) -> Option<Days> {
        let (shift, wait) = (self.world.shift?, self.number(&condition["minutes"]));
        let now = self.world.today * 1_440 + self.world.minute;
        let is_due = |day: &i64| day * 1_440 + shift + wait <= now;
        let mut shifts = (0..=self.world.today).filter(|day| self.world.is_expected(*day));
        let due = shifts.by_ref().filter(is_due).max()?;
        let is_started = self.world.started.iter().any(|it| it.0 >= due);
        (!is_started).then(|| [due].into())
    }

    /// The days of a window on which there is a hit, if there are enough. `hits` tells how many a day
    /// has, and nothing for a day without a row.
    fn window(
        self,
        condition: &Value,
        newest: i64,
        last: i64,
        hits: impl Fn(i64) -> Option<usize>,
    ) -> Option<Days> {
        let is_hit = |day: &i64| hits(*day).is_some_and(|it| it > 0);
        let Some(window) = condition.get("window") else {
            return is_hit(&newest).then(|| [newest].into());
        };
        match window["kind"].as_str().unwrap() {
            "latest" => is_hit(&newest).then(|| [newest].into()),
            "run" => {
                let n = usize::try_from(self.number(&window["n"])).unwrap();
                let mut days = Days::new();
                let mut day = newest;
                while day >= 0 && days.len() < n {
                    if self.world.is_expected(day) && hits(day).is_some() {
                        if !is_hit(&day) {
                            return None;
                        }
                        days.insert(day);
                    }
                    day -= 1;
                }
                let first = *days.first()?;
                let span = (first..=newest).filter(|day| self.world.is_expected(*day)).count();
                (days.len() == n && span <= n + 2).then_some(days)
            }
            _ => {
                let (n, days) = (self.number(&window["n"]), self.number(&window["days"]));
                let first = if window["unit"] == "calendar" {
                    last - days + 1
                } else {
                    self.business(last, days)
                };
                let found: Days = (first..=last).filter(is_hit).collect();
                let count: usize = if condition["kind"] == "text_mentions" {
                    found.iter().filter_map(|day| hits(*day)).sum()
                } else {
                    found.len()
                };
                (count >= usize::try_from(n).unwrap()).then_some(found)
            }
        }
    }

    /// The day on which so many expected days begin that end with `last`.
    fn business(self, last: i64, days: i64) -> i64 {
        let mut expected: Vec<i64> =
            (0..=last).filter(|day| self.world.is_expected(*day)).collect();
        expected.reverse();
        let place = usize::try_from(days).unwrap() - 1;
        expected.get(place).copied().unwrap_or(self.world.start.min(last))
    }

    /// How often a report meets a condition.
    fn hits(self, kind: &str, condition: &Value, said: &Said, newest: &Said) -> usize {
        let text = || said.texts[condition["field"].as_str().unwrap()].as_str();
        let holds = match kind {
            "field_is" => {
                let choice = said.choices.get(condition["field"].as_str().unwrap());
                let choice = choice.map_or(Value::Bool(said.had_sync), |it| (*it).into());
                condition["in"].as_array().unwrap().contains(&choice)
            }
            "words" => {
                let has_sign = |it: &&str| it.chars().any(char::is_alphanumeric);
                let words = i64::try_from(text().split(' ').filter(has_sign).count()).unwrap();
                match condition.get("lt") {
                    Some(bound) => words < self.number(bound),
                    None => words > self.number(&condition["gt"]),
                }
            }
            "text_empty" => {
                let usual = ["", "none", "nothing", "n/a"].as_slice();
                let also = ["", "nothing", "passport renewal"].as_slice();
                let empty = if condition.get("also").is_some() { also } else { usual };
                empty.contains(&text().to_lowercase().trim_end_matches('.'))
            }
            "text_repeat" => {
                let field = condition["field"].as_str().unwrap();
                !text().is_empty() && newest.texts[field] == text()
            }
            "specificity" => text().contains('$'),
            "error_density" => self.is_careless(condition, &said.texts["whatCompleted"]),
            "task_share" => {
                let tasks: Vec<_> = text().split("; ").filter(|it| !it.is_empty()).collect();
                let filed = tasks.iter().filter(|it| it.starts_with("filed")).count();
                let share = condition["atLeast"].as_f64().unwrap();
                let is_most = filed * 100 >= tasks.len() * if share < 0.7 { 50 } else { 80 };
                !tasks.is_empty() && is_most && !text().contains("meeting")
            }
            _ => return mentions(condition, said),
        };
        usize::from(holds)
    }

    fn is_careless(self, condition: &Value, text: &str) -> bool {
        let words = i64::try_from(text.split_whitespace().count()).unwrap();
        let errors = i64::try_from(text.matches("teh").count()).unwrap();
        let is_long = words > 0 && words >= self.number(&condition["minWords"]);
        is_long && errors * 100 > self.number(&condition["perHundredWords"]) * words
    }
}

/// Kinds that read starts of work.
const STARTED: [&str; 2] = ["late", "no_log"];
/// Kinds that read no reports.
const CLOCKED: [&str; 4] = ["late", "no_log", "date_within", "accelerator_stalled"];

/// Whether a condition, or one within it, is of some kind.
fn reads(condition: &Value, is_kind: fn(&str) -> bool) -> bool {
    match condition["of"].as_array() {
        Some(of) => of.iter().any(|it| reads(it, is_kind)),
        None => is_kind(condition["kind"].as_str().unwrap()),
    }
}

fn union(all: Vec<Days>) -> Days {
    all.into_iter().flatten().collect()
}

/// How many sentences say one of the phrases surely enough.
fn mentions(condition: &Value, said: &Said) -> usize {
    let fields = condition["fields"].as_array().unwrap();
    let texts = fields.iter().map(|it| said.texts[it.as_str().unwrap()].as_str());
    let sentences = texts.flat_map(|text| text.split(". "));
    let least = condition["minConfidence"].as_f64().unwrap();
    let is_sure = |sentence: &&str| {
        let missing: f64 = condition["patterns"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| says(sentence, &it["text"].as_str().unwrap().to_lowercase()))
            .map(|it| 1.0 - it["weight"].as_f64().unwrap())
            .product();
        let is_excepted = condition.get("unless").is_some() && says(sentence, "fine");
        missing < 1.0 && 1.0 - missing >= least && !is_excepted
    };
    sentences.filter(is_sure).count()
}

/// Whether a sentence says a phrase somewhere without denying it.
fn says(sentence: &str, phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|it| !it.is_empty()).collect();
    // The number of the clause that each word stands in.
    let clauses: Vec<usize> = sentence
        .split(", ")
        .enumerate()
        .flat_map(|(clause, words)| words.split(' ').map(move |_| clause))
        .collect();
    (0..words.len()).any(|at| {
        let end = at + phrase.len();
        let is_there = words.get(at..end) == Some(phrase.as_slice());
        let is_denied = (at.saturating_sub(5)..at).any(|before| {
            clauses[before] == clauses[at] && ["not", "never", "resolved"].contains(&words[before])
        });
        let is_over = (end..(end + 5).min(words.len())).any(|after| {
            let since = end.max(after.saturating_sub(2));
            let is_open = words[since..after].iter().any(|it| ["not", "never"].contains(it));
            words[after] == "resolved" && !is_open
        });
        is_there && !is_denied && !is_over
    })
}

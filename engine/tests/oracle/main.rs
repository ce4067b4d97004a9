//! The conditions of rules, held against an evaluator that knows nothing of theirs: it reads the JSON itself,
//! walks through days one by one, and searches texts word by word.
//!
//! Rules and histories are random, but the same in every run.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chance;
mod naive;
mod rules;
mod world;

use {
    chance::Chance,
    chrono::NaiveDate,
    engine::{
        alerts::{Dated, Finding, Ground, History, Needs, Report, Rule, Start, Timeline},
        calendar::Calendar,
    },
    std::collections::{BTreeMap, BTreeSet},
    world::{World, date, day},
};

const WORLDS: u64 = 2_000;
const RULES: u64 = 5_200;
const HISTORIES: u64 = 20;

/// A world, and what rules are asked about it.
struct Case {
    world: World,
    calendar: Calendar,
    reports: Timeline<Report>,
    starts: Timeline<Start>,
}

#[test]
fn conditions_find_what_a_naive_evaluator_finds() {
    let mut chance = Chance::new(1);
    let cases: Vec<Case> = (0..WORLDS).map(|_| Case::new(World::new(&mut chance))).collect();
    let mut held = BTreeMap::<String, [u32; 2]>::new();
    for _ in 0..RULES {
        let (condition, thresholds) = rules::any(&mut chance);
        let rule = Rule::read(&condition, &thresholds)
            .unwrap_or_else(|faults| panic!("{condition:#} {faults:?}"));
        for number in 0..HISTORIES {
            let case = &cases[chance.place(cases.len())];
            let naive = naive::grounds(&condition, &thresholds, &case.world);

            let found = case.find(&rule);

            let grounds = found.as_ref().map(days_of);
            assert_eq!(grounds, naive, "{condition:#}\n{thresholds:#}\n{:#?}", case.world);
            if number == 0 {
                let cut = case.cut(rule.needs());
                assert_eq!(found, cut.find(&rule), "it needs more\n{condition:#}");
            }
            let kind = condition["kind"].as_str().unwrap().to_owned();
            held.entry(kind).or_default()[usize::from(naive.is_some())] += 1;
        }
    }
    // A comparison says something only about kinds that do both, and not too rarely.
    assert_eq!(held.len(), engine::alerts::condition::kinds().count());
    for (kind, [not, holds]) in held {
        eprintln!("{kind:20} holds {holds:6}, not {not:6}");
        assert!(holds.min(not) >= 100, "{kind}: {holds} hold, {not} do not");
    }
}

impl Case {
    fn new(world: World) -> Self {
        let (calendar, reports, starts) = (world.calendar(), world.reports(), world.starts());
        Self { world, calendar, reports: Timeline::new(reports), starts: Timeline::new(starts) }
    }

    /// With no more rows than a rule needs.
    fn cut(&self, needs: Needs) -> Self {
        let since = |newest: Option<NaiveDate>| newest.map(|day| needs.since(&self.calendar, day));
        let reports = self.reports.all().rows();
        let since_report = since(reports.first().map(Dated::day));
        let reports = reports.iter().filter(|it| needs.reports && Some(it.day) >= since_report);
        let starts = self.starts.all().rows();
        let since_start = since(starts.first().map(Dated::day));
        let starts = starts.iter().filter(|it| needs.starts && Some(it.log_date) >= since_start);
        Self {
            world: self.world.clone(),
            calendar: self.calendar.clone(),
            reports: Timeline::new(reports.cloned().collect()),
            starts: Timeline::new(starts.copied().collect()),
        }
    }

    fn find(&self, rule: &Rule) -> Option<Finding> {
        let world = &self.world;
        let history = History {
            now: world.now(),
            today: date(world.today),
            calendar: &self.calendar,
            reports: self.reports.all(),
            starts: self.starts.all(),
            shift: world.shift(),
            healthcare_eligibility_date: world.eligible_on.map(date),
            accelerator: world.accelerator(),
        };
        let found = rule.find(&history);
        let set = |grounds: &[Ground]| grounds.iter().copied().collect::<BTreeSet<_>>();
        let grounds = rule.grounds(&history).map(|it| set(&it));
        assert_eq!(grounds, found.as_ref().map(|it| set(&it.grounds)), "{rule:?}");
        found
    }
}

fn days_of(finding: &Finding) -> BTreeSet<i64> {
    finding.grounds.iter().map(|it| day(it.day)).collect()
}

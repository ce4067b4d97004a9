//! What the rules would find in the reports of a pairing.

use {
    super::{
        report::{Mention, Said},
        world::At,
    },
    crate::coaching::evaluation,
    chrono::NaiveDate,
    engine::{
        alerts::{History, Past, Report, Timeline},
        calendar::Calendar,
        text,
    },
    entity::{
        coaching::end_of_day_report::{self, FeelingDuringWork, WorkType, WorkloadFeeling},
        id::EndOfDayReportId,
    },
    std::collections::VecDeque,
};

/// How many reports are looked back on: no rule reads more.
const REPORTS_MAX: usize = 20;
/// By how many expected days a run may be longer than its reports.
const RUN_GAP_MAX: usize = 2;

/// A set of rules by their numbers.
pub(super) type RuleSet = u32;

/// What rules read of a report.
pub(super) struct Fact {
    pub(super) id: EndOfDayReportId,
    pub(super) day: NaiveDate,
    /// Which of the pairing's expected days it is for.
    ordinal: usize,
    pub(super) workload: WorkloadFeeling,
    work_type: WorkType,
    feeling: FeelingDuringWork,
    pub(super) had_sync: bool,
    pub(super) has_win: bool,
    words: usize,
    difficulties: Option<String>,
    pending: Option<String>,
    support: Option<String>,
    pub(super) mentions: Vec<Mention>,
}

/// The newest reports of a pairing, oldest first.
#[derive(Default)]
pub(super) struct Facts(VecDeque<Fact>, Timeline<Report>);

/// Which reports have to meet a rule's condition.
#[derive(Clone, Copy)]
enum Window {
    Latest,
    /// The last so many.
    Run(usize),
    /// So many within so many days.
    Count(usize, i64),
}

/// Whether a report meets a condition; the second is the newest, which some compare with.
type Condition = fn(&Fact, &Fact) -> bool;

/// The rules on reports, as they come with Vigil; for how many days they must find nothing before
/// they count as cleared.
const RULES: [(usize, Window, Condition, i64); 24] = [
    (2, Window::Latest, |it, _| it.workload == WorkloadFeeling::Overwhelming, 0),
    (3, Window::Count(3, 7), |it, _| it.work_type == WorkType::NotMuch, 7),
    (4, Window::Run(2), |it, _| it.feeling == FeelingDuringWork::Stressed, 0),
    (5, Window::Run(3), |it, _| it.words < 10, 0),
    (6, Window::Latest, |it, _| it.mentions(6), 14),
    (7, Window::Latest, |it, _| it.mentions(7), 14),
    (8, Window::Latest, |it, _| it.mentions(8), 14),
    (9, Window::Count(3, 7), |it, _| !it.had_sync, 7),
    (
        10,
        Window::Count(3, 7),
        |it, latest| same(it.difficulties.as_deref(), latest.difficulties.as_deref()),
        14,
    ),
    (11, Window::Run(5), |it, _| it.workload == WorkloadFeeling::Heavy, 0),
    (12, Window::Run(5), |it, _| it.workload == WorkloadFeeling::Light, 0),
    (13, Window::Run(10), |it, _| !it.has_win, 0),
    (14, Window::Latest, |it, _| it.mentions(14), 14),
    (15, Window::Count(3, 7), |it, _| it.mentions(15), 14),
    (16, Window::Count(3, 7), |it, _| it.words < 50, 7),
    (17, Window::Run(7), |it, _| it.work_type == WorkType::Regular, 0),
    (18, Window::Run(5), |it, latest| same(it.pending.as_deref(), latest.pending.as_deref()), 0),
    (
        19,
        Window::Count(2, 14),
        |it, latest| same(it.support.as_deref(), latest.support.as_deref()),
        14,
    ),
    (20, Window::Count(2, 7), |it, _| it.feeling == FeelingDuringWork::Stressed, 7),
    (22, Window::Count(3, 7), |it, _| it.mentions(22), 14),
    (23, Window::Count(2, 14), |it, _| it.mentions(23), 14),
    (24, Window::Latest, |it, _| it.mentions(24), 14),
    (25, Window::Latest, |it, _| it.mentions(25), 14),
    (26, Window::Latest, |it, _| it.mentions(26), 14),
];
/// Of two rules that find the same cause, the stronger silences the weaker.
const SILENCED: [(usize, usize); 2] = [(4, 20), (5, 16)];

/// What speaks for an alert.
pub(super) struct Finding<'a> {
    pub(super) rule: usize,
    /// The reports that met the condition, oldest first.
    pub(super) reports: Vec<&'a Fact>,
}

impl Fact {
    pub(super) fn new(row: &end_of_day_report::Model, said: Said, ordinal: usize) -> Self {
        Self {
            id: row.id,
            day: row.report_date.0,
            ordinal,
            workload: row.workload_feeling,
            work_type: row.work_type,
            feeling: row.feeling_during_work,
            had_sync: row.had_daily_sync,
            has_win: !said.biggest_win.as_deref().is_none_or(text::is_empty_answer),
            words: said.words,
            difficulties: said.difficulties,
            pending: said.pending_tasks,
            support: said.support_needed,
            mentions: said.mentions,
        }
    }

    fn mentions(&self, rule: usize) -> bool {
        self.mentions.iter().any(|it| it.rule == rule)
    }
}

impl Facts {
    pub(super) fn add(&mut self, row: &end_of_day_report::Model, fact: Fact) {
        self.1.add(evaluation::report(row.clone()), REPORTS_MAX);
        if self.0.len() == REPORTS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(fact);
    }

    /// What is known of the pairing at a moment.
    pub(super) fn history<'a>(
        &'a self,
        calendar: &'a Calendar,
        (now, today): (At, NaiveDate),
    ) -> History<'a> {
        History {
            now,
            today,
            calendar,
            reports: self.1.all(),
            starts: Past::none(),
            shift: None,
            healthcare_eligibility_date: None,
            accelerator: None,
        }
    }

    pub(super) fn latest(&self) -> Option<&Fact> {
        self.0.back()
    }

    /// The last reports, newest first.
    pub(super) fn newest(&self, count: usize) -> impl ExactSizeIterator<Item = &Fact> {
        self.0.range(self.0.len().saturating_sub(count)..).rev()
    }

    /// The reports of the days up to the newest.
    pub(super) fn within(&self, days: i64) -> impl Iterator<Item = &Fact> {
        let newest = self.latest().map(|it| it.day);
        self.0
            .iter()
            .filter(move |it| newest.is_some_and(|newest| (newest - it.day).num_days() < days))
    }

    /// The rules that hold now.
    pub(super) fn holding(&self) -> RuleSet {
        let Some(latest) = self.latest() else { return 0 };
        let holding = RULES.iter().filter(|(_, window, condition, _)| {
            let meets = |it: &Fact| condition(it, latest);
            match *window {
                Window::Latest => meets(latest),
                Window::Run(length) => self.is_run(length) && self.newest(length).all(meets),
                Window::Count(least, days) => {
                    self.within(days).filter(|it| meets(it)).count() >= least
                }
            }
        });
        let all = holding.fold(0, |set, rule| set | 1 << rule.0);
        let silenced = SILENCED.iter().filter(|(stronger, _)| all & 1 << stronger != 0);
        silenced.fold(all, |set, (_, weaker)| set & !(1 << weaker))
    }

    /// Those of the rules that the newest report gives a new reason to.
    pub(super) fn findings(&self, holding: RuleSet) -> Vec<Finding<'_>> {
        let Some(latest) = self.latest() else { return Vec::new() };
        let found = RULES.iter().filter(|it| holding & 1 << it.0 != 0 && (it.2)(latest, latest));
        let findings = found.map(|(rule, window, condition, _)| {
            let mut reports: Vec<&Fact> = match *window {
                Window::Latest => vec![latest],
                Window::Run(length) => self.newest(length).collect(),
                Window::Count(_, days) => self.within(days).collect(),
            };
            reports.retain(|it| condition(it, latest));
            reports.sort_by_key(|it| it.day);
            Finding { rule: *rule, reports }
        });
        findings.collect()
    }

    /// Whether so many reports follow each other with hardly a gap.
    fn is_run(&self, length: usize) -> bool {
        let (newest, oldest) = (self.latest(), self.newest(length).last());
        self.newest(length).len() == length
            && newest.zip(oldest).is_some_and(|(newest, oldest)| {
                newest.ordinal - oldest.ordinal < length + RUN_GAP_MAX
            })
    }
}

/// The rules on reports.
pub(super) fn on_reports() -> RuleSet {
    RULES.iter().fold(0, |set, rule| set | 1 << rule.0)
}

/// For how many days a rule must find nothing before it counts as cleared.
pub(super) fn quiet_days(rule: usize) -> i64 {
    RULES.iter().find(|it| it.0 == rule).map_or(0, |it| it.3)
}

fn same(text: Option<&str>, other: Option<&str>) -> bool {
    text.is_some_and(|text| !text::is_empty_answer(text)) && text == other
}

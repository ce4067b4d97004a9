//! Findings that are recorded and raise no alert, because something explains them.

use {
    super::{Report, Severity, TextField},
    crate::text::{Pattern, Patterns},
    chrono::{DateTime, TimeDelta, Utc},
    std::sync::LazyLock,
};

/// The rules about being there. They are known by their numbers: names can be edited.
const ATTENDANCE: [i32; 4] = [1, 27, 28, 29];
/// The rule whose subject an outage is.
const CHALLENGES: i32 = 23;
/// Where assistants tell of an outage.
const TOLD_IN: [TextField; 3] =
    [TextField::Difficulties, TextField::SupportNeeded, TextField::AdditionalNotes];

/// Why a finding raises no alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// The assistant is off.
    Leave,
    /// The organisation does not work.
    Holiday,
    /// The assistant has just told of an outage or a disaster.
    Outage,
}

/// What an assistant was hit by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outage {
    /// No power, no internet: it explains a day.
    Infrastructure,
    /// A storm, a flood, an earthquake: it explains two.
    Disaster,
}

/// What goes on around a pairing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the assistant is off today.
    pub is_on_leave: bool,
    /// Whether today is one of the organisation's holidays.
    pub is_holiday: bool,
    /// The outage last told of, and when.
    pub outage: Option<(Outage, DateTime<Utc>)>,
}

impl Circumstances {
    /// What explains a finding, if anything does.
    ///
    /// Being off explains the rules about being there (1, 27, 28, 29) and never one about a text. A
    /// holiday explains whatever is not worse than MEDIUM; so does an outage, for 24 hours, or 48 if it
    /// is a disaster, except that it does not explain itself (rule 23).
    pub fn suppression(
        &self,
        rule_number: i32,
        severity: Severity,
        now: DateTime<Utc>,
    ) -> Option<Suppression> {
        let is_minor = severity <= Severity::Medium;
        let is_hit =
            self.outage.is_some_and(|(outage, at)| at <= now && now < at + outage.explains());
        if self.is_on_leave && ATTENDANCE.contains(&rule_number) {
            Some(Suppression::Leave)
        } else if self.is_holiday && is_minor {
            Some(Suppression::Holiday)
        } else if is_hit && is_minor && rule_number != CHALLENGES {
            Some(Suppression::Outage)
        } else {
            None
        }
    }
}

impl Outage {
    /// What a report tells of, the worst if there is more than one.
    pub fn told_in(report: &Report) -> Option<Self> {
        static TOLD: LazyLock<[(Outage, Patterns); 2]> = LazyLock::new(|| {
            [
                (Outage::Disaster, patterns(&DISASTER)),
                (Outage::Infrastructure, patterns(&INFRASTRUCTURE)),
            ]
        });
        let tells = |patterns: &Patterns| {
            TOLD_IN.iter().any(|field| !patterns.hits(report.text(*field).reading()).is_empty())
        };
        TOLD.iter().find(|(_, patterns)| tells(patterns)).map(|it| it.0)
    }

    /// For how long.
    fn explains(self) -> TimeDelta {
        match self {
            Self::Infrastructure => TimeDelta::hours(24),
            Self::Disaster => TimeDelta::hours(48),
        }
    }
}

const DISASTER: [&str; 6] = [
    "typhoon|hurricane|earthquake|tsunami|wildfire|cyclone|tornado",
    "flood|floods|flooded|flooding",
    "heavy|severe|big storm",
    "evacuate|evacuated|evacuation",
    "volcano|volcanic",
    "state of emergency",
];
const INFRASTRUCTURE: [&str; 8] = [
    "power|electricity|internet|network outage|outages",
    "power interruption|failure|cut",
    "blackout|brownout",
    "no power|electricity|internet|wifi",
    "power|electricity|internet|wifi went out|down|off",
    "power|electricity|internet|wifi is|was out|down",
    "lost power|electricity|internet",
    "without power|electricity|internet",
];

fn patterns(texts: &[&str]) -> Patterns {
    Patterns::new(texts.iter().filter_map(|text| Pattern::new(text, 1.0).ok()).collect())
}

#[cfg(test)]
mod tests {
    use {super::*, crate::alerts::report_for_tests};

    const NONE: Circumstances =
        Circumstances { is_on_leave: false, is_holiday: false, outage: None };

    #[track_caller]
    fn check(around: Circumstances, rule: i32, severity: Severity, why: Option<Suppression>) {
        assert_eq!(around.suppression(rule, severity, DateTime::UNIX_EPOCH), why);
    }

    #[track_caller]
    fn tells(text: &str, outage: Option<Outage>) {
        let report = Report { additional_notes: text.into(), ..report_for_tests(2) };
        assert_eq!(Outage::told_in(&report), outage);
    }

    #[test]
    fn on_an_ordinary_day_nothing_is_suppressed() {
        for rule in 1..=31 {
            check(NONE, rule, Severity::Low, None);
        }
    }

    #[test]
    fn leave_explains_absence_by_number_whatever_the_severity() {
        let around = Circumstances { is_on_leave: true, ..NONE };
        for rule in 1..=40 {
            let why = [1, 27, 28, 29].contains(&rule).then_some(Suppression::Leave);
            check(around, rule, Severity::Critical, why);
            check(around, rule, Severity::Low, why);
        }
    }

    #[test]
    fn a_holiday_explains_what_is_not_urgent() {
        let around = Circumstances { is_holiday: true, ..NONE };
        check(around, 20, Severity::Medium, Some(Suppression::Holiday));
        check(around, 27, Severity::Low, Some(Suppression::Holiday));
        check(around, 9, Severity::High, None);
        check(around, 2, Severity::Critical, None);
    }

    #[test]
    fn an_outage_explains_a_day_and_a_disaster_two() {
        for (outage, hours) in [(Outage::Infrastructure, 24), (Outage::Disaster, 48)] {
            let at = DateTime::UNIX_EPOCH;
            let around = Circumstances { outage: Some((outage, at)), ..NONE };
            let why = |now| around.suppression(20, Severity::Medium, now);
            let end = at + TimeDelta::hours(hours);
            assert_eq!(why(end - TimeDelta::seconds(1)), Some(Suppression::Outage));
            assert_eq!(why(end), None);
            assert_eq!(why(at - TimeDelta::seconds(1)), None);
        }
    }

    #[test]
    fn an_outage_explains_neither_itself_nor_what_is_urgent() {
        let around =
            Circumstances { outage: Some((Outage::Disaster, DateTime::UNIX_EPOCH)), ..NONE };
        check(around, 23, Severity::Medium, None);
        check(around, 9, Severity::High, None);
    }

    #[test]
    fn assistants_tell_of_outages_in_their_own_words() {
        tells("Typhoon signal no. 3 here, working from my aunt's house", Some(Outage::Disaster));
        tells("We had a brownout all afternoon", Some(Outage::Infrastructure));
        tells("The internet went down twice because of the flood", Some(Outage::Disaster));
        tells("I lost power for two hours", Some(Outage::Infrastructure));
        tells("No typhoon after all", None);
        tells("I brainstormed ideas", None);
        tells("", None);
    }
}

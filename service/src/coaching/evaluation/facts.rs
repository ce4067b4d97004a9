//! What the engine needs to know of a pairing.

use {
    super::{
        super::{
            reports::DAYS_BACK_MAX,
            standings::calendars::{self, Working},
        },
        Asked,
        rules::Watching,
    },
    crate::kernel::{
        error::Result,
        list::{
            List, Listed,
            predicate::{Predicate, Test},
            statement::first_of,
        },
        txn::Txn,
    },
    chrono::{DateTime, NaiveDate, TimeDelta, Utc},
    chrono_tz::Tz,
    engine::{
        alerts::{
            Accelerator, Feeling, History, Id, Needs, Report, Shift, Start, Timeline, WorkType,
            Workload, health,
            suppression::{Circumstances, Outage},
        },
        calendar::{Calendar, today_in},
    },
    entity::{
        coaching::{
            ea,
            end_of_day_report::{self, FeelingDuringWork, WorkloadFeeling},
            pairing, start_of_day_log,
        },
        id::EaId,
        scalar::{self, LocalDate},
    },
    sea_orm::prelude::Uuid,
    std::{collections::HashMap, sync::Arc},
};

/// How many rows are read beyond the expected days that are asked about: reports of days off.
const ROWS_BESIDE: u32 = 10;
/// How long a report can explain what comes after it, in hours.
const OUTAGE_HOURS: i64 = 48;

/// What the engine needs to know of a pairing.
pub(super) struct Facts {
    /// The pairing, locked until the transaction ends: its findings are decided one after another.
    pub(super) pairing: pairing::Model,
    /// The assistant's own calendar day.
    pub(super) today: NaiveDate,
    /// Where the assistant's calendar hangs.
    pub(super) zone: Tz,
    /// Whether it is the assistant's first pairing.
    pub(super) is_first: bool,
    /// What goes on around it.
    pub(super) around: Circumstances,
    now: DateTime<Utc>,
    calendar: Calendar,
    ea: ea::Model,
    reports: Timeline<Report>,
    starts: Timeline<Start>,
}

impl Facts {
    /// Reads them for pairings that are locked, as far back as the rules look.
    pub(super) async fn read(
        txn: &Txn,
        asked: Vec<Asked<'_>>,
        watching: &[Arc<Watching>],
    ) -> Result<Vec<Self>> {
        let now = *txn.ctx().now();
        let needs = watching.iter().map(|it| it.rule.needs());
        let of_reports = needs.clone().filter(|it| it.reports).fold(health::NEEDS, Needs::and);
        let of_starts = needs.filter(|it| it.starts).reduce(Needs::and);
        let pairings: Vec<Uuid> = asked.iter().map(|it| it.working.pairing.id.0).collect();
        let mut eas: Vec<EaId> = asked.iter().map(|it| it.working.ea.id).collect();
        eas.sort_unstable();
        eas.dedup();
        let mut list = newest::<end_of_day_report::Entity>(of_reports);
        list.predicate = since(&asked, of_reports).map_or(list.predicate, |it| matter(it, now));
        let mut reports =
            first_of::<end_of_day_report::Entity>(txn, ("pairing_id", &pairings), &list).await?;
        let starts = if let Some(needs) = of_starts {
            let of = ("ea_id", &*eas.iter().map(|it| it.0).collect::<Vec<_>>());
            let list = newest::<start_of_day_log::Entity>(needs);
            first_of::<start_of_day_log::Entity>(txn, of, &list).await?
        } else {
            HashMap::new()
        };
        let first = calendars::first(txn, &eas).await?;
        let facts = asked.into_iter().map(|Asked { working, .. }| {
            let is_first =
                first.get(&working.ea.id).is_none_or(|first| *first == working.pairing.id);
            let reports = reports.remove(&working.pairing.id.0).unwrap_or_default();
            let starts = starts.get(&working.ea.id.0).map_or(&[][..], Vec::as_slice);
            Self::of(now, working, is_first, (reports, starts))
        });
        Ok(facts.collect())
    }

    fn of(
        now: DateTime<Utc>,
        working: Working,
        is_first: bool,
        (reports, starts): (Vec<end_of_day_report::Model>, &[start_of_day_log::Model]),
    ) -> Self {
        let Working { pairing, calendar, today, leave, holidays, ea } = working;
        let around = Circumstances {
            is_on_leave: leave.iter().any(|it| it.contains(today)),
            is_holiday: holidays.iter().any(|it| it.contains(today)),
            outage: reports.iter().find_map(|row| outage(row, now)),
        };
        Self {
            today,
            zone: *ea.timezone,
            is_first,
            around,
            now,
            calendar,
            ea,
            reports: Timeline::new(reports.into_iter().map(report).collect()),
            starts: Timeline::new(starts.iter().map(start).collect()),
            pairing,
        }
    }

    /// What is known when the rules are asked.
    pub(super) fn history(&self) -> History<'_> {
        let shift = Shift {
            expected_show_up_time: *self.ea.expected_show_up_time,
            zone: *self.ea.timezone,
        };
        History {
            now: self.now,
            today: self.today,
            calendar: &self.calendar,
            reports: self.reports.all(),
            starts: self.starts.all(),
            shift: Some(shift),
            healthcare_eligibility_date: self.ea.healthcare_eligibility_date.map(|it| *it),
            accelerator: self.accelerator(),
        }
    }

    /// The day of an instant on the assistant's own calendar.
    pub(super) fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        today_in(at, self.zone)
    }

    /// The week that the accelerator is in; it began with the pairing when nobody has noted when.
    fn accelerator(&self) -> Option<Accelerator> {
        let week = self.pairing.accelerator_week.filter(|_| self.pairing.accelerator_enabled)?;
        let since = self.pairing.accelerator_week_since.unwrap_or(self.pairing.start_date);
        Some(Accelerator { week: u8::try_from(week).ok()?, since: *since })
    }
}

/// The newest rows of each parent, as many as may matter, as there is one a day at most: reports by
/// `idx_end_of_day_reports_pairing_id_report_date_id`, starts of work by `idx_start_of_day_logs_ea_id_log_date`.
fn newest<E: Listed>(needs: Needs) -> List {
    let of_expected =
        if needs.expected_days > 0 { needs.expected_days * 2 + ROWS_BESIDE } else { 1 };
    List::first::<E>(needs.days.max(of_expected).into())
}

/// The day before which the rules look at no report, if every pairing has one of a day that is known: its newest is
/// none older.
fn since(asked: &[Asked<'_>], needs: Needs) -> Option<NaiveDate> {
    let days = asked.iter().map(|it| Some(needs.since(&it.working.calendar, it.reported?)));
    days.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// The reports that the rules look at, and those that may tell of an outage, which are of older days if they were
/// filed late.
fn matter(since: NaiveDate, now: DateTime<Utc>) -> Predicate {
    let recent = now - TimeDelta::hours(OUTAGE_HOURS);
    // A day more, as the assistant's own may be behind.
    let oldest = recent.date_naive() - TimeDelta::days(DAYS_BACK_MAX + 1);
    let at_least = |column, value| Predicate::Column(column, Test::AtLeast(value));
    let of_day = |day| at_least("report_date", LocalDate(day).into());
    let filed_lately = at_least("created_at", scalar::DateTime::from(recent).into());
    Predicate::All(vec![
        of_day(oldest.min(since)),
        Predicate::Any(vec![of_day(since), filed_lately]),
    ])
}

/// A start of work, as the engine has it.
pub(crate) fn start(row: &start_of_day_log::Model) -> Start {
    Start {
        id: Id(row.id.0.as_u128()),
        log_date: *row.log_date,
        minutes_late: u32::try_from(row.minutes_late).unwrap_or_default(),
    }
}

/// What a report that was filed lately tells of an outage, and when.
fn outage(row: &end_of_day_report::Model, now: DateTime<Utc>) -> Option<(Outage, DateTime<Utc>)> {
    let at = *row.created_at;
    let is_recent = now - at <= TimeDelta::hours(OUTAGE_HOURS);
    let told = is_recent.then(|| Outage::told_in(&report(row.clone()))).flatten()?;
    Some((told, at))
}

/// A report, as the engine has it.
pub(crate) fn report(row: end_of_day_report::Model) -> Report {
    let end_of_day_report::Model {
        id,
        pairing_id: _,
        ea_id: _,
        report_date,
        workload_feeling,
        work_type,
        feeling_during_work,
        biggest_win,
        what_completed,
        pending_tasks,
        had_daily_sync,
        difficulties,
        support_needed,
        additional_notes,
        version: _,
        created_at: _,
        updated_at: _,
    } = row;
    Report {
        id: Id(id.0.as_u128()),
        day: *report_date,
        workload_feeling: match workload_feeling {
            WorkloadFeeling::Light => Workload::Light,
            WorkloadFeeling::Moderate => Workload::Moderate,
            WorkloadFeeling::Heavy => Workload::Heavy,
            WorkloadFeeling::Overwhelming => Workload::Overwhelming,
        },
        work_type: match work_type {
            end_of_day_report::WorkType::NotMuch => WorkType::NotMuch,
            end_of_day_report::WorkType::Regular => WorkType::Regular,
            end_of_day_report::WorkType::Mix => WorkType::Mix,
            end_of_day_report::WorkType::MostlyNew => WorkType::MostlyNew,
        },
        feeling_during_work: match feeling_during_work {
            FeelingDuringWork::Great => Feeling::Great,
            FeelingDuringWork::Good => Feeling::Good,
            FeelingDuringWork::Okay => Feeling::Okay,
            FeelingDuringWork::Stressed => Feeling::Stressed,
        },
        had_daily_sync,
        biggest_win: biggest_win.into(),
        what_completed: what_completed.into(),
        pending_tasks: pending_tasks.into(),
        difficulties: difficulties.into(),
        support_needed: support_needed.into(),
        additional_notes: additional_notes.into(),
    }
}

//! The course of a pairing: report by report, alert by alert.

mod stand;

use {
    super::{
        assistant::{Assistant, Engagement},
        chance::{About, Chance},
        desk::{Desk, bits},
        facts::{Fact, Facts, Finding, on_reports},
        health::Look,
        life::{ATTENDANCE, Attendance, Day, Rows},
        mood::{Mood, Tone},
        notes,
        people::sometime,
        phrases::{Cast, TRADES},
        report::Writer,
        trouble::Trouble,
        world::{At, World, instant},
    },
    chrono::{Days, NaiveDate, NaiveTime, TimeDelta},
    engine::calendar::Calendar,
    entity::{coaching::end_of_day_report, id::PairingId, scalar::LocalDate},
    stand::Stand,
};

/// The rule on missing reports.
const NOT_SUBMITTED: usize = 1;
/// When, on the assistant's clock, the days before are looked at for missing reports.
const LOOKED_AT: NaiveTime = NaiveTime::from_hms_opt(0, 30, 0).expect("the time exists");

pub(super) struct Course<'a> {
    world: &'a World,
    assistant: &'a Assistant,
    engagement: &'a Engagement,
    pairing: PairingId,
    created_at: At,
    chance: Chance,
    desk: Desk<'a>,
    stand: Stand,
    facts: Facts,
    mood: Mood,
    trouble: Option<Trouble>,
    /// How likely a trouble begins with a report.
    misfortune: f64,
    /// How many expected days there have been.
    ordinal: usize,
    calendar: Calendar,
}

impl<'a> Course<'a> {
    /// Runs a course to its end. The first pairing of an assistant also has the alerts about
    /// attendance.
    pub(super) fn run(
        world: &'a World,
        assistant: &'a Assistant,
        engagement: &'a Engagement,
        (days, is_first): (&[Day], bool),
        rows: &mut Rows,
    ) {
        let mut chance = Chance::new(world.plan.seed, About::Pairing(engagement.number));
        let cast = cast(world, assistant, engagement, &mut chance);
        let mut course = Course::new(world, (assistant, engagement), &cast, chance);
        course.judge(course.created_at, rows);
        for day in days.iter().filter(|it| it.date >= engagement.start_date) {
            if let Some(attendance) = day.attendance.as_ref().filter(|_| is_first) {
                course.attend(day.date, attendance, rows);
            }
            course.live(day, rows);
        }
        course.advance(world.horizon - TimeDelta::seconds(1), rows);
        rows.notes.extend(course.note(&cast));
        course.finish(rows);
    }

    fn new<'c: 'a>(
        world: &'a World,
        (assistant, engagement): (&'a Assistant, &'a Engagement),
        cast: &'c Cast<'c>,
        mut chance: Chance,
    ) -> Self {
        let agreed_on = engagement.start_date - Days::new(chance.between(1, 3).unsigned_abs());
        let created_at = sometime(agreed_on, &mut chance);
        let pairing = chance.id(created_at);
        let coach = world.staff.coaches[assistant.number % world.staff.coaches.len()].id;
        let lead = world.staff.leads[engagement.client % world.staff.leads.len()].id;
        let desk = Desk::new(world, pairing, coach, lead, cast);
        let stand = Stand::new(world, assistant, engagement, (created_at, lead), &mut chance);
        let mood = Mood::new(&mut chance);
        // Most pairings are lucky, some are not.
        let misfortune = chance.weighted(&[(0.0115, 5.0), (0.027, 3.0), (0.056, 1.5), (0.11, 0.5)]);
        Self {
            world,
            assistant,
            engagement,
            pairing,
            created_at,
            chance,
            desk,
            stand,
            facts: Facts::default(),
            mood,
            trouble: None,
            misfortune,
            ordinal: 0,
            calendar: assistant.calendar(engagement.start_date, &world.holidays),
        }
    }

    fn live(&mut self, day: &Day, rows: &mut Rows) {
        self.ordinal += 1;
        let kind = self.trouble.as_ref().map(|it| it.kind);
        let tone = self.mood.step(day.cheer, kind, &mut self.chance);
        let forgets = self.chance.happens(self.assistant.temper.forgets);
        if day.is_absent || forgets {
            self.miss(day, rows);
        } else {
            self.report(day, &tone, rows);
        }
    }

    fn miss(&mut self, day: &Day, rows: &mut Rows) {
        let at = instant(self.assistant.person.zone, day.date + Days::new(1), LOOKED_AT);
        if at >= self.world.horizon {
            return;
        }
        self.advance(at, rows);
        let finding = Finding { rule: NOT_SUBMITTED, reports: Vec::new() };
        self.desk.find(&finding, day.date, at, &mut self.chance);
        self.judge(at, rows);
    }

    fn report(&mut self, day: &Day, tone: &Tone, rows: &mut Rows) {
        let worked = TimeDelta::seconds(self.chance.between(8 * 3_600, 9 * 3_600 + 900));
        let at = day.begins_at + worked;
        if at >= self.world.horizon {
            return;
        }
        self.advance(at, rows);
        let (row, fact) = self.write(day, tone, at);
        self.facts.add(&row, fact);
        rows.reports.push(row);
        let holding = self.facts.holding();
        for finding in self.facts.findings(holding) {
            self.desk.find(&finding, day.date, at, &mut self.chance);
        }
        self.desk.clear(on_reports() | bits(&[NOT_SUBMITTED]), holding, day.date, at);
        self.trouble = match self.trouble.take() {
            Some(trouble) => trouble.after_report(),
            None => self.meet_trouble(),
        };
        self.judge(at, rows);
    }

    fn meet_trouble(&mut self) -> Option<Trouble> {
        if !self.chance.happens(self.misfortune) {
            return None;
        }
        let mut trouble = Trouble::new(&mut self.chance);
        if let Some(section) = trouble.refrain_section() {
            let phrases = &self.world.phrases;
            trouble.refrain = Some(phrases.say(section, self.desk.cast, &mut self.chance));
        }
        Some(trouble)
    }

    fn write(&mut self, day: &Day, tone: &Tone, at: At) -> (end_of_day_report::Model, Fact) {
        let writer = Writer {
            phrases: &self.world.phrases,
            cast: self.desk.cast,
            temper: &self.assistant.temper,
            tone,
            trouble: self.trouble.as_ref(),
            has_life_trouble: day.has_life_trouble,
        };
        let said = writer.write(&mut self.chance);
        let is_edited = self.chance.happens(0.02);
        let edited_after = TimeDelta::seconds(self.chance.between(60, 1_500));
        let row = end_of_day_report::Model {
            id: self.chance.id(at),
            pairing_id: self.pairing,
            ea_id: self.assistant.id(),
            report_date: LocalDate(day.date),
            workload_feeling: tone.workload,
            work_type: tone.work_type,
            feeling_during_work: tone.feeling,
            biggest_win: said.biggest_win.clone(),
            what_completed: Some(said.what_completed.clone()),
            pending_tasks: said.pending_tasks.clone(),
            had_daily_sync: tone.had_sync,
            difficulties: said.difficulties.clone(),
            support_needed: said.support_needed.clone(),
            additional_notes: said.additional_notes.clone(),
            version: if is_edited { 2 } else { 1 },
            created_at: at.into(),
            updated_at: if is_edited { (at + edited_after).into() } else { at.into() },
        };
        let fact = Fact::new(&row, said, self.ordinal);
        (row, fact)
    }

    fn attend(&mut self, day: NaiveDate, attendance: &Attendance, rows: &mut Rows) {
        let Attendance { at, found, holding } = *attendance;
        self.advance(at, rows);
        if let Some(rule) = found {
            let finding = Finding { rule, reports: Vec::new() };
            self.desk.find(&finding, day, at, &mut self.chance);
        }
        self.desk.clear(ATTENDANCE, holding, day, at);
        self.judge(at, rows);
    }

    /// Lets everything happen that is due by then.
    fn advance(&mut self, to: At, rows: &mut Rows) {
        loop {
            let (worked, planned) = (self.desk.next_due(), self.stand.next_due());
            let due = [worked, planned].into_iter().flatten().min().filter(|it| *it <= to);
            let Some(due) = due else { return };
            if planned == Some(due) {
                self.stand.take_up(due, &mut self.desk, &mut self.chance);
            } else {
                self.desk.work(due, &mut self.chance);
            }
            self.judge(due, rows);
        }
    }

    fn judge(&mut self, at: At, rows: &mut Rows) {
        let (zone, leave) = (self.assistant.person.zone, &self.assistant.leave);
        let look = Look { at, zone, calendar: &self.calendar, leave };
        let change = self.stand.judge(&self.desk, &self.facts, look, &mut self.chance);
        rows.changes.extend(change);
    }

    fn note(&mut self, cast: &Cast<'_>) -> Option<entity::coaching::coaching_note::Model> {
        let about = (self.pairing, self.created_at, self.desk.lead);
        notes::on_pairing(self.world, about, (self.misfortune, cast), &mut self.chance)
    }

    fn finish(mut self, rows: &mut Rows) {
        let id = (self.pairing, self.created_at);
        let row =
            self.stand.row(id, (self.assistant, self.engagement), &self.desk, &mut self.chance);
        rows.pairings.push(row);
        rows.alerts.extend(self.desk.rows());
    }
}

/// Whom and what a pairing has to do with.
fn cast<'a>(
    world: &'a World,
    assistant: &'a Assistant,
    engagement: &Engagement,
    chance: &mut Chance,
) -> Cast<'a> {
    let client = &world.clients[engagement.client];
    let mut distinct = |section: &str| {
        let lines: Vec<&'static str> = world.phrases.lines(section).collect();
        let start = chance.place(lines.len());
        let step = 1 + chance.place(3);
        move |place: usize| lines[(start + place * step) % lines.len()]
    };
    let (contact, vendor) = (distinct("given.america"), distinct("vendor"));
    let tool = distinct("tool");
    let project = distinct(&format!("project.{}", TRADES[client.trade]));
    Cast {
        trade: client.trade,
        client: client.name.given,
        assistant: assistant.person.name.given,
        contacts: std::array::from_fn(contact),
        vendors: std::array::from_fn(vendor),
        projects: std::array::from_fn(project),
        tools: std::array::from_fn(tool),
        joined: &assistant.joined,
        place: assistant.place,
    }
}

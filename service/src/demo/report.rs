//! What a report says: in words that fit what is ticked, and what is going on.

use {
    super::{
        assistant::Temper,
        chance::Chance,
        mood::Tone,
        phrases::{Cast, Phrases},
        trouble::{Kind, Trouble},
    },
    engine::text,
    entity::coaching::end_of_day_report::{FeelingDuringWork, WorkType, WorkloadFeeling},
};

/// How lists are written: before an item, and between two.
const HANDS: [(&str, &str); 4] = [("- ", "\n"), ("", ". "), ("• ", "\n"), ("", "; ")];
/// No list has more items than this.
const ITEMS_MAX: usize = 14;

/// The texts of a report.
#[derive(Default)]
pub(super) struct Said {
    pub(super) biggest_win: Option<String>,
    pub(super) what_completed: String,
    pub(super) pending_tasks: Option<String>,
    pub(super) difficulties: Option<String>,
    pub(super) support_needed: Option<String>,
    pub(super) additional_notes: Option<String>,
    /// How many words the completed work has.
    pub(super) words: usize,
    /// The rules on texts that find something: their numbers, with the field and the words.
    pub(super) mentions: Vec<Mention>,
}

/// Words that a rule looks for.
#[derive(Clone)]
pub(super) struct Mention {
    pub(super) rule: usize,
    pub(super) field: &'static str,
    pub(super) quote: String,
}

/// Who writes, and about what.
pub(super) struct Writer<'a> {
    pub(super) phrases: &'a Phrases,
    pub(super) cast: &'a Cast<'a>,
    pub(super) temper: &'a Temper,
    pub(super) tone: &'a Tone,
    pub(super) trouble: Option<&'a Trouble>,
    /// Whether the assistant has trouble outside the work.
    pub(super) has_life_trouble: bool,
}

impl Writer<'_> {
    pub(super) fn write(&self, chance: &mut Chance) -> Said {
        let mut said = Said::default();
        self.completed(&mut said, chance);
        self.win(&mut said, chance);
        self.pending(&mut said, chance);
        self.difficulties(&mut said, chance);
        self.support(&mut said, chance);
        self.notes(&mut said, chance);
        said
    }

    fn has(&self, kind: Kind) -> bool {
        self.trouble.is_some_and(|it| it.kind == kind)
    }

    fn is_loaded(&self) -> bool {
        matches!(self.tone.workload, WorkloadFeeling::Heavy | WorkloadFeeling::Overwhelming)
    }

    fn is_idle(&self) -> bool {
        self.tone.work_type == WorkType::NotMuch || self.tone.workload == WorkloadFeeling::Light
    }

    fn say(&self, section: &str, chance: &mut Chance) -> String {
        self.phrases.say(section, self.cast, chance)
    }

    fn refrain(&self) -> Option<String> {
        self.trouble.and_then(|it| it.refrain.clone())
    }

    fn completed(&self, said: &mut Said, chance: &mut Chance) {
        if self.has(Kind::EmptyReports) {
            said.what_completed = self.phrases.say("done.5", self.cast, chance);
        } else if self.has(Kind::Surface) {
            let items = chance.between(14, 34);
            self.list(&["done.short"], items, said, chance);
        } else if self.has(Kind::LowValue) {
            self.list(&["done.22"], 52, said, chance);
            said.mention(22, "whatCompleted", said.what_completed.clone());
        } else {
            // Once in a while somebody with much to say says all of it.
            let is_thorough = self.temper.words > 62 && chance.happens(0.016);
            let words = if is_thorough { 101 } else { self.temper.words + chance.between(-2, 9) };
            let sections: &[&str] = match self.tone.work_type {
                WorkType::NotMuch => &["done", "done.quiet", "done.quiet"],
                WorkType::Regular => &["done", "done", "done", "done", "done.close"],
                WorkType::Mix => &["done", "done", "done.new", "done", "done"],
                WorkType::MostlyNew => &["done.new", "done", "done.new"],
            };
            self.list(sections, words, said, chance);
        }
        said.words = text::words(&said.what_completed);
        if said.words > 100 {
            said.mention(26, "whatCompleted", said.what_completed.clone());
        }
    }

    /// Fills the completed work with items of these sections in turn, up to a number of words.
    fn list(&self, sections: &[&str], words: i64, said: &mut Said, chance: &mut Chance) {
        let (mark, between) = HANDS[self.temper.hand];
        let text = &mut said.what_completed;
        let mut so_far = 0;
        // From a random phrase on in equal steps, so that none comes twice.
        let start = chance.place(1_000);
        let step = 1 + chance.place(6);
        for item in 0..ITEMS_MAX {
            let section = sections[item % sections.len()];
            if item > 0 {
                text.push_str(between);
            }
            text.push_str(mark);
            let from = text.len();
            let number = (start + item * step) % self.phrases.count(section);
            self.phrases.add_line((section, number), self.cast, chance, text);
            so_far += i64::try_from(text::words(&text[from..])).unwrap_or_default();
            if so_far >= words {
                break;
            }
        }
        if between == ". " {
            text.push('.');
        }
    }

    fn win(&self, said: &mut Said, chance: &mut Chance) {
        let (drive, feeling) = (self.temper.drive, self.tone.feeling);
        let is_cheerful = matches!(feeling, FeelingDuringWork::Great | FeelingDuringWork::Good);
        said.biggest_win = if self.has(Kind::NoWins) || chance.happens(0.015) {
            Some(self.say("win.13", chance))
        } else if is_cheerful && chance.happens(0.005 + 0.024 * drive) {
            let win = self.phrases.say("win.24", self.cast, chance);
            said.mention(24, "biggestWin", win.clone());
            Some(win)
        } else if is_cheerful && chance.happens(0.003 + 0.024 * drive) {
            let win = self.phrases.say("win.25", self.cast, chance);
            said.mention(25, "biggestWin", win.clone());
            Some(win)
        } else {
            let section = match feeling {
                FeelingDuringWork::Great => "win.great",
                FeelingDuringWork::Good => "win.good",
                FeelingDuringWork::Okay => "win.okay",
                FeelingDuringWork::Stressed => "win.stressed",
            };
            Some(self.say(section, chance))
        };
    }

    fn pending(&self, said: &mut Said, chance: &mut Chance) {
        if self.has(Kind::Stale) {
            said.pending_tasks = self.refrain();
        } else if (self.has(Kind::Waiting) && chance.happens(0.7)) || chance.happens(0.012) {
            said.pending_tasks = Some(self.say("pending.15", chance));
            said.mention_of(15, "pendingTasks");
        } else if chance.happens(if self.is_loaded() { 0.85 } else { 0.55 }) {
            let mut pending = self.phrases.say("pending", self.cast, chance);
            if chance.happens(0.4) {
                pending.push_str("; ");
                self.phrases.add("pending", self.cast, chance, &mut pending);
            }
            said.pending_tasks = Some(pending);
        } else if chance.happens(0.2) {
            said.pending_tasks = Some("None".to_owned());
        }
    }

    fn difficulties(&self, said: &mut Said, chance: &mut Chance) {
        let openness = self.temper.openness;
        let (section, rule) = if self.has(Kind::Dissatisfied) && chance.happens(0.75) {
            ("difficulty.6", Some(6))
        } else if self.has(Kind::Errors) {
            ("difficulty.8", Some(8))
        } else if self.has(Kind::Waiting) && said.pending_tasks.is_none() {
            ("difficulty.15", Some(15))
        } else if self.has_life_trouble && chance.happens(0.8) {
            ("difficulty.23", Some(23))
        } else if self.has(Kind::Blocked) {
            said.difficulties = self.refrain();
            return;
        } else if self.tone.feeling == FeelingDuringWork::Stressed && chance.happens(0.75) {
            ("difficulty.stress", None)
        } else if self.is_loaded() && chance.happens(0.3 + openness / 2.0) {
            ("difficulty.heavy", None)
        } else if self.is_idle() && chance.happens(0.2 + openness / 2.0) {
            ("difficulty.light", None)
        } else if chance.happens(openness * 0.35) {
            ("difficulty.plain", None)
        } else {
            return;
        };
        said.difficulties = Some(self.say(section, chance));
        if let Some(rule) = rule {
            said.mention_of(rule, "difficulties");
        }
    }

    fn support(&self, said: &mut Said, chance: &mut Chance) {
        if self.has(Kind::Unheard) {
            said.support_needed = self.refrain();
        } else if self.has(Kind::Leaving) && chance.happens(0.6) {
            said.support_needed = Some(self.say("support.14", chance));
            said.mention_of(14, "supportNeeded");
        } else if self.is_loaded() && chance.happens(self.temper.openness * 0.2) {
            said.support_needed = Some(self.say("support.heavy", chance));
        } else if chance.happens(self.temper.openness * 0.05) {
            said.support_needed = Some(self.say("support.plain", chance));
        }
    }

    fn notes(&self, said: &mut Said, chance: &mut Chance) {
        let openness = self.temper.openness;
        let has_said = |rule| said.mentions.iter().any(|it| it.rule == rule);
        let (section, rule) = if self.has(Kind::Pay) {
            ("notes.7", Some(7))
        } else if self.has(Kind::Leaving) && !has_said(14) {
            ("notes.14", Some(14))
        } else if self.has(Kind::Dissatisfied) && (!has_said(6) || chance.happens(0.3)) {
            ("notes.6", Some(6))
        } else if self.tone.feeling == FeelingDuringWork::Stressed && chance.happens(0.3) {
            ("notes.stress", None)
        } else if self.tone.feeling == FeelingDuringWork::Great && chance.happens(openness * 0.3) {
            ("notes.good", None)
        } else if chance.happens(openness * 0.2) {
            ("notes.plain", None)
        } else {
            return;
        };
        said.additional_notes = Some(self.say(section, chance));
        if let Some(rule) = rule {
            said.mention_of(rule, "additionalNotes");
        }
    }
}

impl Said {
    fn mention(&mut self, rule: usize, field: &'static str, quote: String) {
        self.mentions.push(Mention { rule, field, quote });
    }

    /// Mentions all that a field says.
    fn mention_of(&mut self, rule: usize, field: &'static str) {
        let text = match field {
            "pendingTasks" => &self.pending_tasks,
            "difficulties" => &self.difficulties,
            "supportNeeded" => &self.support_needed,
            _ => &self.additional_notes,
        };
        if let Some(quote) = text.clone() {
            self.mention(rule, field, quote);
        }
    }
}

//! How days feel: slow walks around where they rest.

use {
    super::{chance::Chance, trouble::Kind},
    entity::coaching::end_of_day_report::{FeelingDuringWork, WorkType, WorkloadFeeling},
};

/// How much of yesterday is left today.
const MEMORY: f64 = 0.9;
/// What a step adds, so that the walk spreads as far as it should: √(1 − MEMORY²).
const STEP: f64 = 0.436;

/// A number that wanders from day to day, but not away.
pub(super) struct Walk {
    pub(super) at: f64,
    rest: f64,
    spread: f64,
}

impl Walk {
    pub(super) fn new(rest: f64, spread: f64, chance: &mut Chance) -> Self {
        Self { at: rest + spread * chance.bell(), rest, spread }
    }

    pub(super) fn step(&mut self, chance: &mut Chance) -> f64 {
        let back = self.rest + MEMORY * (self.at - self.rest);
        self.at = back + STEP * self.spread * chance.bell();
        self.at
    }
}

/// How work with one client feels.
pub(super) struct Mood {
    load: Walk,
    novelty: Walk,
    rapport: Walk,
}

/// What is ticked in a report.
pub(super) struct Tone {
    pub(super) workload: WorkloadFeeling,
    pub(super) work_type: WorkType,
    pub(super) feeling: FeelingDuringWork,
    pub(super) had_sync: bool,
}

impl Mood {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let (load, novelty, rapport) =
            (chance.within(-0.3, 0.25), chance.within(0.2, 0.8), chance.within(-0.4, 0.9));
        Self {
            load: Walk::new(load, 0.5, chance),
            novelty: Walk::new(novelty, 0.55, chance),
            rapport: Walk::new(rapport, 0.5, chance),
        }
    }

    /// The next day's; `cheer` is what the assistant brings along.
    pub(super) fn step(&mut self, cheer: f64, trouble: Option<Kind>, chance: &mut Chance) -> Tone {
        let is = |kind| trouble == Some(kind);
        let pushed = match trouble {
            Some(Kind::Overload) => 1.6,
            Some(Kind::Drought) => -2.1,
            _ => 0.0,
        };
        let load = self.load.step(chance) + pushed + 0.55 * chance.bell();
        let novelty = self.novelty.step(chance) + 0.5 * chance.bell();
        let rapport = self.rapport.step(chance);
        let strain = if is(Kind::Strain) { 1.9 } else { 0.0 };
        let feeling =
            cheer + 0.6 + 0.25 * rapport - 0.5 * load.max(0.0) - strain + 0.35 * chance.bell();
        let speaks = if is(Kind::NoSync) { 0.12 } else { (0.95 + 0.04 * rapport).min(0.995) };
        Tone {
            workload: workload(load),
            work_type: if load < -1.6 { WorkType::NotMuch } else { work_type(novelty) },
            feeling: feeling_of(feeling),
            had_sync: chance.happens(speaks),
        }
    }
}

fn workload(load: f64) -> WorkloadFeeling {
    match load {
        it if it < -0.95 => WorkloadFeeling::Light,
        it if it < 0.75 => WorkloadFeeling::Moderate,
        it if it < 2.2 => WorkloadFeeling::Heavy,
        _ => WorkloadFeeling::Overwhelming,
    }
}

fn work_type(novelty: f64) -> WorkType {
    match novelty {
        it if it < 0.2 => WorkType::Regular,
        it if it < 1.2 => WorkType::Mix,
        _ => WorkType::MostlyNew,
    }
}

fn feeling_of(feeling: f64) -> FeelingDuringWork {
    match feeling {
        it if it < -0.7 => FeelingDuringWork::Stressed,
        it if it < 0.35 => FeelingDuringWork::Okay,
        it if it < 1.35 => FeelingDuringWork::Good,
        _ => FeelingDuringWork::Great,
    }
}

#[cfg(test)]
mod tests {
    use {super::*, crate::demo::chance::About};

    #[test]
    fn a_walk_stays_around_where_it_rests() {
        let mut chance = Chance::new(1, About::Company);
        let mut walk = Walk::new(0.5, 1.0, &mut chance);
        let steps: Vec<f64> = (0..50_000).map(|_| walk.step(&mut chance)).collect();
        let mean = steps.iter().sum::<f64>() / 50_000.0;
        let variance = steps.iter().map(|it| (it - 0.5) * (it - 0.5)).sum::<f64>() / 50_000.0;
        assert!((mean - 0.5).abs() < 0.1 && (variance - 1.0).abs() < 0.1, "{mean} {variance}");
    }
}

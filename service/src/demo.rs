//! A company to look at: invented, but believable, and the same for the same plan.
//!
//! Nothing here reads a clock, and every table of chance hangs on the plan's seed, so that a plan
//! makes the same rows today and tomorrow, on SQLite and on PostgreSQL. The rules of alerts alone
//! keep the identifiers that they have in the database.
//!
//! First it is settled who there is ([`world`]). Then one assistant after the other lives through
//! their days ([`life`]), pairing by pairing ([`course`]): a mood and a trouble make a report
//! ([`report`]), the reports make alerts ([`facts`], [`desk`]), and both make the health of the
//! pairing ([`health`]). What has been lived is stored and forgotten, so that ten million reports
//! take no more memory than a thousand.

mod assistant;
mod chance;
mod client;
mod company;
mod course;
mod desk;
mod facts;
mod health;
mod life;
mod mood;
mod notes;
mod people;
mod phrases;
mod report;
mod rules;
mod trouble;
mod world;

use {
    crate::{
        Ctx, ErrorCode, Result, Violation,
        kernel::{bulk, check::Check, users},
    },
    chance::{About, Chance},
    chrono::{Datelike, NaiveDate},
    entity::{
        coaching::{
            alert, client as client_row, coaching_note, company_announcement, ea,
            end_of_day_report,
            pairing::{self, HealthStatus},
            pairing_health_change, pto_record, start_of_day_log,
        },
        kernel::{
            holiday,
            user::{self, Role},
            user_profile,
        },
    },
    futures_util::{StreamExt, TryStreamExt, stream},
    life::Rows,
    rules::Rules,
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter},
    std::ops::RangeInclusive,
    world::World,
};

/// How large or small a company can be.
pub const SCALE: RangeInclusive<f64> = 0.001..=40.0;
/// The years that a company can be told of.
const YEARS: RangeInclusive<i32> = 2000..=2199;
/// How many small companies are looked at for one that is worth seeing.
const COMPANIES_MAX: usize = 50;
/// How many assistants' lives are held in memory at once.
const ASSISTANTS_AT_ONCE: usize = 16;

/// What to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How large the company is. 1 is 1,000 pairings of 300 assistants with 700 clients, and
    /// 250,000 reports.
    pub scale: f64,
    /// Another number makes another company.
    pub seed: u64,
    /// The last day that is told of; it ends at midnight in UTC.
    pub until: NaiveDate,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The pairings that are stored.
    pub pairings: usize,
    /// The pairings that there will be.
    pub pairings_total: usize,
    /// The rows that are stored.
    pub rows: u64,
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The tables that rows were added to, and how many.
    pub tables: Vec<(&'static str, u64)>,
}

impl Summary {
    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    fn add(&mut self, other: Self) {
        for (table, rows) in other.tables {
            match self.tables.iter_mut().find(|it| it.0 == table) {
                Some((_, count)) => *count += rows,
                None => self.tables.push((table, rows)),
            }
        }
    }
}

/// Fills a database that has the alert rules, but nobody yet.
///
/// It is stored piece by piece: if it fails on the way, what has been stored stays.
pub async fn fill(ctx: &Ctx, plan: &Plan, progress: &(dyn Fn(Progress) + Sync)) -> Result<Summary> {
    store(ctx, plan, 1, progress).await
}

/// The same, as many pieces at a time as the database can write. The rows are the same, but how they lie in the
/// database is not, and with it what a planner thinks of them.
pub async fn fill_side_by_side(
    ctx: &Ctx,
    plan: &Plan,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Summary> {
    store(ctx, plan, ctx.turns(), progress).await
}

async fn store(
    ctx: &Ctx,
    plan: &Plan,
    at_once: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Summary> {
    check(plan)?;
    refuse_filled(ctx).await?;
    let world = World::new(plan, Rules::read(ctx).await?);
    let mut summary = store_company(ctx, &world).await?;
    let pieces = stream::iter((0..world.assistants.len()).step_by(ASSISTANTS_AT_ONCE));
    let mut stored = pieces.map(|first| store_lives(ctx, &world, first)).buffered(at_once);
    let mut pairings = 0;
    while let Some((more, rows)) = stored.try_next().await? {
        pairings += more;
        summary.add(rows);
        let (pairings_total, rows) = (world.pairings_total, summary.rows());
        progress(Progress { pairings, pairings_total, rows });
    }
    drop(stored);
    Ok(summary)
}

/// The same plan with the first seed, from its own on, that makes a company of which some pairings stand
/// RED and some YELLOW today: of a small company there are days on which all is well, and whoever looks for the
/// first time would see nothing.
pub async fn worth_seeing(ctx: &Ctx, plan: Plan) -> Result<Plan> {
    check(&plan)?;
    let rules = Rules::read(ctx).await?;
    for seed in (plan.seed..).take(COMPANIES_MAX) {
        let plan = Plan { seed, ..plan.clone() };
        let world = World::new(&plan, rules.clone());
        let mut rows = Rows::default();
        for assistant in &world.assistants {
            life::live(&world, assistant, &mut rows);
        }
        let stands = |status| rows.pairings.iter().any(|it| it.health_status == status);
        if stands(HealthStatus::Red) && stands(HealthStatus::Yellow) {
            return Ok(plan);
        }
    }
    Ok(plan)
}

/// Whether nobody has used the database yet.
pub async fn is_untouched(ctx: &Ctx) -> Result<bool> {
    Ok(user::Entity::find().count(ctx.db()).await? == 0)
}

/// The administrator of the invented company, if it is there and may sign in.
pub async fn administrator(ctx: &Ctx) -> Result<Option<user::Model>> {
    let found = users::named(ctx, people::ADMIN).await?;
    Ok(found.filter(|it| it.is_active && it.role == Role::Admin))
}

fn check(plan: &Plan) -> Result<()> {
    let mut check = Check::new();
    let (least, most) = (SCALE.start(), SCALE.end());
    check.require(SCALE.contains(&plan.scale), "scale", format!("must lie from {least} to {most}"));
    check.require(YEARS.contains(&plan.until.year()), "until", "must lie from 2000 to 2199");
    check.done()
}

async fn refuse_filled(ctx: &Ctx) -> Result<()> {
    let pairings = pairing::Entity::find().count(ctx.db()).await?;
    let admins = user::Entity::find().filter(user::Column::Email.eq(people::ADMIN));
    let (path, message) = if pairings > 0 {
        (
            "pairings",
            format!("are there already, {pairings} of them: only an empty database is filled"),
        )
    } else if admins.count(ctx.db()).await? > 0 {
        ("users", format!("include {} already: only an empty database is filled", people::ADMIN))
    } else {
        return Ok(());
    };
    Err(Violation { code: ErrorCode::Conflict, path: vec![path.to_owned()], message }.into())
}

async fn store_company(ctx: &Ctx, world: &World) -> Result<Summary> {
    let mut chance = Chance::new(world.plan.seed, About::Profiles);
    let profiles: Vec<_> = world.people().map(|it| it.profile(&mut chance)).collect();
    let mut storing = Storing { ctx, summary: Summary::default() };
    storing.add::<user::Entity>(world.people().map(people::Person::user)).await?;
    storing.add::<user_profile::Entity>(profiles).await?;
    storing.add::<holiday::Entity>(company::holiday_rows(world)).await?;
    storing.add::<company_announcement::Entity>(company::announcement_rows(world)).await?;
    storing.add::<client_row::Entity>(world.clients.iter().map(client::Client::row)).await?;
    storing.add::<ea::Entity>(world.assistants.iter().map(assistant::Assistant::row)).await?;
    Ok(storing.summary)
}

/// The lives of some assistants, from the first of them on, and how many pairings that is.
async fn store_lives(ctx: &Ctx, world: &World, first: usize) -> Result<(usize, Summary)> {
    let mut rows = Rows::default();
    for assistant in world.assistants.iter().skip(first).take(ASSISTANTS_AT_ONCE) {
        life::live(world, assistant, &mut rows);
    }
    let Rows { leave, pairings, logs, reports, alerts, changes, notes } = rows;
    let count = pairings.len();
    let mut storing = Storing { ctx, summary: Summary::default() };
    storing.add::<pto_record::Entity>(leave).await?;
    storing.add::<start_of_day_log::Entity>(logs).await?;
    storing.add::<pairing::Entity>(pairings).await?;
    storing.add::<pairing_health_change::Entity>(changes).await?;
    storing.add::<end_of_day_report::Entity>(reports).await?;
    storing.add::<alert::Entity>(alerts).await?;
    storing.add::<coaching_note::Entity>(notes).await?;
    Ok((count, storing.summary))
}

/// A piece that is being stored.
struct Storing<'a> {
    ctx: &'a Ctx,
    summary: Summary,
}

impl Storing<'_> {
    async fn add<E: EntityTrait>(
        &mut self,
        rows: impl IntoIterator<Item = E::Model>,
    ) -> Result<()> {
        let rows = bulk::insert::<E>(self.ctx, rows).await?;
        self.summary.tables.push((E::default().table_name(), rows));
        Ok(())
    }
}

#[cfg(test)]
mod tests;

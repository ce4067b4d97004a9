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

    fn add(&mut self, table: &'static str, rows: u64) {
        match self.tables.iter_mut().find(|it| it.0 == table) {
            Some((_, count)) => *count += rows,
            None => self.tables.push((table, rows)),
        }
    }
}

/// Fills a database that has the alert rules, but nobody yet.
///
/// It is stored piece by piece: if it fails on the way, what has been stored stays.
pub async fn fill(ctx: &Ctx, plan: &Plan, progress: &(dyn Fn(Progress) + Sync)) -> Result<Summary> {
    check(plan)?;
    refuse_filled(ctx).await?;
    let world = World::new(plan, Rules::read(ctx).await?);
    let mut filling = Filling { ctx, summary: Summary::default() };
    filling.add_company(&world).await?;
    let mut pairings = 0;
    for assistants in world.assistants.chunks(ASSISTANTS_AT_ONCE) {
        let mut rows = Rows::default();
        for assistant in assistants {
            life::live(&world, assistant, &mut rows);
        }
        pairings += rows.pairings.len();
        filling.add_lives(rows).await?;
        let (pairings_total, rows) = (world.pairings_total, filling.summary.rows());
        progress(Progress { pairings, pairings_total, rows });
    }
    Ok(filling.summary)
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

/// A database being filled.
struct Filling<'a> {
    ctx: &'a Ctx,
    summary: Summary,
}

impl Filling<'_> {
    async fn add<E: EntityTrait>(
        &mut self,
        table: &'static str,
        rows: impl IntoIterator<Item = E::Model>,
    ) -> Result<()> {
        let rows = bulk::insert::<E>(self.ctx, rows).await?;
        self.summary.add(table, rows);
        Ok(())
    }

    async fn add_company(&mut self, world: &World) -> Result<()> {
        let mut chance = Chance::new(world.plan.seed, About::Profiles);
        let profiles: Vec<_> = world.people().map(|it| it.profile(&mut chance)).collect();
        let users: Vec<_> = world.people().map(people::Person::user).collect();
        self.add::<user::Entity>("users", users).await?;
        self.add::<user_profile::Entity>("user_profiles", profiles).await?;
        self.add::<holiday::Entity>("holidays", company::holiday_rows(world)).await?;
        let announcements = company::announcement_rows(world);
        self.add::<company_announcement::Entity>("company_announcements", announcements).await?;
        let clients: Vec<_> = world.clients.iter().map(client::Client::row).collect();
        self.add::<client_row::Entity>("clients", clients).await?;
        let assistants: Vec<_> = world.assistants.iter().map(assistant::Assistant::row).collect();
        self.add::<ea::Entity>("eas", assistants).await
    }

    async fn add_lives(&mut self, rows: Rows) -> Result<()> {
        let Rows { leave, pairings, logs, reports, alerts, changes, notes } = rows;
        self.add::<pto_record::Entity>("pto_records", leave).await?;
        self.add::<start_of_day_log::Entity>("start_of_day_logs", logs).await?;
        self.add::<pairing::Entity>("pairings", pairings).await?;
        self.add::<pairing_health_change::Entity>("pairing_health_history", changes).await?;
        self.add::<end_of_day_report::Entity>("end_of_day_reports", reports).await?;
        self.add::<alert::Entity>("alerts", alerts).await?;
        self.add::<coaching_note::Entity>("coaching_notes", notes).await
    }
}

#[cfg(test)]
mod tests;

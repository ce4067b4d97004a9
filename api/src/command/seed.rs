//! `vigil seed`: an invented company to look at.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    chrono::{Days, NaiveDate},
    clap::Args,
    indicatif::{ProgressBar, ProgressStyle},
    service::{
        Ctx,
        coaching::alert_rules,
        demo::{self, Plan, Progress, Summary},
    },
    std::time::{Duration, Instant},
};

/// Ten pairings: little enough to wait for, enough to look at.
const FIRST_START_SCALE: f64 = 0.01;
const FIRST_START_SEED: u64 = 1;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How large a company: 1 is 1,000 pairings with 250,000 reports; from 0.001 to 40.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    scale: f64,
    /// Another seed makes another company; the same makes the same again.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The last day that is told of, in UTC; yesterday when left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Arguments { scale, seed, until } = arguments;
    let ctx = context(settings).await?;
    let until = until.unwrap_or_else(|| yesterday(&ctx));
    alert_rules::install(&ctx).await?;
    let bar = bar();
    let show = |Progress { pairings, pairings_total, rows }| {
        bar.set_length(pairings_total as u64);
        bar.set_position(pairings as u64);
        bar.set_message(format!("{rows} rows"));
    };
    let start = Instant::now();
    let summary = demo::fill_side_by_side(&ctx, &Plan { scale, seed, until }, &show).await;
    bar.finish_and_clear();
    tell(&summary?, start.elapsed())
}

/// Fills an embedded database that nobody has used yet with a small company; whether it was so.
pub(super) async fn first_start(ctx: &Ctx) -> Outcome<bool> {
    if !demo::is_untouched(ctx).await? {
        return Ok(false);
    }
    let until = yesterday(ctx);
    let plan = Plan { scale: FIRST_START_SCALE, seed: FIRST_START_SEED, until };
    let plan = demo::worth_seeing(ctx, plan).await?;
    let summary = demo::fill(ctx, &plan, &|_| {}).await?;
    say(format!(
        "demo data    {} rows, as the database was empty (VIGIL_DEMO=false: none)",
        summary.rows()
    ))?;
    Ok(true)
}

fn yesterday(ctx: &Ctx) -> NaiveDate {
    ctx.now().date_naive() - Days::new(1)
}

/// A bar on the error output; it shows nothing where that is no terminal.
fn bar() -> ProgressBar {
    let form = "{bar:40} {pos}/{len} pairings, {msg}, {eta} left";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

fn tell(summary: &Summary, took: Duration) -> Outcome {
    for (table, rows) in &summary.tables {
        say(format!("{table:<24}{rows:>12}"))?;
    }
    let (rows, seconds) = (summary.rows(), took.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 rows")]
    let speed = rows as f64 / seconds;
    say(format!("{:<24}{rows:>12}  in {seconds:.1} s, {speed:.0} rows/s", "all"))
}

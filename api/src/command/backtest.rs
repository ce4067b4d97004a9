//! `vigil backtest`: rules tried on the past.

use {
    super::{Outcome, context, say},
    crate::settings::Settings,
    chrono::{Days, NaiveDate},
    clap::Args,
    indicatif::{ProgressBar, ProgressStyle},
    service::coaching::backtest::{self, Progress},
    std::time::Instant,
};

/// How many days are looked at when nobody says.
const DAYS: u64 = 30;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The numbers of the rules to try; all that are switched on when left out.
    #[arg(value_name = "NUMBER")]
    rules: Vec<i32>,
    /// The first day; 30 days with the last one when left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// The last day; yesterday in UTC when left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> Outcome {
    let Arguments { rules, from, until } = arguments;
    let ctx = context(settings).await?;
    let until = until.unwrap_or_else(|| ctx.now().date_naive() - Days::new(1));
    let range = (from.unwrap_or_else(|| until - Days::new(DAYS - 1)), until);
    let style = ProgressStyle::with_template("{spinner} {pos} pairings, {msg}, {elapsed}");
    let bar = ProgressBar::no_length()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let show = |Progress { pairings, reports }| {
        bar.set_position(pairings);
        bar.set_message(format!("{reports} reports"));
    };
    let start = Instant::now();
    let told = backtest::try_rules(&ctx, &rules, range, &show).await;
    bar.finish_and_clear();
    let (told, took) = (told?, start.elapsed());
    let Some((_, _, first)) = told.first() else { return Err("there is no such rule".into()) };
    let (pairings, reports) = (first.pairings_scanned, first.reports_scanned);
    say(format!(
        "{:>4}  {:<34}{:>8}{:>10}{:>9}{:>11}",
        "", "rule", "fires", "pairings", "known", "precision"
    ))?;
    for (number, name, told) in &told {
        let (fires, on, known) = (told.total_fires, told.pairings_fired, told.overlapping);
        let precision = told.precision.map_or("-".to_owned(), |it| format!("{:.0} %", it * 100.0));
        say(format!("{number:>4}  {name:<34}{fires:>8}{on:>10}{known:>9}{precision:>11}"))?;
    }
    let (rules, seconds) = (told.len(), took.as_secs_f64());
    say(format!(
        "{rules} rules over {reports} reports of {pairings} pairings, {} to {}, in {seconds:.1} s",
        range.0, range.1
    ))
}

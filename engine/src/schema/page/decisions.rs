//! Why it is so, what else there was, how to change it, and whether the book is done.

use {
    super::{
        super::{
            Book,
            check::{self, Verdict},
        },
        text::{code, line},
    },
    std::fmt::Write as _,
};

/// The checks of which the page tells more than whether they passed.
const REGENERATION: &str = "S17";
const UNSAFE: &str = "S16";

pub(super) fn types(page: &mut String, book: &Book) {
    page.push_str("## Data types rationale\n\n");
    for it in &book.annotations.types {
        let columns: Vec<_> = it.columns.iter().map(|it| code(it)).collect();
        let _ = write!(
            page,
            "**{}**\n\n- **Choice**: {}\n- **Reasoning**: {}\n- **Trade-offs**: {}\n- **Such as**: {}\n\n",
            line(&it.title),
            line(&it.choice),
            line(&it.reasoning),
            line(&it.trade_off),
            columns.join(", ")
        );
    }
}

pub(super) fn summary(page: &mut String, book: &Book) {
    page.push_str("## Design decisions summary\n\n### What we chose\n\n");
    for it in &book.annotations.decision {
        let _ = write!(
            page,
            "**{}**: {}\n\n- **Why**: {}\n- **Trade-off accepted**: {}\n\n",
            line(&it.title),
            line(&it.choice),
            line(&it.why),
            line(&it.trade_off)
        );
    }
    page.push_str("### What we did not choose\n\n");
    for it in &book.annotations.alternative {
        let _ = writeln!(
            page,
            "- **{}**: {} Reconsider {}.",
            line(&it.title),
            line(&it.why_not),
            line(&it.reconsider)
        );
    }
    page.push('\n');
}

pub(super) fn maintenance(page: &mut String, _: &Book) {
    page.push_str(
        "## Maintenance guidelines\n\n\
         ### Adding new tables\n\n\
         1. **Identify the need**: which step of the journey asks for this data?\n\
         2. **Check existing tables**: can one of them be extended?\n\
         3. **Define relationships**: what does it refer to, and what becomes of it when that goes?\n\
         4. **Create the migration**: `vigil migrate new NAME` writes its skeleton and its line; the entity stands in `entity::tables`.\n\
         5. **Add indexes**: one for each list that the API offers, in the order of the list.\n\
         6. **Update this book**: a part in `docs/schema.toml`, and `cargo xtask generate`; CI fails until both are there.\n\n\
         ### Modifying existing tables\n\n\
         **Safe changes** (nobody notices):\n\n\
         - a column that may be null, or has a default\n\
         - an index that is made `CONCURRENTLY` on PostgreSQL\n\
         - a CHECK that is added `NOT VALID` and validated later\n\n\
         **Risky changes** (check S16 refuses them for tables of the last release):\n\n\
         - another type for a column\n\
         - a column that must not be null and has no default\n\
         - a column or table that goes, or gets another name\n\
         - an index of a large table that is not made `CONCURRENTLY`\n\n\
         **Migration strategy**:\n\n\
         1. Write the migration with its way back; `vigil migrate diff` shows what it changes on both databases, and what is risky.\n\
         2. Try it on a copy: check S12 takes it up, down and up again with rows in place.\n\
         3. Expand first, contract a release later, so that the release before goes on working.\n\
         4. Run it while little happens, and watch the log and `/metrics`.\n\n",
    );
}

pub(super) fn validation(page: &mut String, book: &Book) {
    page.push_str(
        "## Validation\n\nEach box is a check that `vigil schema check` makes; one that failed or was not tried stays open.\n\n",
    );
    for it in check::check(book) {
        let asks = format!("{} {}: {}", it.id, code(&it.name), line(&it.asks));
        let _ = match (it.id.as_str(), it.verdict) {
            // The page cannot tell whether it is current: that is looked at when it is there.
            (REGENERATION, _) => writeln!(page, "- {asks}: looked at when this page is there"),
            (UNSAFE, Verdict::Passed) if book.released.is_none() => {
                writeln!(page, "- [x] {asks}: no release has been recorded yet")
            }
            (_, Verdict::Passed) => writeln!(page, "- [x] {asks}"),
            _ => writeln!(page, "- [ ] {asks}"),
        };
    }
    page.push_str("\nWhat only people can tell:\n\n");
    let manual = &book.annotations.manual;
    for what in [
        "The steps of the journey are the right ones, and every feature has its tables",
        "The reasons are good reasons",
        "The projections come true",
    ] {
        let _ = writeln!(
            page,
            "- {what} (looked at by {}, {})",
            line(&manual.owner),
            line(&manual.reviewed)
        );
    }
    page.push('\n');
}

pub(super) fn foot(page: &mut String, book: &Book) {
    page.push_str("## References\n\n");
    for it in &book.annotations.reference {
        let path =
            it.path.strip_prefix("docs/").map_or_else(|| format!("../{}", it.path), str::to_owned);
        let _ = writeln!(page, "- **{}**: [{}]({path})", line(&it.title), it.path);
    }
    let last = book.migrations.last().map_or("none", |it| it.name.as_str());
    let _ = write!(
        page,
        "\n---\n\n**Generated**: of the migrations up to {}\n**Database**: {}\n**ORM**: {}\n**Total tables**: {}\n**Ready for**: use\n",
        code(last),
        book.annotations.database,
        book.annotations.tool,
        book.postgres.tables.len()
    );
}

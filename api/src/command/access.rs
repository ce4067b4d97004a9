//! `vigil access`: who may see and do what, as a page of the documentation.

use {
    super::Outcome,
    entity::kernel::{capability::Capability, user::Role},
    sea_orm::{ActiveEnum, Iterable},
    service::kernel::access::{Reach, table::table},
    std::{fmt::Write as _, io::Write as _},
};

const INTRODUCTION: &str = "\
# Who may see and do what

<!-- Written by `vigil access`; `cargo xtask generate` brings it up to date. -->

What somebody may do follows from a role, and for a key from its scopes too: a key may do what its
owner may and its scopes name. Each line below is a capability, by the name that scopes and
refusals use. **all** reaches to everything, **own** to what is the person's own:

* an assistant's own are the pairings in which it works, their reports, who signs in for their
  clients, its time off, its day logs and the note about itself;
* a client's own are the pairings of the clients that it is a member of (`clientMemberAdd`), their
  reports, and the other members of these clients;
* everybody's own is the account.

What is out of reach is left out by the database: it is in no list, count, order or cursor, and an
id of it answers `NOT_FOUND`, to the byte as an id of nothing. What a role may not do at all is
`FORBIDDEN`, with the name of the missing capability; without sign-in it is `UNAUTHENTICATED`. The same
holds for single fields: one that takes a further capability is refused with an error that names it,
and no filter or order compares it. A refused field is null where it may be; where it may not
(`!` in the schema), the nearest field around it that may be null is null instead, up to the whole
answer: ask for such fields only with leave to see them. An edge to somebody whom the reader does not
see, such as the author of an announcement, is null without an error.

The table [`tests/rights.csv`](../tests/rights.csv) says for every field and mutation of the schema what
each role gets, on its own side and on the other; a test holds the server to it on both databases.
";

pub(super) fn run() -> Outcome {
    Ok(std::io::stdout().lock().write_all(page()?.as_bytes())?)
}

fn page() -> Result<String, std::fmt::Error> {
    let mut page = format!("{INTRODUCTION}\n");
    let roles: Vec<_> = Role::iter().collect();
    let names: Vec<_> = roles.iter().map(ActiveEnum::to_value).collect();
    writeln!(page, "| Capability | What it allows | {} |", names.join(" | "))?;
    writeln!(page, "|---|---|{}", "---|".repeat(roles.len()))?;
    for capability in Capability::iter() {
        let cells: Vec<_> = roles.iter().map(|role| cell(table(capability, *role))).collect();
        let (name, meaning) = (capability.to_value(), capability.meaning());
        writeln!(page, "| `{name}` | {meaning} | {} |", cells.join(" | "))?;
    }
    writeln!(page, "\n## Roles\n\n| Role | What it is |\n|---|---|")?;
    for role in roles {
        writeln!(page, "| `{}` | {} |", role.to_value(), role.meaning())?;
    }
    Ok(page)
}

fn cell(reach: Reach) -> &'static str {
    match reach {
        Reach::No => "–",
        Reach::Own => "own",
        Reach::All => "all",
    }
}

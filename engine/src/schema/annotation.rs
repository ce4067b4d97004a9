//! What no program can know of a schema: what a table is for, and why things are as they are.

use {
    serde::{Deserialize, Serialize},
    std::collections::BTreeMap,
};

/// What people wrote about a schema, in TOML.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Annotations {
    /// What the program is called.
    pub title: String,
    /// The databases.
    pub database: String,
    /// What migrations are written with.
    pub tool: String,
    /// Who looks at what no program can judge, and when last.
    pub manual: Manual,
    /// What people come to do, in order.
    pub step: Vec<Step>,
    /// The tables.
    pub tables: BTreeMap<String, TableNote>,
    /// What is asked of the database.
    pub operation: Vec<Operation>,
    /// Why types are as they are, in the order of the template.
    pub types: Vec<TypeChoice>,
    /// Why things must be so.
    pub philosophy: Philosophy,
    /// How large it may become.
    pub scale: Scale,
    /// What was decided.
    pub decision: Vec<Decision>,
    /// What was not.
    pub alternative: Vec<Alternative>,
    /// Where tests are.
    pub test: Vec<Link>,
    /// Where more is to be read.
    pub reference: Vec<Link>,
}

/// Who judges what no program can.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manual {
    /// Who.
    pub owner: String,
    /// The day of the last look.
    pub reviewed: String,
}

/// A step of people's journey.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What tables name it by.
    pub id: String,
    /// What people do.
    pub title: String,
}

/// What a table is for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TableNote {
    /// Why it is there.
    pub purpose: String,
    /// When it is used, as the end of a sentence that begins with "Used when".
    pub context: String,
    /// The steps that need it.
    pub steps: Vec<String>,
    /// Why it is as it is.
    #[serde(default)]
    pub decisions: Vec<String>,
    /// The object of the API that shows its rows, where it is not called as the row is.
    #[serde(default)]
    pub object: Option<String>,
    /// Columns that hold an id and refer to no table, with the reason.
    #[serde(default)]
    pub unreferenced: BTreeMap<String, String>,
    /// Why rows have no `created_at`, or no `updated_at`.
    #[serde(default)]
    pub times: Option<String>,
    /// Indexes that only keep a rule, with the rule: no statement reads by them.
    #[serde(default)]
    pub keeps: BTreeMap<String, String>,
    /// Values of a sample row, as SQL, that its CHECKs ask for; `@table` is the id of a sample there.
    #[serde(default)]
    pub sample: BTreeMap<String, String>,
    /// Further ones for the trial of a foreign key, by the column that refers.
    #[serde(default)]
    pub sample_for: BTreeMap<String, BTreeMap<String, String>>,
    /// How many rows there are in a year, in words of [`Scale::units`], such as `report`.
    #[serde(default)]
    pub rows: Option<Rows>,
    /// How long rows are kept.
    #[serde(default)]
    pub kept: Option<String>,
}

/// How many rows a table has after a year.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// For each of these.
    pub per: String,
    /// So many.
    pub count: f64,
}

/// What is asked of the database.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What it is called.
    pub name: String,
    /// What it tells or does.
    pub title: String,
    /// The step that needs it.
    pub step: String,
    /// How often.
    pub frequency: String,
    /// Whether people wait for it on a screen: no large table is read from end to end.
    #[serde(default)]
    pub is_dashboard: bool,
    /// Whether it is one of the few that the book begins with.
    #[serde(default)]
    pub is_critical: bool,
    /// Whether usage is counted by it, for a bill.
    #[serde(default)]
    pub is_usage: bool,
    /// A document's file, of those that front ends send.
    #[serde(default)]
    pub file: Option<String>,
    /// The document itself.
    #[serde(default)]
    pub document: Option<String>,
    /// A task of the server itself, by its name.
    #[serde(default)]
    pub task: Option<String>,
    /// Variables as JSON, in which `@list` is the id of the first row of a list.
    #[serde(default)]
    pub variables: Option<String>,
}

/// Why a kind of type was chosen.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TypeChoice {
    /// Between what.
    pub title: String,
    /// What was taken.
    pub choice: String,
    /// Why.
    pub reasoning: String,
    /// What it costs.
    pub trade_off: String,
    /// Columns that show it, as `table.column`.
    pub columns: Vec<String>,
}

/// Why things must be so, a sentence a kind of constraint.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Philosophy {
    /// Of NOT NULL.
    pub not_null: String,
    /// Of UNIQUE.
    pub unique: String,
    /// Of CHECK.
    pub check: String,
    /// Of foreign keys.
    pub reference: String,
    /// When CASCADE.
    pub cascade: String,
    /// When RESTRICT.
    pub restrict: String,
    /// When SET NULL.
    pub set_null: String,
}

/// How large it may become.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// How many of each unit there are in the first year.
    pub units: BTreeMap<String, f64>,
    /// What was assumed.
    pub assumptions: Vec<String>,
    /// What to do when.
    pub optimize: Vec<Optimization>,
    /// How old rows leave.
    pub archival: Vec<String>,
}

/// What to do when it has become large.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Optimization {
    /// What.
    pub title: String,
    /// When.
    pub when: String,
    /// How.
    pub how: String,
}

/// Something that was decided.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What.
    pub title: String,
    /// What exactly.
    pub choice: String,
    /// Why.
    pub why: String,
    /// What was given up.
    pub trade_off: String,
}

/// Something that was not chosen.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// What.
    pub title: String,
    /// Why not.
    pub why_not: String,
    /// When to think again.
    pub reconsider: String,
}

/// A place in the repository.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What is there.
    pub title: String,
    /// Where, from the root of the repository.
    pub path: String,
}

impl Annotations {
    /// Reads a file; what is wrong is told with its line.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|it| it.to_string())
    }

    /// The place of a step, counted from 1, and its title.
    pub fn step(&self, id: &str) -> Option<(usize, &str)> {
        let place = self.step.iter().position(|it| it.id == id)?;
        Some((place + 1, &self.step[place].title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_nobody_knows_is_refused_with_its_line() {
        let told = Annotations::read("title = \"V\"\ncolour = \"red\"").unwrap_err();
        assert!(told.contains("line 2") && told.contains("colour"), "{told}");
    }
}

//! Conditions on the rows of one table.

use {
    super::Narrowing,
    crate::{
        Violation,
        kernel::{
            access::{Guarded, Viewer},
            error::Result,
        },
    },
    entity::kernel::capability::Capability,
    sea_orm::{
        Condition, EntityTrait, Iden, IdenStatic, Iterable, ModelTrait, Value,
        prelude::Uuid,
        sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr, SelectStatement},
    },
};

/// How deep filters may nest.
pub const DEPTH_MAX: usize = 5;
/// How many conditions one level of a filter may combine.
pub const WIDTH_MAX: usize = 50;
/// How long a text may be that rows are compared with, in characters: no name is longer, and SQLite
/// takes no pattern of more than 50,000 bytes.
pub const TEXT_MAX: usize = 1_000;
/// The name that a list's own table goes by in its statements.
pub const ROW: &str = "t";

/// A condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Every one holds.
    All(Vec<Self>),
    /// At least one holds.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A column passes a test.
    Column(&'static str, Test),
    /// A column has one of the values that a statement yields.
    Among(&'static str, Box<SelectStatement>),
    /// There is a row of another table, for this row. Only who has the capability for all of these
    /// rows may ask.
    Exists(Box<SelectStatement>, Capability),
}

/// A test of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It has one of these values.
    In(Vec<Value>),
    /// It is less.
    Less(Value),
    /// It is less or equal.
    AtMost(Value),
    /// It is greater.
    Greater(Value),
    /// It is greater or equal.
    AtLeast(Value),
    /// It is empty, or it is not.
    Null(bool),
    /// It begins with this text, to the letter.
    StartsWith(String),
    /// It contains this text, whatever the case of its ASCII letters.
    Contains(String),
}

impl Default for Predicate {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Predicate {
    /// There is such a row of another table, or there is none; only who sees all of them may ask.
    pub fn exists(rows: SelectStatement, seen_by: Capability, is_there: bool) -> Self {
        let exists = Self::Exists(Box::new(rows), seen_by);
        if is_there { exists } else { Self::Not(Box::new(exists)) }
    }

    /// A column refers to this row.
    pub fn is(column: &'static str, id: impl Into<Uuid>) -> Self {
        Self::Column(column, Test::In(vec![id.into().into()]))
    }

    /// No row.
    pub fn none() -> Self {
        Self::Column("id", Test::In(Vec::new()))
    }

    /// Whether it holds of a row, unless only the database can tell.
    pub(crate) fn holds<M: ModelTrait>(&self, row: &M) -> Option<bool> {
        match self {
            Self::All(all) => all.iter().try_fold(true, |all, it| Some(all && it.holds(row)?)),
            Self::Column(name, Test::In(values)) => {
                let mut columns = <M::Entity as EntityTrait>::Column::iter();
                let column = columns.find(|it| it.as_str() == *name)?;
                Some(values.contains(&row.get(column)))
            }
            _ => None,
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(&self, other: Self) -> Self {
        match other {
            Self::All(all) if all.is_empty() => self.clone(),
            other => Self::All(vec![self.clone(), other]),
        }
    }

    /// Refuses a condition that asks for what the viewer may not see.
    pub fn check<E: Guarded>(&self, viewer: Viewer) -> Result<()> {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().try_for_each(|it| it.check::<E>(viewer)),
            Self::Not(not) => not.check::<E>(viewer),
            Self::Column(column, _) | Self::Among(column, _) => check_column::<E>(viewer, column),
            Self::Exists(_, capability) => viewer.may_all(*capability).map(drop),
        }
    }

    /// Refuses a condition with a text that no row can have, or that one database would not take.
    pub(super) fn check_texts(&self) -> Result<(), Violation> {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().try_for_each(Self::check_texts),
            Self::Not(not) => not.check_texts(),
            Self::Column(_, test) => test.texts().into_iter().try_for_each(check_text),
            Self::Among(..) | Self::Exists(..) => Ok(()),
        }
    }

    /// The condition as SQL, over the table named [`ROW`].
    pub fn condition(&self) -> Condition {
        match self {
            Self::All(all) => all.iter().fold(Condition::all(), |it, one| it.add(one.condition())),
            Self::Any(any) => any.iter().fold(Condition::any(), |it, one| it.add(one.condition())),
            Self::Not(not) => not.condition().not(),
            Self::Column(column, test) => Condition::all().add(test.expression(column)),
            Self::Among(column, values) => {
                let column = Expr::col((Alias::new(ROW), Alias::new(*column)));
                Condition::all().add(column.in_subquery((**values).clone()))
            }
            Self::Exists(rows, _) => Condition::all().add(Expr::exists((**rows).clone())),
        }
    }

    /// The conditions that all must hold.
    pub(super) fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::All(all) => all.iter().flat_map(Self::conjuncts).collect(),
            one => vec![one],
        }
    }
}

/// Refuses to compare a column that the viewer does not see of every row.
pub(crate) fn check_column<E: Guarded>(viewer: Viewer, name: &str) -> Result<()> {
    let column = E::Column::iter().find(|it| it.to_string() == name);
    viewer.compares::<E>(column.expect("lists are narrowed and ordered by columns of their table"))
}

/// Refuses a text that no row can have.
fn check_text(text: &str) -> Result<(), Violation> {
    if text.contains('\0') {
        return Err(Violation::argument("filter", "must not contain a NUL character"));
    }
    // Only a text of many bytes can be one of many characters.
    let count = if text.len() > TEXT_MAX { text.chars().count() } else { 0 };
    if count > TEXT_MAX {
        let message = format!("must not compare with more than {TEXT_MAX} characters");
        return Err(Violation::argument("filter", message));
    }
    Ok(())
}

impl Test {
    /// The texts that a column is compared with.
    fn texts(&self) -> Vec<&str> {
        let text = |value| {
            if let &Value::String(Some(ref text)) = value { Some(text.as_str()) } else { None }
        };
        match self {
            Self::In(values) => values.iter().filter_map(text).collect(),
            Self::Less(value)
            | Self::AtMost(value)
            | Self::Greater(value)
            | Self::AtLeast(value) => text(value).into_iter().collect(),
            Self::Null(_) => Vec::new(),
            Self::StartsWith(text) | Self::Contains(text) => vec![text],
        }
    }

    fn expression(&self, column: &'static str) -> Expr {
        let column = || Expr::col((Alias::new(ROW), Alias::new(column)));
        match self {
            Self::In(values) => match values.as_slice() {
                [one] => column().eq(one.clone()),
                many => column().is_in(many.iter().cloned()),
            },
            Self::Less(value) => column().lt(value.clone()),
            Self::AtMost(value) => column().lte(value.clone()),
            Self::Greater(value) => column().gt(value.clone()),
            Self::AtLeast(value) => column().gte(value.clone()),
            Self::Null(true) => column().is_null(),
            Self::Null(false) => column().is_not_null(),
            // A range, which an index serves; sorted texts compare by code point on both databases.
            Self::StartsWith(text) => {
                let end = format!("{text}{}", char::MAX);
                column().gte(text.clone()).and(column().lt(end))
            }
            Self::Contains(text) => Expr::expr(Func::lower(column())).like(contains(text)),
        }
    }
}

/// A pattern that takes the text literally, wildcards and all.
fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for letter in text.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// One level of a filter, being put together.
pub(crate) struct Combination {
    depth: usize,
    all: Vec<Predicate>,
    wrong: Option<Violation>,
}

impl Combination {
    pub(crate) fn at(depth: usize) -> Result<Self, Violation> {
        if depth > DEPTH_MAX {
            let message = format!("must not nest deeper than {DEPTH_MAX} levels");
            return Err(Violation::argument("filter", message));
        }
        Ok(Self { depth, all: Vec::new(), wrong: None })
    }

    pub(crate) fn add(&mut self, test: Result<Predicate, Violation>) {
        match test {
            Ok(predicate) => self.all.push(predicate),
            Err(wrong) => {
                self.wrong.get_or_insert(wrong);
            }
        }
    }

    pub(crate) fn combine<F: Narrowing>(
        mut self,
        and: Option<Vec<F>>,
        or: Option<Vec<F>>,
        not: Option<Box<F>>,
    ) -> Result<Predicate, Violation> {
        let depth = self.depth + 1;
        let each = |filters: Vec<F>| -> Result<Vec<Predicate>, Violation> {
            if filters.len() > WIDTH_MAX {
                let message = format!("must not combine more than {WIDTH_MAX} conditions");
                return Err(Violation::argument("filter", message));
            }
            filters.into_iter().map(|it| it.predicate(depth)).collect()
        };
        if let Some(and) = and {
            self.add(each(and).map(Predicate::All));
        }
        if let Some(or) = or {
            self.add(each(or).map(Predicate::Any));
        }
        if let Some(not) = not {
            self.add(not.predicate(depth).map(|it| Predicate::Not(Box::new(it))));
        }
        self.wrong.map_or(Ok(Predicate::All(self.all)), Err)
    }
}

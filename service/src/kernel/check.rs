//! Checks of what comes in. All are made before anything is refused, so that a person who filled
//! in a form hears of every mistake at once.

use {
    super::{
        error::{Error, ErrorCode, Result},
        given::Given,
    },
    async_graphql::MaybeUndefined,
    entity::scalar::{Json, LocalDate},
    sea_orm::{ActiveValue, Value},
    std::ops::RangeInclusive,
};

/// A rule that the input breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What kind of rule.
    pub code: ErrorCode,
    /// Where: the names that lead from the mutation's arguments to the value.
    pub path: Vec<String>,
    /// What would have been right.
    pub message: String,
}

impl Violation {
    /// A field of the input that breaks a rule.
    pub fn field(code: ErrorCode, field: &str, message: impl Into<String>) -> Self {
        let path = ["input"].into_iter().chain(field.split('.')).map(str::to_owned).collect();
        Self { code, path, message: message.into() }
    }

    /// An argument of a query that breaks a rule.
    pub fn argument(path: &str, message: impl Into<String>) -> Self {
        let path = path.split('.').map(str::to_owned).collect();
        Self { code: ErrorCode::BadUserInput, path, message: message.into() }
    }

    /// A row that is not there, or that the caller may not know of.
    pub fn not_found(field: &str) -> Self {
        Self::field(ErrorCode::NotFound, field, "is not there")
    }

    /// Something that contradicts what is there.
    pub fn conflict(field: &str, message: impl Into<String>) -> Self {
        Self::field(ErrorCode::Conflict, field, message)
    }

    pub(crate) fn told(violations: &[Self]) -> String {
        let told = violations.iter().map(|it| match it.path.as_slice() {
            [] => it.message.clone(),
            path => format!("{}: {}", path.join("."), it.message),
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// How long a name may be, in characters.
pub const NAME: RangeInclusive<usize> = 1..=200;
/// How long a text may be, in characters.
pub const TEXT: RangeInclusive<usize> = 1..=10_000;
/// How long a reason may be, in characters.
pub const REASON: RangeInclusive<usize> = 1..=2_000;

/// How much JSON a field takes.
const JSON_BYTES_MAX: usize = 64 << 10;

/// Collects what is wrong with an input.
#[derive(Debug, Default)]
#[must_use = "call `done`, or nothing is refused"]
pub struct Check(Vec<Violation>);

impl Check {
    /// Nothing is wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses the input if anything is wrong with it.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }

    /// The same, and what was given: it is there unless something is wrong.
    pub fn done_with<T>(self, given: Option<T>) -> Result<T> {
        self.done()?;
        Ok(given.expect("what could not be read was refused"))
    }

    /// Notes a broken rule.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Violation::field(ErrorCode::BadUserInput, field, message));
    }

    /// Notes a broken rule, unless it is kept.
    pub fn require(&mut self, kept: bool, field: &str, message: impl Into<String>) {
        if !kept {
            self.refuse(field, message);
        }
    }

    /// What a person typed, if it could be read.
    pub fn given<T>(&mut self, field: &str, value: Given<T>) -> Option<T> {
        value.0.map_err(|wrong| self.refuse(field, wrong)).ok()
    }

    /// What a person typed, or left out.
    pub fn given_or_none<T>(&mut self, field: &str, value: Option<Given<T>>) -> Option<T> {
        self.given(field, value?)
    }

    /// A text without the blanks around it, of a bounded number of characters.
    pub fn text(&mut self, field: &str, text: &str, length: RangeInclusive<usize>) -> String {
        let text = text.trim();
        let count = text.chars().count();
        let (min, max) = (*length.start(), *length.end());
        if text.contains('\0') {
            self.refuse(field, "must not contain a NUL character");
        } else if count < min && min == 1 {
            self.refuse(field, "must not be empty");
        } else if !length.contains(&count) {
            self.refuse(field, format!("must have {min} to {max} characters, not {count}"));
        }
        text.to_owned()
    }

    /// A text that may be left out; an empty one counts as left out.
    pub fn text_or_none(
        &mut self,
        field: &str,
        text: Option<String>,
        length: RangeInclusive<usize>,
    ) -> Option<String> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        Some(self.text(field, &text, length))
    }

    /// Any JSON of a bounded size.
    pub fn json(&mut self, field: &str, json: &Json) {
        let text = json.0.to_string();
        self.require(
            text.len() <= JSON_BYTES_MAX,
            field,
            format!("must have at most {JSON_BYTES_MAX} bytes"),
        );
        // PostgreSQL's jsonb has no room for it.
        self.require(!text.contains("\\u0000"), field, "must not contain a NUL character");
    }

    /// An e-mail address, in lower case.
    pub fn email(&mut self, field: &str, email: &str) -> String {
        let email = self.text(field, email, 3..=254).to_lowercase();
        if !engine::text::is_email(&email) {
            self.refuse(field, "must be an e-mail address, such as ada@example.com");
        }
        email
    }

    /// Two days of which the second must not come first.
    pub fn period(&mut self, start: Option<LocalDate>, end: Option<LocalDate>) {
        let is_period = start.zip(end).is_none_or(|(start, end)| start <= end);
        self.require(is_period, "endDate", "must not be before startDate");
    }

    /// A new value for a column that is never empty: absent leaves it as it is.
    pub fn patch<T, C>(
        &mut self,
        field: &str,
        patch: MaybeUndefined<T>,
        column: &mut ActiveValue<C>,
        read: impl FnOnce(&mut Self, T) -> Option<C>,
    ) where
        C: Into<Value>,
    {
        match patch {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.refuse(field, "must not be null"),
            MaybeUndefined::Value(value) => {
                if let Some(value) = read(self, value) {
                    *column = ActiveValue::Set(value);
                }
            }
        }
    }

    /// A new value for a column that may be empty: absent leaves it as it is, null empties it.
    pub fn patch_or_clear<T, C>(
        &mut self,
        patch: MaybeUndefined<T>,
        column: &mut ActiveValue<Option<C>>,
        read: impl FnOnce(&mut Self, T) -> Option<C>,
    ) where
        Option<C>: Into<Value>,
    {
        match patch {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => *column = ActiveValue::Set(None),
            MaybeUndefined::Value(value) => *column = ActiveValue::Set(read(self, value)),
        }
    }
}

//! The operators of filters, typed by what they compare.

use {
    super::predicate::{Predicate, Test, WIDTH_MAX},
    crate::Violation,
    async_graphql::{
        InputObjectType, InputType, InputValueError, InputValueResult, Value,
        indexmap::IndexMap,
        registry::{InputObjectBuilder, MetaInputValue, MetaTypeId, Registry},
    },
    std::{borrow::Cow, marker::PhantomData},
};

/// Operators on values of a type.
#[derive(Clone, Debug, Default)]
pub struct Operators<T, K> {
    tests: Vec<Test>,
    wrong: Option<String>,
    of: PhantomData<fn() -> (T, K)>,
}

/// Equal to one value or to one of several.
pub type Choice<T> = Operators<T, Equality>;
/// The same, for a column that may be empty.
pub type OptionalChoice<T> = Operators<T, OptionalEquality>;
/// Between two bounds.
pub type Span<T> = Operators<T, Order>;
/// The text itself, or what it begins with.
pub type Prefix = Operators<String, TextStart>;
/// The text itself, or what it begins with or contains; for tables small enough to be read whole.
pub type Search = Operators<String, TextPart>;

/// A set of operators.
pub trait Kind: Send + Sync + 'static {
    /// What stands before `Filter` in the name of the type, behind the name of the scalar.
    const SUFFIX: &'static str;
    /// What its values are compared by.
    const DOC: &'static str;
    /// The operators.
    const OPERATORS: &'static [Operator];
}

/// One operator.
#[derive(Clone, Copy, Debug)]
pub enum Operator {
    /// `eq`
    Eq,
    /// `in`
    In,
    /// `lt`
    Lt,
    /// `lte`
    Lte,
    /// `gt`
    Gt,
    /// `gte`
    Gte,
    /// `isNull`
    IsNull,
    /// `startsWith`
    StartsWith,
    /// `contains`
    Contains,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($suffix:literal, $says:literal) [$($operator:ident),+])+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl Kind for $name {
            const SUFFIX: &'static str = $suffix;
            const DOC: &'static str = $says;
            const OPERATORS: &'static [Operator] = &[$(Operator::$operator),+];
        }
    )+ };
}

kinds! {
    /// See [`Choice`].
    Equality("", "Compares for equality. What is left out does not narrow; all that is given must hold.")
        [Eq, In]
    /// See [`OptionalChoice`].
    OptionalEquality("OrNull", "Compares what may be empty for equality. What is left out does not narrow; all that is given must hold.")
        [Eq, In, IsNull]
    /// See [`Span`].
    Order("Range", "Compares by order. What is left out does not narrow; all that is given must hold.")
        [Eq, Lt, Lte, Gt, Gte]
    /// See [`Prefix`].
    TextStart("Prefix", "Compares texts to the letter. What is left out does not narrow; all that is given must hold.")
        [Eq, In, StartsWith]
    /// See [`Search`].
    TextPart("Search", "Compares texts. What is left out does not narrow; all that is given must hold.")
        [Eq, In, StartsWith, Contains]
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        use Operator::{Contains, Eq, Gt, Gte, In, IsNull, Lt, Lte, StartsWith};
        [Eq, In, Lt, Lte, Gt, Gte, IsNull, StartsWith, Contains]
            .into_iter()
            .find(|it| it.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::In => "in",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::IsNull => "isNull",
            Self::StartsWith => "startsWith",
            Self::Contains => "contains",
        }
    }

    fn doc(self) -> &'static str {
        match self {
            Self::Eq => "It equals this.",
            Self::In => "It equals one of these, at most 50; none of none.",
            Self::Lt => "It is less than this, or earlier.",
            Self::Lte => "It is at most this, or no later.",
            Self::Gt => "It is greater than this, or later.",
            Self::Gte => "It is at least this, or no earlier.",
            Self::IsNull => "It is empty, or it is not.",
            Self::StartsWith => "It begins with this, to the letter.",
            Self::Contains => "It contains this, whatever the case of the letters A to Z.",
        }
    }

    fn test<T>(self, value: Value) -> Result<Test, String>
    where
        T: InputType + Into<sea_orm::Value>,
    {
        let one = |value| {
            let value = T::parse(Some(value)).map_err(told)?;
            Ok::<sea_orm::Value, String>(value.into())
        };
        let text = |value| String::parse(Some(value)).map_err(told);
        Ok(match (self, value) {
            (_, Value::Null) => {
                return Err("must not be null; isNull asks for what is empty".into());
            }
            (Self::In, Value::List(values)) if values.len() > WIDTH_MAX => {
                return Err(format!("must name at most {WIDTH_MAX} values"));
            }
            (Self::In, Value::List(values)) => {
                Test::In(values.into_iter().map(one).collect::<Result<_, _>>()?)
            }
            // GraphQL takes a single value for a list of one.
            (Self::Eq | Self::In, value) => Test::In(vec![one(value)?]),
            (Self::Lt, value) => Test::Less(one(value)?),
            (Self::Lte, value) => Test::AtMost(one(value)?),
            (Self::Gt, value) => Test::Greater(one(value)?),
            (Self::Gte, value) => Test::AtLeast(one(value)?),
            (Self::IsNull, Value::Boolean(is_null)) => Test::Null(is_null),
            (Self::IsNull, _) => return Err("must be true or false".into()),
            (Self::StartsWith, value) => Test::StartsWith(text(value)?),
            (Self::Contains, value) => Test::Contains(text(value)?),
        })
    }
}

fn told<T: InputType>(wrong: InputValueError<T>) -> String {
    wrong.into_server_error(async_graphql::Pos::default()).message
}

/// Operators that make a condition on a column.
pub trait Tested {
    /// The condition on this column.
    fn tests(self, column: &'static str) -> Result<Predicate, Violation>;
}

impl<T, K> Tested for Operators<T, K> {
    fn tests(self, column: &'static str) -> Result<Predicate, Violation> {
        if let Some(wrong) = self.wrong {
            return Err(Violation::argument("filter", wrong));
        }
        let tests = self.tests.into_iter();
        Ok(Predicate::All(tests.map(|test| Predicate::Column(column, test)).collect()))
    }
}

impl<T, K> InputType for Operators<T, K>
where
    T: InputType + Into<sea_orm::Value> + 'static,
    K: Kind,
{
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}{}Filter", T::type_name(), K::SUFFIX).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let scalar = T::create_type_info(registry);
            let scalar = scalar.trim_end_matches('!');
            let mut fields = IndexMap::new();
            for operator in K::OPERATORS {
                let of = match operator {
                    Operator::In => format!("[{scalar}!]"),
                    Operator::IsNull => "Boolean".to_owned(),
                    _ => scalar.to_owned(),
                };
                let mut field = MetaInputValue::new(operator.name(), of);
                field.description = Some(operator.doc().to_owned());
                fields.insert(operator.name().to_owned(), field);
            }
            InputObjectBuilder::new(Self::type_name(), fields)
                .rust_typename(std::any::type_name::<Self>())
                .description(Some(K::DOC.to_owned()))
                .build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(given)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let mut operators = Self { tests: Vec::new(), wrong: None, of: PhantomData };
        for (name, value) in given {
            let operator = Operator::named(&name);
            let Some(operator) = operator else {
                return Err(InputValueError::custom(format!("there is no {name}")));
            };
            match operator.test::<T>(value) {
                Ok(test) => operators.tests.push(test),
                Err(wrong) => operators.wrong = Some(format!("{name} {wrong}")),
            }
        }
        Ok(operators)
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T, K> InputObjectType for Operators<T, K>
where
    T: InputType + Into<sea_orm::Value> + 'static,
    K: Kind,
{
}

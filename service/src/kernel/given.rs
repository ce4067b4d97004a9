//! What a person typed into a field: read as a scalar, or kept with what is wrong with it.

use {
    async_graphql::{InputType, InputValueError, InputValueResult, Value, registry::Registry},
    std::borrow::Cow,
};

/// A day, time, zone or id as a person typed it.
///
/// A scalar alone would turn `25:00` into a failure of the whole request. A field of this type
/// becomes a user error with its path instead, beside all others of the same form.
#[derive(Clone, Debug)]
pub struct Given<T>(pub Result<T, String>);

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Self(Ok(value))
    }
}

impl<T: InputType> InputType for Given<T> {
    type RawValueType = T::RawValueType;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let is_text = matches!(value, Some(Value::String(_)));
        match T::parse(value) {
            Ok(value) => Ok(Self(Ok(value))),
            Err(wrong) if is_text => Ok(Self(Err(message(wrong)))),
            Err(wrong) => Err(wrong.propagate()),
        }
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, InputType::to_value)
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.0.as_ref().ok()?.as_raw_value()
    }
}

/// What a scalar says is wrong, without the library's introduction.
fn message<T: InputType>(wrong: InputValueError<T>) -> String {
    let told = wrong.into_server_error(async_graphql::Pos::default()).message;
    let introduction = format!(r#"Failed to parse "{}": "#, T::type_name());
    told.strip_prefix(&introduction).unwrap_or(&told).to_owned()
}

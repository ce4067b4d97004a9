//! Typed identifiers: a pairing's id cannot be passed for a client's.
//!
//! Each is a UUIDv7 made by the application. In GraphQL it is an `ID` and reads as in SQL.

use {
    async_graphql::{
        ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType,
        Positioned, ServerResult, Value, parser::types::Field, registry::Registry,
    },
    sea_orm::{DbErr, DeriveValueType, TryFromU64},
    std::{borrow::Cow, fmt, str::FromStr},
    uuid::Uuid,
};

/// An identifier of some table's rows.
pub trait Id: Copy + Eq + std::hash::Hash + Send + Sync + From<Uuid> + Into<Uuid> {}

/// What names no row: a request, for one.
impl Id for Uuid {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl Id for $name {}

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl InputType for $name {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                <ID as InputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as InputType>::create_type_info(registry)
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let id = ID::parse(value).map_err(InputValueError::propagate)?;
                id.parse().map_err(|_| InputValueError::custom("is not the id of anything"))
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                <ID as OutputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &ContextSelectionSet<'_>,
                _: &Positioned<Field>,
            ) -> ServerResult<Value> {
                Ok(InputType::to_value(self))
            }
        }
    )+ };
}

ids! {
    /// A row of whichever table a column refers to, where a filter compares it.
    AnyId
    /// A row of `users`.
    UserId
    /// A row of `user_profiles`.
    UserProfileId
    /// A row of `audit_trails`.
    AuditEntryId
    /// A row of `audit_seals`.
    AuditSealId
    /// A row of `event_logs`.
    EventLogId
    /// A row of `sessions`.
    SessionId
    /// A row of `api_keys`.
    ApiKeyId
    /// A row of `password_resets`.
    PasswordResetId
    /// A row of `verifications`.
    VerificationId
    /// A row of `two_factors`.
    TwoFactorId
    /// A row of `recovery_codes`.
    RecoveryCodeId
    /// A row of `jobs`.
    JobId
    /// A row of `notifications`.
    NotificationId
    /// A row of `holidays`.
    HolidayId
    /// A row of `clients`.
    ClientId
    /// A row of `client_members`.
    ClientMemberId
    /// A row of `eas`: the assistant's own user id.
    EaId
    /// A row of `pairings`.
    PairingId
    /// A row of `pairing_health_history`.
    PairingHealthChangeId
    /// A row of `end_of_day_reports`.
    EndOfDayReportId
    /// A row of `alert_rules`.
    AlertRuleId
    /// A row of `alerts`.
    AlertId
    /// A row of `rule_evaluations`.
    RuleEvaluationId
    /// A row of `coaching_notes`.
    CoachingNoteId
    /// A row of `pto_records`.
    PtoRecordId
    /// A row of `start_of_day_logs`.
    StartOfDayLogId
    /// A row of `company_announcements`.
    CompanyAnnouncementId
    /// A row of `text_opinions`.
    TextOpinionId
}

impl From<UserId> for EaId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<EaId> for UserId {
    fn from(id: EaId) -> Self {
        Self(id.0)
    }
}

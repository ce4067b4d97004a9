//! `pairings`: an assistant working for a client.

use {
    crate::{
        closed_set::closed_set,
        id::{ClientId, EaId, PairingId, UserId},
        kernel::user,
        scalar::{DateTime, Json, LocalDate},
    },
    sea_orm::entity::prelude::*,
};

closed_set! {
    /// How a pairing stands.
    HealthStatus {
        /// All is well.
        Green,
        /// Somebody should look this week.
        Yellow,
        /// Somebody should look today.
        Red,
    }

    /// Why a pairing stands as it does: R makes it RED, Y YELLOW.
    HealthReasonCode {
        /// An alert is open that is CRITICAL.
        R1,
        /// Two expected days or more have gone by without a report.
        R2,
        /// The newest report calls the workload overwhelming.
        R3,
        /// An alert about dissatisfaction, pay or trust is open, whatever its severity.
        R4,
        /// An alert is open that is HIGH.
        Y1,
        /// Three alerts or more are open that are MEDIUM, after the credit for good news.
        Y2,
        /// Assistant and client did not speak on three of seven days.
        Y3,
        /// The last five reports all call the workload HEAVY, or all LIGHT.
        Y4,
        /// Ten reports in a row name no win.
        Y5,
        /// No report has come, and not two are missed yet.
        NewPairing,
    }
}

/// An assistant working for a client.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(
    table_name = "pairings",
    model_attrs(derive(async_graphql::SimpleObject), graphql(name = "PairingRow")),
    model_ex_attrs(derive(async_graphql::Description))
)]
pub struct Model {
    /// The row's id, a UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PairingId,
    /// Who works.
    pub ea_id: EaId,
    /// Whom the work is done for.
    pub client_id: ClientId,
    /// The first day on which a report is expected.
    pub start_date: LocalDate,
    /// How the pairing stands: as overridden, else as computed. `health` says why.
    pub health_status: HealthStatus,
    // All else about it is told as one object, `health`.
    /// Whether `health_status` was set by a person.
    #[graphql(skip)]
    pub health_status_override: bool,
    /// Who set it.
    #[graphql(skip)]
    pub health_override_by: Option<UserId>,
    /// When it was set.
    #[graphql(skip)]
    pub health_override_at: Option<DateTime>,
    /// Why it was set.
    #[graphql(skip)]
    pub health_override_reason: Option<String>,
    /// When the computed status counts again.
    #[graphql(skip)]
    pub health_override_expires_at: Option<DateTime>,
    /// Whether something CRITICAL was found since it was set, and is open.
    #[graphql(skip)]
    pub health_override_stale: bool,
    /// How the pairing stands by the rules alone.
    #[graphql(skip)]
    pub auto_health_status: HealthStatus,
    /// Why, as a list of `{code, text, since}`.
    #[graphql(skip)]
    pub health_reasons: Json,
    /// The same in points, 0 to 100.
    #[graphql(skip)]
    pub health_score: i32,
    /// When the rules last looked.
    #[graphql(skip)]
    pub health_computed_at: DateTime,
    /// Whether the pairing goes through the four-week accelerator.
    pub accelerator_enabled: bool,
    /// The accelerator week it is in, 1 to 4; none with `acceleratorEnabled` means complete.
    pub accelerator_week: Option<i16>,
    /// The day since which it has been in that week; the pairing's first day when nobody has noted it.
    pub accelerator_week_since: Option<LocalDate>,
    /// What week 1 is for.
    pub accelerator_week1_goals: Option<String>,
    /// What week 2 is for.
    pub accelerator_week2_goals: Option<String>,
    /// What week 3 is for.
    pub accelerator_week3_goals: Option<String>,
    /// What week 4 is for.
    pub accelerator_week4_goals: Option<String>,
    /// Counts the edits; an update names the version that it was made from.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime,
    /// When the row last changed.
    pub updated_at: DateTime,
    #[sea_orm(belongs_to, from = "ea_id", to = "id")]
    pub ea: BelongsTo<super::ea::Entity>,
    #[sea_orm(belongs_to, from = "client_id", to = "id")]
    pub client: BelongsTo<super::client::Entity>,
    #[sea_orm(belongs_to, from = "health_override_by", to = "id")]
    pub health_overrider: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Pairings.

use {
    crate::{
        Violation,
        kernel::list::{
            list,
            operators::{Choice, Span},
            predicate::{Predicate, ROW},
        },
    },
    entity::{
        coaching::{
            alert::AlertStatus,
            pairing::{self, HealthStatus},
        },
        id::{ClientId, EaId},
        scalar::LocalDate,
    },
    sea_orm::{
        ActiveEnum,
        sea_query::{Expr, ExprTrait, Query},
    },
};

list! {
    pairing;
    /// Narrows a list of pairings.
    filter PairingFilter {
        /// By how they stand.
        health_status: Choice<HealthStatus>,
        /// By whether a person set how they stand.
        health_status_override: Choice<bool>,
        /// By assistant.
        ea_id: Choice<EaId>,
        /// By client.
        client_id: Choice<ClientId>,
        /// By the day on which they began.
        start_date: Span<LocalDate>,
        /// By whether they go through the accelerator.
        accelerator_enabled: Choice<bool>,
        /// By whether they have an open alert.
        has_open_alerts: bool = has_open_alerts,
    }
    /// The order of a list of pairings.
    order PairingOrder by PairingOrderField {
        /// By when they were made.
        CreatedAt = "created_at",
        /// By the day on which they began.
        StartDate = "start_date",
    }
    default "created_at" Desc;
    indexes {
        ["health_status": HealthStatus] "created_at";
        ["ea_id"] "created_at";
        ["client_id"] "created_at";
    }
}

/// Whether a pairing has an alert that nobody has resolved.
fn has_open_alerts(has: bool) -> Result<Predicate, Violation> {
    let mut open = Query::select();
    open.expr(Expr::value(1))
        .from("alerts")
        .and_where(Expr::col(("alerts", "pairing_id")).equals((ROW, "id")))
        // Written out, or the planner could not use the index on open alerts.
        .and_where(
            Expr::col(("alerts", "status"))
                .ne(Expr::Constant(AlertStatus::Resolved.to_value().into())),
        );
    let exists = Predicate::Exists(Box::new(open));
    Ok(if has { exists } else { Predicate::Not(Box::new(exists)) })
}

//! The pairings of a chunk.

use {
    super::{super::pairing_health, assistants::Assistants, chunk::Chunk, clash},
    crate::kernel::{ctx::Ctx, edit, error::Result, txn::Txn},
    engine::import::{RowErrorKind, pairings::PairingRow},
    entity::{
        coaching::pairing::{self, HealthStatus},
        id::{ClientId, EaId},
        scalar::LocalDate,
    },
};

/// Makes the pairings of the good rows and tells how many; refuses rows whose pairing is there.
///
/// The index of pairings decides, not a look beforehand: a row that another import is quicker with
/// is refused like any other.
pub(super) async fn create(
    ctx: &Ctx,
    txn: &Txn,
    chunk: &mut Chunk,
    assistants: &Assistants,
    clients: &[ClientId],
) -> Result<u64> {
    let pairings = chunk.good().zip(clients).map(|(row, client_id)| {
        let ea_id = assistants.ids.get(&row.ea_email);
        let gone = || clash("names an assistant who was deleted meanwhile: try again");
        Ok(new_pairing(ctx, row, *ea_id.ok_or_else(gone)?, *client_id))
    });
    let pairings = pairings.collect::<Result<Vec<_>>>()?;
    let made = edit::insert_missing(txn, &pairings).await?;
    let changes = pairings.iter().filter(|pairing| made.contains(&pairing.id.0));
    let changes: Vec<_> = changes.map(|pairing| pairing_health::change(ctx, pairing)).collect();
    edit::insert_missing(txn, &changes).await?;
    let mut ids = pairings.iter().map(|pairing| pairing.id);
    chunk.refuse(|_| {
        let is_made = ids.next().is_some_and(|id| made.contains(&id.0));
        (!is_made).then_some(RowErrorKind::AlreadyThere)
    });
    Ok(made.len() as u64)
}

fn new_pairing(ctx: &Ctx, row: &PairingRow, ea_id: EaId, client_id: ClientId) -> pairing::Model {
    let PairingRow {
        ea_email: _,
        ea_name: _,
        client_name: _,
        start_date,
        accelerator_enabled,
        goals: [week1, week2, week3, week4],
    } = row.clone();
    let now = ctx.now();
    pairing::Model {
        id: ctx.new_id(),
        ea_id,
        client_id,
        start_date: LocalDate(start_date),
        health_status: HealthStatus::Green,
        health_status_override: false,
        health_override_by: None,
        health_override_at: None,
        health_override_reason: None,
        health_override_expires_at: None,
        auto_health_status: HealthStatus::Green,
        health_override_stale: false,
        health_reasons: pairing_health::new_pairing(LocalDate(start_date)),
        health_score: pairing_health::SCORE_MAX,
        health_computed_at: now,
        accelerator_enabled,
        accelerator_week: accelerator_enabled.then_some(1),
        accelerator_week_since: accelerator_enabled.then_some(LocalDate(start_date)),
        accelerator_week1_goals: week1,
        accelerator_week2_goals: week2,
        accelerator_week3_goals: week3,
        accelerator_week4_goals: week4,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

//! Notifications that no job will deliver any more, because somebody has stopped it or every worker that tried it was
//! killed: they have failed, and say so.

use {
    super::delivery::Delivery,
    crate::kernel::{
        ctx::Ctx,
        edit,
        error::Result,
        jobs::{Job, chore::chore},
    },
    entity::{
        id::NotificationId,
        kernel::{
            job,
            notification::{self, NotificationState},
        },
    },
    sea_orm::{
        ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
        QuerySelect,
    },
    std::collections::HashSet,
};

/// How many are looked at in one statement.
const BATCH: u64 = 500;

chore! {
    /// Looks for lost notifications.
    Look = "notify.look_for_lost" by look
}

/// Gives up the notifications that wait and that no job will deliver: how many.
pub async fn look(ctx: &Ctx) -> Result<usize> {
    let (mut found, mut behind) = (0, None);
    loop {
        let mut waiting = notification::Entity::find()
            .filter(notification::Column::State.eq(NotificationState::Waiting))
            .order_by_asc(notification::Column::Id)
            .select_only()
            .column(notification::Column::Id)
            .limit(BATCH);
        if let Some(last) = behind {
            waiting = waiting.filter(notification::Column::Id.gt(last));
        }
        let waiting: Vec<NotificationId> = waiting.into_tuple().all(ctx.db()).await?;
        let Some(last) = waiting.last() else { return Ok(found) };
        behind = Some(*last);
        let keys = waiting.iter().map(ToString::to_string);
        let live: HashSet<Option<String>> = job::Entity::find()
            .filter(job::Column::Kind.eq(Delivery::KIND))
            .filter(job::Column::UniqueKey.is_in(keys))
            .filter(job::Column::DueAt.is_not_null())
            .select_only()
            .column(job::Column::UniqueKey)
            .into_tuple()
            .all(ctx.db())
            .await?
            .into_iter()
            .collect();
        for id in waiting.into_iter().filter(|id| !live.contains(&Some(id.to_string()))) {
            found += usize::from(give_up(ctx, id).await?);
        }
    }
}

/// Gives one up, unless something became of it meanwhile.
async fn give_up(ctx: &Ctx, id: NotificationId) -> Result<bool> {
    let txn = ctx.begin(ctx.may_as_server()?).await?;
    let before = edit::find::<notification::Entity, _>(&txn, "id", id.into()).await?;
    if before.state != NotificationState::Waiting {
        return Ok(false);
    }
    let mut row = before.clone().into_active_model();
    row.state = Set(NotificationState::Failed);
    row.last_error = Set(Some("its job was stopped, or never came to an end".to_owned()));
    edit::amend::<notification::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(true)
}

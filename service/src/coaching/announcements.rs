//! Messages to all assistants.

use {
    crate::kernel::{
        access::guarded,
        check::{Check, NAME, TEXT},
        ctx::Ctx,
        edit,
        error::Result,
        given::Given,
        list::{
            list,
            operators::{Choice, Span},
            predicate::Predicate,
        },
        users,
    },
    async_graphql::{InputObject, MaybeUndefined},
    entity::{
        coaching::company_announcement, id::CompanyAnnouncementId, kernel::capability::Capability,
        scalar::DateTime,
    },
    sea_orm::IntoActiveModel,
};

list! {
    company_announcement;
    /// Narrows a list of announcements.
    filter CompanyAnnouncementFilter {
        /// By whether they are shown while they run.
        is_active: Choice<bool>,
        /// By from when they are shown.
        starts_at: Span<DateTime>,
        /// By until when they are shown; one without an end matches no bound.
        expires_at: Span<DateTime>,
    }
    /// The order of a list of announcements.
    order CompanyAnnouncementOrder by CompanyAnnouncementOrderField {
        /// By from when they are shown.
        StartsAt = "starts_at",
    }
    default "starts_at" Desc;
    indexes {}
}

guarded! {
    company_announcement: AnnouncementsRead;
    own(_) {
        Predicate::none()
    }
    shown {
        Id, Title, Content, IsActive, StartsAt, ExpiresAt, CreatedBy, Version, CreatedAt, UpdatedAt,
    }
}

/// A message to announce.
#[derive(Clone, Debug, InputObject)]
pub struct AnnouncementCreateInput {
    /// The headline, 1 to 200 characters.
    pub title: String,
    /// The message, 1 to 10,000 characters.
    pub content: String,
    /// Whether it is shown while it runs; true when left out.
    pub is_active: Option<bool>,
    /// From when it is shown; now when left out.
    pub starts_at: Option<Given<DateTime>>,
    /// Until when it is shown; for ever when left out.
    pub expires_at: Option<Given<DateTime>>,
}

/// Changes to an announcement. What is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub struct AnnouncementUpdateInput {
    /// Which.
    pub id: Given<CompanyAnnouncementId>,
    /// The version that the changes were made from.
    pub expected_version: i32,
    /// The headline, 1 to 200 characters.
    pub title: MaybeUndefined<String>,
    /// The message, 1 to 10,000 characters.
    pub content: MaybeUndefined<String>,
    /// Whether it is shown while it runs.
    pub is_active: MaybeUndefined<bool>,
    /// From when it is shown.
    pub starts_at: MaybeUndefined<Given<DateTime>>,
    /// Until when it is shown; null for ever.
    pub expires_at: MaybeUndefined<Given<DateTime>>,
}

/// An announcement to delete.
#[derive(Clone, Debug, InputObject)]
pub struct AnnouncementDeleteInput {
    /// Which.
    pub id: Given<CompanyAnnouncementId>,
}

/// Announces a message.
pub async fn create(
    ctx: &Ctx,
    input: AnnouncementCreateInput,
) -> Result<company_announcement::Model> {
    let permit = ctx.may(Capability::AnnouncementsManage)?;
    let AnnouncementCreateInput { title, content, is_active, starts_at, expires_at } = input;
    let created_by = users::author(ctx)?;
    let now = ctx.now();
    let mut check = Check::new();
    let title = check.text("title", &title, NAME);
    let content = check.text("content", &content, TEXT);
    let starts_at = check.given_or_none("startsAt", starts_at).unwrap_or(now);
    let expires_at = check.given_or_none("expiresAt", expires_at);
    run(&mut check, Some(starts_at), expires_at);
    check.done()?;
    let row = company_announcement::Model {
        id: ctx.new_id(),
        title,
        content,
        is_active: is_active.unwrap_or(true),
        starts_at,
        expires_at,
        created_by,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let txn = ctx.begin(permit).await?;
    let row = edit::insert(&txn, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Changes an announcement.
pub async fn update(
    ctx: &Ctx,
    input: AnnouncementUpdateInput,
) -> Result<company_announcement::Model> {
    let permit = ctx.may(Capability::AnnouncementsManage)?;
    let AnnouncementUpdateInput {
        id,
        expected_version,
        title,
        content,
        is_active,
        starts_at,
        expires_at,
    } = input;
    let txn = ctx.begin(permit).await?;
    let before =
        edit::find_at::<company_announcement::Entity, _>(&txn, id, expected_version).await?;
    let mut row = before.clone().into_active_model();
    let mut check = Check::new();
    check.patch("title", title, &mut row.title, |check, it| Some(check.text("title", &it, NAME)));
    check.patch("content", content, &mut row.content, |check, it| {
        Some(check.text("content", &it, TEXT))
    });
    check.patch("isActive", is_active, &mut row.is_active, |_, it| Some(it));
    check.patch("startsAt", starts_at, &mut row.starts_at, |check, it| check.given("startsAt", it));
    check.patch_or_clear(expires_at, &mut row.expires_at, |check, it| check.given("expiresAt", it));
    let expires_at = row.expires_at.try_as_ref().copied().flatten();
    run(&mut check, row.starts_at.try_as_ref().copied(), expires_at);
    check.done()?;
    let row = edit::save::<company_announcement::Entity, _>(&txn, &before, row).await?;
    txn.commit().await?;
    Ok(row)
}

/// Deletes an announcement.
pub async fn delete(
    ctx: &Ctx,
    input: AnnouncementDeleteInput,
) -> Result<company_announcement::Model> {
    let permit = ctx.may(Capability::AnnouncementsManage)?;
    let txn = ctx.begin(permit).await?;
    let row = edit::find::<company_announcement::Entity, _>(&txn, "id", input.id).await?;
    let row = edit::delete::<company_announcement::Entity>(&txn, row, "is still in use").await?;
    txn.commit().await?;
    Ok(row)
}

fn run(check: &mut Check, starts_at: Option<DateTime>, expires_at: Option<DateTime>) {
    let runs = starts_at.zip(expires_at).is_none_or(|(starts, expires)| starts < expires);
    check.require(runs, "expiresAt", "must be after startsAt");
}

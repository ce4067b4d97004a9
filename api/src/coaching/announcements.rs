//! `CompanyAnnouncement`: messages to all assistants.

use {
    crate::{
        graphql::{
            mutation::mutations,
            object::{object, roots},
        },
        kernel::users::User,
    },
    entity::coaching::company_announcement,
    service::coaching::announcements::{
        self, AnnouncementCreateInput, AnnouncementDeleteInput, AnnouncementUpdateInput,
    },
};

object! {
    /// A message to all assistants.
    CompanyAnnouncement: company_announcement;
    perhaps {
        /// Who wrote it; null for a reader who does not see that person.
        author(created_by): User;
    }
}

roots! {
    AnnouncementQuery: CompanyAnnouncement;
    one {
        /// The announcement with an id.
        announcement;
    }
    many {
        /// Announcements, newest first unless ordered otherwise.
        announcements;
    }
}

mutations! {
    AnnouncementMutation;
    /// Announces a message.
    announcement_create(AnnouncementCreateInput) -> AnnouncementCreatePayload {
        /// The announcement.
        announcement: CompanyAnnouncement
    } = announcements::create;
    /// Changes an announcement.
    announcement_update(AnnouncementUpdateInput) -> AnnouncementUpdatePayload {
        /// The announcement as it is now.
        announcement: CompanyAnnouncement
    } = announcements::update;
    /// Deletes an announcement.
    announcement_delete(AnnouncementDeleteInput) -> AnnouncementDeletePayload {
        /// The announcement as it was.
        announcement: CompanyAnnouncement
    } = announcements::delete;
}

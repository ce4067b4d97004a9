//! `CompanyAnnouncement`: messages to all assistants.

use {
    crate::{
        graphql::object::{object, roots},
        kernel::users::User,
    },
    entity::coaching::company_announcement,
};

object! {
    /// A message to all assistants.
    CompanyAnnouncement: company_announcement;
    one {
        /// Who wrote it.
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

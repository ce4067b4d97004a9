//! `ExecutiveAssistant`: a user and its working day.

use {
    super::{
        coaching_notes::CoachingNote, pairings::Pairing, pto_records::PtoRecord,
        reports::EndOfDayReport, start_of_day_logs::StartOfDayLog,
    },
    crate::{
        graphql::{
            mutation::mutations,
            object::{computed, object, roots},
        },
        kernel::users::User,
    },
    async_graphql::{Context, Result},
    entity::coaching::ea,
    service::coaching::eas::{self, EaCreateInput, EaUpdateInput, Weekday},
    service::coaching::standings::AssistantStanding,
};

object! {
    /// An executive assistant: a user and its working day.
    ExecutiveAssistant: ea;
    one {
        /// The person.
        user(id): User;
    }
    sole {
        /// What coaches keep in mind about the assistant.
        note("ea_id"): CoachingNote;
    }
    many {
        /// The assistant's pairings, newest first unless ordered otherwise.
        pairings("ea_id"): Pairing;
        /// The assistant's reports, newest day first unless ordered otherwise.
        reports("ea_id"): EndOfDayReport;
        /// The assistant's times off, latest first unless ordered otherwise.
        pto_records("ea_id"): PtoRecord;
        /// When the assistant began its days, newest day first unless ordered otherwise.
        start_of_day_logs("ea_id"): StartOfDayLog;
    }
    and {
        /// The days of the week that are worked.
        async fn work_days(&self) -> Vec<Weekday> {
            eas::work_days(&self.row)
        }

        /// How the assistant stands today.
        async fn standing(&self, ctx: &Context<'_>) -> Result<AssistantStanding> {
            computed(ctx, (), self.row.id).await
        }
    }
}

roots! {
    EaQuery: ExecutiveAssistant;
    one {
        /// The assistant with an id, which is the person's.
        ea;
    }
    many {
        /// Assistants, newest first unless ordered otherwise.
        eas;
    }
}

mutations! {
    EaMutation;
    /// Makes a person an assistant. One that leaves is deactivated by `userUpdate`.
    ea_create(EaCreateInput) -> EaCreatePayload {
        /// The assistant.
        ea: ExecutiveAssistant
    } = eas::create;
    /// Changes an assistant's working day.
    ea_update(EaUpdateInput) -> EaUpdatePayload {
        /// The assistant as it is now.
        ea: ExecutiveAssistant
    } = eas::update;
}

//! `Holiday`: periods in which the organisation does not work.

use {
    crate::graphql::{
        mutation::mutations,
        object::{object, roots},
    },
    entity::kernel::holiday,
    service::kernel::holidays::{self, HolidayCreateInput, HolidayDeleteInput, HolidayUpdateInput},
};

object! {
    /// A period in which the organisation does not work: no report is expected.
    Holiday: holiday;
}

roots! {
    HolidayQuery: Holiday;
    one {
        /// The holiday with an id.
        holiday;
    }
    many {
        /// Holidays, latest first unless ordered otherwise.
        holidays;
    }
}

mutations! {
    HolidayMutation;
    /// Declares a holiday.
    holiday_create(HolidayCreateInput) -> HolidayCreatePayload {
        /// The holiday.
        holiday: Holiday
    } = holidays::create;
    /// Changes a holiday.
    holiday_update(HolidayUpdateInput) -> HolidayUpdatePayload {
        /// The holiday as it is now.
        holiday: Holiday
    } = holidays::update;
    /// Takes a holiday back.
    holiday_delete(HolidayDeleteInput) -> HolidayDeletePayload {
        /// The holiday as it was.
        holiday: Holiday
    } = holidays::delete;
}

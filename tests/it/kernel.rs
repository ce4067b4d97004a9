//! People and the organisation's calendar, from the outside.

mod events;
mod users;

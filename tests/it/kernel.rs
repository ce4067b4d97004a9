//! People and the organisation's calendar, from the outside.

mod audit;
mod events;
mod users;

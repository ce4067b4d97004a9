//! People and the organisation's calendar, from the outside.

mod audit;
mod credentials;
mod events;
mod passwords;
mod second_factors;
mod sign_in;
mod users;

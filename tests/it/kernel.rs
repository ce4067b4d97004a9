//! People and the organisation's calendar, from the outside.

mod audit;
mod credentials;
mod passwords;
mod second_factors;
mod sign_in;
mod users;

//! Identity and the organisation's calendar: what every domain leans on.

pub mod api_key;
pub mod audit_entry;
pub mod audit_seal;
pub mod capability;
pub mod event_log;
pub mod holiday;
pub mod job;
pub mod notification;
pub mod password_reset;
pub mod recovery_code;
pub mod session;
pub mod system_setting;
pub mod two_factor;
pub mod user;
pub mod user_profile;
pub mod verification;

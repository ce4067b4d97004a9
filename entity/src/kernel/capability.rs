//! What somebody may be allowed to do, in words that keys and refusals use.

use crate::closed_set::closed_set;

closed_set! {
    /// Something that a role, or the scopes of a key, may allow.
    Capability {
        /// Look after one's own account: profile, sessions, keys, password.
        Account,
        /// See who works with Vigil: names, pictures, roles.
        PeopleRead,
        /// See people's addresses, and whether they may sign in.
        PeopleDetails,
        /// Add people, give them roles, let them sign in or not.
        PeopleManage,
        /// See clients.
        ClientsRead,
        /// Add, change and delete clients, and say who may sign in for them.
        ClientsManage,
        /// See assistants, and when they work.
        AssistantsRead,
        /// Make people assistants, and say when they work.
        AssistantsManage,
        /// See who works for whom.
        PairingsRead,
        /// See where pairings are in the accelerator, and what its weeks are for.
        AcceleratorRead,
        /// Make, change and delete pairings.
        PairingsManage,
        /// See how pairings, clients and assistants stand, and why.
        HealthRead,
        /// Say how a pairing stands, whatever the rules say.
        HealthOverride,
        /// Read the client-facing fields of end-of-day reports.
        ReportsRead,
        /// Read the internal fields of end-of-day reports.
        ReportsInternal,
        /// File, edit and delete end-of-day reports.
        ReportsWrite,
        /// See alerts, and what speaks for them.
        AlertsRead,
        /// Raise, assign, move and resolve alerts.
        AlertsWork,
        /// See the rules behind alerts.
        AlertRulesRead,
        /// Change the rules behind alerts.
        AlertRulesManage,
        /// See when assistants began their days, and when they are off.
        AttendanceRead,
        /// Note that an assistant begins its day.
        AttendanceLog,
        /// Say when assistants are off.
        AttendanceManage,
        /// Read coaching notes.
        NotesRead,
        /// Write coaching notes about assistants.
        AssistantNotesWrite,
        /// Write coaching notes about pairings.
        PairingNotesWrite,
        /// Read announcements.
        AnnouncementsRead,
        /// Write announcements.
        AnnouncementsManage,
        /// See when the organisation does not work.
        HolidaysRead,
        /// Say when the organisation does not work.
        HolidaysManage,
        /// Change the settings of the server.
        SettingsManage,
        /// Read the audit trail.
        AuditRead,
        /// See what the server does by itself, and try it again or stop it.
        JobsManage,
        /// See how the data is stored.
        SchemaRead,
    }
}

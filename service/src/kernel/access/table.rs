//! What each role may: the one table of it.

use {
    super::Reach,
    entity::kernel::{capability::Capability, user::Role},
};

/// How far a capability reaches for a role.
#[expect(clippy::match_same_arms, reason = "a table has a line for each")]
pub fn table(capability: Capability, role: Role) -> Reach {
    use Reach::{All, No, Own};
    // PENDING, CLIENT, EA, USER, HEAD_EAS, HEAD_CLIENT_SUCCESS, MANAGER, ADMIN
    #[rustfmt::skip]
    let reaches = match capability {
        Capability::Account             => [Own, Own, Own, Own, Own, Own, Own, Own],
        Capability::PeopleRead          => [Own, Own, Own, Own, All, All, All, All],
        Capability::PeopleDetails       => [Own, Own, Own, Own, All, All, Own, All],
        Capability::PeopleManage        => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::ClientsRead         => [No,  Own, Own, No,  All, All, No,  All],
        Capability::ClientsManage       => [No,  No,  No,  No,  No,  All, No,  All],
        Capability::AssistantsRead      => [No,  Own, Own, No,  All, All, No,  All],
        Capability::AssistantsManage    => [No,  No,  No,  No,  All, No,  No,  All],
        Capability::PairingsRead        => [No,  Own, Own, No,  All, All, No,  All],
        Capability::AcceleratorRead     => [No,  No,  Own, No,  All, All, No,  All],
        Capability::PairingsManage      => [No,  No,  No,  No,  All, All, No,  All],
        Capability::HealthRead          => [No,  No,  No,  No,  All, All, No,  All],
        Capability::HealthOverride      => [No,  No,  No,  No,  All, All, No,  All],
        Capability::ReportsRead         => [No,  Own, Own, No,  All, All, No,  All],
        Capability::ReportsInternal     => [No,  No,  Own, No,  All, All, No,  All],
        Capability::ReportsWrite        => [No,  No,  Own, No,  All, All, No,  All],
        Capability::AlertsRead          => [No,  No,  No,  No,  All, All, No,  All],
        Capability::AlertsWork          => [No,  No,  No,  No,  All, All, No,  All],
        Capability::AlertRulesRead      => [No,  No,  No,  No,  All, All, No,  All],
        Capability::AlertRulesManage    => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::AttendanceRead      => [No,  No,  Own, No,  All, All, No,  All],
        Capability::AttendanceLog       => [No,  No,  Own, No,  All, No,  No,  All],
        Capability::AttendanceManage    => [No,  No,  No,  No,  All, No,  No,  All],
        Capability::NotesRead           => [No,  No,  Own, No,  All, All, No,  All],
        Capability::AssistantNotesWrite => [No,  No,  No,  No,  All, No,  No,  All],
        Capability::PairingNotesWrite   => [No,  No,  No,  No,  All, All, No,  All],
        Capability::AnnouncementsRead   => [No,  No,  All, No,  All, All, No,  All],
        Capability::AnnouncementsManage => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::HolidaysRead        => [No,  No,  All, No,  All, All, All, All],
        Capability::HolidaysManage      => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::SettingsManage      => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::AuditRead           => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::JobsManage          => [No,  No,  No,  No,  No,  No,  No,  All],
        Capability::SchemaRead          => [No,  No,  No,  No,  No,  No,  No,  All],
    };
    reaches[role as usize]
}

#[cfg(test)]
mod tests {
    use {super::*, sea_orm::Iterable};

    #[test]
    fn roles_stand_in_the_order_of_the_table() {
        let roles: Vec<_> = Role::iter().collect();
        assert_eq!(roles.first(), Some(&Role::Pending));
        assert_eq!(roles.get(4), Some(&Role::HeadEas));
        assert_eq!(roles.last(), Some(&Role::Admin));
    }

    #[test]
    fn whoever_waits_for_a_role_sees_only_itself() {
        let reached: Vec<_> =
            Capability::iter().filter(|it| table(*it, Role::Pending) != Reach::No).collect();

        let own = [Capability::Account, Capability::PeopleRead, Capability::PeopleDetails];
        assert_eq!(reached, own);
        assert!(own.iter().all(|it| table(*it, Role::Pending) == Reach::Own));
    }

    #[test]
    fn an_administrator_may_all() {
        for capability in Capability::iter().filter(|it| *it != Capability::Account) {
            assert_eq!(table(capability, Role::Admin), Reach::All, "{capability:?}");
        }
    }

    #[test]
    fn nothing_is_done_further_than_it_is_seen() {
        let pairs = [
            (Capability::ReportsWrite, Capability::ReportsInternal),
            (Capability::ReportsInternal, Capability::ReportsRead),
            (Capability::AlertsWork, Capability::AlertsRead),
            (Capability::PairingsManage, Capability::PairingsRead),
            (Capability::HealthOverride, Capability::HealthRead),
            (Capability::AttendanceManage, Capability::AttendanceRead),
            (Capability::PeopleManage, Capability::PeopleDetails),
            (Capability::PeopleDetails, Capability::PeopleRead),
        ];
        for role in Role::iter() {
            for (does, sees) in pairs {
                assert!(table(does, role) <= table(sees, role), "{role:?} {does:?}");
            }
        }
    }
}

//! An input for each mutation, which gets as far as rights go and no further: what is asked for is
//! refused in the end, because it is there already, out of date, or not well formed. What cannot be
//! refused in the end is named below.

use {
    serde_json::{Value, json},
    tests::coaching::report,
};

/// Mutations that change nothing that is not so already, or that nobody misses here.
pub(super) const HARMLESS: [&str; 4] =
    ["emailVerificationRequest", "sessionRevokeAll", "startOfDayLog", "userProfileSet"];

/// Mutations that take away the object of a type, which is then made again.
pub(super) const REMOVALS: [(&str, &str); 6] = [
    ("announcementDelete", "CompanyAnnouncement"),
    ("clientMemberRemove", "ClientMember"),
    ("coachingNoteDelete", "CoachingNote"),
    ("holidayDelete", "Holiday"),
    ("ptoRecordDelete", "PtoRecord"),
    ("reportDelete", "EndOfDayReport"),
];

/// No row has been edited so often.
const OUT_OF_DATE: i32 = 999;

/// The input of a mutation; `id` tells the id of an object.
pub(super) fn input(mutation: &str, id: &dyn Fn(&str) -> String) -> Value {
    let late = |of: &str| json!({ "id": id(of), "expectedVersion": OUT_OF_DATE });
    let only = |of: &str| json!({ "id": id(of) });
    let (ea, pairing) = ("ExecutiveAssistant", "Pairing");
    match mutation {
        "alertAcknowledge" => only("ResolvedAlert"),
        "alertAssign" => json!({ "id": id("Alert"), "assigneeId": id(ea) }),
        "alertCreate" => json!({ "pairingId": id(pairing), "ruleId": id("AlertRule") }),
        "alertMove" => json!({ "id": id("ResolvedAlert"), "status": "WORKING_ON" }),
        "alertReopen" => only("Alert"),
        "alertResolve" => json!({ "id": id("ResolvedAlert"), "resolution": "FIXED" }),
        "alertUpdate" => late("Alert"),
        "alertRuleCreate" => json!({ "name": "", "severity": "LOW", "triggerCondition": {},
            "dataSource": "", "businessRationale": "", "alertTitle": "", "alertDescription": "",
            "suggestedAction": "" }),
        "alertRuleUpdate" | "alertRuleReset" => late("AlertRule"),
        "alertRuleDelete" => only("AlertRule"),
        "announcementCreate" => json!({ "title": "", "content": "" }),
        "announcementUpdate" => late("CompanyAnnouncement"),
        "announcementDelete" => only("CompanyAnnouncement"),
        "clientCreate" => json!({ "name": "" }),
        "clientUpdate" => late("Client"),
        "clientDelete" => only("Client"),
        "clientMemberAdd" => json!({ "clientId": id("Client"), "userId": id("Contact") }),
        "clientMemberRemove" => only("ClientMember"),
        "coachingNoteCreate" => {
            json!({ "noteType": "EA_LEVEL", "eaId": id(ea), "content": "Another" })
        }
        "coachingNoteUpdate" => {
            json!({ "id": id("CoachingNote"), "expectedVersion": 1, "content": "" })
        }
        "coachingNoteDelete" => only("CoachingNote"),
        "eaCreate" => {
            json!({ "userId": id(ea), "expectedShowUpTime": "09:00", "timezone": "UTC" })
        }
        "eaUpdate" => late(ea),
        "holidayCreate" => json!({ "name": "", "startDate": "2026-05-01" }),
        "holidayUpdate" => late("Holiday"),
        "holidayDelete" => only("Holiday"),
        // It is done: neither dead nor to be stopped.
        "jobRetry" | "jobDiscard" | "jobCancel" => only("Job"),
        "pairingCreate" => {
            json!({ "eaId": id(ea), "clientId": id("Client"), "startDate": "2026-01-05" })
        }
        "pairingUpdate" | "pairingAcceleratorAdvance" | "pairingHealthOverride" => late(pairing),
        "pairingDelete" => only(pairing),
        "ptoRecordCreate" => {
            json!({ "eaId": id(ea), "startDate": "2026-03-09", "endDate": "2026-03-09", "reason": "PTO" })
        }
        "ptoRecordUpdate" => late("PtoRecord"),
        "ptoRecordDelete" => only("PtoRecord"),
        "reportSubmit" => report(&id(pairing), "2026-02-27"),
        "reportAmend" => late("EndOfDayReport"),
        "reportDelete" => only("EndOfDayReport"),
        "startOfDayLog" => json!({ "eaId": id(ea) }),
        "userCreate" => json!({ "email": "nobody", "name": "Nobody", "role": "USER" }),
        "userUpdate" => late("User"),
        "userProfileSet" => {
            json!({ "userId": id("User"), "displayName": "Somebody", "timezone": "UTC" })
        }
        other => of_accounts(other, id),
    }
}

/// The same, for what people do with their accounts.
fn of_accounts(mutation: &str, id: &dyn Fn(&str) -> String) -> Value {
    match mutation {
        "apiKeyCreate" => json!({ "name": "" }),
        "apiKeyRevoke" => json!({ "id": id("ApiKey") }),
        "emailVerificationRequest" => json!({ "userId": id("User") }),
        "emailVerify" => json!({ "token": "" }),
        "passwordChange" => json!({ "currentPassword": "", "newPassword": "" }),
        "passwordResetRequest" => json!({ "email": "nobody" }),
        "passwordResetComplete" => json!({ "token": "", "newPassword": "" }),
        "secondFactorStart" | "secondFactorDisable" => json!({ "password": "" }),
        "secondFactorConfirm" => json!({ "code": "" }),
        // There is nothing here that a cookie could be set on.
        "sessionCreate" => json!({ "email": "", "password": "", "asCookie": true }),
        "sessionRevoke" => json!({ "id": id("Session") }),
        "sessionRevokeAll" => json!({ "keepThisOne": false }),
        other => panic!("say here what {other} is asked for"),
    }
}

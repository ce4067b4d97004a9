//! Files of pairings, good and bad.

use super::*;

const HEADER: &str = "EA Email*,EA Name*,Client Name*,Start Date*,Accelerator Enabled,Week 1 Goals";

fn open(file: &str) -> Reader<&[u8]> {
    Reader::open(file.as_bytes()).unwrap()
}

/// Each row as `line: address client`, or `line! message; message` if it is refused.
#[track_caller]
fn check(rows: &str, expected: &[&str]) {
    let row = |row: Result<Row, Rejected>| match row {
        Ok(Row { record, value }) => {
            format!("{}: {} {}", record.line(), value.ea_email, value.client_name)
        }
        Err(rejected) => format!("{}! {}", rejected.record.line(), rejected.summary()),
    };
    let rows = format!("{HEADER}\n{rows}");
    assert_eq!(open(&rows).map(|it| row(it.unwrap())).collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check_header(header: &str, refused: &str) {
    assert_eq!(Reader::open(header.as_bytes()).unwrap_err().to_string(), refused);
}

#[test]
fn a_row_says_who_assists_whom() {
    let file = "EA Email*;EA Name*;Client Name*;Start Date*;Accelerator Enabled;\
                Week 1 Goals;Week 2 Goals;Week 3 Goals;Week 4 Goals\r\n\
                ADA@Example.com; Ada Lovelace ;\"Acme; Ltd\";2026-01-05;Y;\"Inbox\nzero\";;;Own it\r\n";
    let row = open(file).next().unwrap().unwrap().unwrap();
    let expected = PairingRow {
        ea_email: "ada@example.com".to_owned(),
        ea_name: "Ada Lovelace".to_owned(),
        client_name: "Acme; Ltd".to_owned(),
        start_date: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
        accelerator_enabled: true,
        goals: [Some("Inbox\nzero".to_owned()), None, None, Some("Own it".to_owned())],
    };
    assert_eq!((row.record.line(), row.value), (2, expected));
}

#[test]
fn optional_columns_may_be_missing() {
    let file = "start_date,client,EA-NAME,e-mail\n2026-01-05,Acme,Ada,ada@example.com\n";
    let value = open(file).next().unwrap().unwrap().unwrap().value;
    assert_eq!(value.ea_email, "ada@example.com");
    assert!(!value.accelerator_enabled);
    assert_eq!(value.goals, [None, None, None, None]);
}

#[test]
fn other_columns_are_ignored_and_named() {
    let reader = open("EA Email,Salary,EA Name,Client Name,Start Date (YYYY-MM-DD),errors\n");
    let ignored: Vec<_> = reader.ignored().iter().map(|it| (it.name.as_str(), it.number)).collect();
    assert_eq!(ignored, [("Salary", 2), ("errors", 6)]);
}

#[test]
fn all_missing_columns_are_named() {
    check_header(
        "EA Name,Week 1 Goals\n",
        "missing from the header: EA Email, Client Name, Start Date",
    );
}

#[test]
fn a_column_may_not_come_under_two_names() {
    check_header(
        "Email,EA Email,EA Name,Client Name,Start Date\n",
        "columns 1 and 2 are the same: \"Email\" and \"EA Email\"",
    );
}

#[test]
fn all_faults_of_a_row_are_told_by_column() {
    check(
        "ada,,Acme,2026-02-30,perhaps\n",
        &["2! EA Email* must be one e-mail address like ada@example.com; \
           EA Name* must not be empty; \
           Start Date* must be an existing date like 2026-01-31; \
           Accelerator Enabled must be Y or N"],
    );
}

#[test]
fn a_fault_knows_line_column_and_code() {
    let file = format!("{HEADER}\n\nada@example.com,Ada,Acme,tomorrow\n");
    let rejected = open(&file).next().unwrap().unwrap().unwrap_err();
    let error = &rejected.errors[0];
    let column = Column { name: "Start Date*".to_owned(), number: 4 };
    assert_eq!((error.line, &error.column, error.kind.code()), (3, &Some(column), "NOT_A_DATE"));
    assert_eq!(rejected.record.text(3), Some("tomorrow"));
}

#[test]
fn faults_of_the_text_do_not_hide_those_of_the_meaning() {
    check(
        "ada@example.com,A\0da,Acme,soon\n",
        &["2! EA Name* holds a NUL character; \
           Start Date* must be an existing date like 2026-01-31"],
    );
}

#[test]
fn a_row_out_of_shape_is_told_only_that() {
    check(
        "ada@example.com,Ada,Acme, Inc.,2026-01-05,Y,goals,more\n",
        &["2! the row has text beyond the 6 columns of the header: is a quote missing?"],
    );
}

#[test]
fn a_pairing_may_be_named_once() {
    check(
        "ada@example.com,Ada,Acme,2026-01-05\nADA@example.com,Ada,ACME ,2026-01-06\n\
         ada@example.com,Ada,Bolt,2026-01-05\nbob@example.com,Bob,Acme,2026-01-05\n",
        &[
            "2: ada@example.com Acme",
            "3! the row repeats line 2",
            "4: ada@example.com Bolt",
            "5: bob@example.com Acme",
        ],
    );
}

#[test]
fn a_repeated_row_is_also_told_its_other_faults() {
    check(
        "ada@example.com,Ada,Acme,2026-01-05\nada@example.com,Ada,Acme,\n",
        &["2: ada@example.com Acme", "3! Start Date* must not be empty; the row repeats line 2"],
    );
}

#[test]
fn a_refused_row_can_be_put_right_further_down() {
    check(
        "ada@example.com,Ada,Acme,soon\nada@example.com,Ada,Acme,2026-01-05\n",
        &["2! Start Date* must be an existing date like 2026-01-31", "3: ada@example.com Acme"],
    );
}

#[test]
fn four_goals_of_full_length_in_any_script_fit_in_a_row() {
    let goals = "😀".repeat(10_000);
    let header = "EA Email,EA Name,Client Name,Start Date,Week 1,Week 2,Week 3,Week 4";
    let file =
        format!("{header}\nada@example.com,Ada,Acme,2026-01-05,{goals},{goals},{goals},{goals}\n");
    assert!(open(&file).next().unwrap().unwrap().is_ok());
}

#[test]
fn rejects_put_right_can_be_read_again() {
    let file = format!("{HEADER}\nada@example.com,\"A\nda\",\"Acme, Inc.\",2026-01-05\n");
    let mut reader = open(&file);
    let rejected = reader.next().unwrap().unwrap().unwrap_err();

    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(reader.columns().iter().map(|it| &it.name)).unwrap();
    writer.write_record(rejected.record.fields()).unwrap();
    let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();

    assert_eq!(written, file);
    let again = written.replace("A\nda", "Ada");
    assert_eq!(open(&again).next().unwrap().unwrap().unwrap().value.client_name, "Acme, Inc.");
}

//! Tables as programs write them, broken ones, and a round trip through the writer of `csv`.

use {super::*, proptest::prelude::*};

const SMALL: Limits = Limits { record_bytes_max: 40, field_chars_max: 20, columns_max: 4 };

fn open(file: &[u8]) -> Reader<&[u8]> {
    Reader::open(file, SMALL).unwrap()
}

/// Each row as `line: field|field`, or `line! message; message` if it is refused.
fn rows<R: Read>(reader: Reader<R>) -> Vec<String> {
    let row = |row: Result<Record, Rejected>| match row {
        Ok(record) => format!("{}: {}", record.line(), texts(&record).join("|")),
        Err(rejected) => format!("{}! {}", rejected.record.line(), rejected.summary()),
    };
    reader.map(|it| row(it.unwrap())).collect()
}

fn texts(record: &Record) -> Vec<String> {
    record.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect()
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes_of).collect()
}

#[track_caller]
fn check(file: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(rows(open(file.as_ref())), expected);
}

#[track_caller]
fn check_header(file: impl AsRef<[u8]>, refused: &str) {
    assert_eq!(Reader::open(file.as_ref(), SMALL).unwrap_err().to_string(), refused);
}

#[test]
fn rows_know_their_lines() {
    check("a,b\n1,2\n3,4\n", &["2: 1|2", "3: 3|4"]);
}

#[test]
fn the_last_line_needs_no_end() {
    check("a,b\n1,2", &["2: 1|2"]);
    check("a,b\n1,\"2\"", &["2: 1|2"]);
    check("a,b\n1,", &["2: 1|"]);
}

#[test]
fn lines_may_end_as_windows_and_old_macs_end_them() {
    check("a,b\r\n1,2\r\n\r\n3,4\r\n", &["2: 1|2", "4: 3|4"]);
    check("a,b\r1,2\r\r3,4\r", &["2: 1|2", "4: 3|4"]);
}

#[test]
fn a_quoted_field_holds_delimiters_line_ends_and_quotes() {
    check("a,b\n\"1,\r\n\n1\",\"say \"\"hi\"\"\"\n3,4\n", &["2: 1,\r\n\n1|say \"hi\"", "5: 3|4"]);
}

#[test]
fn blank_lines_and_empty_rows_are_skipped_and_counted() {
    check("\n\na,b\n\n1,2\n,\n  , \n3,4\n", &["5: 1|2", "8: 3|4"]);
}

#[test]
fn empty_fields_may_be_left_off_or_added_on_the_right() {
    check("a,b\n1\n1,2,, \n", &["2: 1", "3: 1|2|| "]);
    assert_eq!(open(b"a,b\n1\n").next().unwrap().unwrap().unwrap().text(1), Some(""));
}

#[test]
fn text_beyond_the_header_is_refused() {
    let message = "the row has text beyond the 2 columns of the header: is a quote missing?";
    check("a,b\n1,2,3\n4,5\n", &[&format!("2! {message}"), "3: 4|5"]);
    check("a,b\n1,2,,,,,6\n4,5\n", &[&format!("2! {message}"), "3: 4|5"]);
}

#[test]
fn the_header_says_what_separates_fields() {
    check("a;b\n1,5;2\n", &["2: 1,5|2"]);
    check("a\tb\n1,5\t2\n", &["2: 1,5|2"]);
    check("\"a;b;c\",\"d;\ne\"\n1,2\n", &["3: 1|2"]);
    check("a\n1;2\n", &["2: 1;2"]);
    assert_eq!(open(b"a,b;c\n").delimiter(), b',');
    assert_eq!(open(b"a,b;c;d\n").delimiter(), b';');
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    assert_eq!(open(b"\xEF\xBB\xBFa,b\n").columns()[0].name, "a");
    assert_eq!(open(b"\xEF\xBB\xBF\"a\",b\n").columns()[0].name, "a");
}

#[test]
fn a_byte_order_mark_is_remembered() {
    assert!(open(b"\xEF\xBB\xBFa,b\n").has_mark());
    assert!(open(&utf16("a,b\n", u16::to_be_bytes)).has_mark());
    assert!(!open(b"a,b\n").has_mark());
}

#[test]
fn utf_16_is_read_by_its_mark() {
    check(utf16("a;b\nå;😀\n", u16::to_le_bytes), &["2: å|😀"]);
    check(utf16("a;b\nå;😀\n", u16::to_be_bytes), &["2: å|😀"]);
}

#[test]
fn half_a_character_of_utf_16_is_refused() {
    let mut file = utf16("a;b\n1;2\n3;", u16::to_le_bytes);
    file.extend([0x00, 0xD8, b'\n', 0]);
    check(&file, &["2: 1|2", "3! b holds bytes that are not text: save the file as UTF-8"]);
}

#[test]
fn bytes_that_are_not_text_are_refused_where_they_stand() {
    let message = "b holds bytes that are not text: save the file as UTF-8";
    check(b"a,b\n1,caf\xE9\n3,4\n", &[&format!("2! {message}"), "3: 3|4"]);
}

#[test]
fn refused_bytes_are_kept_as_they_were() {
    let rejected = open(b"a,b\n1,caf\xE9\n").next().unwrap().unwrap().unwrap_err();
    assert_eq!(rejected.record.fields().collect::<Vec<_>>(), [&b"1"[..], b"caf\xE9"]);
    assert_eq!(rejected.record.text(1), None);
}

#[test]
fn a_replacement_character_of_utf_8_is_text() {
    check("a,b\n1,\u{FFFD}\n", &["2: 1|\u{FFFD}"]);
}

#[test]
fn a_nul_is_refused() {
    check("a,b\n1,\0\n", &["2! b holds a NUL character"]);
}

#[test]
fn all_faults_of_a_row_are_told() {
    let expected = "2! a holds a NUL character; b must have at most 20 characters; \
                    the row has text beyond the 2 columns of the header: is a quote missing?";
    check(format!("a,b\n\0,{},3\n", "x".repeat(21)), &[expected]);
}

#[test]
fn a_field_is_measured_in_characters() {
    check(format!("a,b\n{},\n", "ж".repeat(20)), &[&format!("2: {}|", "ж".repeat(20))]);
    let mixed = format!("{}123456789", "ж".repeat(12));
    check(format!("a,b\n{mixed},\n"), &["2! a must have at most 20 characters"]);
}

#[test]
fn a_row_is_measured_in_bytes_and_the_next_one_is_read() {
    let row = |count| format!("{},{}", "x".repeat(20), "y".repeat(count));
    check(format!("a,b\n{}\n", row(20)), &[&format!("2: {}", row(20).replace(',', "|"))]);
    let message = "2! the row is longer than 40 bytes: is a closing quote missing?";
    check(format!("a,b\n{}\n1,2\n", row(21)), &[message, "3: 1|2"]);
    check(format!("a,b\n{}\n1,2\n", row(90_000)), &[message, "3: 1|2"]);
}

#[test]
fn a_quote_that_nothing_closes_is_refused() {
    check("a,b\n1,\"2\n3,4\n", &["2! the row opens a quote that nothing closes"]);
    check("a,b\n1,\"", &["2! the row opens a quote that nothing closes"]);
    let long = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(50_000));
    check(long, &["2! the row is longer than 40 bytes: is a closing quote missing?"]);
}

#[test]
fn what_fits_of_an_unclosed_row_is_kept() {
    let rejected = open(b"a,b\n1,\"2\n3\n").next().unwrap().unwrap().unwrap_err();
    assert_eq!(texts(&rejected.record), ["1", "2\n3\n"]);
}

#[test]
fn a_file_without_a_header_is_refused() {
    let message = "the file has no header: its first line must name the columns";
    check_header("", message);
    check_header("\r\n\n", message);
    check_header("\u{FEFF}", message);
    check_header(",,\n1,2\n", message);
}

#[test]
fn a_broken_header_is_refused() {
    check_header("a,\"b\n1,2\n", "line 1, the header: the row opens a quote that nothing closes");
    check_header(
        b"\na,\xFF\n",
        "line 2, the header: column 2 holds bytes that are not text: save the file as UTF-8",
    );
    check_header("a\0,b\n", "line 1, the header: column 1 holds a NUL character");
    check_header("a,b,c,d,e\n", "the header names more than 4 columns");
    let message =
        "line 1, the header: the row is longer than 40 bytes: is a closing quote missing?";
    check_header("a".repeat(41), message);
}

#[test]
fn a_name_may_stand_in_the_header_once() {
    check_header(
        "EA Name,b,ea_name*\n",
        "columns 1 and 3 are the same: \"EA Name\" and \"ea_name*\"",
    );
}

#[test]
fn columns_without_a_name_do_not_repeat_each_other() {
    let file = "a,,,d\n1,2,3,4\n";
    assert_eq!(open(file.as_bytes()).columns().len(), 4);
    check(file, &["2: 1|2|3|4"]);
}

#[test]
fn empty_columns_on_the_right_are_no_columns() {
    assert_eq!(open(b"a,b,,\n").columns().len(), 2);
}

#[test]
fn progress_ends_at_the_size_of_the_file() {
    let file = utf16("a;b\nå;😀\n", u16::to_le_bytes);
    let mut reader = open(&file);
    assert!(reader.by_ref().all(|row| row.is_ok()));
    assert_eq!(reader.bytes_read(), file.len() as u64);
}

/// Gives a byte at a time, and then fails if told to.
struct Trickle<'a>(&'a [u8], bool);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0 {
            [] if self.1 => Err(std::io::ErrorKind::ConnectionReset.into()),
            _ => self.0.read(&mut buffer[..1]),
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_says_so_once() {
    let mut reader = Reader::open(Trickle(b"a,b\n1,2\n3", true), SMALL).unwrap();
    assert!(reader.next().unwrap().unwrap().is_ok());
    assert!(matches!(reader.next(), Some(Err(FileError::Read(_)))));
    assert!(reader.next().is_none());
}

#[test]
fn wanted_columns_are_found_by_any_of_their_names() {
    let wanted = |name, is_required| Wanted { name, synonyms: &["day of start"], is_required };
    let reader = open(b"x,START-date* (Y-M-D)\n");
    let found = assign(reader.columns(), &[wanted("Start Date", true)]).unwrap();
    assert_eq!(found.positions, [Some(1)]);
    assert_eq!(found.ignored, [Column { name: "x".to_owned(), number: 1 }]);
    assert_eq!(
        assign(open(b"Day of Start\n").columns(), &[wanted("s", true)]).unwrap().positions,
        [Some(0)]
    );

    let twice = assign(open(b"s,Day of Start\n").columns(), &[wanted("s", true)]).unwrap_err();
    assert_eq!(twice.to_string(), "columns 1 and 2 are the same: \"s\" and \"Day of Start\"");
    let missing = assign(open(b"x\n").columns(), &[wanted("s", true)]).unwrap_err();
    assert_eq!(missing.to_string(), "missing from the header: s");
    assert_eq!(assign(open(b"x\n").columns(), &[wanted("s", false)]).unwrap().positions, [None]);
}

/// The first field is never blank, so that no row is.
fn any_rows() -> impl Strategy<Value = Vec<[String; 3]>> {
    let field = || "[a-c,;\t\"\r\n 'ж😀]{0,6}";
    let row = ("[x-z][,;\t\"\r\nж]{0,4}", field(), field()).prop_map(|it| [it.0, it.1, it.2]);
    proptest::collection::vec(row, 0..12)
}

/// The file, and the line that each row begins on.
fn write(rows: &[[String; 3]], delimiter: u8, terminator: csv::Terminator) -> (String, Vec<u64>) {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(vec![]);
    writer.write_record(["one", "two", "three"]).unwrap();
    let mut lines = Vec::new();
    for row in rows {
        writer.flush().unwrap();
        let so_far = str::from_utf8(writer.get_ref()).unwrap().replace("\r\n", "\n");
        lines.push(1 + so_far.matches(['\n', '\r']).count() as u64);
        writer.write_record(row).unwrap();
    }
    (String::from_utf8(writer.into_inner().unwrap()).unwrap(), lines)
}

fn read<R: Read>(read: R) -> Vec<(u64, Vec<String>)> {
    let reader = Reader::open(read, Limits::default()).unwrap();
    reader.map(|row| row.unwrap().unwrap()).map(|it| (it.line(), texts(&it))).collect()
}

proptest! {
    #[test]
    fn what_csv_writes_is_read_back(
        rows in any_rows(),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
        is_windows in any::<bool>(),
    ) {
        let terminator =
            if is_windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let (file, lines) = write(&rows, delimiter, terminator);
        let expected: Vec<_> = lines.into_iter().zip(rows.iter().map(|row| row.to_vec())).collect();
        prop_assert_eq!(&read(file.as_bytes()), &expected);
        prop_assert_eq!(&read(Trickle(file.as_bytes(), false)), &expected);
        prop_assert_eq!(&read(utf16(&file, u16::to_le_bytes).as_slice()), &expected);
        prop_assert_eq!(&read(utf16(&file, u16::to_be_bytes).as_slice()), &expected);
    }

    #[test]
    fn no_bytes_make_it_stumble(bytes in prop::collection::vec(
        prop_oneof![prop::sample::select(b",;\t\"\r\n\0a".to_vec()), any::<u8>()], 0..300,
    )) {
        let lines = bytes.len() as u64 + 1;
        if let Ok(reader) = Reader::open(bytes.as_slice(), SMALL) {
            let mut last = 0;
            for row in reader {
                let line = match row.unwrap() {
                    Ok(record) => record.line(),
                    Err(rejected) => rejected.record.line(),
                };
                prop_assert!(last < line && line <= lines);
                last = line;
            }
        }
    }
}

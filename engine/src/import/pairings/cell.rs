//! What may stand in the cells of a pairing.

use {super::RowErrorKind, crate::text::is_email, chrono::NaiveDate, std::ops::RangeInclusive};

const EMAIL_CHARS_MAX: usize = 254; // RFC 5321 with erratum 1690
const NAME_CHARS_MAX: usize = 200;
const GOALS_CHARS_MAX: usize = 10_000;
/// Outside of these a year is a slip of the keyboard.
const YEARS: RangeInclusive<i32> = 1900..=2199;

/// An address in lower case.
pub(super) fn email(text: &str) -> Result<String, RowErrorKind> {
    let address = text.to_lowercase();
    let address = filled(&address, EMAIL_CHARS_MAX)?; // a letter in lower case may be two
    if is_email(address) { Ok(address.to_owned()) } else { Err(RowErrorKind::NotAnEmail) }
}

/// A name on one line, without spaces around it.
///
/// A line break in a name is nearly always a quote gone wrong that has swallowed the next row.
pub(super) fn name(text: &str) -> Result<String, RowErrorKind> {
    let name = filled(text, NAME_CHARS_MAX)?;
    if name.contains(char::is_control) {
        return Err(RowErrorKind::NotOneLine);
    }
    Ok(name.to_owned())
}

/// A day written YYYY-MM-DD, and in no other way: what else a file holds is ambiguous.
pub(super) fn date(text: &str) -> Result<NaiveDate, RowErrorKind> {
    let text = filled(text, usize::MAX)?;
    let parse = || {
        let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
        let year = number(year, 4).and_then(|it| i32::try_from(it).ok())?;
        let date = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)?;
        YEARS.contains(&year).then_some(date)
    };
    parse().ok_or(RowErrorKind::NotADate)
}

/// Y or N; an empty cell is N.
pub(super) fn yes_or_no(text: &str) -> Result<bool, RowErrorKind> {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" | "1" => Ok(true),
        "n" | "no" | "false" | "0" | "" => Ok(false),
        _ => Err(RowErrorKind::NotYesOrNo),
    }
}

/// Text of any number of lines, without spaces around it; none if there is nothing else.
pub(super) fn goals(text: &str) -> Result<Option<String>, RowErrorKind> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    filled(text, GOALS_CHARS_MAX).map(|text| Some(text.to_owned()))
}

fn filled(text: &str, chars_max: usize) -> Result<&str, RowErrorKind> {
    let text = text.trim();
    if text.is_empty() {
        Err(RowErrorKind::Required)
    } else if text.len() > chars_max && text.chars().count() > chars_max {
        Err(RowErrorKind::TooLong { chars_max })
    } else {
        Ok(text)
    }
}

fn number(digits: &str, count: usize) -> Option<u32> {
    let is_number = digits.len() == count && digits.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_email(text: &str, is_address: bool) {
        let lower = text.trim().to_lowercase();
        let expected = if is_address { Ok(lower) } else { Err(RowErrorKind::NotAnEmail) };
        assert_eq!(email(text), expected, "{text}");
    }

    #[track_caller]
    fn check_date(text: &str, date_or_none: Option<(i32, u32, u32)>) {
        let expected = date_or_none.map(|it| NaiveDate::from_ymd_opt(it.0, it.1, it.2).unwrap());
        assert_eq!(date(text), expected.ok_or(RowErrorKind::NotADate), "{text}");
    }

    #[test]
    fn an_address_is_put_in_lower_case() {
        check_email("  Ada.Lovelace+ea@Example.CO.uk ", true);
        check_email("ünal@bücher.example", true);
    }

    #[test]
    fn an_address_has_one_at_sign() {
        check_email("ada.example.com", false);
        check_email("ada@@example.com", false);
        check_email("ada@example.com@example.com", false);
    }

    #[test]
    fn an_address_has_something_on_both_sides() {
        check_email("@example.com", false);
        check_email("ada@", false);
    }

    #[test]
    fn a_domain_has_labels_between_its_dots() {
        check_email("ada@localhost", false);
        check_email("ada@.com", false);
        check_email("ada@example.", false);
        check_email("ada@example..com", false);
    }

    #[test]
    fn a_cell_holds_a_single_bare_address() {
        check_email("ada @example.com", false);
        check_email("Ada <ada@example.com>", false);
        check_email("<ada@example.com>", false);
        check_email("ada@example.com;bob", false);
    }

    #[test]
    fn an_address_may_have_254_characters() {
        let address = |count: usize| format!("{}@example.com", "a".repeat(count - 12));
        assert!(email(&address(254)).is_ok());
        assert_eq!(email(&address(255)), Err(RowErrorKind::TooLong { chars_max: 254 }));
    }

    #[test]
    fn an_address_is_measured_in_lower_case() {
        let address = format!("{}@example.com", "İ".repeat(200));
        assert_eq!(email(&address), Err(RowErrorKind::TooLong { chars_max: 254 }));
    }

    #[test]
    fn a_name_may_have_200_characters_of_any_script() {
        assert_eq!(name(&format!(" {} ", "я".repeat(200))), Ok("я".repeat(200)));
        assert_eq!(name(&"я".repeat(201)), Err(RowErrorKind::TooLong { chars_max: 200 }));
    }

    #[test]
    fn a_name_of_spaces_is_empty() {
        assert_eq!(name(" \u{a0}\t"), Err(RowErrorKind::Required));
    }

    #[test]
    fn a_name_with_a_line_break_is_refused() {
        assert_eq!(name("Acme\nada@example.com"), Err(RowErrorKind::NotOneLine));
    }

    #[test]
    fn a_day_is_written_year_first() {
        check_date(" 2026-03-09 ", Some((2026, 3, 9)));
        check_date("09.03.2026", None);
        check_date("3/9/2026", None);
        check_date("2026/03/09", None);
    }

    #[test]
    fn a_day_is_written_in_full() {
        check_date("2026-3-9", None);
        check_date("26-03-09", None);
        check_date("2026-03-09T00:00:00", None);
        check_date("+026-03-09", None);
        check_date("2026-03-0٩", None);
    }

    #[test]
    fn a_day_has_to_exist() {
        check_date("2024-02-29", Some((2024, 2, 29)));
        check_date("2026-02-29", None);
        check_date("2026-13-01", None);
        check_date("2026-00-00", None);
    }

    #[test]
    fn a_year_of_another_age_is_a_slip() {
        check_date("1900-01-01", Some((1900, 1, 1)));
        check_date("2199-12-31", Some((2199, 12, 31)));
        check_date("0026-03-09", None);
        check_date("2206-03-09", None);
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        for text in ["Y", "y", "Yes", " TRUE ", "1"] {
            assert_eq!(yes_or_no(text), Ok(true), "{text}");
        }
        for text in ["N", "no", "False", "0", "", " "] {
            assert_eq!(yes_or_no(text), Ok(false), "{text}");
        }
        assert_eq!(yes_or_no("maybe"), Err(RowErrorKind::NotYesOrNo));
    }

    #[test]
    fn goals_may_be_missing_and_may_have_lines() {
        assert_eq!(goals("  "), Ok(None));
        assert_eq!(goals(" inbox\nzero "), Ok(Some("inbox\nzero".to_owned())));
    }

    #[test]
    fn goals_may_have_ten_thousand_characters() {
        assert!(goals(&"g".repeat(10_000)).is_ok());
        assert_eq!(goals(&"g".repeat(10_001)), Err(RowErrorKind::TooLong { chars_max: 10_000 }));
    }
}

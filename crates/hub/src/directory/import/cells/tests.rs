//! Cells with several values, and with one that looks like several.

use super::*;

fn cut(country: &str, text: &str) -> Vec<String> {
    let plan = DialPlan::new(country).expect("a country");
    numbers(text, &plan).into_iter().map(|number| number.written.to_owned()).collect()
}

#[test]
fn several_numbers_are_parted_by_whatever_stands_between_them() {
    let two = ["06 30 555 0108", "06 1 555 0108"];
    for between in [
        " / ", "/", " // ", " ::: ", ":::", ", ", ";", "; ", " | ", "\n", "\r\n", "\t", " & ", "  ", "   ", " or ",
        " oder ", " ou ", " o ", " vagy ", " és ", " e ", " et ", " y ", " i ", " und ", " and ", " lub ", " nebo ",
        " sau ", " или ", " и ", " eller ", " och ", " og ", " ve ", " veya ", " of ", " en ", " • ", " ", ", or ",
    ] {
        assert_eq!(cut("HU", &two.join(between)), two, "{between:?}");
    }
    let plus = ["+36 30 555 0108", "+36 1 555 0108"];
    for between in ["", " ", "/", " / ", ", ", " or ", " ::: "] {
        assert_eq!(cut("HU", &plus.join(between)), plus, "{between:?}");
    }
    assert_eq!(cut("US", "555-0108 / 555-0109"), ["555-0108", "555-0109"]);
    assert_eq!(cut("DE", "030/23125014 / 030/23125015"), ["030/23125014", "030/23125015"]);
    assert_eq!(cut("DE", "030/23125014, 0172/8817386; +49 30 23125015").len(), 3);
    assert_eq!(cut("DK", "32 12 34 56 / 32 12 34 57"), ["32 12 34 56", "32 12 34 57"]);
}

#[test]
fn one_number_stays_one_however_it_is_written() {
    for (country, text) in [
        ("HU", "06 1 555 0108/12"),
        ("HU", "06 1 555 0108 / 12"),
        ("HU", "+36 (1) 555-0108 ext. 12"),
        ("HU", "06 1 555 0108; ext 12"),
        ("HU", "+36 1 555 0108,,12"),
        ("HU", "+36 1 555 0108,,123456"),
        ("HU", "0 +36 30 555 0108"),
        ("DE", "+49 (0)30 / 23125-014"),
        ("DE", "030/23125014"),
        ("DE", "+49 (0) 30 / 23 12 50 14"),
        ("DE", "0049 (0)30 23125 - 014"),
        ("AT", "+43 (0)1 / 5321234-0"),
        ("US", "(212) 555-0108 x1234"),
        ("US", "+1 (212) 555-0108 or ext 12"),
        ("HU", "+36 30 555 0199 (ask for Anna at the reception, mornings only, and never on Fridays)"),
    ] {
        assert_eq!(cut(country, text), [text], "{country}");
    }
}

#[test]
fn labels_beside_numbers_are_theirs() {
    let plan = DialPlan::new("HU").expect("a country");
    let labels = |text: &str| -> Vec<(String, String)> {
        let found = numbers(text, &plan);
        found.into_iter().map(|part| (part.written.to_owned(), part.label.unwrap_or_default())).collect()
    };
    let both = |first: &str, second: &str| {
        vec![("06 30 555 0108".to_owned(), first.to_owned()), ("06 1 555 0108".to_owned(), second.to_owned())]
    };
    for (text, first, second) in [
        ("mobile: 06 30 555 0108 work: 06 1 555 0108", "mobile", "work"),
        ("Mobil: 06 30 555 0108, Fax: 06 1 555 0108", "mobile", "fax"),
        ("M: 06 30 555 0108\nTel: 06 1 555 0108", "mobile", ""),
        ("06 30 555 0108 (mobil), 06 1 555 0108 (otthon)", "mobile", "home"),
        ("06 30 555 0108 (mobil) 06 1 555 0108 (iroda)", "mobile", "work"),
        ("Anna: 06 30 555 0108; porta: 06 1 555 0108", "Anna", "porta"),
        ("06 30 555 0108 / fax 06 1 555 0108", "", "fax"),
    ] {
        assert_eq!(labels(text), both(first, second), "{text}");
    }
}

#[test]
fn addresses_and_tags_of_one_cell_are_parted() {
    let two = ["anna@example.com", "anna.minta@example.com"];
    for between in [" ::: ", ", ", ";", " / ", "\n", " or ", " ", " & "] {
        assert_eq!(several_emails(&two.join(between)), two, "{between:?}");
    }
    assert_eq!(several_emails("anna@example.com, Anna@example.com"), ["anna@example.com"]);
    for one in ["anna@example.com", "Anna <anna@example.com>", "@@", "a@b"] {
        assert!(several_emails(one).is_empty(), "{one}");
    }
    let tags = |text: &str| super::tags(text).collect::<Vec<_>>();
    assert_eq!(tags("* My Contacts ::: Dealers ::: * Family"), ["Dealers", "Family"]);
    assert_eq!(tags("* myContacts"), Vec::<String>::new());
    assert_eq!(tags("a, b;c|R/D & more\nd"), ["a", "b", "c", "R/D & more", "d"]);
}

//! What words of header lines and labels mean.

use super::*;

#[test]
fn labels_are_known_in_many_languages_and_other_words_stay() {
    for (written, label) in [
        ("Mobile", "mobile"),
        ("* Mobile", "mobile"),
        ("Mobil", "mobile"),
        ("Handy", "mobile"),
        ("komórkowy", "mobile"),
        ("Мобильный", "mobile"),
        ("cellulare", "mobile"),
        ("arbeit", "work"),
        ("Geschäftlich", "work"),
        ("Munkahelyi", "work"),
        ("ufficio", "work"),
        ("Рабочий", "work"),
        ("Privat", "home"),
        ("Domicile", "home"),
        ("otthoni", "home"),
        ("Work Fax", "fax"),
        ("Fax privat", "fax"),
        ("Pager", "pager"),
        ("Telefon", ""),
        ("Lager", "Lager"),
        ("Porter at the gate", "Porter at the gate"),
    ] {
        assert_eq!(label_word(written), label, "{written}");
    }
}

#[test]
fn names_of_number_columns_are_put_together_of_words() {
    for (name, label) in [
        ("Telefon geschäftlich", "work"),
        ("Business Phone 2", "work"),
        ("BusinessPhone2", "work"),
        ("Business Fax", "fax"),
        ("Fax geschäftlich", "fax"),
        ("Geschäftstelefon", "work"),
        ("Téléphone (domicile)", "home"),
        ("Téléphone portable", "mobile"),
        ("Nr tel. kom.", "mobile"),
        ("Domácí telefon", "home"),
        ("Рабочий телефон", "work"),
        ("Pager", "pager"),
        ("Assistant's Phone", "assistant"),
        ("Company Main Phone", "work"),
        ("Main Phone", "main"),
        ("Car Phone", "car"),
        ("Evtelefonu", "home"),
    ] {
        let read = number_name(name).unwrap_or_else(|| panic!("{name} is a telephone"));
        assert_eq!((read.kind.label(), read.is_clear), (label, true), "{name}");
    }
    for name in
        ["Phone bill", "Fecha de alta del teléfono", "Handyvertrag", "Home Street", "Business City", "Work", "M"]
    {
        assert_eq!(number_name(name), None, "{name}");
    }
}

#[test]
fn no_word_is_empty_and_every_section_has_some() {
    for (section, _) in SECTIONS {
        let Data(sections) = toml::from_str(include_str!("../columns.toml")).expect("the data");
        assert!(sections.contains_key(section), "{section}");
    }
    assert!(LISTS.iter().all(|list| WORDS.lists.get(list).is_some_and(|words| !words.is_empty())));
    assert!(!WORDS.names.contains_key(""));
}

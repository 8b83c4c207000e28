//! The customers are believable: their numbers could be real ones, and the scenarios find what they promise.

use phonenumber::{Mode, country::Id};
use ringcard_sim::{Person, customers, customers_csv, scenarios};
use std::collections::BTreeSet;

/// What libphonenumber reads in a number written like this; `None`: it could not be a real one.
fn e164(person: &Person, written: &str) -> Option<String> {
    // `m/12` is how Hungarian cards write an extension, and slashes how they group.
    let number = written.split(" m/").next().unwrap_or_default().replace('/', " ");
    let country: Id = person.country.parse().expect("a country");
    let parsed = phonenumber::parse(Some(country), number).ok()?;
    parsed.is_valid().then(|| parsed.format().mode(Mode::E164).to_string())
}

#[test]
fn sixty_customers_in_many_countries_have_numbers_that_could_be_real() {
    let people = customers();
    assert_eq!(people.len(), 60);
    for person in &people {
        assert!(!person.numbers.is_empty(), "{} cannot call", person.name);
        for number in &person.numbers {
            let read = e164(person, &number.written);
            // libphonenumber takes a country code without plus for a national number; a PBX does not
            let read = read.or_else(|| e164(person, &format!("+{}", number.written)));
            assert_eq!(read.as_deref(), Some(number.caller.as_str()), "{}: {}", person.name, number.written);
        }
    }
    let countries: BTreeSet<_> = people.iter().map(|p| p.country.as_str()).collect();
    assert!(countries.is_superset(&BTreeSet::from(["HU", "ES", "DE", "GB"])));
    assert!(people.iter().filter(|p| p.vip).count() >= 5);
    assert!(people.iter().filter(|p| p.numbers.len() > 1).count() >= 20);
    assert!(people.iter().any(|p| p.name.chars().count() > 40 && p.company.chars().count() > 60));
}

#[test]
fn numbers_are_written_in_many_ways() {
    let text = customers_csv();
    for form in ["+36 30 ", "06-20/", "0036", "06 (70) ", "+34 612", "0034 ", " m/12", "+44 (0)", "\"\"The Corner\"\""]
    {
        assert!(text.contains(form), "{form}");
    }
}

#[test]
fn scenarios_find_as_many_customers_as_they_promise() {
    let found = |caller: &str| {
        let caller = match (caller.strip_prefix("06"), caller.len()) {
            (Some(national), _) => format!("+36{national}"),
            (None, 10..) if !caller.starts_with('+') => format!("+{caller}"),
            _ => caller.to_owned(),
        };
        customers().iter().filter(|p| p.numbers.iter().any(|n| n.caller == caller)).count()
    };
    for (name, customers) in [
        ("known", 1),
        ("vip", 1),
        ("other_form", 1),
        ("no_plus", 1),
        ("shared", 2),
        ("switchboard", 2),
        ("unknown", 0),
        ("unknown_abroad", 0),
        ("hidden", 0),
        ("internal", 0),
    ] {
        let scenario = scenarios().iter().find(|s| s.name == name).expect(name);
        assert_eq!(found(scenario.caller), customers, "{name}");
    }
    assert_eq!(scenarios().len(), 10);
}

//! Where lists, cards, numbers and links come in that people wrote, and what must hold whatever they are. The fuzz targets and
//! an ordinary test (`crates/hub/tests/any_bytes.rs`) go in here.
#![allow(dead_code, reason = "each fuzz target has its own entry")]

use ringcard_core::number::{DialPlan, Party, of_ours};
use ringcard_hub::directory::import::read_any_bytes;

/// Countries whose rules differ most.
const COUNTRIES: [&str; 5] = ["HU", "US", "MX", "DE", "RU"];

/// The first byte chooses the country.
fn of_country(bytes: &[u8]) -> (&'static str, &[u8]) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    (COUNTRIES[usize::from(first) % COUNTRIES.len()], rest)
}

pub fn list(bytes: &[u8]) {
    let (country, rest) = of_country(bytes);
    read_any_bytes(rest, country);
    let with_header = [b"Name;Phone;Email;Notes\n".as_slice(), rest].concat();
    read_any_bytes(&with_header, country);
}

pub fn cards(bytes: &[u8]) {
    let (country, rest) = of_country(bytes);
    let begun = [b"BEGIN:VCARD\r\nVERSION:2.1\r\n".as_slice(), rest].concat();
    read_any_bytes(&begun, country);
    let inside = b"BEGIN:VCARD\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:";
    read_any_bytes(&[inside.as_slice(), rest, b"\r\nEND:VCARD\r\n"].concat(), country);
}

/// What is read is a number that can be read again.
pub fn numbers(bytes: &[u8]) {
    let (country, rest) = of_country(bytes);
    let text = String::from_utf8_lossy(rest);
    let plan = DialPlan::new(country).expect("a country");
    let _ = plan.read_or_keep(&text);
    let _ = plan.read_to_dial(&text);
    let _ = plan.read_ani(Some(&text));
    if let Ok(reading) = plan.read(&text)
        && let Party::Outside(number) = reading.party
    {
        let written = number.e164;
        assert!(written.starts_with('+') && written.len() <= 17, "{written} of {text:?}");
    }
}

/// A link says no more than it has in it.
pub fn links(bytes: &[u8]) {
    let (country, rest) = of_country(bytes);
    let text = String::from_utf8_lossy(rest);
    let plan = DialPlan::new(country).expect("a country");
    for link in [
        text.clone().into_owned(),
        format!("ringcard:{text}"),
        format!("tel:{text}"),
        format!("ringcard://dial/{text}"),
    ] {
        let number = of_ours(&link);
        assert!(number.len() <= link.len() * 3 + 64);
        let _ = plan.read(&number);
        let _ = plan.read_to_dial(&number);
    }
}

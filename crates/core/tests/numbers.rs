//! How numbers are read: tables of what people, links, files and PBXs write.

use ringcard_core::number::{Certainty, DialPlan, NotANumber, Party, UnsureReason};

fn plan(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country")
}

/// A reading in one line: `+36301234567`, `+3612345678 x12`, `[101]`, with `?` and the reason where it is unsure, or
/// `!` and the reason why it is none.
pub fn line(plan: &DialPlan, text: &str) -> String {
    match plan.read(text) {
        Ok(reading) => {
            let party = party(&reading.party);
            match reading.certainty {
                Certainty::Sure => party,
                Certainty::Unsure { why } => format!("{party} ?{why:?}"),
            }
        }
        Err(reason) => format!("!{reason:?}"),
    }
}

pub fn party(party: &Party) -> String {
    match party {
        Party::Outside(number) => match &number.extension {
            Some(extension) => format!("{} x{extension}", number.e164),
            None => number.e164.clone(),
        },
        Party::Internal { digits } => format!("[{digits}]"),
        Party::Hidden => "hidden".to_owned(),
        Party::Unreadable { text } => format!("unreadable {text}"),
    }
}

#[track_caller]
pub fn check(plan: &DialPlan, table: &[(&str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(text, expected)| (text, line(plan, text), expected))
        .filter(|(_, read, expected)| read != *expected)
        .map(|(text, read, expected)| format!("{text:?} is read as {read}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn hungarian_forms_are_read() {
    check(
        &plan("HU"),
        &[
            ("06301234567", "+36301234567"),
            ("06 30 123 4567", "+36301234567"),
            ("06-30/123-4567", "+36301234567"),
            ("06/30/123-45-67", "+36301234567"),
            ("(06-30) 123-4567", "+36301234567"),
            ("(06) 30 123 4567", "+36301234567"),
            ("06.30.123.45.67", "+36301234567"),
            ("06-1-234-5678", "+3612345678"),
            ("06 1 234 5678", "+3612345678"),
            ("(1) 234-5678", "+3612345678"),
            ("06 72 123 456", "+3672123456"),
            ("06 80 123 456", "+3680123456"),
            ("+36301234567", "+36301234567"),
            ("+36 30 123 4567", "+36301234567"),
            ("+36 (30) 123-4567", "+36301234567"),
            ("(+36 30) 123 4567", "+36301234567"),
            ("+36 (0)30 123 4567", "+36301234567"),
            ("+36 (06) 30 123 4567", "+36301234567"),
            ("+36 06 30 123 4567", "+36301234567"),
            ("+ 36 30 123 4567", "+36301234567"),
            ("++36301234567", "+36301234567"),
            ("+0036301234567", "+36301234567"),
            ("+06301234567", "+36301234567"),
            ("0036301234567", "+36301234567"),
            ("00 36 30 123 4567", "+36301234567"),
            ("0036 06 30 123 4567", "+36301234567"),
            ("36301234567", "+36301234567"),
            ("36 30 123 4567", "+36301234567"),
            ("301234567", "+36301234567"),
            ("30/123-4567", "+36301234567"),
            ("+36 30 123 4567 ", "+36301234567"),
            ("\u{a0}+36\u{a0}30\u{a0}123\u{a0}4567\u{a0}", "+36301234567"),
            ("\u{202a}+36301234567\u{202c}", "+36301234567"),
            ("+3630\u{200b}123\u{200d}4567\u{feff}", "+36301234567"),
            ("+36–30—123‑4567", "+36301234567"),
            ("＋３６３０１２３４５６７", "+36301234567"),
            ("٠٦٣٠١٢٣٤٥٦٧", "+36301234567"),
            ("\"+36301234567\"", "+36301234567"),
            ("=\"06301234567\"", "+36301234567"),
            ("'06301234567", "+36301234567"),
            ("36301234567.0", "+36301234567"),
            ("+36 30 123 4567.", "+36301234567"),
            ("+36 30 123 4567,", "+36301234567"),
        ],
    );
}

#[test]
fn links_are_read_in_every_form_programs_write_them() {
    check(
        &plan("HU"),
        &[
            ("tel:+36301234567", "+36301234567"),
            ("TEL:+36301234567", "+36301234567"),
            ("tel:+39-0721-405516", "+390721405516"),
            ("tel:(0721)405516", "!NotFromHere"),
            ("tel:+1%20201%20555%200123", "+12015550123"),
            ("tel:%2B36301234567", "+36301234567"),
            ("tel:%252B36301234567", "+36301234567"),
            ("tel:06%2030%20123%204567", "+36301234567"),
            ("tel:+36%C2%A030%C2%A0123%C2%A04567", "+36301234567"),
            ("tel: +36 30 123 4567", "+36301234567"),
            ("tel://+36301234567", "+36301234567"),
            ("tel://+36301234567/", "+36301234567"),
            ("tel:/+36301234567", "+36301234567"),
            ("callto:+36 30 123 4567", "+36301234567"),
            ("callto:+36%2030%20123%204567", "+36301234567"),
            ("callto://+36301234567", "+36301234567"),
            ("callto:tel:+36301234567", "+36301234567"),
            ("callto:+36301234567?call", "+36301234567"),
            ("sip:101@pbx", "[101]"),
            ("sip:101@pbx.example.com:5060;transport=tls", "[101]"),
            ("sips:101@pbx", "[101]"),
            ("sip:+36301234567@pbx;user=phone", "+36301234567"),
            ("sip:06301234567@pbx", "+36301234567"),
            ("sip:+36301234567;phone-context=example.com@pbx", "+36301234567"),
            ("<sip:+36301234567@pbx>", "+36301234567"),
            ("\"Kiss Anna\" <sip:+36301234567@pbx>;tag=1928", "+36301234567"),
            ("tel:+36-1-234-5678;ext=12", "+3612345678 x12"),
            ("tel:+36-1-234-5678;ext=0-12", "+3612345678 x012"),
            ("tel:+36-1-234-5678;isub=1;ext=12", "+3612345678 x12"),
            ("tel:101;phone-context=pbx.example.com", "[101]"),
            ("tel:101;phone-context=+36", "[101]"),
            ("tel:301234567;phone-context=+36", "+36301234567"),
            ("tel:06301234567;phone-context=+36", "+36301234567"),
            ("tel:612345678;phone-context=+34", "+34612345678"),
            ("tel:7042;phone-context=+1914555", "+19145557042"),
            ("tel:+36301234567;phone-context=+34", "+36301234567"),
            ("tel:12345678", "+3612345678"),
            ("tel:34612345678", "+34612345678"),
            ("ringcard:+36301234567", "+36301234567"),
            ("ringcard://+36301234567", "+36301234567"),
            ("ringcard://call/+36301234567", "+36301234567"),
            ("ringcard:call?number=%2B36301234567", "+36301234567"),
            ("tel:", "!Empty"),
            ("tel:abc", "!NoDigits"),
            ("sip:ana@pbx", "!Address"),
            ("sip:192.168.1.5", "!Address"),
            ("callto:ana.kiss", "!NoDigits"),
            ("sip:anonymous@anonymous.invalid", "!Withheld"),
            ("https://example.com/36301234567", "!Address"),
            ("mailto:ana@example.com", "!Address"),
        ],
    );
    check(&plan("IT"), &[("tel:(0721)405516", "+390721405516"), ("tel:+39-0721-405516", "+390721405516")]);
}

#[test]
fn extensions_are_split_off() {
    check(
        &plan("HU"),
        &[
            ("+36 1 234 5678 ext. 12", "+3612345678 x12"),
            ("+36 1 234 5678 ext 12", "+3612345678 x12"),
            ("+36 1 234 5678x12", "+3612345678 x12"),
            ("+36 1 234 5678 x 12", "+3612345678 x12"),
            ("+36 1 234 5678 m/12", "+3612345678 x12"),
            ("+36 1 234 5678 m. 12", "+3612345678 x12"),
            ("06-1/234-5678 mellék 12", "+3612345678 x12"),
            ("06-1/234-5678, mell.: 12", "+3612345678 x12"),
            ("06 1 234 5678 (mellék: 12)", "+3612345678 x12"),
            ("+34 912 345 678 int. 12", "+34912345678 x12"),
            ("+33 1 42 68 53 00 poste 12", "+33142685300 x12"),
            ("+57 601 123 4567 anexo 12", "+576011234567 x12"),
            ("+49 30 1234567 Durchwahl 12", "+49301234567 x12"),
            ("+36 1 234 5678 Extension: 0012", "+3612345678 x0012"),
            ("+36 1 234 5678;ext=12", "+3612345678 x12"),
            ("+36 1 234 5678 #12", "+3612345678 x12"),
            ("+36 1 234 5678,,12", "+3612345678 x12"),
            ("+36 1 234 5678 (12)", "+3612345678 x12 ?ExtensionGuessed"),
            ("06 1 234 5678/12", "+3612345678 x12 ?ExtensionGuessed"),
            ("+36 1 234 5678 ext. 12345678901", "+3612345678 ?SeveralNumbers"),
            ("mellék 101", "[101]"),
            ("ext. 101", "[101]"),
            ("101 ext. 12", "!TooShort"),
        ],
    );
}

#[test]
fn internal_numbers_have_as_many_digits_as_the_settings_say() {
    check(
        &plan("HU"),
        &[
            ("10", "[10]"),
            ("101", "[101]"),
            (" 123456 ", "[123456]"),
            ("1", "!TooShort"),
            ("1234567", "!TooShort"),
            ("06", "!TooShort"),
            ("00", "!TooShort"),
            ("000", "!TooShort"),
            ("+101", "!TooShort"),
            ("10-1", "!TooShort"),
            ("10 1", "!TooShort"),
            ("room 101", "!Letters"),
            ("112", "[112]"),
        ],
    );
    check(
        &plan("HU").with_internal(4..=4),
        &[("1010", "[1010]"), ("101", "!TooShort"), ("10101", "!TooShort"), ("112", "[112]")],
    );
    check(&plan("HU").with_internal(2..=8), &[("12345678", "[12345678] ?InternalOrOutside"), ("1234567", "[1234567]")]);
}

#[test]
fn the_prefix_of_an_outside_line_is_taken_off() {
    check(
        &plan("HU").with_outside_prefix("0"),
        &[
            ("006301234567", "+36301234567"),
            ("0 06 30 123 4567", "+36301234567"),
            ("0 06 20 123 4567", "+36201234567"),
            ("00036301234567", "+36301234567"),
            ("0 +36 30 123 4567", "+36301234567"),
            ("06301234567", "+36301234567"),
            ("0034612345678", "+34612345678"),
            ("101", "[101]"),
        ],
    );
    check(
        &plan("HU").with_outside_prefix("9"),
        &[("906301234567", "+36301234567"), ("9-06-30-123-4567", "+36301234567"), ("9+36301234567", "+36301234567")],
    );
}

#[test]
fn numbers_of_other_countries_keep_their_own_rules() {
    check(
        &plan("HU"),
        &[
            // Rome begins with 06, which is what one dials first in Hungary.
            ("+39 06 1234 5678", "+390612345678"),
            ("0039 06 1234 5678", "+390612345678"),
            ("+39 (0)6 1234 5678", "+390612345678"),
            ("+49 (0) 30 1234567", "+49301234567"),
            ("+49 030 1234567", "+49301234567"),
            ("+44 (0)20 7031 3000", "+442070313000"),
            ("+33 06 31 96 65 43", "+33631966543"),
            ("+1 (415) 555-2671", "+14155552671"),
            ("+1-415-555-2671 x5", "+14155552671 x5"),
            ("+54 11 15 2345 6789", "+5491123456789"),
            ("+800 1234 5678", "+80012345678"),
            ("34612345678", "+34612345678 ?PlusMissing"),
            ("+999 1234567", "!UnknownCountryCode"),
        ],
    );
    check(
        &plan("ES"),
        &[
            ("612 345 678", "+34612345678"),
            ("612345678", "+34612345678"),
            ("34612345678", "+34612345678"),
            ("912345678", "+34912345678"),
            ("0036 30 123 4567", "+36301234567"),
        ],
    );
    check(
        &plan("US"),
        &[
            ("(415) 555-2671", "+14155552671"),
            ("1-415-555-2671", "+14155552671"),
            ("123-45-6789", "!TooShort"),
            ("555-2671", "!TooShort"),
            ("011 36 30 123 4567", "+36301234567"),
            ("0036301234567", "+36301234567"),
            ("613 782 7274", "+16137827274"),
        ],
    );
    check(
        &plan("CO"),
        &[("300 123 4567", "+573001234567"), ("601 123 4567", "+576011234567"), ("03 300 123 4567", "+573001234567")],
    );
    check(
        &plan("DE"),
        &[
            ("030 1234567", "+49301234567"),
            ("0151 12345678", "+4915112345678"),
            ("301234567", "+49301234567 ?MayBeOrderNumber"),
            ("493023125014", "+493023125014"),
            ("49 30 23125014", "+493023125014"),
        ],
    );
}

#[test]
fn words_around_a_number_do_no_harm() {
    check(
        &plan("HU"),
        &[
            ("Tel.: +36 30 123 4567", "+36301234567"),
            ("Telefon: 06 30 123 4567", "+36301234567"),
            ("Telefonszám: 06-1-234-5678", "+3612345678"),
            ("Mobil:+36301234567", "+36301234567"),
            ("Tel06301234567", "+36301234567"),
            ("M: 06 30 123 4567", "+36301234567"),
            ("Teléfono móvil: +34 612 345 678", "+34612345678"),
            ("☎ +36 30 123 4567", "+36301234567"),
            ("📞+36301234567", "+36301234567"),
            ("+36 30 123 4567 (mobil)", "+36301234567"),
            ("Hívjon: +36 30 123 4567!", "!Symbols"),
            ("Kovács úr: +36 30 123 4567", "+36301234567 ?WordsAround"),
            ("+36 30 123 4567 🙂", "+36301234567 ?WordsAround"),
            ("Rendelés 4411, tel +36 30 123 4567", "+36301234567 ?WordsAround"),
            ("+36 30 123 4567 / +36 20 765 4321", "+36301234567 ?SeveralNumbers"),
            ("06 30 123 4567 / 06 20 765 4321", "+36301234567 ?SeveralNumbers"),
            ("06-30/123-4567, 06-20/765-4321", "+36301234567 ?SeveralNumbers"),
            ("06301234567;06207654321", "+36301234567 ?SeveralNumbers"),
            ("06301234567\n06207654321", "+36301234567 ?SeveralNumbers"),
            ("06 30 123 4567 06 20 765 4321", "+36301234567 ?SeveralNumbers"),
            ("+36301234567+36207654321", "+36301234567 ?SeveralNumbers"),
            ("06 30 123 4567 vagy 06 1 234 5678", "+36301234567 ?SeveralNumbers"),
            ("H-P 8-16: 06 1 234 5678", "+3612345678 ?WordsAround"),
            ("06 1 234 5678, 8:00-16:00", "+3612345678 ?WordsAround"),
            ("Dr. Kiss, 06-30-1234567, Budapest, Fő u. 12.", "+36301234567 ?WordsAround"),
            ("101, 102", "[101] ?SeveralNumbers"),
            ("T: 06 1 234 5678 M: 06 30 123 4567", "+3612345678 ?SeveralNumbers"),
        ],
    );
}

#[test]
fn what_is_no_telephone_number_is_refused_with_the_reason() {
    check(
        &plan("HU"),
        &[
            ("", "!Empty"),
            ("  \u{200b}\u{a0} ", "!Empty"),
            ("Kovács", "!NoDigits"),
            ("🙂🙂", "!NoDigits"),
            ("---", "!NoDigits"),
            ("+", "!NoDigits"),
            ("anonymous", "!Withheld"),
            ("Rejtett szám", "!Withheld"),
            ("+266696687", "!Withheld"),
            ("+36 30", "!TooShort"),
            ("#12345678", "!OrderNumber"),
            ("Rendelés: 12345678", "!OrderNumber"),
            ("Order no. 301234567", "!OrderNumber"),
            ("Számlaszám: 11773016-11111018", "!OrderNumber"),
            ("INV-301234567", "!OrderNumber"),
            ("AB12345678", "!OrderNumber"),
            ("ES12345678", "!OrderNumber"),
            ("12345678AB", "!Letters"),
            ("2024/00123", "!OrderNumber"),
            ("12345678-1-42", "!OrderNumber"),
            ("100234567", "!OrderNumber"),
            ("2024-11-20", "!Date"),
            ("2024. 11. 20.", "!Date"),
            ("20/11/2024", "!Date"),
            ("2024-11-20 14:30", "!Date"),
            ("14:30", "!Date"),
            ("20241120", "!Date"),
            ("4111 1111 1111 1111", "!CardNumber"),
            ("4111-1111-1111-1111", "!CardNumber"),
            ("4111111111111111", "!CardNumber"),
            ("5500005555555559", "!CardNumber"),
            ("378282246310005", "!CardNumber"),
            ("3782 822463 10005", "!CardNumber"),
            ("4222222222222", "!CardNumber"),
            ("30569309025904", "!CardNumber"),
            // A plus makes no telephone number of it.
            ("+4111111111111111", "!CardNumber"),
            ("+378282246310005", "!CardNumber"),
            ("192.168.1.10", "!Address"),
            ("ana@example.com", "!Address"),
            ("+36301234567@example.com", "!Address"),
            ("0800 FLOWERS", "!Letters"),
            ("1-800-FLOWERS", "!Letters"),
            ("*21*06301234567#", "!ServiceCode"),
            ("*100#", "!Symbols"),
            ("+36 30 l23 4567", "!Letters"),
            ("550e8400-e29b-41d4-a716-446655440000", "!Letters"),
            ("1051 Budapest, Sas u. 12.", "!Letters"),
            ("1990-01-01T10:00:00Z", "!Date"),
            ("tel:+36301234567;ext=123456789012345", "!TooLong"),
            ("tel:301234567;phone-context=+36;ext=123456789012345", "!TooLong"),
            ("3.63012E+10", "!LostDigits"),
            ("$ 1 234 567", "!Symbols"),
            ("1234567890123456789012345678901234567890", "!TooLong"),
            ("12345678901234567890", "!TooLong"),
            ("+363012345678901", "+363012345678901 ?LooksTooLong"),
            ("+36301234567890123", "!TooLong"),
        ],
    );
    let plan = plan("HU");
    assert_eq!(plan.read(&"1".repeat(200)), Err(NotANumber::TooLong));
    assert_eq!(plan.read(&format!("+36301234567{}", " ".repeat(300))), Err(NotANumber::TooLong));
}

#[test]
fn where_it_may_be_something_else_the_reading_is_unsure() {
    check(
        &plan("HU"),
        &[
            ("12345678", "+3612345678 ?MayBeOrderNumber"),
            ("1 234 5678", "+3612345678"),
            ("19841231", "+3619841231 ?MayBeDate"),
            ("30.123.45.67", "+36301234567 ?MayBeAddress"),
            ("6301234567", "+36301234567 ?ZeroMissing"),
            // One number in ten passes the check of payment cards; it is a number that a network issues.
            ("4917604069014", "+4917604069014 ?MayBeCardNumber"),
            ("4917 6040 6901 4", "+4917604069014 ?MayBeCardNumber"),
            ("49 176 04069014", "+4917604069014 ?PlusMissing"),
            ("+4917604069014", "+4917604069014"),
            ("004917604069014", "+4917604069014"),
            ("+36 99 123 4567", "+36991234567 ?NotInUse"),
            ("06 99 123 4567", "+36991234567 ?NotInUse"),
            ("+36 30 123 45", "+363012345 ?LooksTooShort"),
            ("06 30 123 45", "+363012345 ?LooksTooShort"),
            ("06 30 123 45678", "+363012345678 ?LooksTooLong"),
        ],
    );
}

#[test]
fn callers_are_read_as_pbxs_report_them() {
    let plan = plan("HU").with_outside_prefix("0");
    let table = [
        (Some("+36301234567"), "+36301234567"),
        (Some("36301234567"), "+36301234567"),
        (Some("06301234567"), "+36301234567"),
        (Some("0036301234567"), "+36301234567"),
        (Some("301234567"), "+36301234567"),
        (Some("12345678"), "+3612345678"),
        (Some("19841231"), "+3619841231"),
        (Some("006301234567"), "+36301234567"),
        (Some("34612345678"), "+34612345678"),
        (Some("4915112345678"), "+4915112345678"),
        (Some("101"), "[101]"),
        (Some("\"Kiss Anna\" <101>"), "[101]"),
        (Some("sip:101@pbx"), "[101]"),
        (Some("sip:+36301234567@pbx;user=phone"), "+36301234567"),
        (Some("tel:+36301234567"), "+36301234567"),
        (None, "hidden"),
        (Some(""), "hidden"),
        (Some("anonymous"), "hidden"),
        (Some("Titkos szám"), "hidden"),
        (Some("sip:anonymous@anonymous.invalid"), "hidden"),
        (Some("0"), "hidden"),
        (Some("kiosk"), "unreadable kiosk"),
        (Some(" a\tb\nc "), "unreadable a b;c"),
        (Some("%00kiosk%0A"), "unreadable kiosk"),
        (Some("1234567"), "unreadable 1234567"),
        (Some("2024.11.20"), "unreadable 2024.11.20"),
        (Some("12345678-2-41"), "unreadable 12345678-2-41"),
    ];
    for (text, expected) in table {
        assert_eq!(party(&plan.read_ani(text).0), expected, "{text:?}");
    }
    assert_eq!(party(&plan.read_dnis(Some("3612345678")).0), "+3612345678");
    assert_eq!(party(&plan.read_dnis(None).0), "unreadable ");
}

#[test]
fn what_a_pbx_sends_instead_of_a_number_is_kept_in_bounds() {
    let plan = plan("HU");
    for text in ["é".repeat(200), "é".repeat(100_000), format!("+36301234567{}", " é".repeat(200))] {
        let Party::Unreadable { text } = plan.read_ani(Some(&text)).0 else { panic!("not unreadable: {text}") };
        assert_eq!(text.chars().count(), 64);
        assert!(text.ends_with('…'));
    }
}

#[test]
fn own_numbers_are_known_with_or_without_an_extension() {
    let plan = plan("HU");
    let read = |text: &str| plan.read(text).expect("a number").party;
    let plan = plan.clone().with_own([read("+36 1 234 5678 ext. 1"), read("101")]);
    for text in ["06 1 234 5678", "+3612345678 ext. 99", "101"] {
        assert!(plan.is_own(&read(text)), "{text}");
    }
    for text in ["06 1 234 5679", "102"] {
        assert!(!plan.is_own(&read(text)), "{text}");
    }
    assert!(!plan.is_own(&Party::Hidden));
}

#[test]
fn an_unknown_country_is_said_to_be_one() {
    for country in ["", "H", "HUN", "XX", "001", "36", "Magyarország"] {
        assert!(DialPlan::new(country).is_err(), "{country}");
    }
    assert_eq!(plan(" hu ").country(), "HU");
}

#[test]
fn refusals_have_stable_codes_and_say_what_to_do() {
    let json = serde_json::to_value(NotANumber::CardNumber).expect("json");
    assert_eq!(json, serde_json::json!({ "code": "card_number" }));
    assert!(NotANumber::OrderNumber.to_string().contains("with + and the country code"));
    let unsure = serde_json::to_value(Certainty::Unsure { why: UnsureReason::PlusMissing }).expect("json");
    assert_eq!(unsure, serde_json::json!({ "kind": "unsure", "why": "plus_missing" }));
}

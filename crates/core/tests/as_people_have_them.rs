//! Numbers as lists, messengers, spreadsheets and old switches have them.

use crate::numbers::{check, party};
use ringcard_core::number::{DialPlan, NotANumber, Party, before_local, unread_digits};

fn plan(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country").with_internal(3..=4)
}

/// Old forms: country, as it is written, as it is dialled today.
const OLD: &[(&str, &str, &str)] = &[
    ("MX", "5215555500105", "+525555500105"),
    ("MX", "+52 1 55 5550 0105", "+525555500105"),
    ("MX", "0445555500105", "+525555500105"),
    ("MX", "045 55 5550 0105", "+525555500105"),
    ("MX", "01 55 5550 0105", "+525555500105"),
    ("MX", "+52 044 55 5550 0105", "+525555500105"),
    ("MX", "0052 1 55 5550 0105", "+525555500105"),
    ("HU", "+52 1 55 5550 0105", "+525555500105"),
    ("AR", "011 15 2345 6789", "+5491123456789"),
    ("AR", "+54 11 15 2345 6789", "+5491123456789"),
    ("AR", "+54 9 11 15 2345 6789", "+5491123456789"),
    ("AR", "15 11 2345 6789", "+5491123456789"),
    ("AR", "09 11 2345 6789", "+5491123456789"),
    ("AR", "549 11 2345 6789", "+5491123456789"),
    ("CO", "+57 1 234 5678", "+576012345678"),
    ("CO", "(1) 234 5678", "+576012345678"),
    ("CO", "05 1 234 5678", "+576012345678"),
    ("CO", "+57 4 444 5678", "+576044445678"),
    ("CO", "03 300 123 4567", "+573001234567"),
    ("CL", "09 9123 4567", "+56991234567"),
    ("CL", "0 9 9123 4567", "+56991234567"),
    ("CL", "+56 2 212 3456", "+56222123456"),
    ("CL", "02 212 3456", "+56222123456"),
    ("PL", "0 22 123 45 67", "+48221234567"),
    ("PL", "0 1033 22 123 45 67", "+48221234567"),
    ("IT", "0 333 123 4567", "+393331234567"),
    ("HU", "+39 2 1234 5678", "+390212345678"),
    ("CZ", "0 601 123 456", "+420601123456"),
    ("BR", "0xx11 3555-1234", "+551135551234"),
    ("BR", "(0xx11) 3555-1234", "+551135551234"),
    ("BR", "0XX 11 3555-1234", "+551135551234"),
    ("HU", "+55 (0xx11) 3555-1234", "+551135551234"),
    ("BR", "0 15 11 3555-1234", "+551135551234"),
    ("BR", "0 18 11 3555-1234", "+551135551234"),
    ("BR", "(11) 9876-5432", "+5511998765432"),
    ("BR", "+55 11 8876-5432", "+5511988765432"),
    ("BR", "0 11 9876-5432", "+5511998765432"),
    ("BR", "551198765432", "+5511998765432"),
    ("HU", "+55 11 9876-5432", "+5511998765432"),
    ("FR", "+33 (0)6 12 34 56 78", "+33612345678"),
    ("HU", "+33 06 12 34 56 78", "+33612345678"),
    ("UA", "8 044 123 4567", "+380441234567"),
    ("UA", "8 (044) 123-45-67", "+380441234567"),
    ("RU", "8 495 123 45 67", "+74951234567"),
    ("RU", "+7 095 123 45 67", "+74951234567"),
    ("TR", "+90 0 532 123 4567", "+905321234567"),
    ("TR", "0 532 123 4567", "+905321234567"),
    ("VN", "0123 456 7890", "+84834567890"),
    ("VN", "0168 234 5678", "+84382345678"),
    ("HU", "+84 90 123 4567", "+84901234567"),
    ("HU", "+84 168 234 5678", "+84382345678"),
    ("CI", "+225 07 12 34 56", "+2250707123456"),
    ("CI", "05 12 34 56", "+2250505123456"),
    ("CI", "22 41 12 34", "+2252722411234"),
    ("BJ", "+229 97 12 34 56", "+2290197123456"),
    ("BJ", "97 12 34 56", "+2290197123456"),
    ("CM", "+237 77 12 34 56", "+237677123456"),
    ("EC", "+593 9 123 4567", "+593991234567"),
    ("EG", "+20 10 1234567", "+201001234567"),
    ("MU", "+230 7 12 34 56", "+23057123456"),
    ("GB", "0171 234 5678", "+442072345678"),
    ("GB", "0181 234 5678", "+442082345678"),
    ("HU", "+44 171 234 5678", "+442072345678"),
];

#[test]
fn forms_that_countries_gave_up_are_read_as_they_are_dialled_today() {
    let wrong: Vec<String> = OLD
        .iter()
        .filter_map(|(country, written, today)| {
            let plan = plan(country);
            let kept = plan.read(written).map(|reading| party(&reading.party));
            let calls = party(&plan.read_ani(Some(written)).0);
            let is_right = kept.as_deref() == Ok(today) && calls == *today;
            (!is_right).then(|| format!("{country} {written:?}: kept {kept:?}, calls {calls}, not {today}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_form_with_digits_that_were_put_in_since_is_asked_about() {
    check(
        &plan("HU"),
        &[
            ("+55 11 9876-5432", "+5511998765432 ?OldForm"),
            ("+52 1 55 5550 0105", "+525555500105"),
            ("+84 168 234 5678", "+84382345678 ?OldForm"),
            // Two numbers that exist, or none: nothing is made of them.
            ("+55 11 1876-5432", "+551118765432 ?NotInUse"),
        ],
    );
}

#[test]
fn letters_are_read_where_they_stand_for_digits() {
    check(
        &plan("US"),
        &[
            ("1-800-SAMPLES", "+18007267537"),
            ("1-800-samples", "+18007267537"),
            ("1 800 SAMPLES", "+18007267537"),
            ("(800) SAMPLES", "+18007267537"),
            ("+1 800 SAMPLES", "+18007267537"),
            ("tel:1-800-SAMPLES", "+18007267537"),
            ("tel:+1-800-FLOWERS", "+18003569377"),
            ("1-800-GO-FEDEX", "+18004633339"),
            ("1-800-MATTRESSES", "+18006288737"),
            ("1-800-FLOWERS x12", "+18003569377 x12"),
            ("Call: 1-800-FLOWERS", "+18003569377"),
            ("(415) 555-CARS", "+14155552277"),
            ("INV-2024001", "!OrderNumber"),
            ("ORD-2024-00123", "!OrderNumber"),
            ("AB12345678", "!OrderNumber"),
            ("1-800-FLOW", "!Letters"),
        ],
    );
    check(&plan("CA"), &[("1-800-SAMPLES", "+18007267537")]);
    check(
        &plan("GB"),
        &[("1-800-SAMPLES", "!Letters"), ("0800 SAMPLES", "!Letters"), ("+1 800 SAMPLES", "+18007267537")],
    );
    assert_eq!(party(&plan("US").read_ani(Some("1-800-SAMPLES")).0), "+18007267537");
}

#[test]
fn codes_before_a_number_are_said_to_be_codes() {
    check(
        &plan("HU"),
        &[
            ("*31#06301234567", "!ServiceCode"),
            ("#31#06301234567", "!ServiceCode"),
            ("#31# 06 30 123 4567", "!ServiceCode"),
            ("tel:*31%2306301234567", "!ServiceCode"),
            ("**21*06301234567#", "!ServiceCode"),
            ("#12345678", "!OrderNumber"),
        ],
    );
    check(
        &plan("US"),
        &[
            ("*67 202 555 0100", "!ServiceCode"),
            ("*672025550100", "!ServiceCode"),
            ("1167 202 555 0100", "!ServiceCode"),
        ],
    );
    check(
        &plan("GB"),
        &[
            ("141 020 7031 3000", "!ServiceCode"),
            ("14102070313000", "!ServiceCode"),
            ("1470 020 7031 3000", "!ServiceCode"),
        ],
    );
    check(&plan("ES"), &[("067 612 345 678", "!ServiceCode")]);
    // A PBX reports what was dialled: the call goes to the number behind; forwarding goes nowhere.
    let called = |text: &str| party(&plan("HU").read_dnis(Some(text)).0);
    assert_eq!(called("*31#06301234567"), "+36301234567");
    assert_eq!(called("sip:*31%2306301234567@pbx"), "+36301234567");
    assert_eq!(called("*21*06301234567#"), "unreadable *21*06301234567#");
}

#[test]
fn extensions_and_pauses_are_split_off_in_every_language() {
    check(
        &plan("HU"),
        &[
            ("+49 30 23125014 Durchwahl 12", "+493023125014 x12"),
            ("+49 30 23125014 Nebenstelle 12", "+493023125014 x12"),
            ("+7 495 123-45-67 доб. 12", "+74951234567 x12"),
            ("+7 495 123-45-67 (доб. 12)", "+74951234567 x12"),
            ("+7 495 123-45-67 вн. 12", "+74951234567 x12"),
            ("+48 22 123 45 67 wewn. 12", "+48221234567 x12"),
            ("+420 221 234 567 kl. 12", "+420221234567 x12"),
            ("+420 221 234 567 klapka 12", "+420221234567 x12"),
            ("+33 1 42 68 53 00 poste 12", "+33142685300 x12"),
            ("+31 20 123 4567 toestel 12", "+31201234567 x12"),
            ("+46 8 123 456 78 ankn. 12", "+46812345678 x12"),
            ("+90 212 123 45 67 dahili 12", "+902121234567 x12"),
            ("+55 11 3555-1234 ramal 12", "+551135551234 x12"),
            ("+30 21 0123 4567 εσωτ. 12", "+302101234567 x12"),
            ("+81 3-1234-5678 内線12", "+81312345678 x12"),
            ("+36 1 234 5678,12", "+3612345678 x12"),
            ("+36 1 234 5678,,12#", "+3612345678 x12"),
            ("+3612345678;12", "+3612345678 x12"),
            ("+3612345678p12", "+3612345678 x12"),
            ("+3612345678w12", "+3612345678 x12"),
            ("+3612345678pp12", "+3612345678 x12"),
            ("06301234567;06207654321", "+36301234567 ?SeveralNumbers"),
            ("06301234567 lub 06207654321", "+36301234567 ?SeveralNumbers"),
            ("06301234567 или 06207654321", "+36301234567 ?SeveralNumbers"),
        ],
    );
}

#[test]
fn what_a_spreadsheet_made_of_a_number_is_read_where_all_digits_are_there() {
    check(
        &plan("HU"),
        &[
            ("3.6305550134E10", "+36305550134"),
            ("3,6305550134e+10", "+36305550134"),
            ("3.6305550134E+10", "+36305550134"),
            ("=\"3.6305550134E10\"", "+36305550134"),
            ("6.305550134E9", "+36305550134 ?ZeroMissing"),
            ("3,63056E+10", "!LostDigits"),
            ("3.63E+10", "!LostDigits"),
            ("3E10", "!Letters"),
        ],
    );
    let lost = Party::Unreadable { text: "3,63056E+10".to_owned() };
    assert_eq!(plan("HU").read_ani(Some("3,63056E+10")).0, lost);
}

#[test]
fn a_networks_number_is_no_card_and_a_card_is_no_number() {
    let plan = plan("HU");
    for card in [
        "4111 1111 1111 1111",
        "5500005555555559",
        "378282246310005",
        "3782 822463 10005",
        "3056 930902 5904",
        "6011111111111117",
    ] {
        assert_eq!(plan.read(card), Err(NotANumber::CardNumber), "{card}");
        assert!(plan.is_card(card), "{card}");
    }
    for number in ["4917604069014", "+4917604069014", "4222222222222", "3.6305550134E10", "06301234567"] {
        assert!(!plan.is_card(number), "{number}");
    }
}

#[test]
fn a_few_digits_are_dialled_once_somebody_says_that_they_are_meant() {
    let plan = plan("HU");
    for (written, digits) in [("54321", "54321"), ("555-0104", "5550104"), ("555 105", "555105")] {
        assert_eq!(plan.read(written), Err(NotANumber::TooShort), "{written}");
        let reading = plan.read_to_dial(written).expect("digits");
        assert_eq!(reading.party, Party::Internal { digits: digits.to_owned() }, "{written}");
        assert_ne!(reading.certainty, ringcard_core::number::Certainty::Sure, "{written}");
        let kept = plan.read_or_keep(written).expect("digits");
        assert_eq!(unread_digits(&kept).as_deref(), Some(digits), "{written}");
    }
    for refused in ["ORD-2024-00123", "+112", "12", "000", "room 12345", "100234567"] {
        assert!(plan.read_to_dial(refused).is_err(), "{refused}");
    }
    for refused in ["", "Anna", "ana@example.com", "4111 1111 1111 1111", "ORD-2024-00123", "anonymous"] {
        assert!(plan.read_or_keep(refused).is_err(), "{refused}");
    }
}

#[test]
fn what_is_left_out_in_town_is_known_in_every_country_with_areas() {
    for (written, digits, area) in [("+3615550104", 7, "361"), ("+3672555105", 6, "3672"), ("+12025550100", 7, "1202")]
    {
        let Party::Outside(number) = plan("HU").read(written).expect("a number").party else { panic!("{written}") };
        assert_eq!(before_local(&number, digits), Some(area), "{written}");
    }
}

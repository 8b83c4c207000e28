//! What holds for every text and every number.

use proptest::prelude::*;
use ringcard_core::number::{
    Certainty, DialFormat, DialPlan, DialStyle, Number, Party, UnsureReason, search_keys, view,
};
use std::sync::LazyLock;

static PLANS: LazyLock<Vec<DialPlan>> = LazyLock::new(|| {
    let plain = ["HU", "ES", "US", "IT", "AR", "DE", "CO", "BR", "RU", "MX", "AC"].into_iter().map(at);
    plain
        .chain([at("HU").with_outside_prefix("0"), at("US").with_outside_prefix("9"), at("DE").with_internal(3..=5)])
        .collect()
});

fn at(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country")
}

fn plans() -> impl Strategy<Value = DialPlan> {
    (0..PLANS.len()).prop_map(|at| PLANS[at].clone())
}

/// Digits as people write them, with everything that has ever been seen between them, in front and behind.
fn numberlike() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => "[0-9]{1,9}",
        3 => prop::sample::select(vec![" ", "-", "/", ".", "(", ")", "(0)", "+", ",", ";", "\n", "\u{a0}", "\u{200b}", "#", ":", "<", ">", "\""]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["+36", "0036", "06", "30", "00", "+39", "+1", "36", "34", "+54", "0"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["tel:", "sip:", "callto:", "@pbx", ";ext=", " ext. ", "x", "m/", "%20", "anonymous", "Tel.: ", "…", "é", "🙂", ";phone-context=+36", "number="]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![4 => numberlike(), 1 => any::<String>(), 1 => "[0-9]{0,200}", 1 => "\\PC{0,300}"]
}

/// Numbers that exist, made of their country's own beginning.
fn existing() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\+36(20|30|70)[0-9]{7}",
        "\\+361[0-9]{7}",
        "\\+346[0-9]{8}",
        "\\+57300[0-9]{7}",
        "\\+3906[0-9]{8}",
        "\\+1415[2-9][0-9]{6}",
    ]
}

fn sure(plan: &DialPlan, text: &str) -> Option<Party> {
    plan.read(text).ok().filter(|reading| reading.certainty == Certainty::Sure).map(|reading| reading.party)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic_or_keep_too_much(plan in plans(), text in texts()) {
        let _ = plan.read(&text);
        for party in [plan.read_ani(Some(&text)).0, plan.read_dnis(Some(&text)).0] {
            match &party {
                Party::Outside(Number { e164, extension }) => {
                    prop_assert!(e164.starts_with('+') && (8..=16).contains(&e164.len()), "{}", e164);
                    prop_assert!(e164[1..].bytes().all(|b| b.is_ascii_digit()));
                    prop_assert!(extension.as_ref().is_none_or(|e| (1..=10).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_digit())));
                }
                Party::Internal { digits } => prop_assert!(digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit())),
                Party::Unreadable { text } => prop_assert!(text.chars().count() <= 64 && !text.contains(char::is_control)),
                Party::Hidden => {}
            }
            let _ = (party.display(), party.masked(), view(&party), search_keys(&party));
        }
    }

    #[test]
    fn reading_what_we_display_gives_the_same_party(plan in plans(), text in texts()) {
        if let Ok(reading) = plan.read(&text) {
            let again = plan.read(&reading.party.display()).map(|again| again.party);
            prop_assert_eq!(again, Ok(reading.party));
        }
        let reported = plan.read_ani(Some(&text));
        prop_assert_eq!(&plan.read_ani(Some(&reported.0.display())), &reported);
    }

    #[test]
    fn what_is_displayed_is_read_anywhere(home in plans(), elsewhere in plans(), text in texts()) {
        if let Ok(reading) = home.read(&text)
            && matches!(reading.party, Party::Outside(_))
        {
            let again = elsewhere.read(&reading.party.display()).map(|again| again.party);
            prop_assert_eq!(again, Ok(reading.party));
        }
    }

    #[test]
    fn an_existing_number_is_read_in_every_country_and_however_it_is_displayed(plan in plans(), e164 in existing()) {
        let party = Party::Outside(Number { e164: e164.clone(), extension: None });
        prop_assert_eq!(sure(&plan, &e164), Some(party.clone()));
        prop_assert_eq!(sure(&plan, &party.display()), Some(party.clone()));
        prop_assert_eq!(sure(&plan, &format!("tel:{}", party.display().replace(' ', "%20"))), Some(party.clone()));
        // Without a plus it may be a number of the plan's own country, as 36 20 … is in Germany.
        prop_assert_eq!(at("HU").read_ani(Some(&e164[1..])).0, party);
    }

    #[test]
    fn what_a_pbx_is_given_is_the_same_number_again(plan in plans(), e164 in existing()) {
        let party = Party::Outside(Number { e164, extension: None });
        for style in [DialStyle::E164, DialStyle::Digits, DialStyle::National, DialStyle::International00] {
            let format = DialFormat { style, ..DialFormat::default() };
            let plan = if style == DialStyle::Digits { at("HU") } else { plan.clone() };
            let written = format.write(&party, &plan).expect("a number");
            prop_assert_eq!(&plan.read_ani(Some(&written)).0, &party, "{} as {:?}", written, style);
        }
    }

    #[test]
    fn invisible_characters_change_nothing(plan in plans(), e164 in existing(), at in 0usize..12, mark in prop::sample::select(vec!['\u{200b}', '\u{200e}', '\u{202a}', '\u{feff}', '\u{ad}'])) {
        let mut marked = e164.clone();
        marked.insert(at.min(e164.len()), mark);
        prop_assert_eq!(sure(&plan, &marked), sure(&plan, &e164));
    }

    #[test]
    fn internal_numbers_are_read_and_dialled_as_they_are(digits in "[1-9][0-9]{2,4}") {
        let plan = at("HU");
        let party = Party::Internal { digits: digits.clone() };
        prop_assert_eq!(plan.read(&digits).map(|reading| reading.party), Ok(party.clone()));
        prop_assert_eq!(DialFormat::default().write(&party, &plan), Ok(digits));
    }

    #[test]
    fn cards_are_never_read(start in "[2-6][0-9]{14}") {
        let check = (0..10).map(|digit| format!("{start}{digit}")).find(|card| luhn(card)).expect("one of ten is right");
        let grouped = format!("{} {} {} {}", &check[..4], &check[4..8], &check[8..12], &check[12..]);
        prop_assert!(at("HU").read(&check).is_err());
        prop_assert!(at("HU").read(&grouped).is_err());
    }

    #[test]
    fn dates_are_never_read_for_sure(year in 1900u32..2100, month in 1u32..=12, day in 1u32..=31, plan in plans()) {
        for text in [format!("{year}-{month:02}-{day:02}"), format!("{year}. {month:02}. {day:02}."), format!("{day}/{month}/{year}")] {
            prop_assert!(plan.read(&text).is_err(), "{}", text);
        }
        let plain = plan.read(&format!("{year}{month:02}{day:02}"));
        prop_assert!(!plain.is_ok_and(|reading| reading.certainty == Certainty::Sure));
    }
}

fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = digits.bytes().rev().map(|b| u32::from(b - b'0')).enumerate();
    digits.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10 == 0
}

#[test]
fn an_unsure_reading_of_a_foreign_number_becomes_sure_with_a_plus() {
    let plan = at("HU");
    let without = plan.read("34612345678").expect("a number");
    assert_eq!(without.certainty, Certainty::Unsure { why: UnsureReason::PlusMissing });
    assert_eq!(sure(&plan, "+34612345678"), Some(without.party));
}

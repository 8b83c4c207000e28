//! What is said and asked before a number is dialled.

use phonenumber::metadata::{DATABASE, Descriptor, Metadata};
use ringcard_core::number::{
    Caution, CautionKind, Certainty, DialPlan, DialRule, DialRules, Number, Party, RuleAct, usual_from,
};

fn at(country: &str) -> DialPlan {
    DialPlan::new(country).expect("a country")
}

fn outside(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.to_owned(), extension: None })
}

fn read(plan: &DialPlan, text: &str) -> Party {
    plan.read(text).unwrap_or_else(|why| panic!("{text}: {why}")).party
}

/// The kinds of what is said, those that ask with a `!`.
fn said(plan: &DialPlan, party: &Party) -> String {
    let kinds = plan.cautions(party).all;
    let kind = |caution: &Caution| format!("{:?}{}", caution.kind, if caution.asks { "!" } else { "" });
    kinds.iter().map(kind).collect::<Vec<_>>().join(" ")
}

fn rule(prefix: &str, act: RuleAct, name: Option<&str>) -> DialRule {
    DialRule::new(prefix, act, name.map(str::to_owned)).expect("a prefix")
}

fn ruled(plan: DialPlan, rules: impl IntoIterator<Item = DialRule>) -> DialPlan {
    plan.with_rules(DialRules { rules: rules.into_iter().collect(), ..DialRules::default() })
}

/// Every territory of the numbering data, and that of no country.
fn territories() -> impl Iterator<Item = &'static Metadata> {
    let codes = (1..1000).filter_map(|code| DATABASE.by_code(&code));
    codes.flatten()
}

fn examples<'m>(
    meta: &'m Metadata,
    kinds: impl IntoIterator<Item = Option<&'m Descriptor>>,
) -> impl Iterator<Item = String> {
    let code = meta.country_code();
    kinds.into_iter().flatten().filter_map(|kind| kind.example()).map(move |national| format!("+{code}{national}"))
}

#[test]
fn what_is_said_of_a_number() {
    let table = [
        ("HU", "+36 30 123 4567", ""),
        ("HU", "06 1 234 5678", ""),
        ("HU", "06 80 123 456", ""),
        ("HU", "06 90 123 456", "Premium!"),
        ("HU", "tel:+3690123456", "Premium!"),
        ("HU", "+34 902 123 456", "SharedCost International"),
        ("HU", "+43 1 234567", "International"),
        ("HU", "+34 612 345 678", "International"),
        ("HU", "+1 415 555 2671", "UnusualCountry!"),
        ("HU", "+43 900 123456", "Premium! International"),
        ("HU", "+1 900 234 5678", "Premium! UnusualCountry!"),
        ("HU", "+870 773 111 632", "Satellite!"),
        ("HU", "+881 6 123 45678", "Satellite!"),
        ("HU", "+883 5100 1234 5678", "Satellite!"),
        ("HU", "+979 123 456 789", "Premium!"),
        ("HU", "+808 1234 5678", "SharedCost"),
        ("HU", "+800 1234 5678", ""),
        ("ES", "806 123 456", "Premium!"),
        ("ES", "803 123 456", "Premium!"),
        ("ES", "902 123 456", "SharedCost"),
        ("GB", "0909 879 0000", "Premium!"),
        ("US", "900 234 5678", "Premium!"),
        ("US", "+1 876 523 0123", "UnusualCountry!"),
        ("US", "+1 613 782 7274", "International"),
        ("CA", "800 234 5678", ""),
        ("CA", "900 234 5678", "Premium!"),
        ("IT", "892 424", "Premium!"),
        ("HU", "+371 900 12345", "Premium! International"),
        // A switch ignores digits behind a whole number: it is called all the same.
        ("HU", "+36 90 123 456 78", "Premium!"),
        ("US", "+1 473 403 1234 567", "UnusualCountry!"),
        ("HU", "+36 90 123 45", "Premium!"),
    ];
    let wrong: Vec<_> = table
        .into_iter()
        .filter_map(|(country, text, expected)| {
            let plan = at(country);
            let said = said(&plan, &read(&plan, text));
            (said != expected).then(|| format!("{country} {text}: {said}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn emergency_numbers_ask_however_they_are_written() {
    let prefixed = at("HU").with_outside_prefix("9");
    for text in
        ["112", "tel:112", "sip:112@pbx", "callto:112", "1-1-2", "0112", "00112", "06112", "9112", "9104", "104", "107"]
    {
        match prefixed.read(text) {
            Ok(reading) => assert_eq!(said(&prefixed, &reading.party), "Emergency!", "{text}"),
            Err(why) => assert_eq!(text, "1-1-2", "{why}"),
        }
    }
    let table = [
        ("ES", "091"),
        ("ES", "062"),
        ("ES", "061"),
        ("ES", "112"),
        ("GB", "999"),
        ("US", "911"),
        ("US", "112"),
        ("DE", "110"),
        ("FR", "15"),
        ("CZ", "156"),
        ("CO", "123"),
        ("ZA", "10111"),
        ("GA", "1305"),
        // They reach somebody from most telephones, and nobody calls a colleague so.
        ("HU", "911"),
        ("HU", "999"),
    ];
    for (country, text) in table {
        let plan = at(country);
        assert_eq!(said(&plan, &read(&plan, text)), "Emergency!", "{country} {text}");
    }
    let long = at("HU").with_internal(2..=8);
    assert_eq!(said(&long, &read(&long, "0036112")), "Emergency!");
    // With a plus they are no numbers.
    for text in ["+112", "tel:+112", "+36112", "+36 104"] {
        assert!(prefixed.read(text).is_err(), "{text}");
    }
}

#[test]
fn a_short_number_is_no_emergency_by_being_short() {
    let plan = at("HU").with_internal(2..=4);
    for text in ["10", "101", "102", "1112", "9112", "1104", "1121", "110", "9911", "061"] {
        assert_eq!(said(&plan, &read(&plan, text)), "", "{text}");
    }
    // A telephone of ours that other countries' police would answer.
    let ours = plan.clone().with_phones(["999".to_owned(), "104".to_owned(), "112".to_owned()]);
    assert_eq!(said(&ours, &read(&ours, "999")), "");
    for text in ["104", "112"] {
        assert_eq!(said(&ours, &read(&ours, text)), "Emergency!", "{text}");
    }
}

/// Nothing an agent dials all day asks.
#[test]
fn fixed_lines_and_mobiles_of_the_home_country_do_not_ask() {
    let mut asked = Vec::new();
    for meta in territories().filter(|meta| meta.id() != "001") {
        let Ok(plan) = DialPlan::new(meta.id()) else { panic!("{} is no country", meta.id()) };
        let kinds = meta.descriptors();
        for e164 in examples(meta, [kinds.fixed_line(), kinds.mobile(), kinds.toll_free()]) {
            let said = said(&plan, &outside(&e164));
            if said.contains('!') {
                asked.push(format!("{} {e164} {said}", meta.id()));
            }
        }
    }
    assert!(asked.is_empty(), "{asked:#?}");
}

#[test]
fn every_premium_number_asks_from_everywhere() {
    let homes = ["HU", "ES", "US", "CO"].map(at);
    let mut count = 0;
    for meta in territories() {
        for e164 in examples(meta, [meta.descriptors().premium_rate()]) {
            let own = DialPlan::new(meta.id()).ok();
            for plan in homes.iter().chain(&own) {
                let cautions = plan.cautions(&outside(&e164)).all;
                let asks = |caution: &Caution| caution.kind == CautionKind::Premium && caution.asks;
                assert!(cautions.iter().any(asks), "{} {e164} from {}", meta.id(), plan.country());
                count += 1;
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// Digits too many are ignored by a switch.
#[test]
fn a_premium_number_with_digits_too_many_asks() {
    let home = at("HU");
    let mut silent = Vec::new();
    for meta in territories() {
        for e164 in examples(meta, [meta.descriptors().premium_rate()]) {
            for written in [format!("{e164}0"), format!("{e164}25")] {
                let Ok(reading) = home.read(&written) else { continue };
                let is_another = reading.certainty == Certainty::Sure;
                if !is_another && !home.cautions(&reading.party).asks() {
                    silent.push(format!("{} {written}", meta.id()));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_country_has_a_part_of_the_world_and_calls_its_neighbours_unasked() {
    for meta in territories().filter(|meta| meta.id() != "001") {
        let usual = usual_from(meta.id());
        assert!(usual.contains(&meta.id()), "{}", meta.id());
    }
    for (home, neighbours) in [
        ("HU", &["AT", "SK", "UA", "RO", "RS", "HR", "SI", "DE", "ES", "GB", "CH"][..]),
        ("ES", &["PT", "FR", "AD", "GI"]),
        ("US", &["CA", "MX"]),
        ("CO", &["VE", "BR", "PE", "EC", "PA", "MX", "AR"]),
        ("JP", &["KR"]),
    ] {
        for country in neighbours {
            assert!(usual_from(home).contains(country), "{country} from {home}");
        }
    }
    for (home, far) in [("HU", "CU"), ("HU", "SO"), ("US", "JM"), ("US", "HU"), ("ES", "MA"), ("CO", "HT")] {
        assert!(!usual_from(home).contains(&far), "{far} from {home}");
    }
}

#[test]
fn the_settings_say_which_countries_are_usual_and_what_else_asks() {
    let usual = |countries: &[&str]| DialRules {
        usual_countries: Some(countries.iter().map(|country| (*country).to_owned()).collect()),
        ..DialRules::default()
    };
    let plan = at("HU").with_rules(usual(&["AT", "US"]));
    for (number, expected) in [
        ("+3612345678", ""),
        ("+4312345678", "International"),
        ("+14155552671", "International"),
        ("+34612345678", "UnusualCountry!"),
        ("+18765230123", "UnusualCountry!"),
    ] {
        assert_eq!(said(&plan, &outside(number)), expected, "{number}");
    }
    assert_eq!(said(&at("HU").with_rules(usual(&[])), &outside("+4312345678")), "UnusualCountry!");

    let also_ask = [CautionKind::International, CautionKind::SharedCost].into();
    let strict = at("HU").with_rules(DialRules { also_ask, ..DialRules::default() });
    assert_eq!(said(&strict, &outside("+4312345678")), "International!");
    assert_eq!(said(&strict, &outside("+34902123456")), "SharedCost! International!");
    assert_eq!(said(&strict, &outside("+3612345678")), "");
}

#[test]
fn the_longest_rule_decides() {
    let plan = ruled(
        at("HU"),
        [
            rule("+3690", RuleAct::Refuse, Some("Premium numbers")),
            rule("+36901", RuleAct::Call, None),
            rule("+3630", RuleAct::Ask, Some("Mobiles of the board")),
            rule("+1415", RuleAct::Call, None),
            rule("7", RuleAct::Ask, Some("The factory")),
            rule("79", RuleAct::Refuse, None),
        ],
    );
    let judged = |number: &Party| {
        let cautions = plan.cautions(number);
        (said(&plan, number), cautions.refused, cautions.asks())
    };
    let text = str::to_owned;
    assert_eq!(judged(&outside("+3690222222")), (text("Rule! Premium!"), true, true));
    assert_eq!(judged(&outside("+3690123456")), (text("Premium"), false, false));
    assert_eq!(judged(&outside("+36301234567")), (text("Rule!"), false, true));
    assert_eq!(plan.cautions(&outside("+36301234567")).all[0].name.as_deref(), Some("Mobiles of the board"));
    assert_eq!(judged(&outside("+14155552671")), (text("UnusualCountry"), false, false));
    assert_eq!(judged(&read(&plan, "701")), (text("Rule!"), false, true));
    assert_eq!(judged(&read(&plan, "791")), (text("Rule!"), true, true));
    assert_eq!(judged(&read(&plan, "101")), (text(""), false, false));
    // 7 begins no number of the world here.
    assert!(!judged(&outside("+74951234567")).1);
}

#[test]
fn no_rule_forbids_or_hides_an_emergency() {
    for act in [RuleAct::Refuse, RuleAct::Call, RuleAct::Ask] {
        let plan = ruled(at("HU"), [rule("1", act, Some("Inside")), rule("112", act, None), rule("911", act, None)]);
        for text in ["112", "104", "911"] {
            let cautions = plan.cautions(&read(&plan, text));
            assert!(!cautions.refused && cautions.asks(), "{text} {act:?}");
            assert_eq!(cautions.all[0].kind, CautionKind::Emergency, "{text} {act:?}");
        }
    }
}

#[test]
fn an_internal_number_that_is_a_public_one_is_judged_as_both() {
    let plan = at("HU").with_internal(2..=10);
    let party = read(&plan, "0690123456");
    assert!(matches!(party, Party::Internal { .. }), "{party:?}");
    assert_eq!(said(&plan, &party), "Premium!");
    let plan = ruled(plan, [rule("+3690", RuleAct::Refuse, None)]);
    assert!(plan.cautions(&party).refused);
}

#[test]
fn a_prefix_that_can_match_nothing_is_refused() {
    for prefix in ["", "+", "+0", "0036", "abc", "+36 90", "+1234567890123456", "12345678901", "+36x", "++36"] {
        assert!(DialRule::new(prefix, RuleAct::Ask, None).is_err(), "{prefix}");
    }
    for prefix in ["+3", "+3690", "1", "0112", "+979"] {
        assert!(DialRule::new(prefix, RuleAct::Ask, None).is_ok(), "{prefix}");
    }
}

#[test]
fn whatever_is_not_a_number_has_nothing_to_say() {
    let plan = at("HU");
    for party in [
        Party::Hidden,
        Party::Unreadable { text: "112".to_owned() },
        Party::Internal { digits: String::new() },
        outside("+"),
        outside("nonsense é"),
        outside("+é"),
    ] {
        assert_eq!(said(&plan, &party), "", "{party:?}");
    }
}

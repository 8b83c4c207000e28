//! Who is behind a number.

use super::{CustomerList, caller, details, hungary};
use proptest::prelude::*;
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    customer::{CustomerId, Match, MatchReason, MatchStrength},
    number::{DialPlan, Party},
};

async fn matches(list: &CustomerList, number: &str) -> Vec<Match> {
    list.directory.find_by_number(&caller(number)).await.expect("an answer")
}

async fn names(list: &CustomerList, number: &str) -> Vec<String> {
    matches(list, number).await.into_iter().map(|found| found.customer.details.name).collect()
}

#[tokio::test]
async fn each_way_a_number_may_match() {
    use MatchStrength::{Exact, Likely, Maybe};
    let same = || Some((Exact, "same_number"));
    let table = [
        // what was kept, who calls, how they match
        ("+36 30 123 4567", "+36301234567", same()),
        ("06 (30) 123-4567", "0036301234567", same()),
        ("+36 1 234 5678", "+3612345678 ext 12", same()),
        ("+36 1 234 5678 ext 12", "+3612345678;ext=12", same()),
        ("+36 1 234 5678 ext 12", "+3612345678", Some((Likely, "other_form"))),
        ("+36 1 234 5678 ext 12", "+3612345678;ext=13", Some((Maybe, "other_form"))),
        // An Argentine mobile number, kept with and called without the 9 that is only dialled from abroad.
        ("+54 9 11 2345 6789", "+541123456789", Some((Likely, "last_digits"))),
        // Another network, the same subscriber digits: somebody else.
        ("+36 20 123 4567", "+36301234567", None),
        // The same national number in another country, written with its country: somebody else.
        ("+43 680 1234567", "+496801234567", None),
        ("+36 30 123 4567", "+36301234568", None),
    ];
    for (kept, calling, expected) in table {
        let list = CustomerList::new();
        list.customer("Kiss Anna", &[kept]).await;
        let found = matches(&list, calling).await;
        let found = found.first().map(|found| (found.strength, kind(&found.reason)));
        assert_eq!(found, expected, "{kept} was kept, {calling} calls");
    }
}

fn kind(reason: &MatchReason) -> &'static str {
    match reason {
        MatchReason::Remembered => "remembered",
        MatchReason::SameNumber { .. } => "same_number",
        MatchReason::OtherForm { .. } => "other_form",
        MatchReason::LastDigits { .. } => "last_digits",
        MatchReason::Text => "text",
        MatchReason::Chosen => "chosen",
    }
}

#[tokio::test]
async fn a_number_that_cannot_be_read_is_kept_and_found_by_its_end() {
    let list = CustomerList::new();
    let kept = list.customer("Nagy Béla", &["99 30 123 4567"]).await;
    assert_eq!(kept.details.numbers[0].written, "99 30 123 4567");
    let found = matches(&list, "+36301234567").await;
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].reason, MatchReason::LastDigits { digits: 9, .. }), "{:?}", found[0].reason);
    assert!(found[0].strength > MatchStrength::Exact);
}

#[tokio::test]
async fn the_stronger_match_comes_first_and_says_which_number_it_was() {
    let list = CustomerList::new();
    list.customer("Switchboard's neighbour", &["+36 1 234 5678 ext 13"]).await;
    list.customer("Switchboard", &["+36 1 234 5678"]).await;
    let mut direct = details("Direct", &["+36 1 234 5678 ext 12"]);
    direct.numbers[0].label = "desk".to_owned();
    list.directory.create(direct).await.expect("a customer");
    let found = matches(&list, "+3612345678;ext=12").await;
    let names: Vec<&str> = found.iter().map(|found| found.customer.details.name.as_str()).collect();
    assert_eq!(names, ["Direct", "Switchboard", "Switchboard's neighbour"]);
    assert_eq!(found[0].reason, MatchReason::SameNumber { label: "desk".to_owned() });
}

#[tokio::test]
async fn a_number_shared_by_a_thousand_offers_twenty_and_important_ones_first() {
    let list = CustomerList::new();
    for number in 0..60 {
        let mut customer = details(&format!("Person {number}"), &["+36 1 234 5678"]);
        customer.vip = number == 41;
        list.directory.create(customer).await.expect("a customer");
    }
    let found = matches(&list, "+3612345678").await;
    assert_eq!(found.len(), 20);
    assert_eq!(found[0].customer.details.name, "Person 41");
}

#[tokio::test]
async fn internal_numbers_are_found_whole_only() {
    let list = CustomerList::new();
    list.customer("Reception", &["101"]).await;
    list.customer("Outside", &["+36 1 234 5101"]).await;
    assert_eq!(names(&list, "101").await, ["Reception"]);
    assert!(names(&list, "1010").await.is_empty());
}

#[tokio::test]
async fn nobody_is_behind_hidden_unreadable_and_our_own_numbers() {
    let own = caller("+36 1 999 0000");
    let list = CustomerList::with_plan(hungary().with_own([own]));
    list.customer("Ourselves", &["+36 1 999 0000"]).await;
    for number in ["anonymous", "", "+3619990000", "☎", "+3619990000;ext=5"] {
        assert!(names(&list, number).await.is_empty(), "{number}");
    }
}

#[tokio::test]
async fn what_an_agent_chose_comes_first_next_time() {
    let list = CustomerList::new();
    let mother = list.customer("Mother", &["+36 30 123 4567"]).await;
    let son = list.customer("Son", &["+36 30 123 4567"]).await;
    let friend = list.customer("Friend", &[]).await;
    let number = caller("+36301234567");
    for chosen in [&son, &mother, &friend] {
        list.directory.remember(&number, &chosen.id).await.expect("remembered");
        let found = matches(&list, "06301234567").await;
        assert_eq!(found[0].customer.id, chosen.id);
        assert_eq!((found[0].strength, &found[0].reason), (MatchStrength::Exact, &MatchReason::Remembered));
        let again = found.iter().filter(|found| found.customer.id == chosen.id).count();
        assert_eq!(again, 1, "nobody is offered twice");
    }
    list.directory.delete(&friend.id).await.expect("deleted");
    assert_eq!(matches(&list, "+36301234567").await.len(), 2, "a deleted customer is forgotten");
}

#[tokio::test]
async fn a_choice_that_cannot_be_remembered_is_refused() {
    let list = CustomerList::new();
    let customer = list.customer("Kiss Anna", &[]).await;
    let refused = list.directory.remember(&Party::Hidden, &customer.id).await;
    assert!(matches!(refused, Err(CrmFailure::Refused { .. })), "{refused:?}");
    let elsewhere = CustomerId("elsewhere-1".to_owned());
    let unknown = list.directory.remember(&caller("+36301234567"), &elsewhere).await;
    assert_eq!(unknown, Err(CrmFailure::NotFound));
}

#[tokio::test]
async fn numbers_are_read_again_when_the_country_changes() {
    let list = CustomerList::new();
    list.customer("García", &["612 345 678"]).await;
    let spain = ringcard_core::number::DialPlan::new("ES").expect("a country");
    let call = spain.read_ani(Some("+34612345678")).0;
    list.directory.set_plan(spain.clone());
    // Reading again runs beside the work: until the stronger match is there.
    loop {
        let found = list.directory.find_by_number(&call).await.expect("an answer");
        if found.first().is_some_and(|found| found.strength == MatchStrength::Exact) {
            break;
        }
        tokio::task::yield_now().await;
    }
    // And after a restart with yet another plan.
    list.directory.close().await;
    let path = list.path("directory.db");
    let directory = ringcard_hub::directory::Directory::open(&path, hungary()).expect("open");
    loop {
        let found = directory.find_by_number(&call).await.expect("an answer");
        if found.first().is_none_or(|found| found.strength > MatchStrength::Exact) {
            break;
        }
        tokio::task::yield_now().await;
    }
}

/// A number of one of three countries, in digits without country and prefix.
fn national() -> impl Strategy<Value = (&'static str, &'static str, String)> {
    prop_oneof![
        ("[237]0", 1_000_000..9_999_999_u32).prop_map(|(network, rest)| ("36", "06", format!("{network}{rest}"))),
        (20_000_000..99_999_999_u32).prop_map(|rest| ("34", "", format!("6{rest}"))),
        (400_000..999_999_u32).prop_map(|rest| ("44", "0", format!("7700{rest}"))),
    ]
}

/// The ways people write a number of country `code`; at home also without it.
fn written(code: &str, trunk: &str, national: &str, form: u8, gap: &str) -> String {
    let (head, tail) = national.split_at(2);
    let (middle, end) = tail.split_at(3);
    let spaced = format!("{head}{gap}{middle}{gap}{end}");
    match form {
        0 => format!("+{code}{national}"),
        1 => format!("+{code}{gap}{spaced}"),
        2 => format!("00{code}{gap}{spaced}"),
        3 => format!("+{code} ({head}) {middle}{gap}{end}"),
        4 => format!("tel:+{code}-{head}-{middle}-{end}"),
        _ if code == "36" => format!("{trunk}{gap}{spaced}"),
        _ => format!("  +{code} {spaced}  "),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_form_of_a_kept_number_is_found_by_any_other(
        (code, trunk, national) in national(),
        kept in 0..6_u8,
        calling in 0..6_u8,
        gap in prop::sample::select(vec![" ", "-", "/", ".", ""]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let list = CustomerList::new();
            let kept = written(code, trunk, &national, kept, gap);
            list.customer("Kiss Anna", &[&kept]).await;
            let calling = written(code, trunk, &national, calling, gap);
            let found = matches(&list, &calling).await;
            prop_assert_eq!(found.len(), 1, "{} was kept, {} calls", kept, calling);
            prop_assert_eq!(found[0].strength, MatchStrength::Exact, "{} was kept, {} calls", kept, calling);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_caller_that_cannot_be_read_is_maybe_whoever_has_the_end_of_its_digits() {
    let mexico = || DialPlan::new("MX").expect("a country").with_internal(3..=4);
    // country, what was kept, how the PBX has the caller, whether somebody is found
    let table = [
        (mexico(), "+52 55 5550 0105", "5215555500105", true),
        (mexico(), "+52 55 5550 0105", "0445555500105", true),
        (mexico(), "+52 55 5550 0105", "0455555500105", true),
        (mexico(), "+52 55 5550 0105", "5215555500106", false),
        (hungary(), "+36 30 555 0103", "999936305550103", true),
        (hungary(), "+36 30 555 0103", "line 7: 99996305550103 in", true),
        (hungary(), "+36 30 555 0103", "99996305550104", false),
        (hungary(), "+36 30 555 0103", "ana@10.30.55.50", false),
    ];
    for (plan, kept, calling, is_found) in table {
        let number = plan.read_ani(Some(calling)).0;
        let list = CustomerList::with_plan(plan);
        list.customer("Marta", &[kept]).await;
        let found = list.directory.find_by_number(&number).await.expect("an answer");
        assert_eq!(!found.is_empty(), is_found, "{calling}: {number:?}");
        if matches!(number, Party::Unreadable { .. }) {
            assert!(found.iter().all(|found| found.strength == MatchStrength::Maybe), "{calling}: {found:?}");
        }
    }
}

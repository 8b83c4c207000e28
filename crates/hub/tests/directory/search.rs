//! Search while typing.

use super::{CustomerList, details};
use proptest::prelude::*;
use ringcard_connect::Crm;
use ringcard_core::customer::{CustomerDetails, MatchReason, MatchStrength};

async fn names(list: &CustomerList, query: &str) -> Vec<String> {
    let found = list.directory.search(query, 20).await.expect("an answer");
    found.into_iter().map(|found| found.customer.details.name).collect()
}

async fn office() -> CustomerList {
    let list = CustomerList::new();
    let customers = [
        CustomerDetails {
            company: "Őrségi Építő Kft.".to_owned(),
            email: "jozsef.kovacs@orsegi.hu".to_owned(),
            tags: vec!["hírlevél".to_owned(), "partner".to_owned()],
            ..details("Kovács József", &["+36 30 123 4567", "06 1 234 5678"])
        },
        CustomerDetails {
            company: "Acme Ibérica S.L.".to_owned(),
            email: "maria@acme.example".to_owned(),
            ..details("María López Núñez", &["+34 612 345 678"])
        },
        CustomerDetails { vip: true, ..details("Kovačić Łukasz", &["101"]) },
    ];
    for customer in customers {
        list.directory.create(customer).await.expect("a customer");
    }
    list
}

#[tokio::test]
async fn every_beginning_of_every_word_finds_the_customer_accents_or_not() {
    let list = office().await;
    for query in [
        "k",
        "ko",
        "kov",
        "KOVÁCS",
        "kovacs joz",
        "józsef kov",
        "orsegi",
        "epito kovacs",
        "hirl",
        "partner k",
        "jozsef.kovacs@orsegi.hu",
        "jozsef.kovacs@",
        "jozsef.k",
        "@orsegi.hu",
        "orsegi.hu",
        "kovacs hirlevel orsegi",
    ] {
        assert!(names(&list, query).await.contains(&"Kovács József".to_owned()), "{query}");
    }
    for query in ["maria lopez", "nunez", "acme iberica", "LÓPEZ núñez maría", "maria@acme.ex"] {
        assert_eq!(names(&list, query).await, ["María López Núñez"], "{query}");
    }
    for query in ["kovacs lopez", "ovacs", "jozsef.kovacs@acme", "z"] {
        assert!(names(&list, query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn a_number_is_found_in_any_form_by_its_beginning_or_its_end() {
    let list = office().await;
    for query in [
        "+36 30",
        "+36301234567",
        "0036 30 12",
        "06 30 123",
        "0630/123-45",
        "30 123",
        "3630123",
        "(30) 123",
        "4567",
        "1234567",
        "123 4567",
        "345678",
        "06 1 234",
        "+36 (30) 123 4567",
        "30 123 4567",
    ] {
        assert!(names(&list, query).await.contains(&"Kovács József".to_owned()), "{query}");
    }
    for query in ["612 34", "+34612", "0034 612", "345 678", "612345678"] {
        assert!(names(&list, query).await.contains(&"María López Núñez".to_owned()), "{query}");
    }
    assert_eq!(names(&list, "101").await, ["Kovačić Łukasz"]);
    assert!(names(&list, "999 99").await.is_empty());
}

#[tokio::test]
async fn a_whole_number_says_how_it_matches() {
    let list = office().await;
    let found = list.directory.search("06 30 123 4567", 5).await.expect("an answer");
    assert_eq!(found[0].reason, MatchReason::SameNumber { label: "mobile".to_owned() });
    let found = list.directory.search("kovacs", 5).await.expect("an answer");
    assert_eq!(found[0].reason, MatchReason::Text);
}

#[tokio::test]
async fn words_and_a_piece_of_the_number_together() {
    let list = office().await;
    list.customer("Kovács Béla", &["+36 20 999 0000"]).await;
    for query in ["kovacs 4567", "4567 kovacs", "kovacs 30 123", "orsegi 0630"] {
        assert_eq!(names(&list, query).await, ["Kovács József"], "{query}");
    }
}

#[tokio::test]
async fn the_whole_name_comes_before_beginnings_and_names_before_companies() {
    let list = CustomerList::new();
    for (name, company) in
        [("Annabella Kiss", ""), ("Béla", "Anna Bt."), ("Kiss Anna", ""), ("Anna", ""), ("Annamária", "")]
    {
        let customer = CustomerDetails { company: company.to_owned(), ..details(name, &[]) };
        list.directory.create(customer).await.expect("a customer");
    }
    let found = list.directory.search("anna", 20).await.expect("an answer");
    let order: Vec<&str> = found.iter().map(|found| found.customer.details.name.as_str()).collect();
    assert_eq!(order, ["Anna", "Annabella Kiss", "Annamária", "Kiss Anna", "Béla"]);
    assert_eq!(found[0].strength, MatchStrength::Exact);
    assert_eq!(list.directory.search("anna", 2).await.expect("an answer").len(), 2);
}

#[tokio::test]
async fn nothing_typed_shows_the_newest() {
    let list = office().await;
    assert_eq!(names(&list, "  ").await, ["Kovačić Łukasz", "María López Núñez", "Kovács József"]);
}

#[tokio::test]
async fn what_was_changed_or_deleted_is_found_as_it_is_now() {
    let list = CustomerList::new();
    let customer = list.customer("Kovács József", &["+36 30 123 4567"]).await;
    list.directory.update(&customer.id, details("Szabó József", &["+36 20 765 4321"])).await.expect("changed");
    for (query, expected) in [("kovacs", 0), ("szabo", 1), ("123 4567", 0), ("765 4321", 1)] {
        assert_eq!(names(&list, query).await.len(), expected, "{query}");
    }
    list.directory.delete(&customer.id).await.expect("deleted");
    for query in ["szabo", "765 4321", ""] {
        assert!(names(&list, query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn a_host_everybody_uses_finds_by_the_whole_address_all_the_same() {
    let list = CustomerList::new();
    let rows: String = (0..1_100).map(|row| format!("Name{row},person{row}@mail.example\n")).collect();
    let file = list.file("many.csv", format!("name,email\n{rows}"));
    assert_eq!(list.import(&file).await.created, 1_100);
    assert_eq!(names(&list, "person1099@mail.example").await, ["Name1099"]);
    assert_eq!(names(&list, "person1099@ma").await, ["Name1099"]);
    assert_eq!(names(&list, "person1099").await, ["Name1099"]);
    assert_eq!(names(&list, "mail.example").await.len(), 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_beginning_of_any_word_of_a_name_finds_it(
        name in "[a-zA-Z0-9áÁéőŐűñÑßøŁłďІИвановΑλέξς王小明ﬁ@.'&+_-]{1,12}( [a-zA-Z0-9áéñø@.'-]{1,8}){0,2}",
        company in "\\PC{0,12}",
        (word, letters) in (0..3_usize, 1..12_usize),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let list = office().await;
            let customer = CustomerDetails { company, ..details(&name, &[]) };
            let Ok(saved) = list.directory.create(customer).await else { return Ok(()) };
            let words: Vec<&str> = saved.details.name.split_whitespace().collect();
            let typed: String = words[word % words.len()].chars().take(letters).collect();
            // Signs alone find nobody.
            if typed.chars().any(char::is_alphanumeric) {
                let found = list.directory.search(&typed, 200).await.expect("an answer");
                prop_assert!(found.iter().any(|found| found.customer.id == saved.id), "“{}” of “{}”", typed, saved.details.name);
            }
            Ok(())
        })?;
    }

    #[test]
    fn nothing_that_can_be_typed_breaks_the_search(query in "\\PC{0,40}|[\"*()^:+\\-'@0-9a-zA-Z AND OR NOT NEAR]{0,40}", limit in 0..300_u32) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let list = office().await;
            let found = list.directory.search(&query, limit).await;
            prop_assert!(found.is_ok(), "{:?}", found);
            let long = list.directory.search(&query.repeat(1_000), limit).await;
            prop_assert!(long.is_ok(), "{:?}", long);
            Ok(())
        })?;
    }
}

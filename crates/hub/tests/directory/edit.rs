//! Making, changing and deleting customers.

use super::{CustomerList, details, hungary};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    customer::{CustomerDetails, CustomerId, CustomerNumber},
    number::Party,
};
use ringcard_hub::directory::Directory;
use std::collections::BTreeMap;

fn everything() -> CustomerDetails {
    CustomerDetails {
        name: "Kiss Anna".to_owned(),
        company: "Acme Kft.".to_owned(),
        role: "Beszerzés".to_owned(),
        email: "anna@acme.example".to_owned(),
        tags: vec!["partner".to_owned()],
        vip: true,
        notes: "Prefers English.\nCalls in the afternoon.".to_owned(),
        link: Some("https://crm.example/1".to_owned()),
        numbers: vec![
            CustomerNumber { label: "mobile".to_owned(), written: "06 30 123 4567".to_owned(), party: None },
            CustomerNumber { label: "".to_owned(), written: "extension unknown".to_owned(), party: None },
        ],
        fields: BTreeMap::from([("Region".to_owned(), "West".to_owned())]),
    }
}

#[tokio::test]
async fn what_was_saved_is_there_after_a_restart() {
    let list = CustomerList::new();
    let saved = list.directory.create(everything()).await.expect("saved");
    assert_eq!(saved.details.numbers[0].party, Some(super::caller("+36301234567")));
    assert_eq!(saved.details.numbers[1].party, None);
    assert_eq!(saved.details.numbers[1].written, "extension unknown");
    list.directory.close().await;
    let again = Directory::open(&list.path("directory.db"), hungary()).expect("open");
    assert_eq!(again.get(&saved.id).await, Ok(saved));
    assert_eq!(again.count().await, Ok(1));
}

#[tokio::test]
async fn a_closed_directory_says_so() {
    let list = CustomerList::new();
    list.directory.close().await;
    assert!(matches!(list.directory.search("a", 1).await, Err(CrmFailure::Unavailable { .. })));
    assert!(matches!(list.directory.create(everything()).await, Err(CrmFailure::NotSaved { .. })));
    assert!(!list.path("directory.db-wal").exists(), "nothing is left behind");
}

#[tokio::test]
async fn what_is_too_large_or_no_link_is_refused_in_words() {
    let list = CustomerList::new();
    let long = |letters: usize| "x".repeat(letters);
    let with = |change: &dyn Fn(&mut CustomerDetails)| {
        let mut customer = everything();
        change(&mut customer);
        customer
    };
    let table: Vec<(CustomerDetails, &str)> = vec![
        (CustomerDetails::default(), "give a name"),
        (with(&|customer| customer.name = long(201)), "the name has 201 characters, at most 200 are kept"),
        (with(&|customer| customer.notes = long(20_001)), "the note has"),
        (with(&|customer| customer.email = long(300)), "the e-mail address has"),
        (with(&|customer| customer.link = Some("javascript:alert(1)".to_owned())), "the link must begin with https"),
        (with(&|customer| customer.link = Some("file:///etc/passwd".to_owned())), "the link must begin with https"),
        (with(&|customer| customer.link = Some("https://".to_owned())), "the link must begin with https"),
        (with(&|customer| customer.tags = (0..51).map(|tag| tag.to_string()).collect()), "tags: there are 51"),
        (with(&|customer| customer.numbers[0].written = long(65)), "number 1 has 65 characters"),
        (with(&|customer| customer.numbers[1].label = long(41)), "the label of number 2"),
        (with(&|customer| customer.numbers[1].written = "4111 1111 1111 1111".to_owned()), "payment card"),
        (with(&|customer| drop(customer.fields.insert("Wish".to_owned(), long(4_001)))), "“Wish” has 4001"),
    ];
    for (customer, expected) in table {
        match list.directory.create(customer).await {
            Err(CrmFailure::Refused { detail }) => assert!(detail.contains(expected), "{detail}"),
            other => panic!("{expected}: {other:?}"),
        }
    }
    assert_eq!(list.directory.count().await, Ok(0));
}

#[tokio::test]
async fn control_characters_and_invisible_turns_of_direction_are_taken_out() {
    let list = CustomerList::new();
    let customer = CustomerDetails {
        name: "  Kiss\u{0}\r\n\tAnna \u{202e}".to_owned(),
        notes: "one\r\ntwo\u{7}\tthree\n\n".to_owned(),
        tags: vec![" a\nb ".to_owned(), "a b".to_owned(), "".to_owned()],
        link: Some("  ".to_owned()),
        ..everything()
    };
    let saved = list.directory.create(customer).await.expect("saved").details;
    assert_eq!(saved.name, "Kiss Anna");
    assert_eq!(saved.notes, "one\ntwo\tthree");
    assert_eq!(saved.tags, ["a b"]);
    assert_eq!(saved.link, None);
}

#[tokio::test]
async fn a_form_filled_from_a_call_keeps_the_callers_number() {
    let list = CustomerList::new();
    let party = super::caller("+36301234567");
    let number = CustomerNumber { label: String::new(), written: String::new(), party: Some(party.clone()) };
    let customer = CustomerDetails { numbers: vec![number], ..CustomerDetails::default() };
    let saved = list.directory.create(customer).await.expect("saved");
    assert_eq!(saved.details.numbers[0].party, Some(party));
    assert_eq!(saved.details.numbers[0].written, "+36 30 123 4567");
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_a_conflict_and_changes_nothing() {
    let list = CustomerList::new();
    let seen = list.customer("Kiss Anna", &[]).await;
    let newer = list.directory.update(&seen.id, details("Kiss-Nagy Anna", &[])).await.expect("changed");
    assert!(newer.updated_at > seen.updated_at, "even within a millisecond");
    let late = list.directory.update_seen(&seen.id, details("Kis Anna", &[]), seen.updated_at).await;
    assert_eq!(late, Err(CrmFailure::Conflict));
    assert_eq!(
        list.directory.get(&seen.id).await.map(|customer| customer.details.name),
        Ok("Kiss-Nagy Anna".to_owned())
    );
    let now = list.directory.update_seen(&seen.id, details("Kis Anna", &[]), newer.updated_at).await;
    assert_eq!(now.map(|customer| customer.details.name), Ok("Kis Anna".to_owned()));
}

#[tokio::test]
async fn an_id_of_another_file_or_of_a_deleted_customer_is_nobody() {
    let (list, other) = (CustomerList::new(), CustomerList::new());
    let (kept, elsewhere) = (list.customer("A", &[]).await, other.customer("B", &[]).await);
    assert_ne!(kept.id, elsewhere.id);
    let gone = list.customer("C", &[]).await;
    list.directory.delete(&gone.id).await.expect("deleted");
    let next = list.customer("D", &[]).await;
    assert_ne!(next.id, gone.id, "an id is never given twice");
    let odd = ["", "-1", "x-1", &kept.id.0[..4]].map(|id| CustomerId(id.to_owned()));
    for id in odd.iter().chain([&elsewhere.id, &gone.id]) {
        assert_eq!(list.directory.get(id).await, Err(CrmFailure::NotFound), "{id:?}");
        assert_eq!(list.directory.update(id, details("E", &[])).await, Err(CrmFailure::NotFound), "{id:?}");
        assert_eq!(list.directory.delete(id).await, Err(CrmFailure::NotFound), "{id:?}");
    }
}

#[tokio::test]
async fn two_hubs_on_one_file_see_each_others_customers() {
    let list = CustomerList::new();
    let second = Directory::open(&list.path("directory.db"), hungary()).expect("open");
    let saved = list.customer("Kiss Anna", &["+36 30 123 4567"]).await;
    assert_eq!(second.get(&saved.id).await, Ok(saved.clone()));
    let found = second.find_by_number(&super::caller("+36301234567")).await.expect("an answer");
    assert_eq!(found[0].customer, saved);
    assert!(matches!(found[0].customer.details.numbers[0].party, Some(Party::Outside(_))));
}

//! *This number is not theirs*: said by somebody at some time, and taken back again.

use super::{CustomerList, caller, details, hungary};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    call::AgentId,
    customer::{CustomerId, MatchReason, SaidOf},
    number::Party,
};
use ringcard_hub::directory::Directory;
use rusqlite::Connection;

const NUMBER: &str = "+36301234567";

fn ana() -> Option<AgentId> {
    Some(AgentId("Ana Kiss".to_owned()))
}

/// Who is offered for the number, and of whom it is said that it is not theirs.
async fn behind(list: &CustomerList) -> (Vec<String>, Vec<String>) {
    let behind = list.directory.behind(&caller(NUMBER)).await.expect("an answer");
    let offered = behind.matches.into_iter().map(|found| found.customer.details.name).collect();
    (offered, behind.not_theirs.into_iter().map(|one| one.name).collect())
}

fn names(offered: &[&str], not_theirs: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (owned(offered), owned(not_theirs))
}

#[tokio::test]
async fn a_number_that_is_not_theirs_leaves_a_trace_with_who_and_when_and_is_taken_back() {
    let list = CustomerList::new();
    let anna = list.customer("Anna Minta", &["06 30 123 4567"]).await;
    list.directory.not_theirs(&caller(NUMBER), &anna.id, ana()).await.expect("kept");
    assert_eq!(behind(&list).await, names(&[], &["Anna Minta"]));
    let found = list.directory.behind(&caller(NUMBER)).await.expect("an answer");
    let trace = &found.not_theirs[0];
    assert_eq!((&trace.customer, trace.of, &trace.by), (&anna.id, SaidOf::Number, &ana()));
    let [said] = &list.directory.not_theirs_of(&anna.id).await.expect("an answer")[..] else { panic!("one number") };
    assert_eq!((said.number.display.as_str(), &said.by, said.at), ("+36 30 123 4567", &ana(), trace.at));

    // The way it is shown is the way it is taken back.
    let shown = hungary().read(&said.number.display).expect("a number").party;
    list.directory.theirs(&shown, &anna.id).await.expect("taken back");
    assert_eq!(behind(&list).await, names(&["Anna Minta"], &[]));
    assert_eq!(list.directory.not_theirs_of(&anna.id).await, Ok(Vec::new()));
}

#[tokio::test]
async fn taken_back_a_choice_that_was_remembered_counts_again() {
    let list = CustomerList::new();
    let friend = list.customer("Friend", &[]).await;
    let number = caller(NUMBER);
    list.directory.remember(&number, &friend.id).await.expect("remembered");
    list.directory.not_theirs(&number, &friend.id, ana()).await.expect("kept");
    assert_eq!(behind(&list).await, names(&[], &["Friend"]));
    list.directory.theirs(&number, &friend.id).await.expect("taken back");
    let found = list.directory.find_by_number(&number).await.expect("an answer");
    assert_eq!(found[0].reason, MatchReason::Remembered);
}

#[tokio::test]
async fn it_holds_for_that_customer_alone_and_choosing_them_ends_it() {
    let list = CustomerList::new();
    let former = list.customer("Former owner", &["+36 30 123 4567"]).await;
    let number = caller(NUMBER);
    list.directory.not_theirs(&number, &former.id, ana()).await.expect("kept");
    list.customer("New owner", &["0630 123 4567"]).await;
    assert_eq!(behind(&list).await, names(&["New owner"], &["Former owner"]));

    // An edit that leaves the number alone overrules nothing; choosing the customer does.
    list.directory.update(&former.id, details("Former owner, moved", &["+36 30 123 4567"])).await.expect("changed");
    assert_eq!(behind(&list).await, names(&["New owner"], &["Former owner, moved"]));
    list.directory.remember(&number, &former.id).await.expect("remembered");
    assert_eq!(behind(&list).await, names(&["Former owner, moved", "New owner"], &[]));
}

#[tokio::test]
async fn giving_a_customer_the_number_anew_ends_it_and_taking_it_away_leaves_nothing_on_the_card() {
    let list = CustomerList::new();
    let customer = list.customer("Kiss Anna", &["+36 30 123 4567"]).await;
    list.directory.not_theirs(&caller(NUMBER), &customer.id, ana()).await.expect("kept");
    list.directory.update(&customer.id, details("Kiss Anna", &[])).await.expect("changed");
    assert_eq!(behind(&list).await, names(&[], &[]), "nobody has it: nobody is set aside either");
    list.directory.update(&customer.id, details("Kiss Anna", &["+36301234567"])).await.expect("changed");
    assert_eq!(behind(&list).await, names(&["Kiss Anna"], &[]));
}

#[tokio::test]
async fn a_deleted_customer_leaves_no_trace_and_nobody_is_kept_without_a_number() {
    let list = CustomerList::new();
    let anna = list.customer("Anna Minta", &["+36 30 123 4567"]).await;
    list.directory.not_theirs(&caller(NUMBER), &anna.id, ana()).await.expect("kept");
    list.directory.delete(&anna.id).await.expect("deleted");
    assert_eq!(behind(&list).await, names(&[], &[]));
    assert_eq!(list.directory.not_theirs(&caller(NUMBER), &anna.id, None).await, Err(CrmFailure::NotFound));
    assert_eq!(
        list.directory.theirs(&caller(NUMBER), &CustomerId("elsewhere-1".into())).await,
        Err(CrmFailure::NotFound)
    );
    let peter = list.customer("Nagy Péter", &[]).await;
    let hidden = list.directory.not_theirs(&Party::Hidden, &peter.id, ana()).await;
    assert!(matches!(hidden, Err(CrmFailure::Refused { .. })), "{hidden:?}");
}

#[tokio::test]
async fn an_import_that_brings_the_same_number_again_overrules_nothing() {
    let list = CustomerList::new();
    let file = list.file("list.csv", "name,mobile\nAnna Minta,+36 30 123 4567\n");
    list.import(&file).await;
    let anna = list.only("Anna Minta").await;
    list.directory.not_theirs(&caller(NUMBER), &anna.id, ana()).await.expect("kept");
    let file = list.file("again.csv", "name,company,mobile\nAnna Minta,Acme,+36 30 123 4567\n");
    list.import(&file).await;
    assert_eq!(behind(&list).await.1, ["Anna Minta"]);
}

#[tokio::test]
async fn what_an_earlier_version_kept_is_a_trace_without_a_name_and_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("directory.db");
    let earlier = Connection::open(&path).expect("a file");
    earlier.execute_batch(include_str!("../../src/directory/migrations/2026-11-20-customers.sql")).expect("its form");
    earlier
        .execute_batch(
            "PRAGMA application_id = 0x52436472; PRAGMA user_version = 1;
             INSERT INTO meta VALUES ('tag', 'abcd1234');
             INSERT INTO customer VALUES (1, 'Anna Minta', '', '', '', '', 0, '', NULL, '', NULL, NULL, NULL, 1);
             INSERT INTO customer_number VALUES (1, 0, 'mobile', '+36301234567', 1, '36301234567', '76543210363', NULL, 2, 0);
             INSERT INTO dismissed VALUES ('+36301234567', 1, 1763600000000);",
        )
        .expect("its rows");
    drop(earlier);
    let directory = Directory::open(&path, hungary()).expect("it opens");
    let list = CustomerList { folder, directory };
    let found = list.directory.behind(&caller(NUMBER)).await.expect("an answer");
    assert!(found.matches.is_empty());
    let [trace] = &found.not_theirs[..] else { panic!("one trace: {:?}", found.not_theirs) };
    assert_eq!((trace.name.as_str(), &trace.by, trace.at.0), ("Anna Minta", &None, 1_763_600_000_000));
    list.directory.theirs(&caller(NUMBER), &trace.customer).await.expect("taken back");
    assert_eq!(behind(&list).await, names(&["Anna Minta"], &[]));
}

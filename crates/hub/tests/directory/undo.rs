//! An import that somebody takes back.

use super::{CustomerList, caller};
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    call::AgentId,
    customer::{Customer, CustomerDetails},
};
use ringcard_hub::directory::{DoneImport, Undoable, Undone, WhyItStays};

const FIRST: &str = "Name;Email;Phone;Notes\nAnna Minta;anna@example.com;+36 30 555 0126;one\n\
    Bela Proba;bela@example.com;+36 30 555 0128;two\n";
const SECOND: &str = "Name;Email;Phone;Notes\nAnna Minta;anna@example.com;+36 30 555 0127;changed\n\
    Bela Proba;bela@example.com;+36 30 555 0128;two\nCili Kiss;cili@example.com;+36 30 555 0129;three\n";

async fn imports(list: &CustomerList) -> Vec<DoneImport> {
    list.directory.imports().await.expect("an answer")
}

async fn undo(list: &CustomerList) -> Undone {
    let last = imports(list).await.remove(0);
    list.directory.undo_import(last.id).await.expect("undone")
}

async fn everybody(list: &CustomerList) -> Vec<Customer> {
    let mut all: Vec<Customer> =
        list.directory.search("", 200).await.expect("an answer").into_iter().map(|found| found.customer).collect();
    all.sort_by(|one, other| one.id.0.cmp(&other.id.0));
    all
}

async fn what_is_known(list: &CustomerList) -> Vec<CustomerDetails> {
    everybody(list).await.into_iter().map(|customer| customer.details).collect()
}

async fn both_imports(list: &CustomerList) -> Vec<CustomerDetails> {
    list.import(&list.file("first.csv", FIRST)).await;
    let before = what_is_known(list).await;
    list.import(&list.file("second.csv", SECOND)).await;
    before
}

#[tokio::test]
async fn whom_an_import_made_goes_and_whom_it_changed_is_as_before() {
    let list = CustomerList::new();
    let before = both_imports(&list).await;
    let told = imports(&list).await;
    assert_eq!((told[0].file.as_str(), told[0].created, told[0].updated), ("second.csv", 1, 1));
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.restored, undone.kept), (1, 1, 0), "{undone:?}");
    assert_eq!(what_is_known(&list).await, before);
    assert!(list.directory.search("cili", 5).await.expect("an answer").is_empty());
    assert!(list.directory.find_by_number(&caller("+36305550127")).await.expect("an answer").is_empty());
    assert_eq!(list.directory.find_by_number(&caller("+36305550126")).await.expect("an answer").len(), 1);
    // As if it had never been: the same file does the same again.
    let again = list.import(&list.file("second.csv", SECOND)).await;
    assert_eq!((again.created, again.updated, again.unchanged), (1, 1, 1));
}

#[tokio::test]
async fn the_later_import_is_undone_first() {
    let list = CustomerList::new();
    both_imports(&list).await;
    let told = imports(&list).await;
    assert_eq!(told.iter().map(|one| one.undoable).collect::<Vec<_>>(), [Undoable::Yes, Undoable::LaterFirst]);
    let refused = list.directory.undo_import(told[1].id).await.expect_err("the later one first");
    assert!(matches!(&refused, CrmFailure::Refused { detail } if detail.contains("later")), "{refused}");
    undo(&list).await;
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.restored, undone.kept), (2, 0, 0), "{undone:?}");
    assert_eq!(list.directory.count().await, Ok(0));
    assert!(imports(&list).await.is_empty());
    assert!(list.directory.undo_import(told[1].id).await.is_err(), "it is undone already");
}

#[tokio::test]
async fn what_somebody_changed_since_stays_and_is_said() {
    let list = CustomerList::new();
    both_imports(&list).await;
    for (name, notes) in [("anna", "called twice"), ("cili", "new here")] {
        let customer = list.only(name).await;
        let details = CustomerDetails { notes: notes.to_owned(), ..customer.details.clone() };
        list.directory.update(&customer.id, details).await.expect("changed");
    }
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.restored, undone.kept), (0, 0, 2));
    let said: Vec<(&str, WhyItStays)> = undone.kept_customers.iter().map(|one| (one.name.as_str(), one.why)).collect();
    assert_eq!(said, [("Cili Kiss", WhyItStays::Changed), ("Anna Minta", WhyItStays::Changed)]);
    assert_eq!(list.only("anna").await.details.notes, "called twice");
    assert_eq!(list.only("cili").await.details.notes, "new here");
}

#[tokio::test]
async fn a_customer_with_calls_or_words_of_agents_stays() {
    let list = CustomerList::new();
    let rows = "Name;Phone\nAnna Minta;+36 30 555 0126\nBela Proba;+36 30 555 0127\nCili Kiss;+36 30 555 0128\n\
        Dora Nagy;+36 30 555 0129\n";
    list.import(&list.file("list.csv", rows)).await;
    let [anna, bela, cili] = [list.only("anna").await, list.only("bela").await, list.only("cili").await];
    list.directory.remember(&caller("+36205550100"), &anna.id).await.expect("kept");
    list.directory.not_theirs(&caller("+36305550127"), &bela.id, Some(AgentId("Ana".into()))).await.expect("kept");
    // Beside it, the calls.
    let calls = ringcard_hub::history::History::open(&list.path("calls.db")).expect("a history");
    calls.close().await;
    let file = rusqlite::Connection::open(list.path("calls.db")).expect("the file");
    let columns: Vec<(String, String)> = file
        .prepare(
            "SELECT name, type FROM pragma_table_info('call') WHERE \"notnull\" = 1 AND dflt_value IS NULL AND pk = 0",
        )
        .expect("a question")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("columns")
        .collect::<Result<_, _>>()
        .expect("columns");
    let (names, values): (Vec<String>, Vec<String>) = columns
        .into_iter()
        .filter(|(name, _)| name != "started_at" && name != "customer_id" && name != "id")
        .map(|(name, kind)| (name, if kind == "INTEGER" { "0".to_owned() } else { "'{}'".to_owned() }))
        .unzip();
    let more = |list: &[String]| list.iter().map(|one| format!(", {one}")).collect::<String>();
    let now = ringcard_core::Timestamp::now().0 + 1_000;
    file.execute_batch(&format!(
        "INSERT INTO call (id, started_at, customer_id{}) VALUES ('c-1', {now}, '{}'{})",
        more(&names),
        cili.id.0,
        more(&values)
    ))
    .expect("a call");
    drop(file);
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.kept), (1, 3), "{undone:?}");
    assert!(undone.kept_customers.iter().all(|one| one.why == WhyItStays::InUse), "{undone:?}");
    let left: Vec<String> = everybody(&list).await.into_iter().map(|one| one.details.name).collect();
    assert_eq!(left, ["Anna Minta", "Bela Proba", "Cili Kiss"]);
}

#[tokio::test]
async fn numbers_that_a_person_added_are_theirs_again() {
    let list = CustomerList::new();
    list.import(&list.file("first.csv", FIRST)).await;
    let anna = list.only("anna").await;
    let mut details = anna.details.clone();
    details.numbers.push(super::details("", &["+36 70 555 0100"]).numbers.remove(0));
    list.directory.update(&anna.id, details.clone()).await.expect("changed");
    let before = list.only("anna").await.details;
    list.import(&list.file("second.csv", SECOND)).await;
    assert_eq!(undo(&list).await.restored, 1);
    assert_eq!(list.only("anna").await.details, before);
    // The next import leaves it there, too.
    list.import(&list.file("second.csv", SECOND)).await;
    let written: Vec<String> = list.only("anna").await.details.numbers.into_iter().map(|one| one.written).collect();
    assert_eq!(written, ["+36 30 555 0127", "+36 70 555 0100"]);
}

#[tokio::test]
async fn after_a_week_it_is_forgotten_how_customers_were() {
    let list = CustomerList::new();
    both_imports(&list).await;
    list.directory.close().await;
    let connect = || rusqlite::Connection::open(list.path("directory.db")).expect("the file");
    let kept = |file: &rusqlite::Connection| -> i64 {
        file.query_row("SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM import_change)", [], |row| {
            row.get(0)
        })
        .expect("a count")
    };
    let file = connect();
    assert_eq!(kept(&file), 3);
    file.execute("UPDATE import SET at = at - 7 * 24 * 3600 * 1000 - 1000", []).expect("a week passes");
    drop(file);
    let directory =
        ringcard_hub::directory::Directory::open(&list.path("directory.db"), super::hungary()).expect("open");
    assert_eq!(directory.imports().await.expect("an answer"), []);
    directory.close().await;
    assert_eq!(kept(&connect()), 0);
}

#[tokio::test]
async fn a_customer_who_is_deleted_leaves_nothing_behind() {
    let list = CustomerList::new();
    both_imports(&list).await;
    let anna = list.only("anna").await;
    list.directory.delete(&anna.id).await.expect("deleted");
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.restored, undone.kept), (1, 0, 0));
    assert!(list.directory.search("anna", 5).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn an_import_that_changed_nothing_is_none_to_undo() {
    let list = CustomerList::new();
    list.import(&list.file("first.csv", FIRST)).await;
    list.import(&list.file("first.csv", FIRST)).await;
    let told = imports(&list).await;
    assert_eq!((told.len(), told[0].undoable), (1, Undoable::Yes));
}

#[tokio::test]
async fn many_customers_are_taken_back_part_by_part() {
    let list = CustomerList::new();
    let rows = |label: &str| -> String {
        (0..1_000).map(|row| format!("K{row};Customer {row};{label}\n")).collect::<String>()
    };
    list.import(&list.file("first.csv", format!("id;name;notes\n{}", rows("one")))).await;
    let more: String = (1_000..2_000).map(|row| format!("K{row};Customer {row};two\n")).collect();
    let done = list.import(&list.file("second.csv", format!("id;name;notes\n{}{more}", rows("two")))).await;
    assert_eq!((done.created, done.updated), (1_000, 1_000));
    let undone = undo(&list).await;
    assert_eq!((undone.removed, undone.restored, undone.kept), (1_000, 1_000, 0));
    assert_eq!(list.directory.count().await, Ok(1_000));
    assert_eq!(list.only("customer 999").await.details.notes, "one");
}

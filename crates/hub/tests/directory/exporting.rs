//! Exporting, and importing what was exported.

use super::{CustomerList, details, hungary};
use proptest::prelude::*;
use ringcard_connect::Crm;
use ringcard_core::customer::{CustomerDetails, CustomerNumber};
use ringcard_hub::directory::{Directory, ExportFormat, ExportProgress, import::ImportState};
use std::{collections::BTreeMap, path::Path};
use tokio::sync::watch;

async fn export(directory: &Directory, path: &Path, format: ExportFormat) -> Result<u64, String> {
    let (progress, _) = watch::channel(ExportProgress::default());
    directory.export(path, format, progress).await.map_err(|failure| failure.to_string())
}

async fn everybody(directory: &Directory) -> Vec<CustomerDetails> {
    let found = directory.search("", 200).await.expect("an answer");
    let mut all: Vec<CustomerDetails> = found.into_iter().map(|found| found.customer.details).collect();
    all.sort_by_key(|customer| format!("{customer:?}"));
    all
}

#[tokio::test]
async fn a_cell_that_would_be_run_as_a_formula_is_guarded() {
    let list = CustomerList::new();
    let mut customer = details("=HYPERLINK(\"http://evil.example\")", &["+36 30 123 4567", "+36-1-2345678"]);
    customer.company = "@SUM(1)".to_owned();
    customer.notes = "-1+1".to_owned();
    customer.role = "'t Hooft".to_owned();
    list.directory.create(customer.clone()).await.expect("a customer");
    let path = list.path("out.csv");
    assert_eq!(export(&list.directory, &path, ExportFormat::Csv { bom: true }).await, Ok(1));
    let text = std::fs::read_to_string(&path).expect("the file");
    assert!(text.starts_with("\u{feff}external_id,name,company"), "{text}");
    for cell in [
        "\"'=HYPERLINK(\"\"http://evil.example\"\")\"",
        "'@SUM(1)",
        "'-1+1",
        ",'t Hooft,",
        ",+36 30 123 4567 [mobile],",
        "'+36-1-2345678 [mobile]",
    ] {
        assert!(text.contains(cell), "{cell} is not in {text}");
    }
    let other = CustomerList::new();
    other.import(&path).await;
    let back = everybody(&other.directory).await.remove(0);
    assert_eq!(
        (back.name, back.company, back.notes, back.role),
        (customer.name, customer.company, customer.notes, customer.role)
    );
}

#[tokio::test]
async fn an_edited_export_changes_the_customers_it_came_from() {
    let list = CustomerList::new();
    let anna = list.customer("Kiss Anna", &["+36 30 123 4567"]).await;
    list.customer("Nagy Béla", &[]).await;
    let path = list.path("out.csv");
    export(&list.directory, &path, ExportFormat::Csv { bom: false }).await.expect("exported");
    let text = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(list.import(&path).await.unchanged, 2);
    let done = list.import(&list.file("edited.csv", text.replace("Kiss Anna", "Kiss-Nagy Anna"))).await;
    assert_eq!((done.created, done.updated, done.unchanged), (0, 1, 1));
    assert_eq!(list.directory.get(&anna.id).await.expect("there").details.name, "Kiss-Nagy Anna");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_said_and_leaves_nothing_behind() {
    let list = CustomerList::new();
    list.customer("Kiss Anna", &[]).await;
    let nowhere = list.path("no/such/folder.csv");
    let failure = export(&list.directory, &nowhere, ExportFormat::VCard).await.expect_err("nowhere");
    assert!(failure.contains("there is no such folder"), "{failure}");
    // A folder is in the way: the file beside it is taken away again.
    let taken = list.path("taken.csv");
    std::fs::create_dir_all(taken.join("inside")).expect("a folder");
    export(&list.directory, &taken, ExportFormat::VCard).await.expect_err("taken");
    assert!(!list.path("taken.csv.part").exists());
}

fn text(letters: usize) -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "'",
        "\"",
        "=1",
        "+",
        "-",
        "@",
        ",",
        ";",
        "|",
        "\\",
        "\\n",
        "^n",
        "[x]",
        "]",
        "yes",
        "sep=;",
        "Ő",
        "ñ",
        "😀",
        "BEGIN:VCARD",
        ":",
        "é",
        " ",
    ]);
    prop::collection::vec(prop_oneof![odd.prop_map(str::to_owned), "[a-zA-ZáőűÑ0-9 ]{0,8}"], 0..letters)
        .prop_map(|parts| parts.concat())
}

fn number() -> impl Strategy<Value = CustomerNumber> {
    let written = prop_oneof![
        (1_000_000..9_999_999_u32).prop_map(|number| format!("+36 30 {number}")),
        (1_000_000..9_999_999_u32).prop_map(|number| format!("06-1-{number}; ext 5")),
        Just("06301234567, 06309876543".to_owned()),
        Just("call the office [second]".to_owned()),
        "[a-z ,;|\\]\\[]{0,12}",
    ];
    let label =
        prop_oneof![Just(String::new()), Just("mobile".to_owned()), Just("fax".to_owned()), "[a-ző 2\"^;:,]{0,10}"];
    (written, label).prop_map(|(written, label)| CustomerNumber { label, written, party: None })
}

fn customer() -> impl Strategy<Value = CustomerDetails> {
    let field = ("[a-zA-Z=+ ]{0,10}", text(3));
    (
        (text(4), text(4), text(3), prop_oneof![Just(String::new()), Just("anna@example.com".to_owned()), text(3)]),
        (prop::collection::vec(text(3), 0..4), any::<bool>()),
        prop::collection::vec(text(4), 0..4).prop_map(|lines| lines.join("\n")),
        prop::option::of(Just("https://crm.example/?a=1;b=2,c".to_owned())),
        (prop::collection::vec(number(), 0..4), prop::collection::btree_map(field.0, field.1, 0..3)),
    )
        .prop_map(|((name, company, role, email), (tags, vip), notes, link, (numbers, fields))| CustomerDetails {
            name,
            company,
            role,
            email,
            tags,
            vip,
            notes,
            link,
            numbers,
            fields: fields.into_iter().collect::<BTreeMap<_, _>>(),
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_and_imported_again_is_the_same(
        customers in prop::collection::vec(customer(), 1..6),
        format in prop::sample::select(vec![
            ExportFormat::Csv { bom: true }, ExportFormat::Csv { bom: false }, ExportFormat::VCard,
        ]),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let list = CustomerList::new();
            let mut kept = 0;
            for customer in customers {
                // What cannot be kept is refused here already, and tested elsewhere.
                kept += u64::from(list.directory.create(customer).await.is_ok());
            }
            let path = list.path("out");
            prop_assert_eq!(export(&list.directory, &path, format).await, Ok(kept));
            let before = everybody(&list.directory).await;
            if kept > 0 {
                let again = list.import(&path).await;
                prop_assert_eq!((again.state, again.unchanged, again.refused), (ImportState::Done, kept, 0), "{:?}", again);

                let copy = Directory::open(&list.path("copy.db"), hungary()).expect("a copy");
                let (progress, _) = watch::channel(Default::default());
                let done = ringcard_hub::directory::import::run(&copy, &path, Vec::new(), progress, Default::default()).await;
                prop_assert_eq!((done.state, done.created, done.refused), (ImportState::Done, kept, 0), "{:?}", done);
                prop_assert_eq!(everybody(&copy).await, before);
            }
            Ok(())
        })?;
    }
}

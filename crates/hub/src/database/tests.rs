use super::*;
use tempfile::TempDir;

const KIND: FileKind =
    FileKind { application_id: 0x5465_7374, name: "test", when_damaged: "", migrations: &["CREATE TABLE a (b);"] };

#[test]
fn a_file_that_passes_is_told_from_one_that_a_person_decides_about() {
    let path = PathBuf::from("x.db");
    assert!(OpenFailure::Locked { path: path.clone() }.passes());
    assert!(OpenFailure::NoSpace { path: path.clone() }.passes());
    assert!(!KIND.corrupt(&path, "torn").passes());
    assert!(!OpenFailure::NewerVersion { path, found: 9, known: 1 }.passes());
}

#[test]
fn a_folder_where_a_file_should_be_is_said_in_words_of_the_place() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("x.db");
    std::fs::create_dir(&path).expect("a folder in its place");
    let failure = KIND.open(&path, |_| Ok(())).expect_err("it is a folder");
    assert!(failure.passes() && failure.to_string().contains("x.db"), "{failure}");
}

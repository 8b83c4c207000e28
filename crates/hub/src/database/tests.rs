use super::*;
use rusqlite::{StatementStatus, params};
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

/// How often a question was planned again that was asked ten times.
fn planned_again(connection: &Connection) -> i32 {
    let mut question = connection.prepare("SELECT b FROM a WHERE b = ?1 LIMIT ?2").expect("a question");
    for value in 0..10 {
        let found = question.query_map(params![value, 5 + value], |row| row.get::<_, i64>(0)).expect("it is asked");
        assert_eq!(found.count(), 1);
    }
    question.get_status(StatementStatus::RePrepare)
}

#[test]
fn a_question_is_planned_once_whatever_it_is_asked_with() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("x.db");
    let begin = "CREATE TABLE a (b INTEGER); CREATE INDEX a_b ON a (b) WHERE b IS NOT NULL;
                 WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 99) INSERT INTO a SELECT n FROM n;
                 ANALYZE;";
    Connection::open(&path).and_then(|connection| connection.execute_batch(begin)).expect("a file");
    let otherwise = Connection::open(&path).expect("it opens");
    assert_ne!(planned_again(&otherwise), 0, "else nothing is seen here");
    assert_eq!(planned_again(&connect(&path).expect("it opens")), 0);
}

use super::*;
use crate::own_files::{NewFile, database, write};

fn closed_to_others(path: &Path) -> bool {
    let (list, user) = list_of(path).expect("a list");
    list.is_closed(user)
}

/// A folder that everybody may read and change, and with it what is made there in the usual way.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    descriptor::set(folder.path(), "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;WD)").expect("a list");
    folder
}

#[test]
fn this_user_has_a_name_that_lists_use() {
    let user = descriptor::user().expect("an account");
    assert!(user.starts_with("S-1-") || user.len() == 2, "{user}");
}

#[test]
fn what_is_made_in_an_open_folder_is_its_users_alone() {
    let folder = open_folder();
    assert!(!closed_to_others(folder.path()));
    let path = |name: &str| folder.path().join(name);
    create_new(&path("new")).expect("made");
    append(&path("appended")).expect("made");
    open(&path("opened")).expect("made");
    write(&path("written"), "whole").expect("written");
    database(&path("calls.db")).expect("made");
    make_folders(&path("a").join("b")).expect("made");
    fs::write(path("a").join("b").join("inside"), "theirs too").expect("written");
    for name in ["new", "appended", "opened", "written", "calls.db", "a", "a\\b", "a\\b\\inside"] {
        assert!(closed_to_others(&path(name)), "{name}: {:?}", descriptor::of_path(&path(name)));
    }
    assert_eq!(create_new(&path("new")).expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn what_was_open_to_others_is_not_when_it_is_opened_again() {
    let folder = open_folder();
    let path = folder.path().join("file");
    for opening in [append, open] {
        let _ = fs::remove_file(&path);
        fs::write(&path, "kept").expect("written");
        descriptor::set(&path, "D:P(A;;FA;;;WD)").expect("a list");
        assert!(others_can_read(&path) && others_can_write(&path));
        opening(&path).expect("it opens");
        assert!(closed_to_others(&path) && !others_can_read(&path), "{:?}", descriptor::of_path(&path));
        assert_eq!(fs::read_to_string(&path).expect("it reads"), "kept");
    }
}

#[test]
fn a_file_in_anothers_place_keeps_the_accounts_that_were_chosen() {
    let folder = open_folder();
    let path = folder.path().join("hub.toml");
    fs::write(&path, "before").expect("written");
    descriptor::set(&path, "D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;FR;;;S-1-5-21-1-2-3-1002)(A;;FR;;;WD)").expect("a list");
    let mut new = NewFile::beside(&path).expect("made");
    keep_readers(&new, &path, false).expect("a list");
    io::Write::write_all(&mut new.file, b"after").expect("written");
    new.take_its_place().expect("moved");
    let (list, user) = list_of(&path).expect("a list");
    assert_eq!(list.readers(user), ["S-1-5-21-1-2-3-1002"]);
    assert_eq!(fs::read_to_string(&path).expect("it reads"), "after");
}

#[test]
fn a_file_that_somebody_reads_makes_place_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    fs::write(&path, "before").expect("written");
    let read_meanwhile = File::open(&path).expect("it opens");
    write(&path, "after").expect("it takes its place");
    assert_eq!(fs::read_to_string(&path).expect("it reads"), "after");
    drop(read_meanwhile);
}

#[test]
fn a_long_name_and_one_with_accents_are_names_like_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep =
        (0..6).fold(folder.path().to_owned(), |path, _| path.join("Árvíztűrő tükörfúrógép ñandú ".trim().repeat(2)));
    make_folders(&deep).expect("made");
    let path = deep.join("calls.db");
    assert!(path.as_os_str().len() > 260);
    write(&path, "").expect("written");
    let connection = rusqlite::Connection::open(without_links(&path)).expect("it opens");
    connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE a (b)").expect("a table");
    assert!(deep.join("calls.db-wal").exists());
}

#[test]
fn a_folder_of_everybodys_is_not_taken_for_ours() {
    assert!(is_shared(Path::new("C:\\")));
    assert!(std::env::var_os("ProgramData").is_none_or(|folder| is_shared(Path::new(&folder))));
    assert!(!is_shared(tempfile::tempdir().expect("a folder").path()));
}

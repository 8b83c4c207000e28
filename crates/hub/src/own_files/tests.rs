//! Modes and links, which Windows has not in this form: its half is tested in `windows/tests.rs`.

use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn a_file_that_is_written_anew_is_its_users_and_whole_or_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    fs::write(&path, "before").expect("written");
    drop(NewFile::beside(&path).expect("it can be made"));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    write(&path, "after").expect("it can be written");
    assert_eq!((fs::read_to_string(&path).expect("it is there").as_str(), mode(&path)), ("after", 0o600));
}

#[test]
fn a_link_in_a_files_place_is_replaced_or_refused_and_never_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (victim, link) = (folder.path().join("victim"), folder.path().join("link"));
    fs::write(&victim, "theirs").expect("written");
    symlink(&victim, &link).expect("a link");
    for opened in [append(&link), open(&link), database(&link).and_then(|()| File::open(&link))] {
        let refused = opened.expect_err("it is a link").to_string();
        assert!(refused.contains("symbolic link"), "{refused}");
    }
    create_new(&link).expect_err("it is there");
    symlink(&victim, folder.path().join("link.part")).expect("a link");
    write(&link, "ours").expect("it can be written");
    assert!(!link.is_symlink());
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "theirs");
}

#[test]
fn what_was_open_to_others_is_not_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    for opening in [append, open] {
        fs::write(&path, "").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).expect("chmod");
        opening(&path).expect("it opens");
        assert_eq!(mode(&path), 0o600);
    }
}

#[test]
fn a_pipe_in_a_files_place_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    for opened in [append(&path).map(drop), open(&path).map(drop), database(&path), write(&path, "")] {
        opened.expect_err("no file");
    }
}

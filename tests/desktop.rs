//! What the other end-to-end tests stand on leaves nothing behind.

use crate::support;

use std::{fs, panic, path::PathBuf};
use support::{
    session::{Look, Session},
    until_true,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_leaves_nothing_behind_even_when_its_test_panics() {
    let (mut folder, mut socket) = (PathBuf::new(), PathBuf::new());
    let panicked = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let session = Session::start("panics", &Look::default()).expect("a desktop");
        folder = session.dir().to_owned();
        let display = session.output("sh", ["-c", "printf %s \"${DISPLAY#:}\""]);
        socket = PathBuf::from(format!("/tmp/.X11-unix/X{display}"));
        assert!(socket.exists() && processes_with(&folder) > 0);
        panic!("as a test does that fails");
    }));
    assert!(panicked.is_err());
    assert!(!folder.exists() && !socket.exists(), "{} or {} is left", folder.display(), socket.display());
    until_true("its programs to end", || processes_with(&folder) == 0).await;
}

/// How many programs have this home.
fn processes_with(home: &std::path::Path) -> usize {
    let needle = format!("HOME={}", home.display());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let environments = processes.filter_map(|process| fs::read(process.path().join("environ")).ok());
    environments.filter(|environment| String::from_utf8_lossy(environment).contains(&needle)).count()
}

use crate::history::{
    History, HistoryFailure,
    tests::{recorded, ring},
};
use futures_util::future::join_all;
use ringcard_core::call::CallEvent;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// The history, and how often it was committed.
async fn counted(dir: &TempDir) -> (History, &'static AtomicU64) {
    let history = History::open(&dir.path().join("calls.db")).expect("the history opens");
    let commits: &'static AtomicU64 = Box::leak(Box::default());
    let count = move || {
        commits.fetch_add(1, Ordering::SeqCst);
        false
    };
    history.files.change(move |connection| connection.commit_hook(Some(count))).await.expect("counted");
    (history, commits)
}

#[tokio::test]
async fn what_comes_at_once_goes_with_few_commits_and_is_all_there() {
    let dir = TempDir::new().expect("a folder");
    let (history, commits) = counted(&dir).await;
    let calls: Vec<_> = (0..200).map(|n| ring(&n.to_string())).collect();
    let record = |call| history.record(recorded(call, CallEvent::CustomerRinging));
    let kept = join_all(calls.iter().map(record)).await;
    assert!(kept.iter().all(Result::is_ok));
    for call in &calls {
        assert_eq!(history.call(call.id.clone()).await.expect("read").as_ref(), Some(call));
    }
    let count = commits.load(Ordering::SeqCst);
    assert!((1..=20).contains(&count), "{count} commits");
    record(&ring("alone")).await.expect("kept");
    assert_eq!(commits.load(Ordering::SeqCst), count + 1);
}

#[tokio::test]
async fn one_that_cannot_be_kept_costs_the_others_nothing() {
    let dir = TempDir::new().expect("a folder");
    let (history, _) = counted(&dir).await;
    let trigger =
        "CREATE TRIGGER no BEFORE INSERT ON call WHEN NEW.external_id = '7' BEGIN SELECT RAISE(ABORT, 'no'); END";
    history.files.change(move |connection| connection.execute_batch(trigger)).await.expect("made");
    let calls: Vec<_> = (0..20).map(|n| ring(&n.to_string())).collect();
    let kept = join_all(calls.iter().map(|call| history.record(recorded(call, CallEvent::CustomerRinging)))).await;
    for (n, kept) in kept.iter().enumerate() {
        assert_eq!(kept.is_ok(), n != 7, "{n}: {kept:?}");
    }
    assert!(matches!(kept[7], Err(HistoryFailure::Sqlite(_))));
}

#[tokio::test]
async fn what_is_no_record_keeps_its_place_among_them() {
    let dir = TempDir::new().expect("a folder");
    let (history, _) = counted(&dir).await;
    let seen = ring("seen");
    let missed = |call: &ringcard_core::call::Call| {
        let mut call = call.clone();
        call.state = ringcard_core::call::CallState::Missed;
        recorded(&call, CallEvent::Missed)
    };
    let ana = || seen.agents[0].clone();
    let later = ring("later");
    let (a, b, c) =
        tokio::join!(history.record(missed(&seen)), history.missed_seen(ana()), history.record(missed(&later)));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(history.missed(ana()).await.expect("counted"), 1);
}

#[tokio::test]
async fn whoever_waits_hears_when_nothing_can_be_written_any_more() {
    let dir = TempDir::new().expect("a folder");
    let (history, _) = counted(&dir).await;
    history.close().await;
    let calls = [ring("1"), ring("2")];
    let kept = join_all(calls.iter().map(|call| history.record(recorded(call, CallEvent::CustomerRinging)))).await;
    assert!(kept.iter().all(|kept| matches!(kept, Err(HistoryFailure::NotDone(_)))), "{kept:?}");
}

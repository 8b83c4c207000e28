use super::*;
use tempfile::TempDir;

const HOUR: i64 = 3_600_000;

fn line(at: i64, account: &str, outcome: &'static str, took: u64) -> Line {
    let account = account.to_owned();
    Line { at: Timestamp(at), account, purpose: "write", what: "codify", outcome, took: Duration::from_millis(took) }
}

fn all(account: Option<&str>) -> Which {
    let account = account.map(str::to_owned);
    Which { account, from: Timestamp(0), to: Timestamp(i64::MAX), lines: 100 }
}

#[tokio::test]
async fn what_was_noted_is_read_newest_first_with_its_counts_and_after_a_restart_too() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("requests.db");
    let now = Timestamp::now().0;
    let log = RequestLog::start(&path);
    log.note(line(now - 2, "crm", "answered", 40));
    log.note(line(now - 1, "crm", "answered", 60));
    log.note(line(now, "other", "closed", 1));
    let read = log.read(all(None)).await.expect("it is there");
    assert_eq!(read.lines.iter().map(|made| made.took_ms).collect::<Vec<_>>(), [1, 60, 40]);
    log.close().await;
    let log = RequestLog::start(&path);
    let read = log.read(all(Some("crm"))).await.expect("it is there");
    assert_eq!((read.lines.len(), read.not_kept), (2, 0));
    assert_eq!(read.hours.iter().map(|hour| hour.requests).sum::<i64>(), 2);
    log.close().await;
    assert!(log.read(all(None)).await.is_err(), "it is closed");
}

#[test]
fn lines_of_yesterday_are_counted_by_the_hour_and_hours_of_last_month_are_forgotten() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&dir.path().join("requests.db")).expect("it opens");
    let day = 24 * HOUR;
    let now = 40 * day;
    let old = now - day - HOUR;
    let lines = [
        line(old, "crm", "answered", 10),
        line(old + 1, "crm", "answered", 30),
        line(old + 2, "crm", "not_sent", 5),
        line(now - 31 * day, "crm", "answered", 5),
        line(now - HOUR, "crm", "answered", 7),
    ];
    store.write(&lines).expect("written");
    let before = store.read(&all(None)).expect("read");
    store.compact(Timestamp(now)).expect("compacted");
    store.compact(Timestamp(now)).expect("compacted");
    let after = store.read(&all(None)).expect("read");
    assert_eq!((before.lines.len(), after.lines.len()), (5, 1));
    assert_eq!(after.hours, before.hours[..3], "the counts are the same, but for last month's");
    let yesterday = &after.hours[1];
    let counts = (yesterday.hour.0, yesterday.requests, yesterday.took_ms, yesterday.longest_ms);
    assert_eq!(counts, (old, 2, 40, 30));
}

#[tokio::test]
async fn a_file_that_is_none_is_put_aside_and_one_that_cannot_be_there_costs_only_the_list() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("requests.db");
    std::fs::write(&path, [7; 8192]).expect("written");
    let log = RequestLog::start(&path);
    log.note(line(Timestamp::now().0, "crm", "answered", 1));
    assert_eq!(log.read(all(None)).await.expect("it begins anew").lines.len(), 1);
    log.close().await;
    let nowhere = RequestLog::start(&path.join("below-a-file.db"));
    nowhere.note(line(1, "crm", "answered", 1));
    assert!(matches!(nowhere.read(all(None)).await, Err(NoList::Unreadable(_))));
    nowhere.close().await;
}

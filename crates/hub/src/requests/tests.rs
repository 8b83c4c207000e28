use super::*;
use tempfile::TempDir;

const HOUR: i64 = 3_600_000;

fn line(at: i64, account: &str, outcome: &'static str, took: u64) -> Line {
    let (account, by, took) = (account.to_owned(), String::new(), Duration::from_millis(took));
    Line { at: Timestamp(at), account, purpose: "write", what: "codify", outcome, by, took }
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

fn of(at: i64, purpose: &'static str, outcome: &'static str, by: &str) -> Line {
    Line { purpose, by: by.to_owned(), ..line(at, "crm", outcome, 1) }
}

#[test]
fn what_was_used_is_counted_by_parts_of_the_time_by_what_for_and_by_whom() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&dir.path().join("requests.db")).expect("it opens");
    let now = Timestamp(1_795_231_800_000);
    let ago = |millis: i64| now.0 - millis;
    let lines = [
        of(ago(0), "look_up", "answered", ""),
        of(ago(0), "write", "limited", "ana"),
        of(ago(HOUR), "write", "answered", "ana"),
        of(ago(HOUR), "write", "not_sent", "béla"),
        of(ago(40 * HOUR), "report", "answered", "béla"),
        line(ago(0), "other", "answered", 1),
    ];
    store.write(&lines).expect("written");
    store.saved("crm", Saved::ByBatching, now, 7).expect("written");
    store.saved("crm", Saved::ByBatching, now, 3).expect("written");
    store.saved("crm", Saved::ByCache, now, 5).expect("written");
    store.waited("crm", now, 14).expect("written");
    store.waited("crm", now, 9).expect("written");
    let day =
        store.used("crm", UsageRange::Day, &bounds(UsageRange::Day, &jiff::tz::TimeZone::UTC, now)).expect("read");
    assert_eq!((day.slots.len(), day.accounts.as_slice()), (96, ["crm".to_owned(), "other".to_owned()].as_slice()));
    assert!(day.slots.windows(2).all(|pair| pair[0].until == pair[1].at), "no gaps");
    let sum = |of: fn(&ringcard_core::usage::UsageSlot) -> u32| day.slots.iter().map(of).sum::<u32>();
    assert_eq!([sum(|slot| slot.requests.total()), sum(|slot| slot.limited), sum(|slot| slot.failed)], [4, 1, 1]);
    let last = day.slots.last().expect("the one that has begun");
    assert_eq!((last.requests.look_up, last.requests.write, last.limited, last.waiting), (1, 1, 1, 14));
    assert_eq!((day.saved_by_batching, day.cache_hits), (10, 5));
    let by: Vec<_> =
        day.by.iter().map(|by| (by.agent.as_ref().map_or("", |agent| &agent.0), by.requests.total())).collect();
    assert_eq!(by, [("ana", 2), ("", 1), ("béla", 1)]);
    assert_eq!(day.by[0].limited, 1);

    let zone = jiff::tz::TimeZone::get("America/Bogota").expect("a zone");
    let month = store.used("crm", UsageRange::Month, &bounds(UsageRange::Month, &zone, now)).expect("read");
    assert_eq!(month.slots.len(), 30);
    assert_eq!(month.slots.iter().map(|slot| slot.requests.total()).sum::<u32>(), 5);
    assert_eq!(month.slots[29].at, Timestamp(1_795_150_800_000), "midnight in Bogotá");
    assert_eq!(month.by.iter().map(|by| by.requests.total()).sum::<u32>(), 5);

    store.compact(Timestamp(now.0 + 33 * 24 * HOUR)).expect("compacted");
    for table in ["used", "used_by", "beside"] {
        let left: i64 = store
            .connection()
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .expect("a count");
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn what_was_there_before_the_counts_were_kept_is_counted() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("requests.db");
    let now = 1_795_231_800_000;
    {
        let old = rusqlite::Connection::open(&path).expect("opens");
        old.execute_batch(include_str!("migrations/2026-11-28-requests.sql")).expect("as it was");
        old.execute_batch(&format!(
            "INSERT INTO line (at, account, purpose, what, outcome, took_ms) VALUES ({now}, 'crm', 'write', 'x', 'answered', 1);
             INSERT INTO hour VALUES ({}, 'crm', 'write', 'x', 'answered', 41, 1, 1);
             INSERT INTO hour VALUES ({}, 'crm', 'write', 'y', 'answered', 1, 1, 1);
             PRAGMA application_id = 1380151921; PRAGMA user_version = 1;",
            (now - 48 * HOUR) / HOUR * HOUR,
            (now - 48 * HOUR) / HOUR * HOUR,
        ))
        .expect("lines");
    }
    let store = Store::open(&path).expect("it opens");
    let month = bounds(UsageRange::Month, &jiff::tz::TimeZone::UTC, Timestamp(now));
    let used = store.used("crm", UsageRange::Month, &month).expect("read");
    assert_eq!(used.slots.iter().map(|slot| slot.requests.write).sum::<u32>(), 43);
    let day = bounds(UsageRange::Day, &jiff::tz::TimeZone::UTC, Timestamp(now));
    let used = store.used("crm", UsageRange::Day, &day).expect("read");
    assert_eq!(used.slots.iter().map(|slot| slot.requests.write).sum::<u32>(), 1);
}

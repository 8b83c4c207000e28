use super::*;
use std::sync::mpsc;

fn threads(count: usize, waiting: usize) -> Threads<Connection> {
    let held = (0..count).map(|_| Connection::open_in_memory().expect("memory")).collect();
    Threads::start(held, Ways { name: "test", waiting, at_rest: None, at_end: |_| () })
}

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_job_that_panics_costs_its_own_answer_and_no_other() {
    let threads = threads(1, 4);
    let question = threads.ask(HOUR, |_| -> u32 { panic!("on purpose") }).await;
    assert_eq!(question, Err(NotDone::Failed));
    let change = threads.change(|_| -> u32 { panic!("on purpose") }).await;
    assert_eq!(change, Err(NotDone::Failed));
    threads.hand_over(Box::new(|_| panic!("on purpose"))).expect("there is room");
    assert_eq!(threads.ask(HOUR, |_| 1).await, Ok(1));
}

#[tokio::test]
async fn what_a_job_had_begun_when_it_panicked_is_undone() {
    let threads = threads(1, 4);
    threads.change(|held| held.execute_batch("CREATE TABLE a (b)")).await.expect("done").expect("made");
    let change = threads.change(|held| -> u32 {
        let step = held.transaction().expect("begun");
        step.execute("INSERT INTO a VALUES (1)", []).expect("inserted");
        panic!("on purpose")
    });
    assert_eq!(change.await, Err(NotDone::Failed));
    let rows = threads.ask(HOUR, |held| held.query_row("SELECT count(*) FROM a", [], |row| row.get::<_, u32>(0))).await;
    assert_eq!(rows.expect("done"), Ok(0));
}

#[tokio::test]
async fn whoever_finds_no_place_waits_for_one_or_is_refused_as_they_wish() {
    let threads = Arc::new(threads(1, 1));
    let (go_on, hold) = mpsc::channel::<()>();
    let (began, beginning) = oneshot::channel();
    let job = move |_: &mut Connection| {
        let _ = began.send(());
        let _ = hold.recv();
    };
    threads.hand_over(Box::new(job)).expect("there is room");
    beginning.await.expect("it began");
    threads.hand_over(Box::new(|_| ())).expect("one may wait");
    assert!(threads.waiting().is_somebody());
    assert_eq!(threads.change_if_there_is_room(|_| ()).await, Err(NotDone::Busy));
    let waits = threads.clone();
    let waiting = tokio::spawn(async move { waits.change(|_| 1).await });
    tokio::task::yield_now().await;
    go_on.send(()).expect("it holds");
    assert_eq!(waiting.await.expect("no panic"), Ok(1));
}

#[tokio::test]
async fn closing_finishes_what_waits_and_says_so_to_those_who_come_later() {
    static ENDS: AtomicUsize = AtomicUsize::new(0);
    let held = vec![Connection::open_in_memory().expect("memory")];
    let at_end = |_: &mut Connection| {
        ENDS.fetch_add(1, Ordering::Relaxed);
    };
    let threads = Threads::start(held, Ways { name: "test", waiting: 4, at_rest: None, at_end });
    let (done, made) = oneshot::channel();
    let job = move |_: &mut Connection| done.send(()).expect("somebody waits");
    threads.hand_over(Box::new(job)).expect("there is room");
    threads.close();
    made.await.expect("it was done");
    assert_eq!(ENDS.load(Ordering::Relaxed), 1);
    assert_eq!(threads.ask(HOUR, |_| ()).await, Err(NotDone::Closed));
    assert_eq!(threads.change(|_| ()).await, Err(NotDone::Closed));
    assert_eq!(threads.change_blocking(|_| ()), Err(NotDone::Closed));
}

#[test]
fn a_thread_without_work_is_told_so_once() {
    static RESTS: Mutex<Option<mpsc::Sender<()>>> = Mutex::new(None);
    let (rests, hear) = mpsc::channel();
    *locked(&RESTS) = Some(rests);
    let held = vec![Connection::open_in_memory().expect("memory")];
    let at_rest = |_: &mut Connection| {
        let _ = locked(&RESTS).as_ref().map(|rests| rests.send(()));
    };
    let threads = Threads::start(held, Ways { name: "test", waiting: 4, at_rest: Some(at_rest), at_end: |_| () });
    threads.hand_over(Box::new(|_| ())).expect("there is room");
    hear.recv().expect("it rests");
    threads.close();
    assert!(hear.try_recv().is_err(), "once");
}

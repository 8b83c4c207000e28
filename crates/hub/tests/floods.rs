//! Whoever proves nothing is counted apart: a flood of theirs costs no sender with the right key or token an answer.

use crate::support;

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};
use support::{KEY, Plan, TOKEN, World, client, world};

/// Connections that send without a pause until they are told to stop.
struct Flood {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Flood {
    /// Begun when the hub has become tired of each.
    async fn begin(world: &World, paths: &[&str]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        let mut tired = FuturesUnordered::new();
        for path in paths {
            let (told, is_tired) = tokio::sync::oneshot::channel();
            tired.push(is_tired);
            let (stop, url, http) = (stop.clone(), format!("{}{path}", world.base), client());
            tasks.push(tokio::spawn(async move {
                let mut told = Some(told);
                while !stop.load(Relaxed) {
                    let Ok(answer) = http.get(&url).send().await else { continue };
                    assert_ne!(answer.status(), 200);
                    if answer.status() == 429
                        && let Some(told) = told.take()
                    {
                        let _ = told.send(());
                    }
                }
            }));
        }
        while let Some(is_tired) = tired.next().await {
            is_tired.expect("the flood goes on");
        }
        Self { stop, tasks }
    }

    async fn end(self) {
        self.stop.store(true, Relaxed);
        for task in self.tasks {
            task.await.expect("it only sent");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_flooding_connections_cost_a_keyed_sender_at_the_same_address_nothing() {
    let world = world().await;
    let flood = Flood::begin(&world, &["/in/pbx/incoming?key=wrong&caller=1", "/in/nobody/incoming?caller=1"]).await;
    let mut statuses = Vec::new();
    for n in 0..10 {
        let path = format!("{}/in/pbx/incoming", world.base);
        let call = format!("caller=%2B3630123456{n}&called=101");
        let in_query = world.http.get(format!("{path}?key={KEY}&{call}")).send().await.expect("an answer");
        let form = world.http.post(&path).header("content-type", "application/x-www-form-urlencoded");
        let in_body = form.body(format!("key={KEY}&{call}")).send().await.expect("an answer");
        let in_header =
            world.http.get(format!("{path}?{call}")).header("x-api-key", KEY).send().await.expect("an answer");
        statuses.extend([in_query.status().as_u16(), in_body.status().as_u16(), in_header.status().as_u16()]);
    }
    flood.end().await;
    assert_eq!(statuses, vec![200; 30]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_without_a_token_cost_whoever_has_it_nothing() {
    let world = world().await;
    let flood = Flood::begin(&world, &["/v1/calls", "/nowhere"]).await;
    for _ in 0..30 {
        let answer = world.http.get(format!("{}/v1/calls", world.base)).bearer_auth(TOKEN).send().await;
        assert_eq!(answer.expect("an answer").status(), 200);
    }
    assert_eq!(world.push("caller=%2B36301234567&called=101").await, 200);
    flood.end().await;
}

#[tokio::test]
async fn an_account_that_pushes_without_end_is_slowed_down_and_no_other_account() {
    let mut plan = Plan::default();
    plan.listen.pushes_per_second = 1;
    let world = plan.begin().await;
    let other = support::vipex_account(&world.sim.base_url(), 10);
    let other = ringcard_hub::AccountSetup { name: "other".into(), ..other };
    world.hub.use_accounts(vec![support::vipex_account(&world.sim.base_url(), 10), other]).await;
    let mut slowed = None;
    // the end of a call nobody knows: proven, taken, and of no consequence
    for n in 0..1_000 {
        let url = format!("{}/in/pbx/event?key={KEY}&event=ended&callid=none-{n}", world.base);
        let answer = world.http.get(url).send().await.expect("an answer");
        if answer.status() == 429 {
            slowed = Some(answer);
            break;
        }
    }
    let slowed = slowed.expect("a thousand at once are too many");
    assert!(slowed.headers().contains_key("retry-after"));
    let body: Value = slowed.json().await.expect("JSON");
    assert_eq!(body["error"]["code"], "too_many_requests");
    let url = format!("{}/in/other/incoming?key={KEY}&caller=%2B36301234567&called=101", world.base);
    assert_eq!(world.http.get(url).send().await.expect("an answer").status(), 200);
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn lines(&self, with: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().expect("nobody panics").clone()).expect("text");
        text.lines().filter(|line| line.contains(with)).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn refused_pushes_are_a_line_for_each_reason_and_a_count() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _here = tracing::subscriber::set_default(subscriber);
    let world = world().await;
    for _ in 0..100 {
        assert_eq!(world.asked("/in/pbx/incoming?key=s3cret-guess", &[]).await.0, 401);
        assert_eq!(world.asked("/in/pbx/incoming", &[]).await.0, 401);
    }
    let lines = log.lines("a push was not taken");
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines.iter().all(|line| line.contains("127.0.0.1") && line.contains("pbx")), "{lines:#?}");
    world.hub.shutdown().await;
    let counts = log.lines("again=99");
    assert_eq!(counts.len(), 2, "{counts:#?}");
    assert!(log.lines("s3cret-guess").is_empty());
}

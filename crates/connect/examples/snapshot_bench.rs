//! What it takes to begin listening to an Asterisk in which much is going on.
//!
//! `cargo run --release -p ringcard-connect --example snapshot_bench [-- CHANNELS]`
//!
//! Half of the channels come in by a trunk, the other half are the phones that ring for them. The time runs from opening the
//! line until everything there is has been read and told. The simulated Asterisk is in the same process: its world is there
//! before, its answers are in the peak.

use ringcard_connect::{Connector, NewAccount, WatchState, Watched, asterisk::Asterisk};
use ringcard_core::number::DialPlan;
use ringcard_sim::AsteriskSim;
use secrecy::SecretString;
use std::{collections::BTreeMap, error::Error, fs, time::Instant};
use tokio::sync::mpsc;

/// A phone with four digits for each of half of them.
const MOST: usize = 18_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let channels: usize = std::env::args().nth(1).map_or(Ok(10_000), |channels| channels.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let phones: Vec<String> = (0..channels.min(MOST) / 2).map(|n| (1_000 + n).to_string()).collect();
    let extensions: Vec<&str> = phones.iter().map(String::as_str).collect();
    let sim = AsteriskSim::start("ringcard", "s3cret", &extensions).await?;
    for (n, phone) in phones.iter().enumerate() {
        let trunk = sim.calls_in(&format!("+3630{n:07}"), "", "+3615550100");
        sim.rings(&trunk, phone);
    }
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".to_owned())];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from("s3cret"))]),
        plan: DialPlan::new("HU")?,
    };
    let system = Asterisk.set_up(account).map_err(|error| error.to_string())?;
    let watch = system.watch_calls.ok_or("it hears of no calls")?;
    let (tell, mut heard) = mpsc::channel(64);
    let (before, began) = (memory("VmRSS"), Instant::now());
    let listens = tokio::spawn(async move { watch.watch(tell).await });
    let (mut told, mut first) = (0_usize, None);
    loop {
        match heard.recv().await.ok_or("it listens no more")? {
            Watched::Push(_) => {
                first.get_or_insert_with(|| began.elapsed());
                told += 1;
            }
            Watched::Going(_) => break,
            Watched::State(WatchState::Away { detail, .. }) => return Err(detail.into()),
            _ => {}
        }
    }
    let took = began.elapsed();
    println!(
        "{} channels: read after {} ms, all of {told} news told after {} ms; memory {before} kB before, {} kB after, at most {} kB",
        phones.len() * 2,
        first.unwrap_or_default().as_millis(),
        took.as_millis(),
        memory("VmRSS"),
        memory("VmHWM")
    );
    listens.abort();
    sim.shutdown().await;
    Ok(())
}

/// Of this process, in kB; 0 where the machine does not tell.
fn memory(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

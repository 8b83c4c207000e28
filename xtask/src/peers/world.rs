//! Everything a scenario plays with.

use super::{
    desk::Desk,
    hub::{By, HubProcess, settings},
    pbx::Pbx,
    sip::{Caller, Phone},
    story,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant, SystemTime},
};

pub const MARIA: Caller<'static> = Caller::new("+573001234567", "MARIA LOPEZ");
/// How long a call that is over may still be told as going on.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct World {
    pub pbx: Pbx,
    pub hub: HubProcess,
    pub ana: Desk,
    pub bela: Desk,
    pub p101: Phone,
    pub p102: Phone,
    pub carrier: Phone,
    /// From a phone's first ring to the desk's news of it, of this scenario.
    pub cards: Vec<Duration>,
    /// In place of a story that is too long to be read.
    pub in_short: Option<Vec<String>>,
    /// What was measured on the way, for the report.
    pub numbers: Vec<String>,
    known: BTreeSet<String>,
    by: By,
}

impl World {
    pub fn new(pbx: Pbx, hub: HubProcess) -> Result<Self, String> {
        let world = Self {
            ana: Desk::open(hub.address, "Ana"),
            bela: Desk::open(hub.address, "Béla"),
            p101: Phone::start("101", 5071)?,
            p102: Phone::start("102", 5072)?,
            carrier: Phone::start("carrier", 5080)?,
            cards: Vec::new(),
            in_short: None,
            numbers: Vec::new(),
            known: BTreeSet::new(),
            by: By::Events,
            pbx,
            hub,
        };
        world.until_heard()?;
        Ok(world)
    }

    /// The hub is begun anew, and hears of calls in this way.
    pub fn hear(&mut self, by: By) -> Result<(), String> {
        if self.by != by {
            self.by = by;
            self.hub.begin_with(&settings(by))?;
        }
        self.until_heard()
    }

    /// Until the hub hears of Asterisk's calls, and the desks of the hub.
    pub fn until_heard(&self) -> Result<(), String> {
        let is_heard = |state: &Value| match self.by {
            By::Events => state["kind"] == "ready",
            // Nobody has pushed or clicked yet, or somebody has.
            By::Pushes => state["kind"] == "untried" || state["kind"] == "ready",
        };
        self.ana.until_connection("pbx", "to be ready", is_heard)?;
        self.bela.until_connection("pbx", "to be ready", is_heard)
    }

    /// Forgets what was before; nothing of it may still go on.
    pub fn begin(&mut self) -> Result<(), String> {
        self.until_over()?;
        self.known = self.calls()?.into_iter().map(|call| id(&call)).collect();
        for phone in [&self.p101, &self.p102, &self.carrier] {
            phone.forget();
        }
        self.ana.forget();
        self.bela.forget();
        self.cards.clear();
        self.in_short = None;
        Ok(())
    }

    /// Clears away what a scene that went wrong left behind.
    pub fn clear(&mut self) -> Result<(), String> {
        self.pbx.ask("channel request hangup all");
        self.hub.begin_afresh()?;
        self.until_heard()
    }

    /// Maria calls a number of the company; her end of the call.
    pub fn maria_calls(&self, number: &str) -> Result<String, String> {
        self.carrier.call(number, MARIA)
    }

    /// 101 rings, and Ana's desk says so; the phone's end of the call.
    pub fn rings_at_ana(&mut self) -> Result<String, String> {
        let (call, began) = self.p101.rings()?;
        let told = self.ana.until_state("ringing")?;
        self.card(began, told.at);
        Ok(call)
    }

    pub fn rings_at_bela(&mut self) -> Result<String, String> {
        let (call, began) = self.p102.rings()?;
        let told = self.bela.until_state("ringing")?;
        self.card(began, told.at);
        Ok(call)
    }

    pub fn card(&mut self, rang: SystemTime, told: SystemTime) {
        self.cards.push(told.duration_since(rang).unwrap_or_default());
    }

    /// The customer's phone rings: their end of the call, and whom it shows.
    pub fn rings_at_customer(&self) -> Result<String, String> {
        let (call, _) = self.carrier.rings()?;
        let shows = self.carrier.shows(&call);
        let is_right = shows.contains("5716017000@") && !shows.contains("Ana") && !shows.contains("101");
        is_right.then_some(call).ok_or_else(|| format!("the customer's phone shows {shows}"))
    }

    /// For a while nothing happens: two people speak, a phone rings on.
    pub fn pass(&self, time: Duration) {
        thread::sleep(time);
    }

    pub fn speak(&self) {
        self.pass(Duration::from_millis(1_200));
    }

    /// What was told of everything since [`Self::begin`]: the calls of the list, then each desk.
    pub fn story(&self) -> Result<Vec<String>, String> {
        self.until_over()?;
        if let Some(short) = &self.in_short {
            return Ok(short.clone());
        }
        let mut told: Vec<String> = self.new_calls()?.iter().map(story::of_call).collect();
        for desk in [&self.ana, &self.bela] {
            told.extend(story::of_desk(desk.agent, desk.told().into_values()));
        }
        Ok(told)
    }

    /// The calls since [`Self::begin`], oldest first.
    pub fn new_calls(&self) -> Result<Vec<Value>, String> {
        let mut calls = self.calls()?;
        calls.retain(|call| !self.known.contains(&id(call)));
        calls.reverse();
        Ok(calls)
    }

    fn calls(&self) -> Result<Vec<Value>, String> {
        let page = self.hub.get("/v1/calls?limit=200")?;
        Ok(page["calls"].as_array().into_iter().flatten().map(|row| row["call"].clone()).collect())
    }

    fn until_over(&self) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let page = self.hub.get("/v1/calls?live=true")?;
            let live: Vec<String> =
                page["calls"].as_array().into_iter().flatten().map(|row| story::of_call(&row["call"])).collect();
            if live.is_empty() {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!("{} s later the hub still has: {}", PATIENCE.as_secs(), live.join(" | ")));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn id(call: &Value) -> String {
    call["id"].as_str().unwrap_or_default().to_owned()
}

//! Wrap-up, drafts and pending submissions together with their file: whatever an agent does, and whenever the program
//! dies, no draft is lost, and what was saved is handed over once.

use proptest::prelude::*;
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Direction},
    campaign::CallbackStyle,
    codes::{TreeCode, TreeSettings},
    customer::{Card, Lookup},
    number::{Ani, DialPlan, Dnis, Party},
    submission::SubmissionKey,
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{
    keep::{Keep, KeepFailure, KeepNews, Keeper, Store},
    pending::Pending,
    wrap_up::{CallAtDesk, CallBackDraft, CallCoding, Finish, WrapUpDraft, WrapUpKeys, WrapUps},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_000_000);

fn plan() -> DialPlan {
    DialPlan::new("HU").expect("a country")
}

fn settings() -> WrapUpSettings {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    WrapUpSettings {
        seconds: Some(60),
        codes: vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }],
        ..WrapUpSettings::default()
    }
}

/// Every call is promised to be called back, which no system takes: it is in no campaign.
fn promised() -> Option<CallBackDraft> {
    let at = Some(Timestamp(NOW.0 + 60_000));
    Some(CallBackDraft { at, number: "+36301234567".into(), style: CallbackStyle::Agent })
}

fn ended(id: &str) -> CallAtDesk {
    let call = Call {
        id: CallId(id.to_owned()),
        direction: Direction::Inbound,
        account: "wolkvox".into(),
        external_id: None,
        ani: Ani(Party::Hidden),
        dnis: Dnis(Party::Internal { digits: "101".into() }),
        line: None,
        agents: vec![AgentId("Ana".into())],
        extension: None,
        state: CallState::Ended,
        started_at: NOW,
        connected_at: Some(NOW),
        ended_at: Some(NOW),
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    };
    CallAtDesk {
        call,
        card: Card {
            version: 1,
            lookup: Lookup::NotAsked,
            earlier: Vec::new(),
            set_aside: Vec::new(),
            notes: Vec::new(),
            recorded: false,
            parts: Vec::new(),
        },
        agent: AgentId("Ana".into()),
        records: Vec::new(),
        records_unknown: false,
        coding: Some(CallCoding { account: "wolkvox".into(), agent_id: "9".into(), until: None }),
    }
}

/// What happens at a desk.
#[derive(Debug, Clone)]
enum Act {
    Ends(u8),
    Types(u8, String),
    Saves(u8),
    /// The disk does the oldest thing that waits for it.
    DiskWorks,
    /// The disk is full when it should do the oldest thing.
    DiskFails,
    /// The desk hears what the disk did.
    Hears,
    Connects,
    Disconnects,
    HubAccepts,
    /// The hub accepted, and its answer was lost.
    HubAcceptsUnheard,
    Killed,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let call = 0..3_u8;
    let act = prop_oneof![
        2 => call.clone().prop_map(Act::Ends),
        4 => (call.clone(), "[a-zé\n]{0,12}").prop_map(|(call, text)| Act::Types(call, text)),
        3 => call.prop_map(Act::Saves),
        8 => Just(Act::DiskWorks),
        1 => Just(Act::DiskFails),
        6 => Just(Act::Hears),
        1 => Just(Act::Connects),
        1 => Just(Act::Disconnects),
        3 => Just(Act::HubAccepts),
        1 => Just(Act::HubAcceptsUnheard),
        1 => Just(Act::Killed),
    ];
    prop::collection::vec(act, 1..60)
}

/// A desk whose disk and hub do one thing at a time.
struct Office {
    folder: TempDir,
    store: Option<Store>,
    wrap_ups: WrapUps,
    pending: Pending,
    disk: VecDeque<Keep>,
    news: VecDeque<KeepNews>,
    under_way: VecDeque<SubmissionKey>,
    /// Every key the hub ever accepted.
    accepted: BTreeSet<SubmissionKey>,
    /// What the disk has of each draft.
    on_disk: BTreeMap<CallId, WrapUpDraft>,
    /// Every key that was ever handed out for a call.
    keys: BTreeMap<CallId, BTreeSet<SubmissionKey>>,
    /// The keys of the wrap-ups the disk has.
    kept_keys: BTreeMap<CallId, WrapUpKeys>,
    /// Calls whose outcome the agent was told is saved.
    saved: BTreeSet<CallId>,
}

impl Office {
    fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut office = Self {
            folder,
            store: None,
            wrap_ups: WrapUps::new(settings(), plan()),
            pending: Pending::default(),
            disk: VecDeque::new(),
            news: VecDeque::new(),
            under_way: VecDeque::new(),
            accepted: BTreeSet::new(),
            on_disk: BTreeMap::new(),
            keys: BTreeMap::new(),
            kept_keys: BTreeMap::new(),
            saved: BTreeSet::new(),
        };
        office.start();
        office
    }

    fn start(&mut self) {
        let store = Store::open(&self.folder.path().join("desk.db")).expect("it opens");
        let found = store.all().expect("read");
        assert_eq!(found.unreadable, 0);
        self.store = Some(store);
        self.wrap_ups = WrapUps::new(settings(), plan());
        self.wrap_ups.take_up(&found);
        self.pending = Pending::default();
        self.pending.take_up(&found);
    }

    fn kill(&mut self) {
        self.disk.clear();
        self.news.clear();
        self.under_way.clear();
        self.store = None;
        self.start();
        for (id, draft) in &self.on_disk {
            assert_eq!(self.wrap_ups.get(id).map(|(_, draft)| draft), Some(draft), "a draft was lost");
        }
    }

    fn work(&mut self, full: bool) {
        let Some(keep) = self.disk.pop_front() else { return };
        let news = if full {
            keep.failed(KeepFailure::DiskFull)
        } else {
            let store = self.store.as_mut().expect("open");
            let news = store.keep(keep.clone());
            match (&keep, &news) {
                (Keep::Draft { call_id, draft }, KeepNews::Draft { result: Ok(()), .. })
                    if !store.all().expect("read").finished.contains(call_id) =>
                {
                    self.on_disk.insert(call_id.clone(), (**draft).clone());
                }
                (Keep::WrapUp(wrap_up), KeepNews::WrapUp { result: Ok(()), .. }) => {
                    self.kept_keys.insert(wrap_up.call.id.clone(), wrap_up.keys.clone());
                }
                (Keep::Submit { call_id, .. }, KeepNews::Submit { result, .. }) => {
                    assert!(result.is_ok(), "{result:?}");
                    self.on_disk.remove(call_id);
                }
                _ => {}
            }
            news
        };
        self.news.push_back(news);
    }

    fn hear(&mut self) {
        let Some(news) = self.news.pop_front() else { return };
        self.wrap_ups.hear(&news, NOW);
        if let KeepNews::Submit { call_id, result: Ok(rows) } = news {
            self.saved.insert(call_id);
            self.pending.add(rows);
        }
        self.send();
    }

    fn send(&mut self) {
        let sent = self.pending.to_send(NOW);
        self.under_way.extend(sent.into_iter().map(|handover| handover.key().clone()));
    }

    fn act(&mut self, act: &Act) {
        let id = |call: &u8| CallId(format!("call-{call}"));
        match act {
            Act::Ends(call) => self.disk.extend(self.wrap_ups.call_ended(ended(&id(call).0), NOW)),
            Act::Types(call, text) => {
                let Some((_, before)) = self.wrap_ups.get(&id(call)) else { return };
                let draft = WrapUpDraft {
                    revision: before.revision + 1,
                    code: Some("sold".into()),
                    comment: text.clone(),
                    call_back: promised(),
                    ..WrapUpDraft::default()
                };
                self.disk.extend(self.wrap_ups.draft(&id(call), draft, NOW).expect("taken"));
            }
            Act::Saves(call) => {
                if let Finish::Keep(keep) = self.wrap_ups.finish(&id(call), NOW) {
                    if let Keep::Submit { call_id, handovers, .. } = &*keep {
                        let keys: BTreeSet<_> = handovers.iter().map(|handover| handover.key().clone()).collect();
                        assert_eq!(keys.len(), 2, "an outcome and a code, each with a key of its own");
                        if let Some(kept) = self.kept_keys.get(call_id) {
                            let same = [kept.outcome.clone(), kept.code_call.clone()].into();
                            assert_eq!(keys, same, "a failed save, a kill or a second click made new keys");
                        }
                        self.keys.entry(call_id.clone()).or_default().extend(keys);
                    }
                    self.disk.push_back(*keep);
                }
            }
            Act::DiskWorks => self.work(false),
            Act::DiskFails => self.work(true),
            Act::Hears => self.hear(),
            Act::Connects => {
                self.under_way.clear();
                self.pending.connected();
                self.send();
            }
            Act::Disconnects => {
                self.under_way.clear();
                self.pending.disconnected();
            }
            Act::HubAccepts => {
                let Some(key) = self.under_way.pop_front() else { return };
                self.accepted.insert(key.clone());
                self.disk.extend(self.pending.accepted(&key));
                self.send();
            }
            Act::HubAcceptsUnheard => self.accepted.extend(self.under_way.pop_front()),
            Act::Killed => self.kill(),
        }
    }

    /// Everything that is going on comes to its end.
    fn settle(&mut self) {
        while !self.disk.is_empty() || !self.news.is_empty() {
            self.act(&Act::DiskWorks);
            self.act(&Act::Hears);
        }
        self.act(&Act::Connects);
        while !self.under_way.is_empty() {
            self.act(&Act::HubAccepts);
            self.act(&Act::DiskWorks);
            self.act(&Act::Hears);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_draft_is_lost_and_what_was_saved_is_handed_over_once(acts in acts()) {
        let mut office = Office::open();
        for act in &acts {
            office.act(act);
        }
        office.settle();
        for (id, keys) in &office.keys {
            // The same call always has the same keys, however often it was saved, failed and was killed. A wrap-up that
            // a kill took before the disk had it begins anew, with new ones; the hub never hears of the old.
            let there = keys.iter().filter(|key| office.accepted.contains(key)).count();
            if office.saved.contains(id) {
                prop_assert_eq!(there, 2, "{} was saved: {:?}", id, keys);
                prop_assert!(!office.wrap_ups.contains(id));
            } else {
                prop_assert!(there == 0 || there == 2, "{} is half there", id);
                prop_assert!(there == 2 || office.wrap_ups.contains(id) || !office.on_disk.contains_key(id));
            }
        }
        let found = office.store.as_ref().expect("open").all().expect("read");
        let own: BTreeSet<&CallId> = found.own_callbacks.iter().map(|own| &own.call_id).collect();
        prop_assert_eq!(own, found.finished.iter().collect(), "a promise was lost, or made by nobody");
        prop_assert!(office.pending.is_empty());
        // A row that a full disk did not let go is handed over once more, which the hub knows by its key.
        office.kill();
        office.settle();
        office.kill();
        prop_assert!(office.pending.is_empty(), "what the hub accepted is not kept");
    }
}

const FOLDER: &str = "RINGCARD_TEST_KILLED_DESK";
const KILLS: usize = 25;

/// Does nothing unless [`nothing_that_was_saved_is_lost_by_kill_9`] asks for it.
#[test]
fn saves_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (keeper, found, mut news) = Keeper::open(&Path::new(&folder).join("desk.db")).expect("it opens");
    let mut wrap_ups = WrapUps::new(settings(), plan());
    wrap_ups.take_up(&found);
    loop {
        let id = CallId::new();
        let mut keeps = wrap_ups.call_ended(ended(&id.0), NOW);
        for (revision, comment) in (1..).zip(["w", "wa", "wants a quote"]) {
            let (code, comment, call_back) = (Some("sold".into()), comment.into(), promised());
            let draft = WrapUpDraft { revision, code, comment, call_back, ..Default::default() };
            keeps.extend(wrap_ups.draft(&id, draft, NOW).expect("taken"));
        }
        for keep in keeps {
            keeper.keep(keep).expect("taken");
        }
        let Finish::Keep(keep) = wrap_ups.finish(&id, NOW) else { panic!("not finished") };
        keeper.keep(*keep).expect("taken");
        loop {
            let heard = news.blocking_recv().expect("the keeper lives");
            wrap_ups.hear(&heard, NOW);
            match heard {
                KeepNews::Draft { call_id, result: Ok(()) } => println!("\ndraft {call_id}"),
                KeepNews::Submit { call_id, result: Ok(_) } => {
                    println!("\nsaved {call_id}");
                    break;
                }
                KeepNews::WrapUp { result: Ok(()), .. } => {}
                failed => panic!("{failed:?}"),
            }
        }
    }
}

#[test]
fn nothing_that_was_saved_is_lost_by_kill_9() {
    let folder = TempDir::new().expect("a folder");
    let (mut saved, mut drafted) = (BTreeSet::new(), BTreeSet::new());
    for kill in 0..KILLS {
        let mut desk = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "wrap_up::saves_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let lines = BufReader::new(desk.stdout.take().expect("its words")).lines();
        // The kill comes after a number of words that is different each time, in the middle of whatever goes on.
        let enough = 1 + kill * 7 % 13;
        let mut said = 0;
        for line in lines.map_while(Result::ok) {
            match line.split_once(' ') {
                Some(("saved", id)) => saved.insert(CallId(id.to_owned())),
                Some(("draft", id)) => drafted.insert(CallId(id.to_owned())),
                _ => continue,
            };
            said += 1;
            if said == enough {
                desk.kill().expect("killed");
            }
        }
        desk.wait().expect("gone");
        assert!(said >= enough, "it ended by itself");
    }
    let found = Store::open(&folder.path().join("desk.db")).expect("whole").all().expect("read");
    assert_eq!(found.unreadable, 0);
    let mut handed_over: BTreeMap<CallId, usize> = BTreeMap::new();
    for row in &found.pending {
        if let ringcard_core::outcome::Handover::Outcome { outcome } = &row.handover {
            assert_eq!(outcome.comment, "wants a quote");
            *handed_over.entry(outcome.call_id.clone()).or_default() += 1;
        }
    }
    let open: BTreeSet<&CallId> = found.wrap_ups.iter().map(|(wrap_up, _)| &wrap_up.call.id).collect();
    for id in &saved {
        assert_eq!(handed_over.get(id), Some(&1), "{id} was saved");
        assert!(!open.contains(id));
        assert!(found.own_callbacks.iter().any(|own| own.call_id == *id), "what was promised on {id} is gone");
    }
    for id in &drafted {
        assert!(open.contains(id) || handed_over.contains_key(id), "what was typed for {id} is gone");
    }
    for (wrap_up, draft) in &found.wrap_ups {
        assert!(!drafted.contains(&wrap_up.call.id) || draft.is_some(), "its draft is gone");
    }
    println!("{KILLS} kills, {} saved, none lost, none doubled, {} drafts found again", saved.len(), open.len());
    assert!(!saved.is_empty());
}

//! The accounts a hub knows, and how each connection is doing.

mod setup;
mod states;

use crate::{from_where::FromWhere, watched::Watched};
use ringcard_connect::{
    CallControl, CallLife, CallNews, Campaigns, Codes, DialRole, ExportCustomers, FindCustomers, FollowCalls,
    KeepCustomers, Lost, NotTold, OpenCall, Originate, OriginateFailure, Originated, Purpose, ReadPushes, Recordings,
    Reports, System, TestReport, Tickets, WatchCalls, Writes, permits::for_purpose,
};
use ringcard_core::{frame::ConnectionState, limits::AccountLimits};
pub use setup::AccountSetup;
pub(crate) use setup::without_a_key;
use states::how_it_did;
pub(crate) use states::{PhoneStands, States, note, trouble};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, RwLock},
};
use tokio::sync::watch;

/// Who dials when no account was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dialler {
    This(String),
    /// More than one could: somebody has to say which.
    Several,
    /// None can, and why: a sentence.
    Nobody(String),
    NoAccount,
}

/// An account in use.
struct Known {
    setup: AccountSetup,
    /// In the order of the settings.
    place: usize,
    /// Made once: whoever compares sees that it is the same.
    writes: Option<Arc<dyn Writes>>,
}

/// The accounts, by name; can be exchanged while the hub runs.
#[derive(Clone)]
pub struct Accounts {
    known: Arc<RwLock<BTreeMap<String, Known>>>,
    states: watch::Sender<States>,
    /// By account, the extensions whose telephones surely are not there.
    phones_away: Arc<RwLock<BTreeMap<String, BTreeSet<String>>>>,
}

impl Accounts {
    /// The accounts; `fresh` hears of each system before anybody can ask it.
    pub(crate) fn new(setups: Vec<AccountSetup>, fresh: impl FnMut(&str, &System)) -> Self {
        let accounts = Self { known: Arc::default(), states: watch::Sender::default(), phones_away: Arc::default() };
        accounts.replace(setups, fresh);
        accounts
    }

    /// Takes a new set of accounts; calls in flight finish with the old ones. An account that is set up as it was is left
    /// alone, with what is known of its connection; `fresh` hears of the others' systems before anybody can ask them.
    pub(crate) fn replace(&self, setups: Vec<AccountSetup>, mut fresh: impl FnMut(&str, &System)) {
        let mut known = self.known.write().expect("BUG: nobody panics while holding the accounts");
        let mut before = std::mem::take(&mut *known);
        let (mut states, mut kept) = (BTreeMap::new(), BTreeSet::new());
        let known_states = self.states.borrow().clone();
        for (place, mut setup) in setups.into_iter().enumerate() {
            let name = setup.name.clone();
            let same = before.remove(&name).filter(|before| setup.is_same(&before.setup));
            let state = same.as_ref().and_then(|_| known_states.get(&name).cloned());
            let writes = match same {
                Some(same) => {
                    kept.insert(name.clone());
                    setup.system = same.setup.system;
                    same.writes
                }
                None => {
                    setup.system.iter().for_each(|system| fresh(&name, system));
                    self.watched(&name, &setup)
                }
            };
            states.insert(name.clone(), state.unwrap_or_else(|| setup.state()));
            known.insert(name, Known { setup, place, writes });
        }
        drop(known);
        // Of one that is new, or is no more, nobody told.
        let mut away = self.phones_away.write().expect("BUG: nobody panics while holding the phones");
        away.retain(|name, _| kept.contains(name));
        drop(away);
        self.states.send_replace(states);
    }

    fn watched(&self, name: &str, setup: &AccountSetup) -> Option<Arc<dyn Writes>> {
        let writes = setup.system.as_ref().ok()?.take_writes.clone()?;
        Some(Arc::new(Watched { account: name.to_owned(), states: self.states.clone(), writes }))
    }

    fn get(&self, name: &str) -> Option<AccountSetup> {
        self.known
            .read()
            .expect("BUG: nobody panics while holding the accounts")
            .get(name)
            .map(|known| known.setup.clone())
    }

    /// The account to dial with when none was named. One that cannot start calls is no choice; a telephone system
    /// goes before one that dials beside its main work. Where nothing can dial, what would have to be mended does.
    pub(crate) fn dialler(&self) -> Dialler {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        let (mut telephones, mut others, mut broken, mut mute) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for AccountSetup { name, system, .. } in known.values().map(|known| &known.setup) {
            match system {
                Ok(system) => match system.start_calls.as_ref().map(|starts| starts.role()) {
                    Some(DialRole::Telephone) => telephones.push(name),
                    Some(DialRole::BesideOtherWork) => others.push(name),
                    None => mute.push(name),
                },
                Err(why) => broken.push((name, why)),
            }
        }
        match (telephones.as_slice(), others.as_slice(), broken.as_slice(), mute.as_slice()) {
            ([only], ..) | ([], [only], ..) => Dialler::This((*only).clone()),
            ([_, _, ..], ..) | (_, [_, _, ..], ..) => Dialler::Several,
            // Its call fails with the account's own sentence, where the agent looks.
            ([], [], [(only, _)], _) | ([], [], [], [only]) => Dialler::This((*only).clone()),
            ([], [], [], []) => Dialler::NoAccount,
            ([], [], [], mute) => Dialler::Nobody(format!("{} cannot start calls", list(mute.iter().copied()))),
            ([], [], broken, _) => {
                let sentences: Vec<String> = broken.iter().map(|(name, why)| format!("{name}: {why}")).collect();
                Dialler::Nobody(format!("No account can dial. {}", sentences.join("; ")))
            }
        }
    }

    /// Who takes acts on the calls of this account.
    pub(crate) fn control(&self, name: &str) -> Option<Arc<dyn CallControl>> {
        self.get(name)?.system.ok()?.control_calls
    }

    /// Whether this account's system tells of its calls by itself.
    pub(crate) fn watches_calls(&self, name: &str) -> bool {
        self.get(name).and_then(|account| account.system.ok()).is_some_and(|system| system.watch_calls.is_some())
    }

    /// Whether the account's system tells of its calls, by a line of its own or by pushes.
    pub(crate) fn tells_of_calls(&self, name: &str) -> bool {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        let system = known.get(name).and_then(|known| known.setup.system.as_ref().ok());
        system.is_some_and(|system| system.watch_calls.is_some() || system.read_pushes.is_some())
    }

    /// The accounts whose systems tell of their calls by themselves.
    pub(crate) fn watchable(&self) -> Vec<(String, Arc<dyn WatchCalls>)> {
        self.each(|name, system| Some((name.to_owned(), system.watch_calls.clone()?)))
    }

    /// The names of the accounts that take writes.
    pub(crate) fn writable(&self) -> Vec<String> {
        self.each(|name, system| system.take_writes.as_ref().map(|_| name.to_owned()))
    }

    /// What each account that takes writes takes of what people type, as far as it says.
    pub(crate) fn limits(&self) -> Vec<AccountLimits> {
        self.each(|name, system| {
            let limits = system.take_writes.as_ref()?.limits()?;
            Some(AccountLimits { account: name.to_owned(), limits })
        })
    }

    /// Who takes writes, by name.
    pub(crate) fn writes(&self) -> BTreeMap<String, Arc<dyn Writes>> {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        known.iter().filter_map(|(name, known)| Some((name.clone(), known.writes.clone()?))).collect()
    }

    /// The accounts with campaigns, by name.
    pub(crate) fn campaigns(&self) -> Vec<(String, Arc<dyn Campaigns>)> {
        self.each(|name, system| Some((name.to_owned(), system.campaigns.clone()?)))
    }

    /// The accounts with codes, by name.
    pub(crate) fn codes(&self) -> Vec<(String, Arc<dyn Codes>)> {
        self.each(|name, system| Some((name.to_owned(), system.codes.clone()?)))
    }

    /// The accounts that keep customers, in the order of the settings.
    pub(crate) fn with_customers(&self) -> Vec<(String, Arc<dyn FindCustomers>)> {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        let mut found: Vec<_> = known
            .iter()
            .filter_map(|(name, known)| {
                let finder = known.setup.system.as_ref().ok()?.find_customers.clone()?;
                Some((known.place, name.clone(), finder))
            })
            .collect();
        found.sort_by_key(|(place, ..)| *place);
        found.into_iter().map(|(_, name, finder)| (name, finder)).collect()
    }

    /// Who is asked for an account's customers.
    pub(crate) fn finder(&self, name: &str) -> Option<Arc<dyn FindCustomers>> {
        self.get(name)?.system.ok()?.find_customers
    }

    /// Who gives all customers of an account.
    pub(crate) fn exporter(&self, name: &str) -> Option<Arc<dyn ExportCustomers>> {
        self.get(name)?.system.ok()?.export_customers
    }

    /// Who makes customers in an account.
    pub(crate) fn keeper(&self, name: &str) -> Option<Arc<dyn KeepCustomers>> {
        self.get(name)?.system.ok()?.keep_customers
    }

    /// The accounts with a call log and tickets whose agents choose one after a call, by name.
    pub(crate) fn asked_for_tickets(&self) -> Vec<(String, Arc<dyn Tickets>)> {
        self.each(|name, system| {
            system.take_writes.as_ref()?.call_log()?;
            let tickets = system.tickets.clone().filter(|tickets| tickets.asks_after_call())?;
            Some((name.to_owned(), tickets))
        })
    }

    /// Who knows an account's tickets.
    pub(crate) fn tickets(&self, name: &str) -> Option<Arc<dyn Tickets>> {
        self.get(name)?.system.ok()?.tickets
    }

    /// Who gives an account's recordings.
    pub(crate) fn recordings(&self, name: &str) -> Option<Arc<dyn Recordings>> {
        self.get(name)?.system.ok()?.recordings
    }

    /// The accounts with reports, by name.
    pub(crate) fn reports(&self) -> Vec<(String, Arc<dyn Reports>)> {
        self.each(|name, system| Some((name.to_owned(), system.reports.clone()?)))
    }

    /// Of every account that is ready.
    fn each<T>(&self, of: impl Fn(&str, &System) -> Option<T>) -> Vec<T> {
        let known = self.known.read().expect("BUG: nobody panics while holding the accounts");
        known.values().filter_map(|known| of(&known.setup.name, known.setup.system.as_ref().ok()?)).collect()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.known.read().expect("BUG: nobody panics while holding the accounts").keys().cloned().collect()
    }

    /// Whether the account listens to this sender at all; says so before anything of the push is looked at.
    pub(crate) fn admits(&self, name: &str, sender: &FromWhere) -> Result<(), NotRead> {
        self.get(name).map_or(Ok(()), |account| account.admits(sender))
    }

    /// Whether pushes to this account carry nothing but where they come from.
    pub(crate) fn takes_without_proof(&self, name: &str) -> bool {
        self.get(name).is_some_and(|account| account.takes_without_proof())
    }

    /// The account that takes pushes under this name.
    pub(crate) fn pusher(&self, name: &str) -> Result<Arc<dyn ReadPushes>, NotRead> {
        let account = self.get(name).ok_or(NotRead::NotTaken)?;
        let system = account.system.map_err(|detail| NotRead::NotSetUp { detail })?;
        system.read_pushes.ok_or(NotRead::NotTaken)
    }

    /// Whether a secret of any account is in a text.
    pub(crate) fn know_as_secret(&self, text: &str) -> bool {
        !self.each(|_, system| system.secrets.are_in(text).then_some(())).is_empty()
    }

    pub(crate) fn is_known(&self, name: &str) -> bool {
        self.known.read().expect("BUG: nobody panics while holding the accounts").contains_key(name)
    }

    /// Starts a call and remembers how the connection did.
    pub(crate) async fn originate(&self, name: &str, order: &Originate) -> Result<Originated, OriginateFailure> {
        let not_set_up = |detail: String| OriginateFailure::NotConfigured { detail };
        let account = self.get(name).ok_or_else(|| not_set_up(format!("there is no account “{name}”")))?;
        let system = account.system.map_err(not_set_up)?;
        let answer = match system.start_calls {
            Some(starts) => for_purpose(Purpose::AgentAct, starts.originate(order)).await.0,
            None => return Err(not_set_up("this PBX can tell of calls, and cannot be asked to start any".to_owned())),
        };
        self.note(name, how_it_did(&answer));
        answer
    }

    /// Whether this account can be asked if a call goes on.
    pub(crate) fn tells_state(&self, name: &str) -> bool {
        self.get(name).and_then(|account| account.system.ok()).is_some_and(|system| system.tell_state.is_some())
    }

    /// The accounts that can be asked.
    pub(crate) fn telling_state(&self) -> Vec<String> {
        self.each(|name, system| system.tell_state.is_some().then(|| name.to_owned()))
    }

    /// Asks once whether a call goes on, and remembers how the connection did.
    pub(crate) async fn ask_state(&self, name: &str, external_id: &str, purpose: Purpose) -> CallLife {
        let tells = self.get(name).and_then(|account| account.system.ok()).and_then(|system| system.tell_state);
        let Some(tells) = tells else {
            let detail = "this account cannot be asked about its calls any more".to_owned();
            return CallLife::Unknown { why: Lost::NotSetUp, detail };
        };
        let life = for_purpose(purpose, tells.ask_state(external_id)).await.0;
        match &life {
            CallLife::Alive | CallLife::Over => self.works(name),
            CallLife::Unknown { why: why @ (Lost::Refused | Lost::Unreachable), detail } => {
                self.note(name, ConnectionState::Trouble { code: trouble(*why), detail: detail.clone() });
            }
            // It was reached: what it does not say of one call is no trouble with the others.
            CallLife::Unknown { .. } => {}
        }
        life
    }

    /// The accounts whose calls are looked at while they go on.
    pub(crate) fn followable(&self) -> Vec<(String, Arc<dyn FollowCalls>)> {
        self.each(|name, system| Some((name.to_owned(), system.follow_calls.clone()?)))
    }

    /// Whether an account's calls are looked at while they go on.
    pub(crate) fn follows_calls(&self, name: &str) -> bool {
        self.get(name).and_then(|account| account.system.ok()).is_some_and(|system| system.follow_calls.is_some())
    }

    /// Looks how calls stand, and remembers how the connection did.
    pub(crate) async fn look_at_calls(
        &self,
        name: &str,
        system: &Arc<dyn FollowCalls>,
        open: &[OpenCall],
    ) -> Result<Vec<CallNews>, NotTold> {
        let told = for_purpose(Purpose::Report, system.look(open)).await.0;
        match &told {
            Ok(_) => self.works(name),
            Err(NotTold { why: why @ (Lost::Refused | Lost::Unreachable), detail, .. }) => {
                self.note(name, ConnectionState::Trouble { code: trouble(*why), detail: detail.clone() });
            }
            // An account that takes nothing for now works: its gate is told of elsewhere.
            Err(_) => {}
        }
        told
    }

    /// What a *Test* button found, without ringing anybody.
    pub async fn test(&self, name: &str) -> Option<TestReport> {
        Some(self.get(name)?.test().await)
    }
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ")
}

/// Why nobody here reads a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// The account does not listen to this address.
    AddressNotAllowed,
    /// It carries no key, and a web page may have sent it.
    ForeignName,
    /// There is no such account, or it takes no pushes.
    NotTaken,
    NotSetUp {
        detail: String,
    },
}

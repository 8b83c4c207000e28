//! Starting, changing and stopping a hub.

mod setup;

use crate::{
    AccountSetup, Agent, Link,
    account::Accounts,
    agent_tokens::AgentTokens,
    api,
    campaigns::CampaignAsks,
    clearing::Clearing,
    config::Network,
    customers::Customers,
    directory::Directory,
    ended::Ended,
    folder,
    from_where::OwnNames,
    history::History,
    ingress::PushReader,
    last_pushes::LastPushes,
    listen::Connections,
    live::{self, LiveCalls, LiveState},
    metrics::Metrics,
    noticed::Noticed,
    outbox::{Clock, OpenFailure, Outbox, OutboxPlace, OutboxSetup},
    permits::count,
    pops::Pops,
    principal::Principal,
    recordings::Recordings,
    repeats::{self, Repeats},
    requests::{RequestLog, Saved},
    session,
    throttle::{Senders, Strangers, WrongTokens},
    tickets::TicketAsks,
    usage,
    watching::{self, Watching},
};
use ringcard_connect::{Crm, System};
use ringcard_core::{call::AgentId, frame::Connection, number::DialPlan};
use secrecy::SecretString;
pub use setup::{CallWaits, HubSetup, ListenProblem, ListenSetup, StartFailure};
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{SetOnce, watch},
    task::JoinHandle,
};

/// A running hub. Dropping it without [`Hub::shutdown`] stops its tasks; what was committed stays.
pub struct Hub {
    shared: Arc<Shared>,
    listening: Result<Option<SocketAddr>, ListenProblem>,
    tasks: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

/// What the hub's parts share.
pub(crate) struct Shared {
    pub live: LiveCalls,
    /// The accounts that tell of their calls by themselves.
    pub watching: Watching,
    /// How the task that owns the calls does.
    pub live_state: watch::Receiver<LiveState>,
    pub history: History,
    /// What machines wrote of a call goes to other systems once somebody approved it.
    pub asks_approval: bool,
    pub directory: Directory,
    /// The same as the customers: what is said to be nobody else's is the directory's.
    pub crm: Arc<dyn Crm>,
    pub customers: Customers,
    pub accounts: Accounts,
    /// A file that does not open must not cost a call: the hub runs without it, says so, and goes on trying.
    pub outbox: OutboxPlace,
    /// The same for whoever takes permits in it.
    pub permits_in: Arc<SetOnce<OutboxPlace>>,
    pub requests: RequestLog,
    pub recordings: Recordings,
    pub campaigns: CampaignAsks,
    pub tickets: TicketAsks,
    pub agents: Vec<Agent>,
    pub plan: watch::Sender<DialPlan>,
    pub api_token: Option<SecretString>,
    /// Whether that one opens desks, too.
    pub is_token_shared: bool,
    pub agent_tokens: AgentTokens,
    pub own_names: OwnNames,
    pub trusted_proxies: Vec<Network>,
    pub strangers: Strangers,
    pub senders: Senders,
    pub wrong_tokens: WrongTokens,
    pub repeats: Arc<Repeats>,
    pub connections: Arc<Connections>,
    pub push_reader: PushReader,
    pub pushes: LastPushes,
    pub metrics: Arc<Metrics>,
    pub pops: Arc<Pops>,
    pub noticed: Arc<Noticed>,
}

impl Shared {
    /// The agent's phone, and their name in systems that know agents by it.
    pub fn extension(&self, agent: Option<&AgentId>) -> Option<&str> {
        self.agents.iter().find(|known| Some(&known.id) == agent)?.extension.as_deref()
    }
}

impl Hub {
    /// Binds the listener, opens the history, repairs what a kill left behind, starts the tasks.
    ///
    /// A listener that cannot be bound does not stop the hub: see [`Hub::listening`].
    pub async fn start(setup: HubSetup, directory: Directory) -> Result<Hub, StartFailure> {
        let crm: Arc<dyn Crm> = Arc::new(directory.clone());
        Self::start_with_crm(setup, directory, crm).await
    }

    /// The same with another system asked for customers first (tests fake a slow one).
    pub async fn start_with_crm(setup: HubSetup, directory: Directory, crm: Arc<dyn Crm>) -> Result<Hub, StartFailure> {
        Self::start_by(Clock::system(), setup, directory, crm).await
    }

    /// The same by another clock, which the outbox counts its days by (tests go to the next day).
    pub async fn start_by(
        clock: Clock,
        setup: HubSetup,
        directory: Directory,
        crm: Arc<dyn Crm>,
    ) -> Result<Hub, StartFailure> {
        folder::make(&setup.data_dir)
            .map_err(|source| StartFailure::Folder { path: setup.data_dir.clone(), source })?;
        // Before anything is opened, and so before anything that waits is sent.
        let listener = match &setup.listen {
            None => Ok(None),
            Some(listen) => match bind(listen.address).await {
                Err(problem) if listen.or_not_at_all => return Err(problem.into()),
                bound => bound.map(Some),
            },
        };
        // While the history is opened; the accounts need it, whose requests leave their lines there.
        let requests = setup.data_dir.join("requests.db");
        let requests = tokio::task::spawn_blocking(move || RequestLog::start(&requests));
        let (data_dir, keeping) = (setup.data_dir.clone(), setup.recordings.clone());
        let recordings = tokio::task::spawn_blocking(move || Recordings::start(&data_dir, &keeping));
        let history = History::open(&setup.data_dir.join("calls.db"))?;
        let (stop, stopped) = watch::channel(false);
        let metrics = Arc::new(Metrics::default());
        let pops = Arc::new(Pops::default());
        let noticed = Arc::new(Noticed::default());
        let requests = requests.await.expect("BUG: opening the list of requests panicked");
        let recordings = recordings.await.expect("BUG: opening the list of recordings panicked");
        let place = Arc::new(SetOnce::new());
        let accounts = Accounts::new(setup.accounts, |name, system| {
            count(name, system, &place, &requests);
            give(system, &recordings);
        });
        let warm = setup.customers.warm.clone();
        let customers = Customers::new(crm, directory.clone(), accounts.clone(), setup.customers, requests.clone());
        let crm: Arc<dyn Crm> = Arc::new(customers.clone());
        let outbox = OutboxSetup::new(&setup.data_dir.join("outbox.db"), accounts.writes());
        let of_batching = requests.clone();
        let saved = Arc::new(move |account: &str, many: u32| of_batching.note_saved(account, Saved::ByBatching, many));
        let outbox = OutboxSetup { clock: clock.clone(), saved, ..outbox };
        let outbox = OutboxPlace::start(outbox, stopped.clone()).await;
        let _ = place.set(outbox.clone());
        let phones = setup.agents.iter().filter_map(|agent| agent.extension.clone());
        let plan = watch::Sender::new(setup.plan.with_phones(phones));
        let rules = live::Rules {
            agents: setup.agents.clone(),
            line_names: setup.line_names,
            call_back_within: setup.call_back_within,
            ring_expires: setup.ring_expires,
            conversation_expires: setup.conversation_expires,
            waits: setup.waits,
        };
        let (live, live_state, owner) = live::start(
            rules,
            live::LiveParts {
                history: history.clone(),
                crm: crm.clone(),
                customers: customers.clone(),
                directory: directory.clone(),
                accounts: accounts.clone(),
                outbox: outbox.clone(),
                plan: plan.subscribe(),
                metrics: metrics.clone(),
                pops: pops.clone(),
                noticed: noticed.clone(),
            },
            stopped.clone(),
        )
        .await?;
        let repeats = Arc::new(Repeats::default());
        let listen = setup.listen.clone().unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
        let proxies = listen.trusted_proxies.clone();
        let is_proxy = move |address| proxies.iter().any(|proxy| proxy.contains(address));
        let watching = {
            let kept = watching::Kept { recordings: recordings.clone(), history: history.clone() };
            Watching::new(live.clone(), accounts.clone(), metrics.clone(), kept)
        };
        let shared = Arc::new(Shared {
            live,
            watching,
            live_state,
            history,
            directory,
            crm,
            customers,
            campaigns: CampaignAsks::new(accounts.clone(), &setup.data_dir),
            tickets: TicketAsks::new(accounts.clone(), &setup.data_dir),
            accounts,
            agents: setup.agents,
            outbox,
            permits_in: place,
            requests,
            recordings,
            plan,
            api_token: setup.api_token,
            is_token_shared: listen.shared_token,
            asks_approval: setup.waits.approval,
            agent_tokens: AgentTokens::open(&setup.data_dir),
            own_names: OwnNames::new(listen.address, &listen.names, listen.public_url.as_deref()),
            connections: Connections::new(Arc::new(is_proxy)),
            trusted_proxies: listen.trusted_proxies,
            strangers: Strangers::default(),
            senders: Senders::new(listen.pushes_per_second),
            wrong_tokens: WrongTokens::default(),
            repeats: repeats.clone(),
            push_reader: PushReader::default(),
            pushes: LastPushes::default(),
            metrics,
            pops,
            noticed,
        });
        shared.watching.follow();
        let clearing = Clearing {
            history: shared.history.clone(),
            recordings: shared.recordings.clone(),
            keeping: setup.recordings,
            call_days: setup.keep_calls_days,
            clock,
        };
        let clearing = tokio::spawn(clearing.keep_clearing(stopped.clone()));
        let mut tasks = vec![owner, tokio::spawn(repeats::keep_writing(repeats, stopped.clone())), clearing];
        let ended = Ended {
            history: shared.history.clone(),
            outbox: shared.outbox.clone(),
            accounts: shared.accounts.clone(),
            recordings: shared.recordings.clone(),
            agents: shared.agents.clone(),
            public_url: listen.public_url.clone(),
            log_after: setup.waits.log_after,
            asks_approval: setup.waits.approval,
            customers: shared.customers.clone(),
        };
        tasks.push(tokio::spawn(ended.keep_telling(stopped.clone())));
        let sampling = usage::keep_noting_what_waits(shared.outbox.clone(), shared.requests.clone(), stopped.clone());
        tasks.push(tokio::spawn(sampling));
        if !warm.is_empty() {
            let customers = shared.customers.clone();
            tasks.push(tokio::spawn(customers.keep_warm(warm, shared.plan.subscribe(), stopped.clone())));
        }
        let listening = listener.map(|listener| {
            let listener = listener?;
            let bound = listener.local_addr().unwrap_or(listen.address);
            tasks.push(tokio::spawn(api::serve(listener, shared.clone(), stopped)));
            Some(bound)
        });
        Ok(Hub { shared, listening, tasks, stop })
    }

    /// A desk's own pair of channels with the same frames a remote desk gets.
    pub fn connect(&self, agent: AgentId) -> Link {
        session::open(self.shared.clone(), Principal::in_this_program(agent))
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Where webhooks arrive, or why they cannot.
    pub fn listening(&self) -> &Result<Option<SocketAddr>, ListenProblem> {
        &self.listening
    }

    pub fn directory(&self) -> &Directory {
        &self.shared.directory
    }

    pub fn accounts(&self) -> &Accounts {
        &self.shared.accounts
    }

    /// Everything that waits to be written to other systems, or why there is no place for it.
    pub fn outbox(&self) -> Result<Outbox, Arc<OpenFailure>> {
        self.shared.outbox.open()
    }

    /// Where a damaged call history is kept, if calls are kept in a new one since.
    pub fn history_set_aside_as(&self) -> Option<PathBuf> {
        self.shared.history.set_aside_as()
    }

    /// Takes a new set of accounts; calls and attempts in flight finish with the old ones. An account that is set up as
    /// it was is not touched.
    pub async fn use_accounts(&self, setups: Vec<AccountSetup>) {
        self.shared.accounts.replace(setups, |name, system| {
            count(name, system, &self.shared.permits_in, &self.shared.requests);
            give(system, &self.shared.recordings);
        });
        self.shared.watching.follow();
        self.shared.outbox.set_accounts(self.shared.accounts.writes()).await;
    }

    /// How long cards took from push to paint.
    pub fn pops(&self) -> &Arc<Pops> {
        &self.shared.pops
    }

    pub fn connections(&self) -> Vec<Connection> {
        self.shared.accounts.connections()
    }

    /// Stops inputs, lets what is in flight finish for up to 3 s, closes the databases.
    pub async fn shutdown(mut self) {
        self.shared.watching.stop();
        let _ = self.stop.send(true);
        for task in self.tasks.drain(..) {
            let abort = task.abort_handle();
            if tokio::time::timeout(Duration::from_secs(3), task).await.is_err() {
                tracing::warn!("a hub task did not stop in 3 s and was ended");
                abort.abort();
            }
        }
        self.shared.outbox.shutdown().await;
        self.shared.requests.close().await;
        self.shared.recordings.close().await;
        self.shared.history.close().await;
    }
}

/// A system that may be sent recordings gets them here.
fn give(system: &System, recordings: &Recordings) {
    if let Some(takes) = &system.takes_recordings {
        takes.use_recordings(Arc::new(recordings.clone()));
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ListenProblem> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenProblem::InUse { address },
        _ => ListenProblem::Other { address, detail: error.to_string() },
    })
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.shared.watching.stop();
        let _ = self.stop.send(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

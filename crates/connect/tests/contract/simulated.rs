//! The systems the contract is run against, one for each connector: a new connector gets a line in [`simulated`].

use crate::support::{self, PUSH_KEY, encoded};
use ringcard_connect::{Capability, NewAccount, Originate, PushKind, RawPush, Registry, System};
use ringcard_core::{
    call_log::TeamEvent,
    campaign::{CampaignId, CampaignKind, RecordRef},
    number::{DialPlan, Party},
    submission::{Submission, Write},
};
use ringcard_sim::{
    AsteriskSim, AsteriskWrong, CcaiConfig, CcaiSim, Coding, Giving, Misbehaviour, OfficeSim, OfficeWrong,
    RecordingsAre, Sim, SimConfig, WolkvoxConfig, WolkvoxSim, ccai, tone, wolkvox,
    zendesk::{self, ZendeskConfig, ZendeskSim},
};
use secrecy::SecretString;

/// What every simulated system can be made to do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It takes what is asked and never answers.
    Silent,
    /// It takes what is asked and breaks the connection off.
    CutOff,
}

/// A simulated system, and what is in it.
pub enum World {
    Telephones {
        id: &'static str,
        sim: Sim,
    },
    Campaigns {
        sim: WolkvoxSim,
    },
    Events {
        sim: AsteriskSim,
    },
    /// Calls are started there, and shown by an address it opens.
    Platform {
        sim: CcaiSim,
    },
    /// A CRM with a call log (`rest-crm`), or a program that is told (`webhook`).
    Office {
        id: &'static str,
        sim: OfficeSim,
    },
    /// A CRM with customers and tickets.
    Tickets {
        sim: ZendeskSim,
    },
}

/// Easy to find again, with characters that are written differently in URLs, JSON and Basic.
const SECRET: &str = support::PASSWORD;
const WRONG_SECRET: &str = "no-such-secret";
/// A token stands in a header, which has no such letters.
const TOKEN: &str = "t0k/en+s3cret";

/// Standard Webhooks' own example, so that what is written of it can be searched for.
const HOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const WRONG_HOOK_SECRET: &str = "whsec_c2VjcmV0IG9mIG5vYm9keSBhdCBhbGw9";

const CAMPAIGN: &str = "7224";
/// In that campaign only.
const CUSTOMER: &str = "10000001";
const AGENT: &str = "5002";

/// The system behind a connector.
pub async fn simulated(connector: &str) -> World {
    match connector {
        "vipex" => telephones("vipex").await,
        "asterisk-ari" => telephones("asterisk-ari").await,
        "asterisk" => {
            let sim = AsteriskSim::start("crm", SECRET, &["101", "102"]).await.expect("the simulator starts");
            World::Events { sim }
        }
        "wolkvox" => {
            let tokens = vec![wolkvox::TokenConfig::new("desk", TOKEN)];
            let config = WolkvoxConfig { tokens, local: None, ..WolkvoxConfig::default() };
            World::Campaigns { sim: WolkvoxSim::start(config).await.expect("the simulator starts") }
        }
        "ccai" => {
            let config = CcaiConfig { token: SECRET.into(), per_second: 1000, ..CcaiConfig::default() };
            World::Platform { sim: CcaiSim::start(config).await.expect("the simulator starts") }
        }
        "rest-crm" => office("rest-crm").await,
        "webhook" => office("webhook").await,
        "zendesk" => {
            let config = ZendeskConfig { api_token: TOKEN.to_owned(), ..ZendeskConfig::default() };
            World::Tickets { sim: ZendeskSim::start(config).await.expect("the simulator starts") }
        }
        other => panic!("the contract has no simulated system for the connector {other}: give it one here"),
    }
}

async fn telephones(id: &'static str) -> World {
    let mut config = SimConfig::default();
    (config.vipex.user, config.vipex.password) = ("crm".into(), SECRET.into());
    (config.ari.user, config.ari.password) = ("crm".into(), SECRET.into());
    World::Telephones { id, sim: Sim::start(config).await.expect("the simulator starts") }
}

async fn office(id: &'static str) -> World {
    World::Office { id, sim: OfficeSim::start(TOKEN, HOOK_SECRET).await.expect("the simulator starts") }
}

/// A fresh system of every connector that offers this.
pub async fn offering(capability: Capability) -> Vec<World> {
    let mut worlds = Vec::new();
    for connector in Registry::builtin().iter() {
        let world = simulated(connector.id()).await;
        if world.system().offers().contains(&capability) {
            worlds.push(world);
        }
    }
    worlds
}

impl World {
    pub fn id(&self) -> &'static str {
        match self {
            Self::Telephones { id, .. } => id,
            Self::Campaigns { .. } => "wolkvox",
            Self::Events { .. } => "asterisk",
            Self::Platform { .. } => "ccai",
            Self::Office { id, .. } => id,
            Self::Tickets { .. } => "zendesk",
        }
    }

    /// An account of it, set up by the registry as the product does.
    pub fn system(&self) -> System {
        self.set_up(&[], true)
    }

    /// One that waits a second for answers.
    pub fn impatient(&self) -> System {
        self.set_up(&[("timeout_seconds", "1")], true)
    }

    /// One with a wrong password or token.
    pub fn with_a_wrong_secret(&self) -> System {
        self.set_up(&[], false)
    }

    fn set_up(&self, more: &[(&str, &str)], right: bool) -> System {
        let (mut given, secrets) = match self {
            Self::Telephones { id, sim } => {
                let url = if *id == "vipex" { format!("{}/api", sim.base_url()) } else { sim.ari_url() };
                let password = if right { SECRET } else { WRONG_SECRET };
                (
                    vec![("api_url", url), ("user", "crm".to_owned())],
                    vec![("password", password), ("push_key", PUSH_KEY)],
                )
            }
            Self::Campaigns { sim } => {
                let given = vec![("api_url", sim.base_url()), ("licences", "10".to_owned())];
                (given, vec![("token", if right { TOKEN } else { WRONG_SECRET })])
            }
            Self::Events { sim } => {
                let password = if right { SECRET } else { WRONG_SECRET };
                (vec![("api_url", sim.ari_url()), ("user", "crm".to_owned())], vec![("password", password)])
            }
            Self::Platform { sim } => {
                let token = if right { SECRET } else { WRONG_SECRET };
                let agents = "101=anna@example.com; 102=bob@example.com".to_owned();
                let given = vec![("api_url", sim.base_url()), ("subdomain", "customer".to_owned()), ("agents", agents)];
                (given, vec![("token", token), ("push_key", PUSH_KEY)])
            }
            Self::Office { id: "webhook", sim } => {
                let given = vec![("url", sim.hook_url()), ("allow_private", "true".to_owned())];
                (given, vec![("secret", if right { HOOK_SECRET } else { WRONG_HOOK_SECRET })])
            }
            Self::Office { sim, .. } => {
                (vec![("api_url", sim.crm_url())], vec![("token", if right { TOKEN } else { WRONG_SECRET })])
            }
            Self::Tickets { sim } => {
                let given = vec![("api_url", sim.base_url()), ("email", sim.config().email)];
                (given, vec![("api_token", if right { TOKEN } else { WRONG_SECRET })])
            }
        };
        given.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let values = given.into_iter().map(|(key, value)| (key.to_owned(), toml::Value::from(value)));
        let secrets = secrets.into_iter().map(|(key, value)| (key.to_owned(), SecretString::from(value)));
        let account = NewAccount {
            name: "account".to_owned(),
            values: values.collect(),
            secrets: secrets.collect(),
            plan: DialPlan::new(self.country()).expect("a country"),
        };
        let registry = Registry::builtin();
        let connector = registry.find(self.id()).expect("it is in the registry");
        connector.set_up(account).unwrap_or_else(|error| panic!("{}: {error}", self.id()))
    }

    fn country(&self) -> &'static str {
        match self {
            Self::Telephones { .. }
            | Self::Events { .. }
            | Self::Platform { .. }
            | Self::Office { .. }
            | Self::Tickets { .. } => "HU",
            Self::Campaigns { .. } => "CO",
        }
    }

    /// From now on, whatever is asked.
    pub fn does(&self, wrong: Wrong) {
        match self {
            Self::Telephones { sim, .. } => sim.misbehave_until_cleared(match wrong {
                Wrong::Silent => Misbehaviour::Hang { started: true },
                Wrong::CutOff => Misbehaviour::CutBeforeAnswer,
            }),
            Self::Campaigns { sim } => {
                let wrong = match wrong {
                    Wrong::Silent => wolkvox::Misbehaviour::Hang { applied: true },
                    Wrong::CutOff => wolkvox::Misbehaviour::ApplyThenCut,
                };
                sim.misbehave_until_cleared("*", wrong);
            }
            Self::Events { sim } => sim.misbehave(Some(match wrong {
                Wrong::Silent => AsteriskWrong::Silent,
                Wrong::CutOff => AsteriskWrong::CutOff,
            })),
            Self::Platform { sim } => sim.misbehave_until_cleared(match wrong {
                Wrong::Silent => ccai::Misbehaviour::Silent,
                Wrong::CutOff => ccai::Misbehaviour::CutOff,
            }),
            Self::Office { sim, .. } => sim.misbehave(Some(match wrong {
                Wrong::Silent => OfficeWrong::Silent,
                Wrong::CutOff => OfficeWrong::CutOff,
            })),
            Self::Tickets { sim } => {
                let wrong = match wrong {
                    Wrong::Silent => zendesk::Misbehaviour::Hang { applied: true },
                    Wrong::CutOff => zendesk::Misbehaviour::ApplyThenCut,
                };
                sim.misbehave_until_cleared("*", wrong);
            }
        }
    }

    /// Nobody answers there any more.
    pub async fn go_away(self) -> &'static str {
        let id = self.id();
        match self {
            Self::Telephones { sim, .. } => sim.shutdown().await,
            Self::Campaigns { sim } => sim.shutdown().await,
            Self::Events { sim } => sim.shutdown().await,
            Self::Platform { sim } => sim.shutdown().await,
            Self::Office { sim, .. } => sim.shutdown().await,
            Self::Tickets { sim } => sim.shutdown().await,
        }
        id
    }

    /// What its account keeps secret.
    pub fn secrets(&self) -> Vec<&'static str> {
        match self {
            Self::Telephones { .. } => vec![SECRET, PUSH_KEY],
            Self::Campaigns { .. } => vec![TOKEN],
            Self::Events { .. } => vec![SECRET],
            Self::Platform { .. } => vec![SECRET, PUSH_KEY],
            Self::Office { id: "webhook", .. } => vec![HOOK_SECRET],
            Self::Office { .. } | Self::Tickets { .. } => vec![TOKEN],
        }
    }

    /// Requests that came.
    pub fn requests(&self) -> usize {
        match self {
            Self::Telephones { sim, .. } => sim.requests().len(),
            Self::Campaigns { sim } => sim.requests().len(),
            Self::Events { sim } => sim.requests().len(),
            Self::Platform { sim } => sim.requests().len(),
            Self::Office { sim, .. } => sim.requests(),
            Self::Tickets { sim } => sim.requests().len(),
        }
    }

    /// Who called whom.
    pub fn calls(&self) -> Vec<String> {
        match self {
            Self::Telephones { sim, .. } => sim
                .calls()
                .into_iter()
                .map(|call| format!("{} calls {}", call.extensions.join("+"), call.called))
                .collect(),
            Self::Campaigns { sim } => {
                let call = sim.agent(AGENT).and_then(|agent| agent.call);
                call.map(|call| format!("{AGENT} calls {}", call.phone)).into_iter().collect()
            }
            Self::Events { sim } => sim.clicks(),
            Self::Platform { sim } => {
                sim.calls().into_iter().map(|call| format!("{} calls {}", call.agent_email, call.number)).collect()
            }
            Self::Office { .. } | Self::Tickets { .. } => Vec::new(),
        }
    }

    /// Everybody hangs up, and the system knows it.
    pub async fn everybody_hangs_up(&self) {
        if let Self::Platform { sim } = self {
            return sim.calls().into_iter().for_each(|call| sim.set_status(call.id, "Finished"));
        }
        let Self::Telephones { sim, .. } = self else { panic!("{} tells of no calls in this contract", self.id()) };
        for call in sim.calls() {
            sim.call(call.no).hang_up().await.expect("it is going on");
            sim.wait_for_call("its end", |seen| seen.no == call.no && seen.is_over()).await.expect("it ends");
        }
    }

    /// A call's recording, by the system's own id.
    pub async fn recording(&self) -> String {
        let sim = match self {
            Self::Telephones { sim, .. } => sim,
            Self::Events { sim } => {
                let name = "2026/a+b=".to_owned();
                sim.store(&name, tone(Coding::Pcm, 2));
                return name;
            }
            _ => panic!("{} has no recordings in this contract", self.id()),
        };
        let (order, _) = self.order();
        self.system().start_calls.expect("it starts calls").originate(&order).await.expect("it starts");
        let call = sim.wait_for_call("a call", |_| true).await.expect("it was started");
        ringcard_sim::recording_id(&call.id)
    }

    /// How recordings are given from now on.
    pub fn gives(&self, giving: Giving) {
        match self {
            Self::Telephones { sim, .. } => sim.set_recordings(RecordingsAre { giving, ..RecordingsAre::default() }),
            Self::Events { sim } => sim.gives(giving),
            _ => panic!("{} has no recordings in this contract", self.id()),
        }
    }

    /// How recordings are written from now on.
    pub fn writes_in(&self, id: &str, coding: Coding) {
        match self {
            Self::Telephones { sim, .. } => sim.set_recordings(RecordingsAre { coding, ..RecordingsAre::default() }),
            Self::Events { sim } => sim.store(id, tone(coding, 1)),
            _ => panic!("{} has no recordings in this contract", self.id()),
        }
    }

    /// A call to start, and how [`World::calls`] has it then.
    pub fn order(&self) -> (Originate, String) {
        match self {
            Self::Telephones { .. } | Self::Events { .. } | Self::Office { .. } | Self::Tickets { .. } => {
                (support::order(), "101 calls +36301234567".to_owned())
            }
            Self::Platform { .. } => (support::order(), "anna@example.com calls +36301234567".to_owned()),
            Self::Campaigns { .. } => {
                let number = support::outside("+573001234567");
                let order = Originate { extension: AGENT.into(), number, call_id: "0192f0c0ffee".into(), ticket: None };
                (order, format!("{AGENT} calls 3001234567"))
            }
        }
    }

    /// The agent whose calls can be handled.
    pub fn agent(&self) -> &'static str {
        match self {
            Self::Events { .. } => "101",
            _ => AGENT,
        }
    }

    /// Somebody calls in, and a phone rings; the caller's and the phone's part of it.
    pub fn rings(&self) -> (String, String) {
        let Self::Events { sim } = self else { panic!("{} tells of no calls in this contract", self.id()) };
        let caller = sim.calls_in("+36301234567", "Ana Kiss", "+3612001000");
        let phone = sim.rings(&caller, "101");
        (caller, phone)
    }

    /// Somebody's part of a call ends.
    pub fn ends(&self, part: &str) {
        let Self::Events { sim } = self else { panic!("{} tells of no calls in this contract", self.id()) };
        sim.hangs_up(part, 16);
    }

    /// The line breaks.
    pub fn cut_line(&self) {
        let Self::Events { sim } = self else { panic!("{} keeps no line in this contract", self.id()) };
        sim.cut_lines();
    }

    /// A push of a call from +36301234567, with this key or none.
    pub fn push(&self, key: Option<&str>) -> (PushKind, RawPush) {
        let key = key.map(|key| format!("key={}&", encoded(key))).unwrap_or_default();
        let query = format!("{key}caller=%2B36301234567&called=%2B3612001000");
        (PushKind::Incoming, RawPush { query, ..RawPush::default() })
    }

    /// Whoever is in a campaign.
    pub fn campaign_customer(&self) -> Party {
        let Self::Campaigns { sim } = self else { panic!("{} has no campaigns in this contract", self.id()) };
        let records = sim.records(CAMPAIGN);
        let record = records.iter().find(|record| record.customer_id == CUSTOMER).expect("a record");
        support::outside(&format!("+{}", record.telephones().next().expect("a number")))
    }

    /// Somebody it knows, by name, with this number as they wrote it; what it calls them.
    pub fn knows(&self, name: &str, written: &str) -> String {
        let Self::Tickets { sim } = self else { panic!("{} keeps no customers in this contract", self.id()) };
        let (name, phone) = (name.to_owned(), Some(written.to_owned()));
        sim.add_user(zendesk::User { name, phone, ..zendesk::User::default() }).to_string()
    }

    /// From now on, whoever is asked for, everybody is told.
    pub fn ignores_what_is_asked(&self) {
        let Self::Tickets { sim } = self else { panic!("{} keeps no customers in this contract", self.id()) };
        sim.adjust(|config| config.ignores_filter = true);
    }

    /// A write it takes, with a comment.
    pub fn write(&self, comment: &str) -> Submission {
        if let Self::Office { id, .. } = self {
            let entry = Box::new(support::entry(comment));
            let account = "account".to_owned();
            return support::submission(match *id {
                "webhook" => Write::TellTeam { account, event: TeamEvent::CallEnded, entry },
                _ => Write::LogCall { account, entry },
            });
        }
        if let Self::Tickets { .. } = self {
            let entry = Box::new(support::entry(comment));
            return support::submission(Write::LogCall { account: "account".to_owned(), entry });
        }
        let Self::Campaigns { .. } = self else { panic!("{} takes no writes in this contract", self.id()) };
        let record = RecordRef {
            account: "account".to_owned(),
            campaign: CampaignId(CAMPAIGN.to_owned()),
            kind: CampaignKind::Predictive,
            customer_id: CUSTOMER.to_owned(),
        };
        support::submission(Write::Codify {
            record,
            code: "001".to_owned(),
            second_code: None,
            comment: comment.to_owned(),
            do_not_call: false,
        })
    }

    /// How often that write was done.
    pub fn written(&self) -> usize {
        if let Self::Office { sim, .. } = self {
            return sim.entries().len() + sim.told().len();
        }
        if let Self::Tickets { sim } = self {
            return sim.tickets().iter().filter(|ticket| ticket.external_id.is_some()).count();
        }
        let Self::Campaigns { sim } = self else { panic!("{} takes no writes in this contract", self.id()) };
        sim.coded(CAMPAIGN, CUSTOMER)
    }
}

/// Nothing of any secret is in a text, however it is written.
#[track_caller]
pub fn assert_no_secret(text: &str) {
    support::assert_no_secret(text);
    assert!(!text.contains("s3cret") && !text.contains(WRONG_SECRET), "a secret is readable in: {text}");
}

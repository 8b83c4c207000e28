//! The systems of a demo, and the accounts that lead to them, as an administrator would fill them in. Whoever shows the
//! demo needs to know no system by its name.

use crate::{
    CcaiConfig, CcaiSim, HubTarget, PushAuth, Ring, RingingCall, Sim, SimConfig, SimError, WolkvoxConfig, WolkvoxSim,
    ZendeskConfig, ZendeskSim, scenarios,
};

/// A telephone system, one with campaigns, one with customers and their tickets, and a second telephone system, under way.
pub struct DemoSystems {
    /// The agent's telephone is here, and customers call.
    pub telephones: Sim,
    campaigns: WolkvoxSim,
    customers: ZendeskSim,
    platform: CcaiSim,
}

/// An account to set up.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    pub name: &'static str,
    pub connector: &'static str,
    pub settings: Vec<(&'static str, DemoValue)>,
}

/// What one of its settings is filled in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemoValue {
    Flag(bool),
    Number(i64),
    Text(String),
    /// To be kept where secrets are.
    Secret(String),
}

/// The account that pushes its calls.
const TELEPHONES: &str = "pbx";
const CAMPAIGNS: &str = "wolkvox";
const CUSTOMERS: &str = "zendesk";
const PLATFORM: &str = "ccai";

impl DemoSystems {
    pub async fn start() -> Result<Self, SimError> {
        let mut config = SimConfig::demo();
        // There is something to be heard of each call.
        config.push.recordings = true;
        let telephones = Sim::start(config).await?;
        // Nothing here stands for a program on the agent's own computer.
        let campaigns = WolkvoxSim::start(WolkvoxConfig { local: None, ..WolkvoxConfig::default() }).await?;
        let customers = ZendeskSim::start(ZendeskConfig::default()).await?;
        let platform = CcaiSim::start(CcaiConfig::default()).await?;
        Ok(Self { telephones, campaigns, customers, platform })
    }

    /// What an administrator would fill in.
    pub fn accounts(&self) -> [DemoAccount; 4] {
        // The first one dials: between two that could, somebody would have to choose.
        [self.telephone_account(), self.campaign_account(), self.customer_account(), self.platform_account()]
    }

    /// The number customers call.
    pub fn main_line(&self) -> &str {
        &self.telephones.config().main_line
    }

    /// Pushes go to the hub at this address from now on.
    pub fn push_to(&self, base_url: impl Into<String>) {
        self.telephones.set_hub(Some(HubTarget::new(base_url, TELEPHONES)));
    }

    /// Has the customer of a scenario call; `None`: there is no such scenario.
    pub async fn ring(&self, scenario: &str, extension: &str) -> Option<Result<RingingCall, SimError>> {
        let scenario = scenarios().iter().find(|known| known.name == scenario)?;
        Some(self.telephones.ring(Ring::from(scenario.caller).extension(extension)).await)
    }

    /// The system with campaigns cannot be reached.
    pub async fn campaigns_go_away(&self) {
        self.campaigns.go_offline().await;
    }

    pub async fn campaigns_come_back(&self) -> Result<(), SimError> {
        self.campaigns.go_online().await
    }

    pub async fn shutdown(self) {
        self.telephones.shutdown().await;
        self.campaigns.shutdown().await;
        self.customers.shutdown().await;
        self.platform.shutdown().await;
    }

    fn telephone_account(&self) -> DemoAccount {
        let config = self.telephones.config();
        let push_key = match &config.push.auth {
            PushAuth::KeyParameter { key, .. } | PushAuth::KeyHeader { key, .. } | PushAuth::Bearer { key } => {
                key.clone()
            }
            PushAuth::None | PushAuth::Basic { .. } | PushAuth::UserParameters { .. } => String::new(),
        };
        DemoAccount {
            name: TELEPHONES,
            connector: "vipex",
            settings: vec![
                ("api_url", DemoValue::Text(self.telephones.click_to_call_url())),
                ("call_path", DemoValue::Text(config.vipex.names.path.clone())),
                ("user", DemoValue::Text(config.vipex.user.clone())),
                ("allow_http", DemoValue::Flag(true)),
                ("password", DemoValue::Secret(config.vipex.password.clone())),
                ("push_key", DemoValue::Secret(push_key)),
            ],
        }
    }

    fn campaign_account(&self) -> DemoAccount {
        let config = self.campaigns.config();
        let token = config.tokens.first().map(|token| token.token.clone()).unwrap_or_default();
        let licences = i64::try_from(config.licences).unwrap_or(i64::MAX);
        DemoAccount {
            name: CAMPAIGNS,
            connector: "wolkvox",
            settings: vec![
                ("api_url", DemoValue::Text(self.campaigns.base_url())),
                ("licences", DemoValue::Number(licences)),
                ("token", DemoValue::Secret(token)),
            ],
        }
    }

    fn customer_account(&self) -> DemoAccount {
        let config = self.customers.config();
        DemoAccount {
            name: CUSTOMERS,
            connector: "zendesk",
            settings: vec![
                ("api_url", DemoValue::Text(self.customers.base_url())),
                ("email", DemoValue::Text(config.email.clone())),
                ("phone_fields", DemoValue::Text("second_phone".to_owned())),
                ("api_token", DemoValue::Secret(config.api_token.clone())),
            ],
        }
    }

    fn platform_account(&self) -> DemoAccount {
        let config = self.platform.config();
        let agents: Vec<_> = config.agents.iter().map(|agent| format!("{}={}", agent.custom_id, agent.email)).collect();
        DemoAccount {
            name: PLATFORM,
            connector: "ccai",
            settings: vec![
                ("api_url", DemoValue::Text(self.platform.base_url())),
                ("subdomain", DemoValue::Text(config.subdomain.clone())),
                ("agents", DemoValue::Text(agents.join("; "))),
                ("dials", DemoValue::Flag(false)),
                ("token", DemoValue::Secret(config.token.clone())),
                ("push_key", DemoValue::Secret("sim-look-up-key".to_owned())),
            ],
        }
    }
}

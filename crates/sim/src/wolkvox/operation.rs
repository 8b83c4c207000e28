//! What an operation in wolkvox consists of: campaigns and their records, activity codes, agents, skills, call-backs,
//! calls.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// See wolkvox.md, Campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignKind {
    Predictive,
    Preview,
}

impl CampaignKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Predictive => "predictive",
            Self::Preview => "preview",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Predictive, Self::Preview].into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// Numeric (wolkvox.md, Campaigns).
    pub id: String,
    pub name: String,
    pub description: String,
    pub kind: CampaignKind,
    pub started: bool,
    pub skill_id: String,
}

/// A row of `activity_codes` (wolkvox.md, Lists).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActivityCode {
    pub code: String,
    pub description: String,
    /// In the second list (`cod_act2`, wolkvox.md, Campaigns) rather than the first.
    pub second: bool,
    pub hit: bool,
    pub rpc: bool,
    pub voice: bool,
    pub chat: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skill {
    pub id: String,
    pub name: String,
    pub description: String,
    pub agents: Vec<String>,
}

/// A customer in a campaign. The same customer may stand in it twice: `add_record` adds again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CampaignRecord {
    pub campaign_id: String,
    pub customer_id: String,
    /// `customer_name`, `tel1`, … as uploaded.
    pub fields: BTreeMap<String, String>,
    /// Milliseconds since 1970.
    pub added: u64,
    /// When it was coded, which closes it: the dialler leaves it alone (wolkvox.md, Campaigns).
    pub coded: Option<u64>,
    pub cod_act: String,
    pub cod_act_2: String,
    pub comment: String,
    pub calls: u32,
    pub conn_id: String,
    /// Empty: not yet called.
    pub result: String,
    /// `YYYYmmddHHiiss`; empty: none.
    pub recall_date: String,
    pub recall_telephone: String,
}

impl CampaignRecord {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// `tel1` to `tel10` and `tel_extra`, without the empty ones.
    pub fn telephones(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(name, value)| name.starts_with("tel") && !value.is_empty()).map(|(_, v)| v.as_str())
    }
}

/// A call-back (`real_time recall`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recall {
    /// `auto`: the dialler calls; `manual`: it stands in the agent's list.
    pub style: String,
    /// `YYYYmmddHHiiss`; an automatic one that was deleted has only zeros (wolkvox.md, Lists).
    pub date: String,
    pub telephone: String,
    pub campaign_id: String,
    pub customer_id: String,
    pub agent_id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// The extension.
    pub id: String,
    pub name: String,
    pub dni: String,
    /// `Ready`, `Logout`, `Outbound`, `Inbound`, `ACW`, or an auxiliary state's name.
    pub status: String,
    pub muted: bool,
    /// The local API's `visi` and `invi`.
    pub visible: bool,
    pub call: Option<AgentCall>,
    /// The call before; it may still be typed.
    pub last_call: Option<AgentCall>,
    /// Milliseconds since 1970.
    pub since: u64,
}

impl Agent {
    pub fn is_logged_in(&self) -> bool {
        self.status != "Logout"
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOrigin {
    /// The agent's own dial.
    Manual,
    Inbound,
    /// From a campaign, predictive or preview.
    Campaign,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentCall {
    pub conn_id: String,
    pub origin: CallOrigin,
    pub phone: String,
    pub customer_id: Option<String>,
    pub customer_name: Option<String>,
    pub campaign_id: Option<String>,
    /// The customer picked up.
    pub answered: bool,
    pub on_hold: bool,
    pub tones: String,
    pub transferred_to: Option<String>,
    /// Milliseconds since 1970.
    pub started: u64,
    pub cod_act: Option<String>,
    pub cod_act_2: Option<String>,
    pub comment: String,
}

/// A row of `cdr_1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallRow {
    /// Milliseconds since 1970.
    pub at: u64,
    pub seconds: u64,
    pub agent_id: String,
    pub telephone: String,
    pub customer_id: String,
    pub campaign_id: String,
    pub skill_id: String,
    pub conn_id: String,
    pub type_interaction: String,
    pub cod_act: String,
    pub cod_act_2: String,
    pub comment: String,
}

/// What smart wait did in one skill on one day (wolkvox.md, Reports).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SmartWait {
    /// Noon of the day, in milliseconds since 1970.
    pub at: u64,
    pub skill_id: String,
    pub treatment: u64,
    pub say_no: u64,
    pub say_yes: u64,
    pub recall_fail: u64,
    pub recall_ok: u64,
    /// Hundredths of a percent.
    pub service_level_up: i64,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    pub campaigns: Vec<Campaign>,
    pub codes: Vec<ActivityCode>,
    pub skills: Vec<Skill>,
    pub agents: Vec<Agent>,
    pub records: Vec<CampaignRecord>,
    pub recalls: Vec<Recall>,
    pub calls: Vec<CallRow>,
    pub waits: Vec<SmartWait>,
    /// The last connection's number.
    pub conn: u64,
}

impl Operation {
    pub fn campaign(&self, id: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|c| c.id == id)
    }

    pub fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|a| a.id == id)
    }

    pub fn skill_name(&self, id: &str) -> &str {
        self.skills.iter().find(|s| s.id == id).map_or("", |s| s.name.as_str())
    }

    /// The description of a code in the first or the second list.
    pub fn code(&self, code: &str, second: bool) -> Option<&ActivityCode> {
        self.codes.iter().find(|c| c.code == code && c.second == second)
    }

    /// As the samples of wolkvox.md, Lists have it: `6736.4628.1040.1768782812.1814`.
    pub fn next_conn_id(&mut self, now: u64) -> String {
        self.conn += 1;
        format!("6736.4628.{}.{}.{}", 1000 + self.conn, now / 1000, self.conn)
    }
}

//! How a simulator is set up: every name, secret and habit of the simulated systems, with defaults.
//!
//! The vendor of VIPeX publishes no names (vipex.md, Basics), so those here are the simulator's own, and all of them can be set.

use crate::phones::PhoneScript;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

/// Everything a [`crate::Sim`] is started with. `SimConfig::default()` suits tests: port 0, phones that wait for a command.
#[derive(Debug, Clone)]
pub struct SimConfig {
    /// Where the simulated systems answer; loopback unless somebody says otherwise.
    pub listen: SocketAddr,
    /// Where pushes go; absent: none are sent until [`crate::Sim::set_hub`].
    pub hub: Option<HubTarget>,
    pub vipex: VipexConfig,
    pub ari: AriConfig,
    pub push: PushConfig,
    /// The PBX's extensions; a click-to-call from any other is refused.
    pub extensions: Vec<String>,
    /// The called number of a ring that names none.
    pub main_line: String,
    /// Who picks up a call *answered elsewhere*.
    pub elsewhere: String,
    /// The ringing of click-to-call's own first leg is announced like an incoming call, as many PBXs do; absent: it is not.
    pub announce_own_leg: Option<OwnLegCaller>,
    /// How long a phone rings before the PBX gives up.
    pub ring_for: Duration,
    /// What an extension without a script of its own does.
    pub extension_script: PhoneScript,
    /// The same for calls that come in from outside; absent: [`SimConfig::extension_script`].
    pub inbound_script: Option<PhoneScript>,
    /// What an outside number without a script of its own does.
    pub customer_script: PhoneScript,
    /// Scripts by extension or outside number (any way of writing it).
    pub scripts: BTreeMap<String, PhoneScript>,
}

/// Where a PBX's pushes go: `{base_url}/in/{account}/incoming` and its siblings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubTarget {
    pub base_url: String,
    pub account: String,
}

impl HubTarget {
    pub fn new(base_url: impl Into<String>, account: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), account: account.into() }
    }
}

/// Whose number the notice about our own first leg carries as the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnLegCaller {
    /// The number that will be called, as PBXs do that show the agent whom they are about to speak to.
    Number,
    /// The extension calls itself.
    Extension,
}

/// The simulated VIPeX's request side: click-to-call (vipex.md, Click-to-call).
#[derive(Debug, Clone)]
pub struct VipexConfig {
    pub names: VipexNames,
    /// User and password, or the key: either is accepted (vipex.md, Basics).
    pub user: String,
    pub password: String,
    /// Absent: no key is accepted (vipex.md, Basics).
    pub api_key: Option<String>,
    /// How an error message looks (vipex.md, Click-to-call).
    pub errors: ErrorStyle,
    /// What is sent when there is no error message (vipex.md, Click-to-call).
    pub started: StartedAnswer,
}

/// The names in a click-to-call request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VipexNames {
    pub path: String,
    pub user: String,
    pub password: String,
    pub api_key: String,
    pub extension: String,
    pub number: String,
    /// Where recordings are fetched, and what their id is called there.
    pub recordings_path: String,
    pub recording: String,
}

impl Default for VipexNames {
    fn default() -> Self {
        Self {
            path: "/api/click2call".into(),
            user: "user".into(),
            password: "password".into(),
            api_key: "apikey".into(),
            extension: "extension".into(),
            number: "number".into(),
            recordings_path: "/api/recording".into(),
            recording: "id".into(),
        }
    }
}

/// How an error message is sent (its form and status are undocumented: only a message is promised; vipex.md, Click-to-call).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorStyle {
    /// Status 200 for errors too.
    pub with_status_200: bool,
    pub format: ErrorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorFormat {
    /// `ERROR: message`
    Text,
    /// `{"error":"message"}`
    Json,
}

/// What the answer to an accepted click-to-call holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartedAnswer {
    /// 200 and nothing.
    Empty,
    /// `OK`
    Text,
    /// `{"status":"started"}`
    Json,
    /// `{"status":"started","callid":"…"}`
    JsonWithCallId,
}

/// The simulated Asterisk.
#[derive(Debug, Clone)]
pub struct AriConfig {
    pub user: String,
    pub password: String,
    /// The dialplan's contexts.
    pub contexts: Vec<String>,
    /// The account its dialplan posts to; absent: the hub target's.
    pub account: Option<String>,
}

/// How pushes are made. The customer chooses method and security in the vendor's portal (vipex.md, Basics).
#[derive(Debug, Clone)]
pub struct PushConfig {
    pub method: PushMethod,
    pub encoding: PushEncoding,
    pub names: PushNames,
    pub auth: PushAuth,
    /// Further parameters of every push (vipex.md, Basics).
    pub extra: Vec<(String, String)>,
    /// Whether calls carry the PBX's own call id; none is promised (vipex.md, Incoming calls).
    pub call_ids: bool,
    /// Mid-call events (vipex.md, Basics: not every PBX has them).
    pub events: bool,
    /// Whether call data name the call's recording.
    pub recording_ids: bool,
    /// Whether the recording itself is in call data.
    pub recordings: bool,
    /// Call data after the end (vipex.md, Call data).
    pub call_data: bool,
    /// *Within a few seconds after every call* (vipex.md, Call data).
    pub call_data_after: Duration,
    /// How call data are laid out where there is no JSON body (vipex.md, Call data).
    pub call_data_parameter: Option<String>,
    /// How long an answer is waited for.
    pub timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PushMethod {
    Get,
    Post,
}

/// Where the parameters of a push stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushEncoding {
    /// In the URL.
    Query,
    /// In a form body (`POST`; a `GET` puts them into the URL).
    Form,
    /// One flat JSON object.
    Json,
    /// The call's fields under one key of a JSON object.
    JsonNested { under: String },
    /// A form whose parts stand for themselves; a recording is a file (`POST`; a `GET` has none).
    Multipart,
}

/// The names in pushes. An empty name: this field is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushNames {
    pub caller: String,
    pub called: String,
    pub extension: String,
    pub call_id: String,
    pub event: String,
    pub direction: String,
    /// Which leg a failure is about: `agent` or `customer`.
    pub leg: String,
    /// Of a ring: who passed the call on.
    pub passed_by: String,
    /// Of a ring: the queue it came through.
    pub queue: String,
    /// Of a ring: the caller's name.
    pub caller_name: String,
}

impl Default for PushNames {
    fn default() -> Self {
        Self {
            caller: "caller".into(),
            called: "called".into(),
            extension: "extension".into(),
            call_id: "callid".into(),
            event: "event".into(),
            direction: "direction".into(),
            leg: "leg".into(),
            passed_by: "passed_by".into(),
            queue: "queue".into(),
            caller_name: "caller_name".into(),
        }
    }
}

/// How a push proves where it comes from (vipex.md, Basics).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushAuth {
    None,
    /// As one more parameter, wherever the parameters stand.
    KeyParameter {
        name: String,
        key: String,
    },
    KeyHeader {
        name: String,
        key: String,
    },
    Bearer {
        key: String,
    },
    Basic {
        user: String,
        password: String,
    },
    /// As two more parameters.
    UserParameters {
        user_name: String,
        user: String,
        password_name: String,
        password: String,
    },
}

impl PushAuth {
    /// `key=…`, the simulator's default.
    pub fn key(key: impl Into<String>) -> Self {
        Self::KeyParameter { name: "key".into(), key: key.into() }
    }
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            hub: None,
            vipex: VipexConfig::default(),
            ari: AriConfig::default(),
            push: PushConfig::default(),
            extensions: ["101", "102", "103", "104"].map(String::from).to_vec(),
            main_line: "+3612345678".into(),
            elsewhere: "104".into(),
            announce_own_leg: None,
            ring_for: Duration::from_secs(45),
            extension_script: PhoneScript::Manual,
            inbound_script: None,
            customer_script: PhoneScript::Manual,
            scripts: BTreeMap::new(),
        }
    }
}

impl SimConfig {
    /// Tests with a hub: pushes go there.
    pub fn with_hub(base_url: impl Into<String>, account: impl Into<String>) -> Self {
        Self { hub: Some(HubTarget::new(base_url, account)), ..Self::default() }
    }

    /// For people: a click-to-call plays through by itself, and calls that come in wait to be answered.
    pub fn demo() -> Self {
        let seconds = Duration::from_secs;
        Self {
            extension_script: PhoneScript::answer_after(seconds(3)),
            inbound_script: Some(PhoneScript::Manual),
            customer_script: PhoneScript::answer_after(seconds(4)).then_hang_up_after(seconds(90)),
            announce_own_leg: Some(OwnLegCaller::Number),
            ..Self::default()
        }
    }
}

impl Default for VipexConfig {
    fn default() -> Self {
        Self {
            names: VipexNames::default(),
            user: "crm".into(),
            password: "sim-password".into(),
            api_key: Some("sim-key".into()),
            errors: ErrorStyle { with_status_200: false, format: ErrorFormat::Json },
            started: StartedAnswer::JsonWithCallId,
        }
    }
}

impl Default for AriConfig {
    fn default() -> Self {
        Self {
            user: "ringcard".into(),
            password: "sim-password".into(),
            contexts: ["default", "from-internal", "ringcard"].map(String::from).to_vec(),
            account: None,
        }
    }
}

impl Default for PushConfig {
    fn default() -> Self {
        Self {
            method: PushMethod::Post,
            encoding: PushEncoding::Form,
            names: PushNames::default(),
            auth: PushAuth::key("sim-push-key"),
            extra: Vec::new(),
            call_ids: true,
            events: true,
            recording_ids: false,
            recordings: false,
            call_data: true,
            call_data_after: Duration::from_millis(200),
            call_data_parameter: None,
            timeout: Duration::from_secs(5),
        }
    }
}

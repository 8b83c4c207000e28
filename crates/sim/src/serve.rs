//! `ringcard-sim serve`: the simulated systems, as they are set on the command line, until interrupted.

use clap::{Args, ValueEnum};
use ringcard_sim::{
    AsteriskSim, CcaiConfig, CcaiSim, HubTarget, OwnLegCaller, PhoneScript, PushAuth, PushEncoding, PushMethod, Sim,
    SimConfig, WolkvoxConfig, WolkvoxSim, ZendeskConfig, ZendeskSim,
};
use std::{io::Write, net::SocketAddr, time::Duration};

#[derive(Args)]
pub struct Serve {
    #[arg(long, default_value = "127.0.0.1:8490")]
    listen: SocketAddr,
    /// Where pushes go; they are sent to URL/in/ACCOUNT/incoming and its siblings
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8480")]
    hub: String,
    #[arg(long, default_value = "pbx")]
    account: String,
    /// The account the simulated Asterisk pushes to [default: the same]
    #[arg(long)]
    asterisk_account: Option<String>,
    /// The key of pushes, sent as the parameter `key`
    #[arg(long, default_value = "sim-push-key")]
    push_key: String,
    #[arg(long, value_enum, default_value = "post")]
    push_method: MethodArg,
    #[arg(long, value_enum, default_value = "form")]
    push_encoding: EncodingArg,
    /// Pushes carry no call id
    #[arg(long)]
    no_call_ids: bool,
    /// Only notifiers and call data, no mid-call events
    #[arg(long)]
    no_events: bool,
    /// Call data hold the call's recording
    #[arg(long)]
    recordings: bool,
    /// Call data name the call's recording, which is fetched by that
    #[arg(long)]
    recording_ids: bool,
    /// User of the simulated VIPeX and Asterisk
    #[arg(long, default_value = "crm")]
    user: String,
    #[arg(long, default_value = "sim-password")]
    password: String,
    #[arg(long, default_value = "+3612345678")]
    main_line: String,
    /// An extension of the PBX; may be repeated [default: 101 to 104]
    #[arg(long)]
    extension: Vec<String>,
    /// Extensions wait for a command in click-to-call too, instead of picking up by themselves
    #[arg(long)]
    manual: bool,
    /// The ringing of click-to-call's first leg is not announced like an incoming call
    #[arg(long)]
    no_own_leg: bool,
    /// Simulate an Asterisk that tells of its calls by ARI as well, at this address, with the same user and password
    #[arg(long, value_name = "ADDRESS")]
    ari: Option<SocketAddr>,
    /// Simulate a wolkvox as well, at this port of the same address (0: any)
    #[arg(long, value_name = "PORT")]
    wolkvox: Option<u16>,
    /// The port of the program on the wolkvox agent's own PC [default: any]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true, requires = "wolkvox")]
    wolkvox_agent: u16,
    /// What the simulated wolkvox takes for a token
    #[arg(long, default_value = "sim-wolkvox-token", requires = "wolkvox")]
    wolkvox_token: String,
    /// Simulate a Zendesk as well, at this port of the same address (0: any)
    #[arg(long, value_name = "PORT")]
    zendesk: Option<u16>,
    /// Its plan has no Talk Partner Edition
    #[arg(long, requires = "zendesk")]
    no_talk_partner: bool,
    /// What its account may ask in a minute
    #[arg(long, value_name = "REQUESTS", default_value_t = 400, requires = "zendesk")]
    zendesk_per_minute: u32,
    /// Simulate a Google CCAI Platform as well, at this port of the same address (0: any)
    #[arg(long, value_name = "PORT")]
    ccai: Option<u16>,
}

#[derive(Clone, Copy, ValueEnum)]
enum MethodArg {
    Get,
    Post,
}

#[derive(Clone, Copy, ValueEnum)]
enum EncodingArg {
    Query,
    Form,
    Json,
    Nested,
    /// A form of parts; a recording is a file
    Multipart,
}

impl Serve {
    fn wolkvox(&self) -> Option<WolkvoxConfig> {
        let listen = SocketAddr::new(self.listen.ip(), self.wolkvox?);
        let mut config = WolkvoxConfig { listen, ..WolkvoxConfig::default() };
        // Only ever on the agent's own PC.
        config.local.as_mut()?.listen.set_port(self.wolkvox_agent);
        config.tokens.first_mut()?.token.clone_from(&self.wolkvox_token);
        Some(config)
    }

    fn zendesk(&self) -> Option<ZendeskConfig> {
        let listen = SocketAddr::new(self.listen.ip(), self.zendesk?);
        let mut config = ZendeskConfig { listen, talk_partner: !self.no_talk_partner, ..ZendeskConfig::default() };
        config.limits.per_minute = self.zendesk_per_minute;
        Some(config)
    }

    fn ccai(&self) -> Option<CcaiConfig> {
        Some(CcaiConfig { listen: SocketAddr::new(self.listen.ip(), self.ccai?), ..CcaiConfig::default() })
    }

    fn config(self) -> SimConfig {
        let mut config = SimConfig::demo();
        config.listen = self.listen;
        config.hub = Some(HubTarget::new(self.hub, self.account));
        config.ari.account = self.asterisk_account;
        config.vipex.user.clone_from(&self.user);
        config.vipex.password.clone_from(&self.password);
        config.ari.user = self.user;
        config.ari.password = self.password;
        config.push.auth = PushAuth::key(self.push_key);
        config.push.method = match self.push_method {
            MethodArg::Get => PushMethod::Get,
            MethodArg::Post => PushMethod::Post,
        };
        config.push.encoding = match self.push_encoding {
            EncodingArg::Query => PushEncoding::Query,
            EncodingArg::Form => PushEncoding::Form,
            EncodingArg::Json => PushEncoding::Json,
            EncodingArg::Nested => PushEncoding::JsonNested { under: "call".into() },
            EncodingArg::Multipart => PushEncoding::Multipart,
        };
        config.push.call_ids = !self.no_call_ids;
        config.push.events = !self.no_events;
        config.push.recordings = self.recordings;
        config.push.recording_ids = self.recording_ids;
        // For people: *within a few seconds after every call* (vipex.md, Call data).
        config.push.call_data_after = Duration::from_secs(2);
        config.main_line = self.main_line;
        if !self.extension.is_empty() {
            config.extensions = self.extension;
        }
        if self.manual {
            config.extension_script = PhoneScript::Manual;
        }
        config.announce_own_leg = (!self.no_own_leg).then_some(OwnLegCaller::Number);
        config
    }
}

/// Simulates until interrupted.
pub async fn run(serve: Serve) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("ringcard_sim=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    if !serve.listen.ip().is_loopback() {
        eprintln!("ringcard-sim: {} is reachable from other machines; anybody there can drive it", serve.listen);
    }
    let (wolkvox, zendesk, ccai) = (serve.wolkvox(), serve.zendesk(), serve.ccai());
    let ari = serve.ari;
    let config = serve.config();
    let hub = config.hub.clone();
    let sim = Sim::start(config).await.map_err(|error| error.to_string())?;
    let wolkvox = match wolkvox {
        Some(config) => Some(WolkvoxSim::start(config).await.map_err(|error| error.to_string())?),
        None => None,
    };
    let zendesk = match zendesk {
        Some(config) => Some(ZendeskSim::start(config).await.map_err(|error| error.to_string())?),
        None => None,
    };
    let ccai = match ccai {
        Some(config) => Some(CcaiSim::start(config).await.map_err(|error| error.to_string())?),
        None => None,
    };
    let config = sim.config();
    let extensions: Vec<&str> = config.extensions.iter().map(String::as_str).collect();
    let asterisk = match ari {
        Some(address) => {
            let started = AsteriskSim::start_at(address, &config.ari.user, &config.ari.password, &extensions).await;
            Some(started.map_err(|error| error.to_string())?)
        }
        None => None,
    };
    if let Some(asterisk) = &asterisk {
        sim.show(asterisk);
    }
    let mut addresses = format!(
        "page           {}/\nclick-to-call  {}\nAsterisk       {}\n",
        sim.base_url(),
        sim.click_to_call_url(),
        sim.ari_url()
    );
    if let Some(hub) = hub {
        addresses += &format!("pushes to      {}/in/{}/incoming\n", hub.base_url, hub.account);
    }
    if let Some(asterisk) = &asterisk {
        addresses += &format!("Asterisk's own events  {}\n", asterisk.ari_url());
    }
    if let Some(wolkvox) = &wolkvox {
        addresses += &format!("wolkvox        {}\n", wolkvox.api_url());
        addresses += &format!("wolkvox agent  {}\n", wolkvox.local_url().unwrap_or_default());
    }
    if let Some(zendesk) = &zendesk {
        let config = zendesk.config();
        addresses += &format!("Zendesk        {} ({}, {})\n", zendesk.base_url(), config.email, config.api_token);
    }
    if let Some(ccai) = &ccai {
        let config = ccai.config();
        addresses += &format!("CCAI Platform  {} ({}, {})\n", ccai.base_url(), config.subdomain, config.token);
    }
    sim.list_beside(addresses.lines().skip(1).map(str::to_owned).collect());
    // Whoever started us may read one line and close the pipe, which is no reason to stop.
    let _ = std::io::stdout().write_all(addresses.as_bytes());
    let interrupted = tokio::signal::ctrl_c().await;
    sim.shutdown().await;
    if let Some(asterisk) = asterisk {
        asterisk.shutdown().await;
    }
    if let Some(wolkvox) = wolkvox {
        wolkvox.shutdown().await;
    }
    if let Some(zendesk) = zendesk {
        zendesk.shutdown().await;
    }
    if let Some(ccai) = ccai {
        ccai.shutdown().await;
    }
    interrupted.map_err(|error| format!("cannot wait for an interruption: {error}"))
}

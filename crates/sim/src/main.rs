//! `ringcard-sim`: the simulated outside systems as a program, and commands to drive one that runs.

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringcard_sim::{
    AsteriskAct, AsteriskSim, CcaiConfig, CcaiSim, Coding, Giving, HubTarget, LegAct, Misbehaviour, OwnLegCaller,
    PhoneScript, PushAuth, PushEncoding, PushMethod, Ring, Sim, SimConfig, Standing, WolkvoxConfig, WolkvoxSim,
    ZendeskConfig, ZendeskSim, customers_csv, stories,
};
use serde_json::Value;
use std::{io::Write, net::SocketAddr, process::ExitCode, time::Duration};

#[derive(Parser)]
#[command(
    name = "ringcard-sim",
    version,
    about = "Simulated PBXs (VIPeX, Asterisk, wolkvox, CCAI Platform), a CRM (Zendesk), and the customers who call"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the simulated systems until interrupted; a page at the address drives them
    Serve(Box<Serve>),
    /// Make a call come in; prints its number
    Ring {
        /// As the PBX would send it; empty: hidden
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        caller: String,
        /// The line that is called [default: the simulator's main line]
        #[arg(long, default_value = "")]
        called: String,
        /// An extension that rings, and is told; may be repeated
        #[arg(long)]
        extension: Vec<String>,
        /// The queue it comes through
        #[arg(long, default_value = "")]
        queue: String,
        /// The caller's name
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        sim: Running,
    },
    /// Pick up the phone that rings in a call
    Answer(Act),
    /// Hang a call up
    End(Act),
    /// Let the caller give up
    Miss(Act),
    /// Let somebody else pick up
    Elsewhere(Act),
    /// Let something happen at one phone of a call that came in: queues, several devices, transfers, voicemail, silence
    Leg {
        /// The call's number, as `ring` printed it
        call: u64,
        #[command(subcommand)]
        act: LegAct,
        /// The running simulator
        #[arg(long, global = true, default_value = "http://127.0.0.1:8490", value_name = "URL")]
        sim: String,
    },
    /// Play a call with several phones in it; without a name: list them
    Story {
        name: Option<String>,
        #[arg(long, default_value = "+36301234567", allow_hyphen_values = true)]
        caller: String,
        /// From one step to the next
        #[arg(long, default_value_t = 3000, value_name = "MILLISECONDS")]
        step: u64,
        #[command(flatten)]
        sim: Running,
    },
    /// All calls are gone, nothing is told of it, and call ids come again
    Restart(Running),
    /// Do the next push (or all of them) wrong; without a word: behave again
    Misbehave {
        how: Option<Wrong>,
        /// Until told otherwise, and not only next time
        #[arg(long)]
        always: bool,
        #[command(flatten)]
        sim: Running,
    },
    /// How recordings are written, and what is given where one is asked for, from now on
    Recordings {
        #[arg(long, value_enum)]
        coding: Option<Coding>,
        #[arg(long, value_enum)]
        giving: Option<Giving>,
        #[command(flatten)]
        sim: Running,
    },
    /// Let something happen in the simulated Asterisk that tells of its calls (`serve --ari`)
    Asterisk {
        #[command(subcommand)]
        act: AsteriskAct,
        /// The running Asterisk
        #[arg(long, global = true, default_value = "http://127.0.0.1:8088", value_name = "URL")]
        ari: String,
    },
    /// Print the customers as CSV, to import them
    Customers,
}

/// What can be wrong with pushes.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Wrong {
    /// Sent twice
    Twice,
    /// Sent 5 s late; those after it do not wait
    Late,
    /// Two change places
    Swapped,
    /// The end of the call is never told
    NoEnd,
    /// The call id is left out
    NoCallId,
    /// Sent with a wrong key
    #[value(name = "wrong_key")]
    OtherKey,
    /// Whoever asks for something is not let in
    RefuseAuthentication,
}

impl Wrong {
    fn misbehaviour(self) -> Misbehaviour {
        match self {
            Self::Twice => Misbehaviour::PushTwice,
            Self::Late => Misbehaviour::PushLate { ms: 5000 },
            Self::Swapped => Misbehaviour::PushOutOfOrder,
            Self::NoEnd => Misbehaviour::DropEnd,
            Self::NoCallId => Misbehaviour::NoCallId,
            Self::OtherKey => Misbehaviour::WrongKey,
            Self::RefuseAuthentication => Misbehaviour::RefuseAuthentication,
        }
    }
}

#[derive(Args)]
struct Act {
    /// The call's number, as `ring` printed it
    call: u64,
    #[command(flatten)]
    sim: Running,
}

#[derive(Args)]
struct Running {
    /// The running simulator
    #[arg(long, default_value = "http://127.0.0.1:8490", value_name = "URL")]
    sim: String,
}

#[derive(Args)]
struct Serve {
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(serve) => run(*serve).await,
        Command::Ring { caller, called, extension, queue, name, sim } => {
            let ring = Ring { caller, called, extensions: extension, queue, name, ..Ring::default() };
            let told = tell(&sim, "ring", serde_json::to_value(ring).ok()).await;
            told.map(|answer| println!("{}", answer.get("call").and_then(Value::as_u64).unwrap_or_default()))
        }
        Command::Answer(act) => on_call(act, "answer").await,
        Command::End(act) => on_call(act, "end").await,
        Command::Miss(act) => on_call(act, "miss").await,
        Command::Elsewhere(act) => on_call(act, "elsewhere").await,
        Command::Leg { call, act, sim } => {
            tell(&Running { sim }, &format!("calls/{call}/leg"), serde_json::to_value(act).ok()).await.map(drop)
        }
        Command::Story { name: None, .. } => {
            for story in stories() {
                println!("{:<12} {}", story.name, story.about);
            }
            Ok(())
        }
        Command::Story { name: Some(name), caller, step, sim } => {
            let told = serde_json::json!({ "caller": caller, "step_ms": step });
            tell(&sim, &format!("stories/{name}"), Some(told)).await.map(drop)
        }
        Command::Restart(sim) => tell(&sim, "restart", None).await.map(drop),
        Command::Misbehave { how, always, sim } => match how {
            Some(how) => {
                let standing = Standing { misbehaviour: how.misbehaviour(), times: (!always).then_some(1) };
                tell(&sim, "misbehave", serde_json::to_value(standing).ok()).await.map(drop)
            }
            None => tell(&sim, "behave", None).await.map(drop),
        },
        Command::Recordings { coding, giving, sim } => {
            let told = serde_json::json!({ "coding": coding, "giving": giving });
            tell(&sim, "recordings", Some(told)).await.map(drop)
        }
        Command::Asterisk { act, ari } => {
            let told = post(&format!("{}/control", ari.trim_end_matches('/')), serde_json::to_value(act).ok()).await;
            told.map(|answer| {
                for channel in answer["channels"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    println!("{channel}");
                }
            })
        }
        Command::Customers => {
            std::io::stdout().write_all(customers_csv().as_bytes()).map_err(|error| error.to_string())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("ringcard-sim: {message}");
            ExitCode::FAILURE
        }
    }
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

async fn run(serve: Serve) -> Result<(), String> {
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

async fn on_call(act: Act, what: &str) -> Result<(), String> {
    tell(&act.sim, &format!("calls/{}/{what}", act.call), None).await.map(|_| ())
}

/// Asks a running simulator to do something.
async fn tell(sim: &Running, path: &str, body: Option<Value>) -> Result<Value, String> {
    post(&format!("{}/control/{path}", sim.sim.trim_end_matches('/')), body).await
}

async fn post(url: &str, body: Option<Value>) -> Result<Value, String> {
    // An error means that there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build();
    let client = client.map_err(|error| error.to_string())?;
    let mut request = client.post(url);
    if let Some(body) = &body {
        request = request.json(body);
    }
    let answer = request.send().await.map_err(|_| {
        let place = url.split_once("/control").map_or(url, |(place, _)| place);
        format!("no simulator answers at {place}")
    })?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status.is_success() {
        return Ok(answer);
    }
    Err(answer.get("error").and_then(Value::as_str).map_or_else(|| format!("status {status}"), str::to_owned))
}

//! The demo: the whole app with a simulated PBX, a simulated wolkvox, simulated customers and an agent called Ana Kiss.
//!
//! It lives in a folder of its own (`demo` in the data folder), made anew each time, keeps its secrets in memory, and
//! takes any free port: nothing that was set up is touched.

mod tour;

use crate::{
    arguments::DemoMode,
    contract::views::DemoRing,
    installation::{Installation, StartSettings},
    shell::Shell,
};
use ringcard_hub::{
    config::{
        Account, AgentPatch, EditFailure, LineName, ListenPatch, LocalePatch, Places, SettingValue, SettingsPatch,
    },
    directory::import::{self, CancelImport, ImportProgress, ImportState},
    own_files,
    secrets::{InMemory, SecretFailure, SecretStore},
};
use ringcard_sim::{
    HubTarget, PushAuth, Ring, RingingCall, Sim, SimConfig, SimError, WolkvoxConfig, WolkvoxSim, customers_csv,
    scenarios,
};
use secrecy::SecretString;
use std::{collections::BTreeMap, fs, io, sync::Arc};
use thiserror::Error;
use tokio::sync::watch;

/// Why the demo does not go on.
#[derive(Debug, Error)]
pub enum DemoFailure {
    #[error("The demo's folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    #[error("The simulated PBX: {0}")]
    Sim(#[from] SimError),
    #[error("The demo's settings: {0}")]
    Settings(#[from] EditFailure),
    #[error("The demo's secrets: {0}")]
    Secrets(#[from] SecretFailure),
    #[error("The demo's hub does not run: {0}")]
    Hub(String),
    #[error("The demo's customers: {0}")]
    Customers(String),
    #[error("Waited in vain for {0}")]
    InVain(&'static str),
}

const ACCOUNT: &str = "pbx";
const CAMPAIGNS: &str = "wolkvox";
const EXTENSION: &str = "101";

/// A demo under way.
pub struct Demo {
    sim: Sim,
    wolkvox: WolkvoxSim,
    places: Places,
}

impl Demo {
    /// Has a simulated customer call Ana.
    pub async fn ring(&self, kind: DemoRing) -> Result<RingingCall, DemoFailure> {
        let name = match kind {
            DemoRing::Known => "known",
            DemoRing::Several => "shared",
            DemoRing::Unknown => "unknown",
            DemoRing::Hidden => "hidden",
            DemoRing::Vip => "vip",
        };
        let scenario = scenarios().iter().find(|scenario| scenario.name == name);
        let caller = scenario.expect("BUG: the simulator has a scenario for every button").caller;
        Ok(self.sim.ring(Ring::from(caller).extension(EXTENSION)).await?)
    }

    /// Hangs everything up and takes the folder away.
    pub async fn end(self) {
        self.sim.shutdown().await;
        self.wolkvox.shutdown().await;
        if let Err(error) = fs::remove_dir_all(&self.places.data_dir) {
            tracing::info!(%error, "the demo's folder stays behind");
        }
    }
}

/// `ringcard --demo`: begins, rings a first call, and where nobody sits in front plays everything and ends.
pub async fn run(shell: &Shell, places: Places, mode: DemoMode) -> Result<(), DemoFailure> {
    begin(shell, places).await?;
    match mode {
        DemoMode::Open => {
            say("ready");
            shell.popup_is_ready().await;
            let demo = shell.demo.lock().await;
            if let Some(demo) = demo.as_ref() {
                demo.ring(DemoRing::Known).await?;
                say("ringing known");
            }
            Ok(())
        }
        DemoMode::Tour => {
            let played = tour::play(shell).await;
            if played.is_ok() {
                say("done");
            }
            shell.quit();
            played
        }
    }
}

/// Puts the demo in the place of what is at work.
pub async fn begin(shell: &Shell, real: Places) -> Result<(), DemoFailure> {
    let mut running = shell.demo.lock().await;
    if running.is_some() {
        return Ok(());
    }
    let folder = real.data_dir.join("demo");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    own_files::make_folders(&folder)?;
    let places = Places { config_dir: folder.clone(), data_dir: folder };
    let sim = Sim::start(SimConfig::demo()).await?;
    // Nothing here stands for a program on the agent's own computer.
    let wolkvox = WolkvoxSim::start(WolkvoxConfig { local: None, ..WolkvoxConfig::default() }).await?;
    let secrets = Arc::new(InMemory::default());
    write_settings(&places, &sim, &wolkvox, secrets.as_ref()).await?;
    shell.move_out().await;
    let installation = Installation::open(StartSettings::read(places.clone(), secrets, true)).await;
    let address = match installation.hub().map(|hub| hub.listening().clone()) {
        Some(Ok(Some(address))) => address,
        Some(Err(problem)) => return Err(DemoFailure::Hub(problem.to_string())),
        _ => return Err(DemoFailure::Hub("see the log".to_owned())),
    };
    sim.set_hub(Some(HubTarget::new(format!("http://{address}"), ACCOUNT)));
    bring_customers(&installation).await?;
    shell.move_into(installation).await;
    *running = Some(Demo { sim, wolkvox, places });
    Ok(())
}

/// As an administrator would fill them in.
async fn write_settings(
    places: &Places,
    sim: &Sim,
    wolkvox: &WolkvoxSim,
    secrets: &dyn SecretStore,
) -> Result<(), DemoFailure> {
    let config = sim.config();
    let push_key = match &config.push.auth {
        PushAuth::KeyParameter { key, .. } | PushAuth::KeyHeader { key, .. } | PushAuth::Bearer { key } => key.clone(),
        PushAuth::None | PushAuth::Basic { .. } | PushAuth::UserParameters { .. } => String::new(),
    };
    let mut settings = BTreeMap::from([
        ("api_url".to_owned(), SettingValue::Text(sim.click_to_call_url())),
        ("call_path".to_owned(), SettingValue::Text(config.vipex.names.path.clone())),
        ("user".to_owned(), SettingValue::Text(config.vipex.user.clone())),
        ("allow_http".to_owned(), SettingValue::Flag(true)),
    ]);
    for (key, secret) in [("password", config.vipex.password.clone()), ("push_key", push_key)] {
        let place = secrets.write(&format!("{ACCOUNT}.{key}"), SecretString::from(secret)).await?;
        settings.insert(key.to_owned(), SettingValue::Secret(place));
    }
    let patch = SettingsPatch {
        agent: Some(AgentPatch {
            name: Some("Ana Kiss".to_owned()),
            extension: Some(Some(EXTENSION.to_owned())),
            ..AgentPatch::default()
        }),
        locale: Some(LocalePatch { country: Some(Some("HU".to_owned())), ..LocalePatch::default() }),
        listen: Some(ListenPatch { address: Some("127.0.0.1:0".to_owned()), ..ListenPatch::default() }),
        line_names: Some(vec![LineName { number: config.main_line.clone(), name: "Sales (HU)".to_owned() }]),
        ..SettingsPatch::default()
    };
    let account = Account { name: ACCOUNT.to_owned(), connector: "vipex".to_owned(), settings, ..Account::default() };
    let profiles = ringcard_hub::setup::Profiles::builtin();
    let mut file = ringcard_hub::config::SettingsFile::open(places.settings_file(), Arc::new(profiles))
        .map_err(EditFailure::Broken)?;
    file.apply(&patch)?;
    file.put_account(&account)?;
    file.put_account(&campaigns(wolkvox, secrets).await?)?;
    Ok(())
}

async fn campaigns(wolkvox: &WolkvoxSim, secrets: &dyn SecretStore) -> Result<Account, DemoFailure> {
    let config = wolkvox.config();
    let token = config.tokens.first().map(|token| token.token.clone()).unwrap_or_default();
    let token = secrets.write(&format!("{CAMPAIGNS}.token"), SecretString::from(token)).await?;
    let licences = i64::try_from(config.licences).unwrap_or(i64::MAX);
    let settings = BTreeMap::from([
        ("api_url".to_owned(), SettingValue::Text(wolkvox.base_url())),
        ("token".to_owned(), SettingValue::Secret(token)),
        ("licences".to_owned(), SettingValue::Number(licences)),
    ]);
    Ok(Account { name: CAMPAIGNS.to_owned(), connector: "wolkvox".to_owned(), settings, ..Account::default() })
}

async fn bring_customers(installation: &Installation) -> Result<(), DemoFailure> {
    let directory = installation.directory.as_ref().map_err(|why| DemoFailure::Customers(why.clone()))?;
    let file = installation.places.data_dir.join("customers.csv");
    own_files::write(&file, customers_csv())?;
    let (progress, _) = watch::channel(ImportProgress::default());
    let end = import::run(directory, &file, Vec::new(), progress, CancelImport::default()).await;
    match end.state {
        ImportState::Done => Ok(()),
        _ => Err(DemoFailure::Customers(end.message.unwrap_or_else(|| "the import did not end well".to_owned()))),
    }
}

/// A step, for whoever started the demo and takes pictures of it.
fn say(step: &str) {
    println!("demo: {step}");
}

//! The demo: the whole app with simulated outside systems, simulated customers and an agent called Ana Kiss.
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
    RingingCall, SimError, customers_csv,
    demo::{DemoAccount, DemoSystems, DemoValue},
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
    #[error("The simulated systems: {0}")]
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

const EXTENSION: &str = "101";

/// A demo under way.
pub struct Demo {
    systems: DemoSystems,
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
        let ringing = self.systems.ring(name, EXTENSION).await;
        Ok(ringing.expect("BUG: the simulator has a scenario for every button")?)
    }

    /// Hangs everything up and takes the folder away.
    pub async fn end(self) {
        self.systems.shutdown().await;
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
    let systems = DemoSystems::start().await?;
    let secrets = Arc::new(InMemory::default());
    write_settings(&places, &systems, secrets.as_ref()).await?;
    shell.move_out().await;
    let installation = Installation::open(StartSettings::read(places.clone(), secrets, true)).await;
    let address = match installation.hub().map(|hub| hub.listening().clone()) {
        Some(Ok(Some(address))) => address,
        Some(Err(problem)) => return Err(DemoFailure::Hub(problem.to_string())),
        _ => return Err(DemoFailure::Hub("see the log".to_owned())),
    };
    systems.push_to(format!("http://{address}"));
    bring_customers(&installation).await?;
    shell.move_into(installation).await;
    *running = Some(Demo { systems, places });
    Ok(())
}

/// As an administrator would fill them in.
async fn write_settings(places: &Places, systems: &DemoSystems, secrets: &dyn SecretStore) -> Result<(), DemoFailure> {
    let patch = SettingsPatch {
        agent: Some(AgentPatch {
            name: Some("Ana Kiss".to_owned()),
            extension: Some(Some(EXTENSION.to_owned())),
            ..AgentPatch::default()
        }),
        locale: Some(LocalePatch { country: Some(Some("HU".to_owned())), ..LocalePatch::default() }),
        listen: Some(ListenPatch { address: Some("127.0.0.1:0".to_owned()), ..ListenPatch::default() }),
        line_names: Some(vec![LineName { number: systems.main_line().to_owned(), name: "Sales (HU)".to_owned() }]),
        ..SettingsPatch::default()
    };
    let profiles = ringcard_hub::setup::Profiles::builtin();
    let mut file = ringcard_hub::config::SettingsFile::open(places.settings_file(), Arc::new(profiles))
        .map_err(EditFailure::Broken)?;
    file.apply(&patch)?;
    for account in systems.accounts() {
        file.put_account(&filled_in(account, secrets).await?)?;
    }
    Ok(())
}

async fn filled_in(account: DemoAccount, secrets: &dyn SecretStore) -> Result<Account, DemoFailure> {
    let mut settings = BTreeMap::new();
    for (key, value) in account.settings {
        let value = match value {
            DemoValue::Flag(flag) => SettingValue::Flag(flag),
            DemoValue::Number(number) => SettingValue::Number(number),
            DemoValue::Text(text) => SettingValue::Text(text),
            DemoValue::Secret(secret) => {
                let place = secrets.write(&format!("{}.{key}", account.name), SecretString::from(secret)).await?;
                SettingValue::Secret(place)
            }
        };
        settings.insert(key.to_owned(), value);
    }
    let (name, connector) = (account.name.to_owned(), account.connector.to_owned());
    Ok(Account { name, connector, settings, ..Account::default() })
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

//! `check`: everything that would keep a hub from its work, found before a call rings.

use crate::{Answer, installation::Installation};
use ringcard_hub::{
    agent_tokens::TokenFile,
    config::{
        HubSettings,
        risks::{self, Risk},
    },
    database,
    folder::{self, Holder},
    profiles::Standing,
    secrets::SecretStore,
    setup,
};
use rusqlite::ErrorCode;
use std::{fmt::Write, net::SocketAddr, path::Path, time::Duration};

/// What was found, in the order it was looked for.
#[derive(Default)]
struct Findings {
    text: String,
    wrong: usize,
    risky: usize,
}

impl Findings {
    fn good(&mut self, sentence: impl AsRef<str>) {
        self.say("ok", sentence);
    }

    /// Works, and is perhaps not what was meant.
    fn note(&mut self, sentence: impl AsRef<str>) {
        self.say("note", sentence);
    }

    fn wrong(&mut self, sentence: impl AsRef<str>) {
        self.wrong += 1;
        self.say("wrong", sentence);
    }

    /// Works, and others could make use of it.
    fn risk(&mut self, risk: Risk) {
        self.risky += 1;
        self.say("risk", risk.sentence);
    }

    fn say(&mut self, what: &str, sentence: impl AsRef<str>) {
        let _ = writeln!(self.text, "{what:>5}  {}", sentence.as_ref());
    }

    /// `strict`: what is risky is as good as wrong.
    fn answer(mut self, strict: bool) -> Answer {
        let end = match self.wrong {
            0 => "Nothing is wrong.".to_owned(),
            1 => "One thing is wrong.".to_owned(),
            many => format!("{many} things are wrong."),
        };
        let risky = match self.risky {
            0 => String::new(),
            1 => " One thing is risky.".to_owned(),
            many => format!(" {many} things are risky."),
        };
        let _ = writeln!(self.text, "\n{end}{risky}");
        Answer { is_well: self.wrong == 0 && !(strict && self.risky > 0), text: self.text }
    }
}

pub async fn check(installation: &Installation, strict: bool) -> Answer {
    let mut findings = Findings::default();
    for refused in installation.refused() {
        findings.wrong(format!("A profile cannot be used: {refused}"));
    }
    let settings = match read(installation, &mut findings) {
        Some(settings) => settings,
        None => return findings.answer(strict),
    };
    profiles(installation, &settings, &mut findings);
    numbers_and_people(&settings, &mut findings);
    accounts(installation, &settings, &mut findings).await;
    token(installation, &settings, &mut findings).await;
    recordings_key(installation, &settings, &mut findings).await;
    agents_tokens(installation, &settings, &mut findings);
    let data_dir = installation.data_dir(&settings);
    let holder = data_folder(&data_dir, &mut findings);
    address(settings.listen.address, holder.as_ref(), &mut findings).await;
    databases(&data_dir, &installation.directory_file(&settings), &mut findings);
    risks(installation, &settings, &mut findings).await;
    findings.answer(strict)
}

fn read(installation: &Installation, findings: &mut Findings) -> Option<HubSettings> {
    let file = &installation.file;
    if !file.exists() {
        findings.note(format!("There is no settings file {} yet: everything has its default.", file.display()));
        return Some(HubSettings::default());
    }
    match HubSettings::load_all(file, installation.profiles()) {
        Ok(settings) => {
            findings.good(format!("{} is understood.", file.display()));
            Some(settings)
        }
        Err(problems) => {
            problems.iter().for_each(|problem| findings.wrong(problem.to_string()));
            None
        }
    }
}

/// What somebody has to look at before it is used.
fn profiles(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    if let Some(problem) = &installation.start.problem {
        findings.wrong(format!("{problem}: no profile of your own counts as confirmed."));
    }
    for own in installation.profiles().own() {
        let id = own.profile.id();
        let is_used = settings.accounts.iter().any(|account| account.connector == id);
        let look = format!("ringcard-hub profile show {id}, then ringcard-hub profile confirm {id}");
        match own.standing {
            Standing::Confirmed => {}
            Standing::TakenOver => findings
                .note(format!("The profile {id} was in use before profiles were confirmed, and goes on: {look}")),
            // Its account says that it is not used.
            Standing::New | Standing::Changed if is_used && !own.replaces() => {}
            Standing::New if own.replaces() => findings.note(format!(
                "{} would replace the built-in profile {id}, and is not confirmed: {look}",
                own.file.display()
            )),
            Standing::New => {
                findings.note(format!("The profile {id} is not confirmed, and no account uses it: {look}"))
            }
            Standing::Changed => {
                findings.note(format!("The profile {id} was changed since it was confirmed: {look}"));
            }
        }
    }
}

fn numbers_and_people(settings: &HubSettings, findings: &mut Findings) {
    if settings.locale.country.is_none() {
        let country = settings.locale.country();
        findings.note(format!("[locale] country is not set: numbers without + are read as those of {country}."));
    }
    match settings.agents.len() {
        0 => findings
            .note("There are no agents: calls are listed and ring nowhere. Add one: ringcard-hub agent add NAME"),
        1 => findings.good("There is one agent."),
        many => findings.good(format!("There are {many} agents.")),
    }
    for (at, agent) in settings.agents.iter().enumerate() {
        let same = |other: &&ringcard_hub::config::AgentSettings| {
            other.extension.is_some() && other.extension == agent.extension
        };
        if let Some(other) = settings.agents[..at].iter().find(same) {
            findings
                .note(format!("{} and {} have the same extension: its calls ring for both.", other.name, agent.name));
        }
    }
}

/// What works and is risky all the same.
async fn risks(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    let connectors = installation.profiles();
    for risk in risks::of_settings(&settings.listen, &settings.accounts, None, connectors) {
        findings.risk(risk);
    }
    let store = installation.secrets();
    for account in &settings.accounts {
        for (key, place) in account.secrets() {
            // One that cannot be read was said with what needs it.
            let Ok(secret) = store.read(place).await else { continue };
            // A key may be as long as we like; a password is as the other system takes it.
            let is_theirs = setup::is_sent(account, connectors, key) && key.contains("password");
            let name = format!("Account {}: {key}", account.name);
            risks::of_secret(&name, &secret, is_theirs).into_iter().for_each(|risk| findings.risk(risk));
        }
    }
    if let Ok(Some(token)) = installation.api_token(settings).await {
        risks::of_shared_token(&settings.listen, settings.agents.len())
            .into_iter()
            .for_each(|risk| findings.risk(risk));
        risks::of_secret("The API token", &token, false).into_iter().for_each(|risk| findings.risk(risk));
    }
    let places = settings.accounts.iter().flat_map(|account| account.secrets().map(|(_, place)| place));
    let data_dir = installation.data_dir(settings);
    let profiles = installation.profiles_dir();
    let files = risks::Files {
        settings: Some(&installation.file),
        data_dir: Some(&data_dir),
        secrets: risks::secret_files(
            places.chain(&settings.listen.api_token).chain(&settings.recordings.key),
            installation.config_dir(),
        ),
        profiles: Some(&profiles),
    };
    risks::of_files(&files).into_iter().for_each(|risk| findings.risk(risk));
}

async fn accounts(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    if settings.accounts.is_empty() {
        return findings.note("There is no [[account]]: no PBX can push, and nobody can dial.");
    }
    let plan = match settings.dial_plan() {
        Ok(plan) => plan,
        Err(problem) => return findings.wrong(problem.to_string()),
    };
    let secrets = installation.secrets_of(settings);
    for account in setup::accounts(&settings.accounts, installation.profiles(), &secrets, &plan).await {
        match account.system {
            Ok(_) => findings.good(format!("Account {} is set up.", account.name)),
            Err(detail) => findings.wrong(format!("Account {}: {detail}", account.name)),
        }
    }
}

async fn token(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    match installation.api_token(settings).await {
        Ok(Some(_)) => findings.good("The API token is there."),
        Ok(None) => {
            findings.note("There is no [listen] api_token: REST and the desks' socket take agents' own tokens only.")
        }
        Err(failure) => findings.wrong(format!("The API token: {failure}")),
    }
}

async fn recordings_key(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    match settings.recordings.seal_key(&installation.secrets()).await {
        Ok(None) => {}
        Ok(Some(_)) => findings.good("The key that recordings are sealed with is there."),
        Err(why) => findings.wrong(format!("No recordings can be kept or heard: {why}")),
    }
}

/// Whether the hub could work in its folder; and who has it now.
fn data_folder(folder: &Path, findings: &mut Findings) -> Option<Holder> {
    let is_new = !folder.exists();
    if let Err(refused) = folder::try_out(folder) {
        findings.wrong(format!("{refused} Give it to the hub's user, or choose another with data_dir."));
        return None;
    }
    let here = folder.display();
    if is_new {
        findings.note(format!("The folder {here} is not there yet: the hub makes it."));
        return None;
    }
    match folder::in_use(folder) {
        Some(holder) => {
            let who = holder.as_ref().map_or_else(|| "another Ringcard".to_owned(), Holder::to_string);
            findings.note(format!("The folder {here} is in use by {who}."));
            holder
        }
        None => {
            findings.good(format!("The folder {here} can be used."));
            None
        }
    }
}

/// Who could not open their desk.
fn agents_tokens(installation: &Installation, settings: &HubSettings, findings: &mut Findings) {
    let file = match TokenFile::open(&installation.data_dir(settings)) {
        Ok(file) => file,
        Err(failure) => return findings.wrong(failure.to_string()),
    };
    if settings.listen.shared_token {
        return;
    }
    let has_none = |name: &&str| !file.tokens().iter().any(|kept| kept.agent.0 == *name);
    for name in settings.agents.iter().map(|agent| agent.name.as_str()).filter(has_none) {
        findings.note(format!("{name} has no token, and cannot open a desk: ringcard-hub agent token \"{name}\""));
    }
}

async fn address(address: SocketAddr, holder: Option<&Holder>, findings: &mut Findings) {
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => findings.good(format!("The address {address} is free.")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && holder.is_some() => {
            findings.note(format!("The address {address} is in use, by this hub as it seems."));
        }
        Err(error) => {
            findings.wrong(format!("The address {address} cannot be used: {error}. Change [listen] address."))
        }
    }
}

/// Looks, and changes nothing: a hub may be running on them.
fn databases(folder: &Path, directory: &Path, findings: &mut Findings) {
    if !folder.is_dir() {
        return;
    }
    for path in [&folder.join("calls.db"), directory, &folder.join("outbox.db")] {
        if !path.exists() {
            findings.note(format!("{} is not there yet: the hub makes it.", path.display()));
            continue;
        }
        match looked_through(path) {
            Ok(verdict) if verdict == "ok" => findings.good(format!("{} is whole.", path.display())),
            Ok(verdict) => {
                findings.wrong(format!("{} is damaged: {verdict}. Put a backup in its place.", path.display()))
            }
            Err(error) => findings.wrong(not_read(path, &error)),
        }
    }
}

fn looked_through(path: &Path) -> rusqlite::Result<String> {
    // Not read-only: a database with a write-ahead log needs its shared memory beside it.
    let connection = database::connect(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
}

/// A log that is to be folded in cannot be read where nothing may be written.
fn not_read(path: &Path, error: &rusqlite::Error) -> String {
    let path = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            format!(
                "{path} may not be written by this user: mend its permissions and its folder's, or run this as the hub's \
                 user."
            )
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("{path} is held by another program: close it and try again.")
        }
        _ => format!("{path} cannot be read: {error}."),
    }
}

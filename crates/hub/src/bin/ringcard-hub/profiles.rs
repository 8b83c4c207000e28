//! `profile`: which PBXs are known, and whether a description of another one is right.

use crate::{Answer, Failure, installation::Installation};
use clap::{Subcommand, ValueEnum};
use ringcard_connect::{
    PushKind, named,
    profile::{Profile, Sample, builtin_profiles, is_builtin},
    settings::SettingKind,
};
use ringcard_core::{Timestamp, number::DialPlan};
use ringcard_hub::{
    config::Locale,
    profiles::{self, Own, Standing, told, told_of},
};
use std::{
    fmt::Write,
    io::{Read, stdin},
    path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub enum Command {
    /// Lists the profiles there are, and what an account of each takes.
    List,
    /// Shows what a profile does: where its requests go, and which secrets go along.
    Show {
        /// The profile's id, or a file.
        profile: String,
    },
    /// Somebody has looked at a profile in the profiles folder: it is used from the hub's next start on.
    Confirm {
        /// The profile's id, or its file.
        profile: String,
    },
    /// Checks a profile; with a sample, shows how a push is read.
    Check {
        /// The profile: a TOML file, or the id of one that comes with the program.
        file: PathBuf,
        /// A push, as noted down: an HTTP request, a URL, a query, a form or JSON. `-` reads standard input.
        #[arg(long, value_name = "PUSH")]
        sample: Option<PathBuf>,
        /// What the push tells; without it as the sample's address says, else `incoming`.
        #[arg(long, requires = "sample")]
        kind: Option<Kind>,
        /// The country by which numbers are read; without it as in the settings.
        #[arg(long, value_name = "HU")]
        country: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    Incoming,
    Event,
    CallData,
}

impl From<Kind> for PushKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Incoming => Self::Incoming,
            Kind::Event => Self::Event,
            Kind::CallData => Self::CallData,
        }
    }
}

/// Larger than any profile, and than any push the hub takes.
const MOST_BYTES: u64 = 1024 * 1024;

pub fn run(command: Command, installation: &Installation) -> Result<Answer, Failure> {
    match command {
        Command::List => Ok(list(installation)),
        Command::Show { profile } => show(&profile, installation),
        Command::Confirm { profile } => confirm(&profile, installation),
        Command::Check { file, sample, kind, country } => {
            let profile = match built_in(&file) {
                Some(builtin) => builtin,
                None => Profile::parse(&file.display().to_string(), &text_of(&file)?)?,
            };
            let Some(sample) = sample else {
                let (described, told, reads) = (described(&profile), told(&profile), reads(&profile));
                return Ok(Answer::well(format!("{} is a profile.\n\n{described}\n{told}{reads}", file.display())));
            };
            let sample = Sample::parse(&text_of(&sample)?);
            let kind = kind.map(PushKind::from).or(sample.kind).unwrap_or(PushKind::Incoming);
            let explanation = profile.explain_push(kind, &sample.raw, &plan(country, installation)?);
            Ok(Answer { text: explanation.to_string(), is_well: explanation.outcome.is_ok() })
        }
    }
}

fn list(installation: &Installation) -> Answer {
    let described: Vec<String> = installation.profiles().iter().map(described).collect();
    let mut text = described.join("\n");
    for own in installation.profiles().waiting() {
        let id = own.profile.id();
        let _ = writeln!(text, "\nnot confirmed, and not used: {id} in {}", own.file.display());
    }
    for refused in installation.refused() {
        let _ = writeln!(text, "\ncannot be used: {refused}");
    }
    Answer { text, is_well: installation.refused().is_empty() }
}

/// One that comes with the program, by its id; a file of that name goes before it.
fn built_in(given: &Path) -> Option<Profile> {
    let id = given.to_str().filter(|_| !given.exists())?;
    builtin_profiles().into_iter().find(|profile| profile.id() == id)
}

/// What it reads of pushes.
fn reads(profile: &Profile) -> String {
    let fields = profile.push_fields();
    match fields.is_empty() {
        true => String::new(),
        false => format!("    reads of a push: {}\n", fields.join(", ")),
    }
}

/// One of the profiles folder, by its id or file.
fn own<'i>(profile: &str, installation: &'i Installation) -> Option<&'i Own> {
    let given = Path::new(profile).canonicalize().ok();
    let is_meant =
        |own: &&Own| own.profile.id() == profile || (given.is_some() && own.file.canonicalize().ok() == given);
    installation.profiles().own().iter().find(is_meant)
}

fn show(profile: &str, installation: &Installation) -> Result<Answer, Failure> {
    if let Some(own) = own(profile, installation) {
        return Ok(Answer::well(told_of(own)));
    }
    if let Some(builtin) = installation.profiles().iter().find(|known| known.id() == profile) {
        let (id, title) = (builtin.id(), builtin.title().in_language("en"));
        return Ok(Answer::well(format!("{id}  {title}\n    built in\n{}", told(builtin))));
    }
    match Path::new(profile).exists() {
        true => Ok(Answer::well(told_of(&Own::read(Path::new(profile))?))),
        false => Err(nothing(profile, installation)),
    }
}

fn confirm(profile: &str, installation: &Installation) -> Result<Answer, Failure> {
    let Some(own) = own(profile, installation) else {
        if is_builtin(profile) {
            return Err(format!("{profile} is built in: there is nothing to confirm.").into());
        }
        return Err(nothing(profile, installation));
    };
    // Whatever of the settings is wrong: this is about the profile.
    let data_dir = installation.start.data_dir();
    let mut confirmed = installation.start.confirmed.clone();
    confirmed.confirm(own, Timestamp::now());
    confirmed
        .write(data_dir)
        .map_err(|error| format!("{} cannot be written: {error}.", data_dir.join(profiles::FILE).display()))?;
    let confirmed = Own { standing: Standing::Confirmed, ..own.clone() };
    Ok(Answer::well(format!("{}\nConfirmed. A running hub uses it after a restart.\n", told_of(&confirmed))))
}

fn nothing(profile: &str, installation: &Installation) -> Failure {
    // A file of the folder that cannot be used says why.
    let refused = installation.refused().iter().find(|refused| Path::new(&refused.file).ends_with(profile));
    match refused {
        Some(refused) => refused.to_string().into(),
        None => {
            let folder = installation.profiles_dir();
            format!("There is no profile {profile}, and no file of that name in {}.", folder.display()).into()
        }
    }
}

fn described(profile: &Profile) -> String {
    let mut text = format!("{}  {}\n", profile.id(), profile.title().in_language("en"));
    let about = profile.description().in_language("en");
    if !about.is_empty() {
        let _ = writeln!(text, "    {about}");
    }
    let width = profile.settings().iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    for setting in profile.settings().iter().filter(|setting| !setting.retired) {
        let kind = match setting.kind {
            SettingKind::Text => "text".to_owned(),
            SettingKind::Secret => "secret".to_owned(),
            SettingKind::Number => "number".to_owned(),
            SettingKind::Flag => "true or false".to_owned(),
            SettingKind::Url => "address".to_owned(),
            SettingKind::Choice => {
                setting.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(" or ")
            }
        };
        let need = match (&setting.default, setting.required) {
            (Some(default), _) => format!(", {default} when absent"),
            (None, true) => ", required".to_owned(),
            (None, false) => String::new(),
        };
        let only = match &setting.when {
            Some(when) => format!(", only where {} is {}", when.setting, when.is.join(" or ")),
            None => String::new(),
        };
        let label = setting.label.in_language("en");
        let _ = writeln!(text, "    {:width$}  {label} ({kind}{need}{only})", setting.key);
    }
    text
}

fn plan(country: Option<String>, installation: &Installation) -> Result<DialPlan, Failure> {
    if let Some(country) = country {
        return Ok(DialPlan::new(&country)?);
    }
    // A profile can be tried before there are settings, and while they are broken.
    let usual = || DialPlan::new(&Locale::default().country());
    Ok(match installation.settings() {
        Ok(settings) => settings.dial_plan().or_else(|_| usual())?,
        Err(_) => usual()?,
    })
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        stdin().take(MOST_BYTES + 1).read_to_end(&mut bytes).and_then(|read| match read as u64 > MOST_BYTES {
            true => Err(named::too_large(MOST_BYTES)),
            false => Ok(bytes),
        })
    } else {
        named::read(path, MOST_BYTES)
    };
    let bytes = read.map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

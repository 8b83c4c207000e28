//! `profile`: which PBXs are known, and whether a description of another one is right.

use crate::{Answer, Failure, installation::Installation};
use clap::{Subcommand, ValueEnum};
use ringcard_connect::{
    PushKind, named,
    profile::{Profile, Sample, SettingKind},
};
use ringcard_core::number::DialPlan;
use ringcard_hub::config::Locale;
use std::{
    fmt::Write,
    io::{Read, stdin},
    path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub enum Command {
    /// Lists the profiles there are, and what an account of each takes.
    List,
    /// Checks a profile; with a sample, shows how a push is read.
    Check {
        /// The profile, a TOML file.
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
        Command::Check { file, sample, kind, country } => {
            let profile = Profile::parse(&file.display().to_string(), &text_of(&file)?)?;
            let Some(sample) = sample else {
                return Ok(Answer::well(format!("{} is a profile.\n\n{}", file.display(), described(&profile))));
            };
            let sample = Sample::parse(&text_of(&sample)?);
            let kind = kind.map(PushKind::from).or(sample.kind).unwrap_or(PushKind::Incoming);
            let explanation = profile.explain_push(kind, &sample.raw, &plan(country, installation)?);
            Ok(Answer { text: explanation.to_string(), is_well: explanation.outcome.is_ok() })
        }
    }
}

fn list(installation: &Installation) -> Answer {
    let described: Vec<String> = installation.profiles.iter().map(described).collect();
    let mut text = described.join("\n");
    for refused in &installation.refused {
        let _ = writeln!(text, "\ncannot be used: {refused}");
    }
    Answer { text, is_well: installation.refused.is_empty() }
}

fn described(profile: &Profile) -> String {
    let mut text = format!("{}  {}\n", profile.id(), profile.title().in_language("en"));
    let about = profile.description().in_language("en");
    if !about.is_empty() {
        let _ = writeln!(text, "    {about}");
    }
    let width = profile.settings().iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    for setting in profile.settings() {
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

//! From the settings to what the desk takes from them.

use ringcard_core::number::DialPlan;
use ringcard_desk::{AgentView, Preferences, SettingsProblem};
use ringcard_hub::config::{self, Language, Settings, system_language};
use std::time::Duration;

pub fn of(settings: &Settings, problem: Option<&config::SettingsProblem>, is_demo: bool) -> Preferences {
    let plan = settings.dial_plan().unwrap_or_else(|problem| {
        tracing::error!(%problem, "numbers are read as Hungarian ones");
        DialPlan::new("HU").expect("BUG: Hungary is a country")
    });
    let agent = AgentView {
        name: settings.agent.name.clone(),
        extension: settings.agent.extension.clone(),
        lines: settings.agent.lines.clone(),
    };
    let stay = settings.desk.hide_after_seconds;
    Preferences {
        agent: (!settings.agent.name.is_empty()).then_some(agent),
        quiet: settings.desk.quiet,
        do_not_disturb: settings.desk.do_not_disturb,
        links: settings.desk.links,
        link_dials: settings.desk.link_dials,
        hide_after: (stay > 0).then(|| Duration::from_secs(u64::from(stay))),
        wrap_up: settings.wrap_up.clone(),
        language: language(settings),
        appearance: settings.desk.appearance,
        hotkey: settings.desk.hotkey.clone(),
        demo: is_demo,
        first_start: problem.is_none() && settings.is_first_start(),
        settings_problem: problem
            .map(|problem| SettingsProblem { message: problem.to_string(), path: problem.file.display().to_string() }),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Preferences::new(settings.agent_id(), plan)
    }
}

/// As set, or the system's, or English.
fn language(settings: &Settings) -> Language {
    settings.locale.language.or_else(system_language).unwrap_or(Language::En)
}

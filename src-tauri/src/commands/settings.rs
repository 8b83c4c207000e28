//! Settings.

use super::Answer;
use crate::{
    contract::{
        CommandError,
        views::{AccountInput, MonitorView, Notice, NoticeKind, SettingsView, SharedHubInput},
    },
    installation::IncomingAddress,
    main_window::Word,
    shell::Shell,
};
use ringcard_core::{frame::ask, pushed::PushNote};
use ringcard_hub::config::{QuietMode, SettingsPatch};

pub async fn view(shell: &Shell) -> Answer<SettingsView> {
    let monitors = monitors(shell);
    Ok(shell.installation().await?.view(monitors).await)
}

pub async fn save(shell: &Shell, patch: SettingsPatch) -> Answer<SettingsView> {
    shell.change_settings(patch).await?;
    view(shell).await
}

pub async fn save_account(shell: &Shell, account: AccountInput) -> Answer<SettingsView> {
    {
        let mut installation = shell.installation().await?;
        let other_hub = installation.save_account(account).await?;
        shell.use_installation(&installation, other_hub).await;
    }
    view(shell).await
}

pub async fn remove_account(shell: &Shell, name: String) -> Answer<SettingsView> {
    {
        let mut installation = shell.installation().await?;
        let other_hub = installation.remove_account(&name).await?;
        shell.use_installation(&installation, other_hub).await;
    }
    view(shell).await
}

/// Leads to the team's hub on a server, or back to the one inside the app.
pub async fn save_shared_hub(shell: &Shell, hub: SharedHubInput) -> Answer<SettingsView> {
    {
        let mut installation = shell.installation().await?;
        let other_hub = installation.save_shared_hub(hub).await?;
        shell.use_installation(&installation, other_hub).await;
    }
    view(shell).await
}

/// Somebody has looked at a description of a PBX, with this content, and wants it used.
pub async fn use_description(shell: &Shell, id: String, sha256: String) -> Answer<SettingsView> {
    {
        let mut installation = shell.installation().await?;
        let used = installation.use_description(&id, &sha256).await;
        // What was not as it was shown was read again, and may have other accounts now.
        shell.use_installation(&installation, matches!(used, Ok(true))).await;
        used?;
    }
    view(shell).await
}

pub async fn set_quiet(shell: &Shell, mode: QuietMode) -> Answer<()> {
    shell.set_quiet(mode).await;
    Ok(())
}

pub async fn set_do_not_disturb(shell: &Shell, on: bool) -> Answer<()> {
    shell.set_do_not_disturb(on).await;
    Ok(())
}

/// To the clipboard, for a minute; a web view never gets it.
pub async fn copy_api_token(shell: &Shell) -> Answer<()> {
    let token = shell.installation().await?.token.secret();
    let Some(token) = token else { return Ok(()) };
    shell.clipboard.put_secret(token).await.map_err(CommandError::internal)
}

/// To the clipboard, key and all, to be pasted at the provider's; a web view only sees dots.
pub async fn copy_incoming_address(shell: &Shell, account: String, kind: String) -> Answer<()> {
    let address = shell.installation().await?.incoming_address(&account, &kind)?;
    let put = match address {
        IncomingAddress::WithSecret(address) => shell.clipboard.put_secret(address).await,
        IncomingAddress::Open(address) => shell.clipboard.put(address).await,
    };
    put.map_err(CommandError::internal)
}

/// What PBXs sent last and what became of it, newest first; `account` absent: all.
pub async fn pushes(shell: &Shell, account: Option<String>) -> Answer<Vec<PushNote>> {
    Ok(shell.desk.ask(ask::Pushes { account }).await?)
}

/// After a broken settings file: it is kept under another name, and the defaults hold.
pub async fn begin_with_defaults(shell: &Shell) -> Answer<()> {
    let mut installation = shell.installation().await?;
    let kept = installation.begin_with_defaults().await.map_err(CommandError::file)?;
    shell.use_installation(&installation, true).await;
    if let Some(kept) = kept {
        let detail = kept.display().to_string();
        let code = "settings_kept".to_owned();
        shell.main.tell(Word::Notice(Notice { kind: NoticeKind::Info, code, detail, reason: None }));
    }
    Ok(())
}

fn monitors(shell: &Shell) -> Vec<MonitorView> {
    let there = shell.app.available_monitors().unwrap_or_default();
    there
        .into_iter()
        .filter_map(|monitor| {
            let size = monitor.size();
            Some(MonitorView { name: monitor.name()?.clone(), width: size.width, height: size.height })
        })
        .collect()
}

//! What the popup's page reports and asks for.

use super::Answer;
use crate::{contract::views::PopupAction, shell::Shell};
use ringcard_core::call::CallId;
use ringcard_desk::PopupAct;

pub async fn ready(shell: &Shell) -> Answer<()> {
    if let Some(popup) = shell.popup() {
        popup.ready();
    }
    shell.popup_ready.send_replace(true);
    Ok(())
}

pub async fn painted(shell: &Shell, call_id: CallId, card_version: u32) -> Answer<()> {
    shell.painted(call_id, card_version);
    Ok(())
}

pub async fn action(shell: &Shell, action: PopupAction) -> Answer<()> {
    let act = match action {
        PopupAction::Hide => PopupAct::Hide,
        PopupAction::Next => PopupAct::Next,
        PopupAction::Previous => PopupAct::Previous,
        PopupAction::GiveBackKeyboard => {
            if let Some(popup) = shell.popup() {
                popup.give_back_keyboard();
            }
            return Ok(());
        }
    };
    shell.desk.popup(act).await;
    Ok(())
}

pub async fn select(shell: &Shell, call_id: CallId) -> Answer<()> {
    shell.desk.popup(PopupAct::Select(call_id)).await;
    Ok(())
}

pub async fn resize(shell: &Shell, height: u32) -> Answer<()> {
    if let Some(popup) = shell.popup() {
        popup.resize(height);
    }
    Ok(())
}

/// The agent clicked into one of its fields: whoever had the keyboard gets it back as after the hotkey.
pub async fn keyboard(shell: &Shell) -> Answer<()> {
    if let Some(popup) = shell.popup() {
        popup.typing();
    }
    Ok(())
}

/// What is asked is on the screen.
pub async fn question_painted(shell: &Shell, id: u32) -> Answer<()> {
    if let Some(popup) = shell.popup() {
        popup.question_painted(id);
    }
    Ok(())
}

pub async fn question_answer(shell: &Shell, id: u32, yes: bool) -> Answer<()> {
    shell.desk.answer_question(id, yes).await;
    Ok(())
}

pub async fn dismiss(shell: &Shell, call_id: CallId) -> Answer<()> {
    shell.desk.popup(PopupAct::Dismiss(call_id)).await;
    Ok(())
}

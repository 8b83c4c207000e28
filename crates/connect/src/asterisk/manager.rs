//! What ARI cannot do with calls of the dialplan: muting what MixMonitor writes. Asterisk's manager interface can, and
//! answers at the same address (`/rawman`; manager.conf with `webenabled = yes`, a user with `write = call`).

use super::{AsteriskAccount, config::Manager, fold::Recorder, outcome::Trouble, wire::PAUSED};
use crate::{CameTo, http::answer::Answer, http::scrub::Scrub};
use secrecy::ExposeSecret;

const BESIDE: &str = "rawman";

/// Signed in, for a minute.
pub(super) struct Session(String);

impl AsteriskAccount {
    /// Mutes what is recorded of a call, or does so no longer.
    pub(super) async fn pause(&self, recorder: &Recorder, on: bool) -> Result<(), Trouble> {
        let channel = match recorder {
            Recorder::Live { name } => return self.pause_live(name, on).await,
            Recorder::Mixed { channel } => channel.as_str(),
        };
        let session = self.sign_in_as_manager().await?;
        let state = if on { "1" } else { "0" };
        let mute = [("Action", "MixMonitorMute"), ("Channel", channel), ("Direction", "both"), ("State", state)];
        self.manage("recording_pause", Some(&session.0), &mute).await?;
        // Nothing of Asterisk's says afterwards whether it is muted: whoever comes next reads it here.
        let value = if on { "yes" } else { "" };
        let noted = [("Action", "Setvar"), ("Channel", channel), ("Variable", PAUSED), ("Value", value)];
        if let Err(trouble) = self.manage("recording_note", Some(&session.0), &noted).await {
            let (account, why) = (self.name.as_str(), trouble.kind());
            tracing::warn!(account, why, "whether a recording is paused is not written at Asterisk");
        }
        Ok(())
    }

    /// As who may do so; also the *Test* button's try.
    pub(super) async fn sign_in_as_manager(&self) -> Result<Session, Trouble> {
        let Some(Manager { user, password }) = &self.config.manager else {
            let detail = "what MixMonitor records can be paused only with a `manager_user`".to_owned();
            return Err(Trouble::NotConfigured { detail });
        };
        let login = [("Action", "Login"), ("Username", user.as_str()), ("Secret", password.expose_secret())];
        let session = self.manage("manager_sign_in", None, &login).await?;
        session.map(Session).ok_or_else(|| Trouble::NotConfigured { detail: NO_MANAGER.to_owned() })
    }

    async fn manage(
        &self,
        what: &'static str,
        session: Option<&str>,
        form: &[(&str, &str)],
    ) -> Result<Option<String>, Trouble> {
        let (answer, session, request) = self.client.form(what, BESIDE, session, form).await?;
        let said = judge(&answer, &self.scrub);
        request.end(match &said {
            Ok(()) => CameTo::Answered,
            Err(trouble) => trouble.came_to(),
        });
        said.map(|()| session)
    }
}

const NO_MANAGER: &str = "the manager does not answer over HTTP: set enabled = yes and webenabled = yes in manager.conf, \
                          and load res_manager_http";

/// `Response: Success`, or why not.
fn judge(answer: &Answer, scrub: &Scrub) -> Result<(), Trouble> {
    let text = answer.text();
    let line = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        scrub.clean(value.unwrap_or_default().trim())
    };
    let (response, message) = (line("Response"), line("Message"));
    let words = |sentence: &str| format!("{sentence} (“{message}”)");
    match (answer.status, response.as_str(), message.as_str()) {
        (200, "Success", _) => Ok(()),
        (200, "Error", "Authentication failed") => Err(Trouble::NotConfigured {
            detail: words("Asterisk does not accept manager_user or its password, or not from here (manager.conf)"),
        }),
        (200, "Error", "Permission denied") => Err(Trouble::NotConfigured {
            detail: words("the manager's user may not: set write = call for it in manager.conf"),
        }),
        (200, "Error", "No such channel") => Err(Trouble::Gone { detail: words("the call is over there") }),
        (200, "Error", _) => Err(Trouble::Refused { detail: words("Asterisk's manager refused") }),
        (500.., _, _) => Err(Trouble::Unknown { detail: format!("Asterisk answered HTTP {}", answer.status) }),
        _ => Err(Trouble::NotConfigured { detail: NO_MANAGER.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_manager_answers_is_told_apart() {
        let scrub = Scrub::new(["s3cret"].into_iter());
        for (status, body, kind) in [
            (200, "Response: Success\r\nMessage: Authentication accepted\r\n\r\n", "yes"),
            (200, "Response: Success\r\n\r\n", "yes"),
            (200, "Response: Error\r\nMessage: Authentication failed\r\n", "not configured"),
            (200, "Response: Error\r\nMessage: Permission denied\r\n", "not configured"),
            (200, "Response: Error\r\nMessage: No such channel\r\n", "gone"),
            (200, "Response: Error\r\nMessage: Cannot set mute flag s3cret\r\n", "refused"),
            (200, "<html>", "not configured"),
            (404, "<html>", "not configured"),
            (503, "", "unknown"),
        ] {
            let answer = Answer { status, body: body.into(), whole: true, ..Answer::default() };
            let judged = judge(&answer, &scrub);
            assert_eq!(judged.as_ref().map_or_else(Trouble::kind, |()| "yes"), kind, "{status} {body}: {judged:?}");
            assert!(!format!("{judged:?}").contains("s3cret"));
        }
    }
}

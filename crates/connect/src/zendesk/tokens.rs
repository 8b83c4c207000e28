//! What a sign-in in the browser brought: an access token that ends soon, and a refresh token that is good once.
//!
//! A refresh token is exchanged by one request at a time, and the new one is kept before it is used: after a kill at any
//! instant either the old one or the new one is in its place. Zendesk's answer decides what a failed exchange means: refused
//! for good (4xx), somebody has to sign in again; anything else, it is tried again with the next request.

use super::{
    client::{Ask, Client, ONE},
    config::OAuthClient,
    outcome::{Judge, Trouble},
    wire::{self, Read},
};
use crate::{CameTo, KeepSecret, http::failure::SendFailure, permits::give_back_unused};
use reqwest::{Method, header::HeaderValue};
use ringcard_core::{Timestamp, submission::GateReason};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync;

/// An access token with less left of its life is exchanged before the next request.
const AHEAD: Duration = Duration::from_secs(60);
/// What the program reads and writes.
pub(super) const SCOPE: &str = "read write";

/// What is kept, in one line.
struct Kept {
    access: SecretString,
    /// Absent: once the access token ends, somebody has to sign in again.
    refresh: Option<SecretString>,
    /// Absent: nobody said when the access token ends.
    until: Option<Timestamp>,
}

impl Kept {
    fn read(secret: &SecretString) -> Option<Self> {
        let json = wire::json(secret.expose_secret().as_bytes())?;
        Self::of(&json, json.number("until").map(Timestamp))
    }

    /// Of Zendesk's answer.
    fn told(json: &Value, now: Timestamp) -> Option<Self> {
        let seconds = json.number("expires_in").and_then(|seconds| u64::try_from(seconds).ok());
        Self::of(json, seconds.map(|seconds| now.after(Duration::from_secs(seconds))))
    }

    fn of(json: &Value, until: Option<Timestamp>) -> Option<Self> {
        let token = |key: &str| {
            let text = json.text(key);
            let is_token = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
            is_token.then(|| SecretString::from(text))
        };
        Some(Self { access: token("access_token")?, refresh: token("refresh_token"), until })
    }

    fn written(&self) -> SecretString {
        let mut kept = Map::new();
        kept.insert("access_token".to_owned(), self.access.expose_secret().into());
        if let Some(refresh) = &self.refresh {
            kept.insert("refresh_token".to_owned(), refresh.expose_secret().into());
        }
        if let Some(until) = self.until {
            kept.insert("until".to_owned(), until.0.into());
        }
        SecretString::from(Value::Object(kept).to_string())
    }

    fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.access).chain(self.refresh.as_ref())
    }
}

/// Where the tokens stand.
enum State {
    /// The place was not looked into yet.
    Unread,
    /// Nobody signed in.
    Nobody,
    Have {
        kept: Kept,
        /// They could not be kept yet: they are not used before.
        is_kept: bool,
    },
    /// Zendesk takes these no longer; whatever else is put there is tried.
    Refused { was: Option<SecretString>, detail: String },
}

/// The tokens of one account.
pub(super) struct Tokens {
    client: OAuthClient,
    place: Mutex<Option<Arc<dyn KeepSecret>>>,
    state: sync::Mutex<State>,
}

impl Tokens {
    pub fn new(client: OAuthClient) -> Self {
        Self { client, place: Mutex::new(None), state: sync::Mutex::new(State::Unread) }
    }

    pub fn client(&self) -> &OAuthClient {
        &self.client
    }

    pub fn keep_in(&self, place: Arc<dyn KeepSecret>) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    }

    fn place(&self) -> Result<Arc<dyn KeepSecret>, Trouble> {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let detail = "there is no place to keep a sign-in on this machine".to_owned();
        place.ok_or(Trouble::NotConfigured { detail })
    }

    /// The header of the next request. `spent`: the header that was refused a moment ago.
    pub async fn header(
        &self,
        spent: Option<&HeaderValue>,
        client: &Client,
        judge: &Judge,
        now: Timestamp,
    ) -> Result<HeaderValue, Trouble> {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(_) => {
                give_back_unused();
                self.state.lock().await
            }
        };
        self.look(&mut state, judge).await?;
        let State::Have { kept, is_kept } = &mut *state else { return Err(not_signed_in(&state)) };
        if !*is_kept {
            self.keep(kept).await?;
            *is_kept = true;
        }
        let header = bearer(&kept.access)?;
        let ends = kept.until.is_some_and(|until| until <= now.after(AHEAD));
        if !ends && spent != Some(&header) {
            return Ok(header);
        }
        let Some(refresh) = kept.refresh.clone() else {
            return Err(self.refused(&mut state, "the sign-in has ended".to_owned()));
        };
        let mut body = self.exchange("refresh_token");
        body.insert("refresh_token".to_owned(), refresh.expose_secret().into());
        match self.exchanged(body, client, judge, now, true).await {
            Ok(fresh) => {
                let header = bearer(&fresh.access)?;
                judge.hide(fresh.secrets());
                let kept = self.keep(&fresh).await;
                *state = State::Have { kept: fresh, is_kept: kept.is_ok() };
                kept.map(|()| header)
            }
            Err(Exchange::Refused(detail)) => Err(self.refused(&mut state, detail)),
            Err(Exchange::Trouble(trouble)) => Err(trouble),
        }
    }

    /// Exchanges what the browser brought, and keeps it.
    pub async fn sign_in(
        &self,
        code: &str,
        verifier: &SecretString,
        redirect: &str,
        (client, judge): (&Client, &Judge),
        now: Timestamp,
    ) -> Result<(), Trouble> {
        // Said before anybody's code is used up.
        self.place()?;
        let mut body = self.exchange("authorization_code");
        body.insert("code".to_owned(), code.into());
        body.insert("redirect_uri".to_owned(), redirect.into());
        body.insert("code_verifier".to_owned(), verifier.expose_secret().into());
        let mut state = self.state.lock().await;
        match self.exchanged(body, client, judge, now, false).await {
            Ok(fresh) => {
                judge.hide(fresh.secrets());
                self.keep(&fresh).await?;
                *state = State::Have { kept: fresh, is_kept: true };
                Ok(())
            }
            Err(Exchange::Refused(detail)) => Err(sign_in(detail)),
            Err(Exchange::Trouble(trouble)) => Err(trouble),
        }
    }

    fn exchange(&self, grant: &str) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("grant_type".to_owned(), grant.into());
        body.insert("client_id".to_owned(), self.client.id.clone().into());
        body.insert("scope".to_owned(), SCOPE.into());
        if let Some(secret) = &self.client.secret {
            body.insert("client_secret".to_owned(), secret.expose_secret().trim().into());
        }
        body
    }

    /// One exchange. `closes`: refused for good, the account takes nothing until somebody signs in.
    async fn exchanged(
        &self,
        body: Map<String, Value>,
        client: &Client,
        judge: &Judge,
        now: Timestamp,
        closes: bool,
    ) -> Result<Kept, Exchange> {
        let ask = Ask::new(Method::POST, "sign_in", "/oauth/tokens").json(Value::Object(body));
        let ask = Ask { bound: ONE, ..ask };
        let (answered, request) = client.send(ask, None).await.map_err(Exchange::not_sent)?;
        let status = answered.answer.status;
        let judged = judge.judge(answered, now);
        request.end(match &judged {
            Ok(_) => CameTo::Answered,
            Err(trouble) if is_final(status) && closes => sign_in(trouble.clone().detail()).came_to(),
            // Nobody's code is the account's trouble.
            Err(_) if is_final(status) => CameTo::Refused,
            Err(trouble) => trouble.came_to(),
        });
        match judged {
            Ok(reply) => Kept::told(&reply.json, now).ok_or_else(|| {
                let detail = "what the sign-in answered has no token in it".to_owned();
                Exchange::Trouble(Trouble::NotSent { detail, wait: None })
            }),
            Err(trouble) if is_final(status) => Err(Exchange::Refused(trouble.detail())),
            // Nothing of what was to be asked left.
            Err(Trouble::Unknown { detail }) => Err(Exchange::Trouble(Trouble::NotSent { detail, wait: None })),
            Err(trouble) => Err(Exchange::Trouble(trouble)),
        }
    }

    /// Looks into the place where that may change something.
    async fn look(&self, state: &mut State, judge: &Judge) -> Result<(), Trouble> {
        if matches!(state, State::Have { .. }) {
            return Ok(());
        }
        let unreadable = |detail| Trouble::NotSent { detail, wait: None };
        let found = self.place()?.read().await.map_err(unreadable)?;
        if let State::Refused { was: Some(was), .. } = state
            && found.as_ref().is_some_and(|found| found.expose_secret() == was.expose_secret())
        {
            return Ok(());
        }
        match found.as_ref().and_then(Kept::read) {
            Some(kept) => {
                judge.hide(kept.secrets());
                *state = State::Have { kept, is_kept: true };
            }
            None if matches!(state, State::Refused { .. }) => {}
            None => *state = State::Nobody,
        }
        Ok(())
    }

    async fn keep(&self, kept: &Kept) -> Result<(), Trouble> {
        let failed =
            |detail| Trouble::NotSent { detail: format!("the new sign-in could not be kept: {detail}"), wait: None };
        self.place()?.keep(kept.written()).await.map_err(failed)
    }

    fn refused(&self, state: &mut State, detail: String) -> Trouble {
        let was = match &*state {
            State::Have { kept, .. } => Some(kept.written()),
            _ => None,
        };
        *state = State::Refused { was, detail: detail.clone() };
        sign_in(detail)
    }
}

/// Why an exchange brought nothing.
enum Exchange {
    /// For good.
    Refused(String),
    Trouble(Trouble),
}

impl Exchange {
    fn not_sent(failure: SendFailure) -> Self {
        Self::Trouble(match failure.into() {
            Trouble::Unknown { detail } => Trouble::NotSent { detail, wait: None },
            trouble => trouble,
        })
    }
}

/// Whether the same exchange would be refused again: everything of the 400s but what passes by itself.
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 409 | 423 | 425 | 429)
}

fn not_signed_in(state: &State) -> Trouble {
    sign_in(match state {
        State::Refused { detail, .. } => detail.clone(),
        _ => "nobody signed in yet".to_owned(),
    })
}

fn sign_in(why: String) -> Trouble {
    let detail = format!("somebody has to sign in again (“Sign in” in this account's settings): {why}");
    Trouble::Closed { why: GateReason::SignIn, until: None, detail }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Trouble> {
    let header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
    let mut header =
        header.map_err(|_| Trouble::NotConfigured { detail: "no header can hold the token".to_owned() })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_kept_is_read_again_and_is_one_line() {
        let told = json!({ "access_token": "a", "refresh_token": "r", "expires_in": "1800", "token_type": "bearer" });
        let kept = Kept::told(&told, Timestamp(1_000)).expect("tokens");
        let written = kept.written();
        assert!(!written.expose_secret().contains('\n'));
        let again = Kept::read(&written).expect("tokens");
        assert_eq!(again.until, Some(Timestamp(1_801_000)));
        assert_eq!(again.refresh.expect("one").expose_secret(), "r");
        for none in [json!({}), json!({ "access_token": "" }), json!({ "access_token": "two words" })] {
            assert!(Kept::told(&none, Timestamp(0)).is_none(), "{none}");
        }
    }

    #[test]
    fn what_passes_by_itself_is_no_reason_to_sign_in_again() {
        for passes in [200, 408, 409, 423, 425, 429, 500, 503] {
            assert!(!is_final(passes), "{passes}");
        }
        for refused in [400, 401, 403, 404, 422] {
            assert!(is_final(refused), "{refused}");
        }
    }
}

//! Signing in with a browser: an authorisation code with PKCE, tokens that are renewed and taken back (zendesk.md, Signing in).

use super::{config::Consent, reply::Reply, route::Ask, world::World};
use crate::pairs;
use axum::http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Life of a code, in milliseconds.
const CODE_LIFE: u64 = 120_000;

#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, Code>,
    tokens: Vec<Token>,
    made: u64,
}

#[derive(Debug, Clone)]
struct Code {
    redirect_uri: String,
    challenge: Option<String>,
    scope: String,
    until: u64,
}

#[derive(Debug, Clone)]
struct Token {
    access: String,
    refresh: String,
    until: u64,
    refresh_until: u64,
    scope: String,
    revoked: bool,
    /// Its refresh token was used, and there is a newer one.
    renewed: bool,
}

impl World {
    /// Whether an access token is good now.
    pub fn is_token(&self, token: &str) -> bool {
        let now = self.now();
        self.grants.tokens.iter().any(|t| t.access == token && !t.revoked && !t.renewed && t.until > now)
    }

    /// All tokens are taken back, as an administrator can.
    pub fn revoke_all(&mut self) {
        for token in &mut self.grants.tokens {
            token.revoked = true;
        }
    }

    /// Access tokens that were made so far.
    pub fn tokens_made(&self) -> usize {
        self.grants.tokens.len()
    }

    /// `/oauth/…`; outside the API's limits.
    pub fn oauth(&mut self, ask: &Ask, path: &str) -> Reply {
        match (&ask.method, path) {
            (&Method::GET, "/oauth/authorizations/new") => self.authorize(ask, None),
            (&Method::GET, "/oauth/authorizations/allow") => self.authorize(ask, Some(true)),
            (&Method::GET, "/oauth/authorizations/deny") => self.authorize(ask, Some(false)),
            (&Method::POST, "/oauth/tokens") => self.token(ask).unwrap_or_else(|refusal| refusal),
            _ => Reply::error_page(404),
        }
    }

    fn authorize(&mut self, ask: &Ask, pressed: Option<bool>) -> Reply {
        let config = self.config.oauth.clone();
        let (client, redirect) = (ask.get("client_id"), ask.get("redirect_uri").unwrap_or_default().to_owned());
        let wrong = |why: &str| Reply::html(400, page("Invalid Authorization Request", why, ""));
        if client != Some(config.client_id.as_str()) {
            return wrong("No such client");
        }
        if ask.get("response_type") != Some("code") {
            return wrong("response_type must be code");
        }
        if !redirect.starts_with("http://127.0.0.1")
            && !redirect.starts_with("http://localhost")
            && !redirect.starts_with("https://")
        {
            return wrong("The redirect address is not one of the client's");
        }
        let challenge = ask.get("code_challenge").map(str::to_owned);
        if challenge.is_some() && ask.get("code_challenge_method") != Some("S256") {
            return wrong("code_challenge_method must be S256");
        }
        if challenge.is_none() && config.client_secret.is_none() {
            return wrong("A public client needs a code_challenge");
        }
        let consent = match (config.consent, pressed) {
            (_, Some(true)) => Consent::Grants,
            (_, Some(false)) => Consent::Denies,
            (consent, None) => consent,
        };
        let state = ask.get("state").unwrap_or_default().to_owned();
        let back = |more: &[(&str, &str)]| {
            let pairs: Vec<_> = more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let sign = if redirect.contains('?') { '&' } else { '?' };
            Reply::empty(302).with("Location", format!("{redirect}{sign}{}", pairs::encode(&pairs)))
        };
        match consent {
            Consent::Asks => {
                let query = pairs::encode(&ask.parameters).replace('&', "&amp;");
                let links = format!(
                    "<p><a id=\"allow\" href=\"/oauth/authorizations/allow?{query}\">Allow</a> <a id=\"deny\" href=\"/oauth/authorizations/deny?{query}\">Deny</a></p>"
                );
                Reply::html(200, page("Ringcard wants to use your account", "It asks to read and write.", &links))
            }
            Consent::Denies => back(&[
                ("error", "access_denied"),
                ("error_description", "The end-user denied the request"),
                ("state", &state),
            ]),
            Consent::Grants | Consent::WrongState => {
                self.grants.made += 1;
                let code = format!("code-{}-{}", self.grants.made, self.now());
                let scope = ask.get("scope").unwrap_or("read").to_owned();
                let until = self.now() + CODE_LIFE;
                self.grants
                    .codes
                    .insert(code.clone(), Code { redirect_uri: redirect.clone(), challenge, scope, until });
                let state = if consent == Consent::WrongState { "somebody-elses".to_owned() } else { state };
                back(&[("code", &code), ("state", &state)])
            }
        }
    }

    fn token(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let body = ask.json();
        let get = |name: &str| {
            let told = body.get(name).and_then(Value::as_str).map(str::to_owned);
            told.or_else(|| ask.get(name).map(str::to_owned)).unwrap_or_default()
        };
        let refuse = |error: &str, why: &str| Reply::json(400, json!({ "error": error, "error_description": why }));
        let config = self.config.oauth.clone();
        let secret = get("client_secret");
        if get("client_id") != config.client_id || config.client_secret.is_some_and(|own| own != secret) {
            return Err(Reply::json(
                401,
                json!({ "error": "invalid_client", "error_description": "Client authentication failed" }),
            ));
        }
        let now = self.now();
        let scope = match get("grant_type").as_str() {
            "authorization_code" => {
                // A code is good once.
                let code = self.grants.codes.remove(&get("code"));
                let grant = |c: &Code| c.until > now && c.redirect_uri == get("redirect_uri");
                let Some(code) = code.filter(grant) else {
                    return Err(refuse("invalid_grant", "The code is invalid, expired, or was used before"));
                };
                if let Some(challenge) = &code.challenge {
                    let digest = Sha256::digest(get("code_verifier").as_bytes());
                    let made = pairs::base64(&digest).replace('+', "-").replace('/', "_").replace('=', "");
                    if made != *challenge {
                        return Err(refuse("invalid_grant", "The code verifier does not fit"));
                    }
                }
                code.scope
            }
            "refresh_token" => {
                let refresh = get("refresh_token");
                let good = |t: &&mut Token| t.refresh == refresh && !t.revoked && !t.renewed && t.refresh_until > now;
                let Some(old) = self.grants.tokens.iter_mut().find(good) else {
                    return Err(refuse("invalid_grant", "The refresh token is invalid, expired, or revoked"));
                };
                old.renewed = true;
                old.scope.clone()
            }
            _ => return Err(refuse("unsupported_grant_type", "This grant type is not supported")),
        };
        self.grants.made += 1;
        let number = self.grants.made;
        let life = |d: std::time::Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let token = Token {
            access: format!("sim-access-{number}"),
            refresh: format!("sim-refresh-{number}"),
            until: now.saturating_add(life(config.token_life)),
            refresh_until: now.saturating_add(life(config.refresh_life)),
            scope,
            revoked: false,
            renewed: false,
        };
        let body = json!({
            "access_token": token.access, "refresh_token": token.refresh, "token_type": "bearer", "scope": token.scope,
            "expires_in": config.token_life.as_secs(), "refresh_token_expires_in": config.refresh_life.as_secs(),
        });
        self.grants.tokens.push(token);
        Ok(Reply::ok(body))
    }

    /// `DELETE oauth/tokens/current`
    pub fn revoke_current(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        let token = ask.header("authorization").and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
        let own = self.grants.tokens.iter_mut().find(|t| t.access == token && !t.revoked);
        own.map(|t| {
            t.revoked = true;
            Reply::empty(204)
        })
        .ok_or_else(Reply::not_found)
    }
}

fn page(title: &str, words: &str, links: &str) -> String {
    format!("<!doctype html><html lang=\"en\"><title>{title}</title><h1>{title}</h1><p>{words}</p>{links}</html>")
}

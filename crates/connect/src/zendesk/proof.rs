//! Whose a request is: the `Authorization` it carries.

use super::{
    config::{Config, SignInBy},
    outcome::Trouble,
};
use crate::settings::AccountError;
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::HeaderValue;
use ringcard_core::submission::GateReason;
use secrecy::ExposeSecret;

/// What proves a request.
pub(super) enum Proof {
    /// The same for every request.
    Token(HeaderValue),
    /// Nobody signed in yet.
    None,
}

impl Proof {
    pub fn new(config: &Config) -> Result<Self, AccountError> {
        match &config.sign_in {
            SignInBy::Token { email, token } => {
                let pair = format!("{email}/token:{}", token.expose_secret().trim());
                let mut header = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(pair)))
                    .map_err(|_| AccountError::new("api_token", "no header can hold this token: copy it again"))?;
                header.set_sensitive(true);
                Ok(Self::Token(header))
            }
            SignInBy::OAuth(_) => Ok(Self::None),
        }
    }

    /// The header of the next request.
    pub fn header(&self) -> Result<HeaderValue, Trouble> {
        match self {
            Self::Token(header) => Ok(header.clone()),
            Self::None => Err(Trouble::Closed {
                why: GateReason::SignIn,
                until: None,
                detail: "nobody signed in yet: press “Sign in” in this account's settings".to_owned(),
            }),
        }
    }
}

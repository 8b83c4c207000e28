//! Whose a request is: the `Authorization` it carries.

use super::{
    config::{Config, SignInBy},
    tokens::Tokens,
};
use crate::settings::AccountError;
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

/// What proves a request.
pub(super) enum Proof {
    /// The same for every request.
    Fixed(HeaderValue),
    /// What a sign-in in the browser brought.
    Tokens(Box<Tokens>),
}

impl Proof {
    pub fn new(config: &Config) -> Result<Self, AccountError> {
        match &config.sign_in {
            SignInBy::Token { email, token } => {
                let pair = format!("{email}/token:{}", token.expose_secret().trim());
                let mut header = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(pair)))
                    .map_err(|_| AccountError::new("api_token", "no header can hold this token: copy it again"))?;
                header.set_sensitive(true);
                Ok(Self::Fixed(header))
            }
            SignInBy::OAuth(client) => Ok(Self::Tokens(Box::new(Tokens::new(client.clone())))),
        }
    }
}

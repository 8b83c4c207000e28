//! Signing in to Zendesk in the browser: an authorisation code with PKCE (zendesk.md, Signing in).

use super::{
    ZendeskAccount,
    outcome::Trouble,
    proof::Proof,
    tokens::{SCOPE, Tokens},
};
use crate::{
    Begun, KeepSecret, SignIn,
    permits::{Purpose, for_purpose},
};
use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A code has at most so many characters; whatever is longer is none.
const LONGEST_CODE: usize = 2_048;

impl ZendeskAccount {
    /// Whether people sign in to it in their browser.
    pub(super) fn signs_in_by_browser(&self) -> bool {
        self.tokens().is_some()
    }

    fn tokens(&self) -> Option<&Tokens> {
        match &self.proof {
            Proof::Tokens(tokens) => Some(tokens),
            Proof::Fixed(_) => None,
        }
    }
}

/// 256 bits of the system's, as text.
fn random() -> SecretString {
    let mut bytes = [0_u8; 32];
    // Without chance there is no sign-in that somebody else could not finish.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// What is told of a verifier before it is (RFC 7636, S256).
fn challenge(verifier: &SecretString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret().as_bytes()))
}

#[async_trait]
impl SignIn for ZendeskAccount {
    fn keep_in(&self, place: Arc<dyn KeepSecret>) {
        if let Some(tokens) = self.tokens() {
            tokens.keep_in(place);
        }
    }

    fn port(&self) -> u16 {
        self.tokens().map_or(0, |tokens| tokens.client().port)
    }

    fn begin(&self, redirect: &str) -> Begun {
        let (state, verifier) = (random(), random());
        let mut url = self.client.base.clone();
        url.set_path(&format!("{}/oauth/authorizations/new", url.path().trim_end_matches('/')));
        let client = self.tokens().map_or("", |tokens| tokens.client().id.as_str());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect)
            .append_pair("client_id", client)
            .append_pair("scope", SCOPE)
            .append_pair("state", state.expose_secret())
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256");
        Begun::new(url.into(), state, verifier, redirect)
    }

    async fn finish(&self, begun: Begun, code: &str) -> Result<(), String> {
        let Some(tokens) = self.tokens() else {
            return Err("This account signs in with a token: nobody signs in to it in the browser.".to_owned());
        };
        if code.is_empty() || code.len() > LONGEST_CODE || code.chars().any(char::is_control) {
            return Err("What came back from the browser is no code.".to_owned());
        }
        let with = (&self.client, &self.judge);
        let signing_in = tokens.sign_in(code, &begun.verifier, &begun.redirect, with, self.now());
        for_purpose(Purpose::Test, signing_in).await.0.map_err(Trouble::detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_the_one_of_the_specification() {
        // RFC 7636, appendix B
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_sign_ins_are_alike() {
        assert_ne!(random().expose_secret(), random().expose_secret());
        assert_eq!(random().expose_secret().len(), 43);
    }
}

//! The file of the tokens: what is kept of each, and how it is read and written.

use super::TokensFailure;
use crate::{config::replace, principal::Role};
use ringcard_connect::named;
use ringcard_core::{Timestamp, call::AgentId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// In the hub's data folder.
const FILE: &str = "agent-tokens.json";
/// A thousand agents have a quarter of it.
const MOST_BYTES: u64 = 1024 * 1024;
/// In front of every token, so that people and scanners know one when they see it.
const MARK: &str = "rca_";
/// 256 bits: nobody guesses it, and a hash of it needs no salt and no slowness.
const RANDOM_BYTES: usize = 32;

/// What is kept of a token. The token itself is not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptToken {
    pub agent: AgentId,
    pub role: Role,
    pub made_at: Timestamp,
    /// Of the token, in small hexadecimal digits.
    pub sha256: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    tokens: Vec<KeptToken>,
}

/// Every agent's token, in the order of their names. Changed by the hub that has the folder, or by a command while none has.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    tokens: Vec<KeptToken>,
    /// Something was revoked that still stands in the file.
    is_behind: bool,
}

impl TokenFile {
    /// Reads the file; one that is missing has no tokens in it. One that cannot be read is never written over.
    pub fn open(data_dir: &Path) -> Result<Self, TokensFailure> {
        let path = data_dir.join(FILE);
        let unreadable = |why: String| TokensFailure::Unreadable { path: path.clone(), why };
        let content: Content = match named::read(&path, MOST_BYTES) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?,
            Err(error) if error.kind() == ErrorKind::NotFound => Content::default(),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        Ok(Self { path, tokens: content.tokens, is_behind: false })
    }

    pub fn tokens(&self) -> &[KeptToken] {
        &self.tokens
    }

    /// Makes a token for an agent in place of the one they had; without a role, with the one they had. This is the only
    /// time that it is told.
    pub fn make(&mut self, agent: &AgentId, role: Option<Role>, now: Timestamp) -> Result<Made, TokensFailure> {
        let token = random()?;
        let before = self.tokens.iter().find(|kept| kept.agent == *agent);
        let role = role.or(before.map(|kept| kept.role)).unwrap_or_default();
        let kept = KeptToken { agent: agent.clone(), role, made_at: now, sha256: hash(token.expose_secret()) };
        let replaced = before.is_some();
        let mut tokens: Vec<KeptToken> = self.tokens.iter().filter(|kept| kept.agent != *agent).cloned().collect();
        tokens.push(kept.clone());
        tokens.sort_by(|one, other| one.agent.cmp(&other.agent));
        self.write(tokens)?;
        Ok(Made { token, kept, replaced })
    }

    /// Takes an agent's token away; `false`: they have none. It is gone here also when that could not be written, and
    /// with whatever is written next.
    pub fn revoke(&mut self, agent: &AgentId) -> Result<bool, TokensFailure> {
        let before = self.tokens.len();
        self.tokens.retain(|kept| kept.agent != *agent);
        self.is_behind |= self.tokens.len() != before;
        let had_one = self.is_behind;
        if had_one {
            self.write(self.tokens.clone())?;
        }
        Ok(had_one)
    }

    /// Whoever is killed meanwhile leaves the old file or the new one.
    fn write(&mut self, tokens: Vec<KeptToken>) -> Result<(), TokensFailure> {
        let content = Content { tokens };
        let text = serde_json::to_string_pretty(&content).expect("BUG: our own words are always JSON") + "\n";
        replace(&self.path, &text, true)
            .map_err(|source| TokensFailure::NotWritten { path: self.path.clone(), source })?;
        self.tokens = content.tokens;
        self.is_behind = false;
        Ok(())
    }
}

/// A token that was just made.
pub struct Made {
    pub token: SecretString,
    pub kept: KeptToken,
    /// Another one is no longer good.
    pub replaced: bool,
}

fn random() -> Result<SecretString, TokensFailure> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| TokensFailure::NoRandom(error.to_string()))?;
    Ok(SecretString::from(MARK.to_owned() + &hex(&bytes)))
}

/// What is kept of a token, and compared.
pub(super) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

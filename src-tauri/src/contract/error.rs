//! What a command answers when it did not do as told: a code the user interface has words for, and a sentence.

use ringcard_core::frame::{RequestError, RequestErrorCode};
use ringcard_hub::{config::EditFailure, directory::FileFailure, secrets::SecretFailure};
use serde::Serialize;
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    pub code: ErrorCode,
    pub message: String,
}

/// The hub's codes and the shell's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(untagged)]
pub enum ErrorCode {
    Request(RequestErrorCode),
    Shell(ShellErrorCode),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShellErrorCode {
    /// The settings file is broken: it is never overwritten.
    SettingsBroken,
    SettingsNotSaved,
    KeyringMissing,
    KeyringLocked,
    /// What was typed in cannot be kept; the message says why.
    InvalidSetting,
    /// An account's address was changed: what was typed in for the old one is to be typed in again.
    SecretAgain,
    /// A file could not be read or written.
    File,
    /// The person closed the dialog.
    Cancelled,
    /// Our own mistake, or something nobody can do anything about here.
    Internal,
}

impl CommandError {
    pub fn new(code: ShellErrorCode, message: impl Into<String>) -> Self {
        Self { code: ErrorCode::Shell(code), message: message.into() }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(ShellErrorCode::Internal, error.to_string())
    }

    pub fn file(error: impl std::fmt::Display) -> Self {
        Self::new(ShellErrorCode::File, error.to_string())
    }
}

impl From<RequestError> for CommandError {
    fn from(error: RequestError) -> Self {
        Self { code: ErrorCode::Request(error.code), message: error.message }
    }
}

impl From<EditFailure> for CommandError {
    fn from(failure: EditFailure) -> Self {
        let code = match &failure {
            EditFailure::Broken(_) => ShellErrorCode::SettingsBroken,
            EditFailure::Invalid(_) => ShellErrorCode::InvalidSetting,
            EditFailure::NoAccount(_)
            | EditFailure::NoAgent(_)
            | EditFailure::Changed(_)
            | EditFailure::NotWritten { .. } => ShellErrorCode::SettingsNotSaved,
        };
        Self::new(code, failure.to_string())
    }
}

impl From<SecretFailure> for CommandError {
    fn from(failure: SecretFailure) -> Self {
        let code = match &failure {
            SecretFailure::NoKeyring { .. } | SecretFailure::ReadOnly => ShellErrorCode::KeyringMissing,
            SecretFailure::Locked => ShellErrorCode::KeyringLocked,
            SecretFailure::OtherHost { .. } => ShellErrorCode::SecretAgain,
            SecretFailure::Missing { .. } | SecretFailure::Unusable { .. } => ShellErrorCode::InvalidSetting,
        };
        Self::new(code, failure.to_string())
    }
}

impl From<FileFailure> for CommandError {
    fn from(failure: FileFailure) -> Self {
        let code = match &failure {
            FileFailure::Cancelled => ShellErrorCode::Cancelled,
            FileFailure::Read { .. } | FileFailure::Write { .. } | FileFailure::Directory { .. } => {
                ShellErrorCode::File
            }
        };
        Self::new(code, failure.to_string())
    }
}

//! Any HTTP PBX, described by a TOML file.
//!
//! A profile says how a call is started, how an error message is recognised and how pushes are read; all names are
//! data, since some vendors publish none (S4-28). `docs/profiles.md` teaches how to write one.
//!
//! `config` (the file and an account's settings, checked) → `client` (one request, once) → `outcome` (what the answer
//! means); and for pushes `wire` (what came, taken apart) → `normalise` (who sent it, and what it says).
//! [`PbxAccount`] is what others use.

mod account;
pub(crate) mod client;
pub(crate) mod config;
mod normalise;
mod outcome;
mod sample;
pub(crate) mod scrub;
mod trial;
mod wire;

pub use account::{NotTaken, PROOF_BODY_BYTES, PbxAccount, WebhookHint, refuse_stranger};
pub use config::{
    Profile,
    library::{OwnProfile, builtin_profiles, is_builtin, load_dir, load_file},
    problem::{AccountError, ProfileError},
    reach::Reach,
    request::Part,
    review::{Purpose, PushReview, RequestReview, Review, SecretUse},
    setting::{Choice, Setting, SettingKind, When, Words},
};
pub use normalise::{
    explain::{Explanation, Lookup},
    proof::Standing,
};
pub use sample::Sample;

//! Any HTTP PBX, described by a TOML file.
//!
//! A profile says how a call is started, how an error message is recognised and how pushes are read; all names are
//! data, since some vendors publish none (vipex.md, Basics). `docs/profiles.md` teaches how to write one.
//!
//! `config` (the file and an account's settings, checked) → `client` (one request, once) → `outcome` (what the answer
//! means); and for pushes `wire` (what came, taken apart) → `normalise` (who sent it, and what it says).
//! [`PbxAccount`] is what others use.

mod account;
mod call_log;
mod client;
mod config;
mod normalise;
mod outcome;
mod pushes;
mod recording;
mod sample;
mod status;
mod trial;
mod wire;

pub use wire::lift;

pub(crate) use recording::{Coming, LONGEST_ANSWER};

pub use account::PbxAccount;
pub use config::{
    Profile,
    library::{OwnProfile, builtin_profiles, is_builtin, load_dir, load_file},
    reach::Reach,
    request::Part,
    review::{Purpose, PushReview, RequestReview, Review, SecretUse},
};
pub use normalise::explain::{Explanation, Lookup};
pub use pushes::refuse_stranger;
pub use sample::Sample;

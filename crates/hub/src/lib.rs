//! The hub: webhooks in, routing, the customer directory, call history and REST.
//!
//! A desk always talks to a hub. By default the hub runs inside the app; a team moves the same library to a
//! server by changing one setting. There is one path for every call: ingress → [`live`] → desks.
//!
//! Start reading at [`live`]: one task owns every call that is going on.

pub mod account;
pub mod agent_tokens;
pub mod alone;
mod api;
mod calls_csv;
pub mod calls_file;
mod campaigns;
mod clearing;
pub mod config;
mod customers;
pub mod database;
pub mod directory;
mod ended;
pub mod folder;
mod following;
mod from_where;
pub mod history;
pub mod hosts;
mod hub;
mod ingress;
mod kept_answers;
mod last_pushes;
pub mod listen;
mod live;
pub mod logs;
mod made_from;
mod metrics;
pub mod not_there;
mod noticed;
pub mod outbox;
pub mod own_files;
mod permits;
mod policy;
pub mod pops;
mod principal;
pub mod profiles;
pub mod recordings;
mod repeats;
pub mod requests;
mod route;
pub mod secrets;
pub mod service;
mod session;
pub mod setup;
pub mod sign_in;
mod throttle;
mod tickets;
mod usage;
mod watched;
mod watching;

pub use account::AccountSetup;
pub use customers::CustomerRules;
pub use hub::{CallWaits, Hub, HubSetup, ListenSetup, StartFailure};
pub use principal::{NoRole, Role};
pub use ringcard_connect::System;
pub use route::Agent;
pub use session::Link;

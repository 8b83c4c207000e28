//! Outside systems, each known by what it can do. No storage, no words for users.
//!
//! [`registry`] lists the systems; an account that is set up is a [`System`], which offers each capability or does not:
//! [`StartCalls`], [`CallControl`], [`WatchCalls`], [`TellState`], [`ReadPushes`], [`Campaigns`], [`Codes`], [`Reports`],
//! [`Recordings`], [`FindCustomers`], [`KeepCustomers`], [`ExportCustomers`], [`Tickets`], [`Writes`], and always [`Trial`]. Everybody else asks for a capability and never for a system's name.
//!
//! Each system is a folder with the same files (`connector`, `config`, `client`, `wire`, `normalise`, `outcome`), and must
//! pass the same contract for what it offers (`tests/contract/`). A vendor's words end here: what leaves this crate is
//! spoken in `ringcard-core`. Rooms that systems share: `http`, [`secrets`], [`settings`],
//! `trial`.
//!
//! Start reading at [`registry`]; the first system is [`profile`], any HTTP PBX described by a file; [`wolkvox`] is the
//! largest one: calls, campaigns, reports; [`asterisk`] tells of its calls by its own events; [`webhook`] is told.

pub mod asterisk;
pub mod campaigns;
pub mod ccai;
mod charset;
pub mod control;
pub mod crm;
pub mod customers;
pub mod follow;
mod http;
pub mod limits;
pub mod named;
pub mod pacing;
pub mod permits;
pub mod profile;
pub mod push;
pub mod recordings;
pub mod registry;
pub mod secrets;
pub mod settings;
pub mod sign_in;
pub mod start_calls;
pub mod system;
pub mod tell_state;
mod trial;
pub mod watch;
pub mod web_socket;
pub mod webhook;
pub mod wolkvox;
pub mod writes;
pub mod zendesk;

pub use campaigns::{AskFailure, Campaigns, Codes, Reports};
pub use control::{ActFailure, Acted, CallAct, CallControl, Toggle, Toggles};
pub use crm::{Crm, CrmFailure};
pub use customers::{About, ExportCustomers, ExportPage, FindCustomers, KeepCustomers, Tickets};
pub use follow::{CallNews, FollowCalls, NotTold, OpenCall};
pub use http::origin;
pub use limits::{Narrow, Said};
pub use pacing::Pacing;
pub use permits::{CameTo, CountsAgainst, NotNow, Permit, Permits, Purpose, TakesPermits};
pub use profile::lift::{Lifting, Marks, Piece, Written};
pub use push::{
    NotTaken, PROOF_BODY_BYTES, Push, PushKind, PushRefused, RawPush, ReadPushes, SentAudio, Standing, WebhookHint,
};
pub use recordings::{Arriving, GivesRecordings, NotFetched, Recordings, TakesRecordings, WholeRecording};
pub use registry::{Connector, NewAccount, Registry};
pub use secrets::Secrets;
pub use sign_in::{Begun, KeepSecret, SignIn};
pub use start_calls::{DialRole, Originate, OriginateFailure, Originated, StartCalls};
pub use system::{Capability, System};
pub use tell_state::{CallLife, TellState};
pub use trial::{TestReport, TestState, TestStep, Trial, Tried};
pub use watch::{Lost, WatchCalls, WatchState, Watched};
pub use writes::{Allowance, Attempt, Batch, CallLog, Hint, JobRow, Looked, OfJob, WriteRow, Writes, usual_priority};

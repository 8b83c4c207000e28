//! A simulated Zendesk over real HTTP: `/api/v2/…` and `/oauth/…`.
//!
//! Written from the documents and Zendesk's OpenAPI alone: `docs/systems/zendesk.md` says what they say, and what they leave
//! open. What is open can be set in [`ZendeskConfig`] and changed while it runs ([`ZendeskSim::adjust`]). Of the API, what a
//! telephone's companion may want is simulated; anything else is answered as an endpoint that does not exist.
//!
//! ```no_run
//! # async fn example() -> Result<(), ringcard_sim::SimError> {
//! use ringcard_sim::zendesk::{Misbehaviour, ZendeskConfig, ZendeskSim};
//!
//! let sim = ZendeskSim::start(ZendeskConfig::default()).await?;
//! sim.misbehave("POST tickets", Misbehaviour::ApplyThenCut);
//! // … something makes a ticket at sim.api_url(), with Basic sim.basic() …
//! assert_eq!(sim.tickets_with("call-1").len(), 1);
//! assert!(sim.misfits().is_empty());
//! sim.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! Start reading at `server`, the way of one request; `route` says which does what.

mod calls;
mod config;
mod control;
mod exports;
mod forms;
mod jobs;
mod journal;
mod limits;
mod misbehave;
mod oauth;
mod pages;
mod records;
mod reply;
mod route;
mod schema;
mod search;
mod seed;
mod server;
mod sim;
mod tickets;
mod time;
mod users;
mod world;

pub use config::{Consent, Limits, OauthConfig, Refusal, RequiredFields, RetryAfter, ZendeskConfig};
pub use journal::Asked;
pub use limits::{Left, Traffic};
pub use misbehave::{Misbehaviour, Standing};
pub use records::{Call, Comment, Condition, Display, Identity, Organization, Ticket, TicketField, TicketForm, User};
pub use seed::{
    AGENT_ANNA, AGENT_BOB, FIELD_CATEGORY, FIELD_DETAILS, FIELD_PRODUCT, FORM_DEFAULT, FORM_FIELD_ORDER, FORM_LARGE,
    FORM_RETURNS, TELEPHONY,
};
pub use sim::ZendeskSim;

//! What every connector that speaks HTTP shares: requests that leave at most once, bounded answers, errors without
//! secrets.
//!
//! Never twice: no retries, no reused connections (whose end may be noticed only after the request left), no redirects
//! followed. Never readable: credentials travel in URLs, so no error holds one, and what the other system repeats of
//! our secrets is taken out ([`scrub`]).

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod failure;
pub mod origin;
pub(crate) mod percent;
pub(crate) mod retry_after;
pub(crate) mod scrub;
pub(crate) mod sending;
pub(crate) mod trouble;
pub(crate) mod web_socket;

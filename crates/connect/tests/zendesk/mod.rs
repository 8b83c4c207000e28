//! Zendesk against the simulated one: what only this system does. What every system promises is in `contract`.

mod keeping;
mod reading;
mod signing_in;
mod support;
mod trying;
mod writing;
mod writing_jobs;

//! Zendesk against the simulated one: what only this system does. What every system promises is in `contract`.

mod agents;
mod exporting;
mod files;
mod keeping;
mod reading;
mod signing_in;
mod support;
mod trying;
mod writing;
mod writing_fields;
mod writing_jobs;

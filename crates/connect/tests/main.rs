//! What `connect` promises, from outside and against real servers. One program, linked once: a new file gets a line here.

mod any_bytes;
mod asterisk;
mod call_logs;
mod ccai;
mod charsets;
mod contract;
mod data;
mod described;
mod docs;
mod dressed;
mod legs;
mod profiles;
mod pushes;
mod recordings;
mod reviews;
mod secrets_in_pushes;
mod support;
mod texts;
mod webhooks;
mod wolkvox;
mod zendesk;

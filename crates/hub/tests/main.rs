//! What the hub promises, as a library and as the real server. One program, linked once: a new file gets a line here.

mod attacks;
mod bad_pushes;
mod before_the_body;
mod config;
mod config_command_line;
mod config_dialling;
mod config_docs;
mod config_edit;
mod config_senders;
mod dial_cautions;
mod dialling;
mod directory;
mod documented;
mod floods;
mod foreign_pages;
mod incoming;
mod kill;
mod last_pushes;
mod legs;
mod new_connector;
mod odd_pbx;
mod outbox;
mod own_files;
mod profiles;
mod proxies;
mod replay;
#[path = "support/server.rs"]
mod server;
mod set_aside;
mod slow_systems;
mod strangers;
mod support;
mod watching;
mod who_dials;
mod who_may;
mod wrong_tokens;

//! End to end: the real app on a virtual display, driven as a person would. One program: a new file gets a line here.

#![cfg(target_os = "linux")]

mod call_log;
mod calls;
mod customers;
mod desktop;
mod dialling;
mod elsewhere;
mod faults;
mod fences;
mod first_start;
mod incoming;
mod keyboard;
mod killed;
mod languages;
mod left_to_do;
mod links;
mod looked_up;
mod lost_ends;
mod outbox;
mod passed_on;
mod quiet;
mod recordings;
mod settings;
mod sign_in;
mod sources;
mod story;
mod support;
mod tickets;
mod tray;
mod usage;
mod wrap_up;

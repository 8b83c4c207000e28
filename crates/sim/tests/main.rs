//! What the simulated systems promise to whoever asks them. One program, linked once: a new file gets a line here.

mod ari;
mod ccai;
mod control;
mod misbehaviour;
mod people;
mod program;
mod support;
mod vipex;
mod wolkvox;
mod zendesk;

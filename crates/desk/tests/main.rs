//! What a desk promises, with a real hub or its end of a link. One program, linked once: a new file gets a line here.

mod after_call;
mod audio;
mod call_notes;
mod callbacks;
mod dialling;
mod front;
mod internal;
mod left;
mod line;
mod links;
mod noted;
mod passed_on;
mod popup;
mod socket;
mod support;
mod wrap_up;

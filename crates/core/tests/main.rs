//! What `core` promises, from outside. One program, linked once: a new file gets a line here.

mod cautions;
mod home_numbers;
mod number_properties;
mod numbers;

//! What `core` promises, from outside. One program, linked once: a new file gets a line here.

mod as_people_have_them;
mod cautions;
mod example_numbers;
mod home_numbers;
mod number_properties;
mod numbers;
mod same_questions;

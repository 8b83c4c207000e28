//! The wolkvox connector against a simulated wolkvox, which was written from the documents alone: a misreading on
//! either side shows here.

mod agent;
mod campaigns;
mod limits;
mod reports;
mod support;
mod turns;
mod writes;

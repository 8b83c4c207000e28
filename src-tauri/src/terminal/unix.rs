//! Every program has its terminal, or nobody reads.

pub fn attach() {}

pub fn cannot_start(why: &str) {
    eprintln!("{why}");
}

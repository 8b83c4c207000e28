//! How many files and connections the system lets this process have open.

/// What a program may want at most: more would only cost the system.
#[cfg(unix)]
const WANTED: u64 = 65_536;

/// Raises the limit in force as far as the system allows it without an administrator.
#[cfg(unix)]
pub fn raise() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(WANTED).min(WANTED);
    // absent: no limit
    if current.is_some_and(|current| current < wanted) {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        if let Err(error) = raised {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
    }
}

/// Nothing to raise: the system counts no descriptors.
#[cfg(not(unix))]
pub fn raise() {}

/// The limit in force; `None`: there is none.
#[cfg(unix)]
pub fn limit() -> Option<u64> {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current
}

/// The limit in force; `None`: there is none.
#[cfg(not(unix))]
pub fn limit() -> Option<u64> {
    None
}

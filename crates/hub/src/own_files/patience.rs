//! A file that another program has open for a moment, a virus scanner or an indexer, is waited for: Windows lets nobody move
//! or delete it meanwhile.

use std::{fs, io, path::Path, thread::sleep, time::Duration};

/// Milliseconds; a little more than a second in all. What is refused for good is refused after it.
const WAITS: [u64; 7] = [10, 20, 50, 100, 200, 350, 500];

/// What Windows says while somebody else has the file: no access, in use, a part of it is locked.
const IN_USE: [i32; 3] = [5, 32, 33];

/// Gives a file another name, in the place of whatever has that one.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(is_in_use, sleep, || fs::rename(from, to))
}

/// Takes a file away.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    patiently(is_in_use, sleep, || fs::remove_file(path))
}

fn is_in_use(error: &io::Error) -> bool {
    cfg!(windows) && may_be_in_use(error)
}

fn may_be_in_use(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| IN_USE.contains(&code))
}

fn patiently<T>(
    is_in_use: impl Fn(&io::Error) -> bool,
    mut wait: impl FnMut(Duration),
    mut act: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for pause in WAITS {
        match act() {
            Err(error) if is_in_use(&error) => wait(Duration::from_millis(pause)),
            done => return done,
        }
    }
    act()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What became of it after so many refusals, and how long it was waited for.
    fn after(refusals: u32, code: i32) -> (io::Result<u32>, Duration) {
        let (mut asked, mut waited) = (0, Duration::ZERO);
        let done = patiently(
            may_be_in_use,
            |pause| waited += pause,
            || {
                asked += 1;
                if asked > refusals { Ok(asked) } else { Err(io::Error::from_raw_os_error(code)) }
            },
        );
        (done, waited)
    }

    #[test]
    fn a_file_that_is_in_use_for_a_moment_is_waited_for() {
        for code in IN_USE {
            let (done, waited) = after(3, code);
            assert_eq!((done.expect("it was free then"), waited), (4, Duration::from_millis(80)));
        }
    }

    #[test]
    fn one_that_stays_in_use_is_given_up_within_two_seconds() {
        let (done, waited) = after(u32::MAX, 32);
        assert_eq!(done.expect_err("never free").raw_os_error(), Some(32));
        assert!(waited > Duration::from_secs(1) && waited < Duration::from_secs(2), "{waited:?}");
    }

    #[test]
    fn what_is_refused_for_another_reason_is_not_waited_for() {
        for code in [2, 3, 112] {
            let (done, waited) = after(u32::MAX, code);
            assert_eq!((done.expect_err("refused").raw_os_error(), waited), (Some(code), Duration::ZERO));
        }
        assert!(after(0, 5).0.is_ok());
    }
}

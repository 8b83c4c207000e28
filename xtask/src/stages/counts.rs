//! How many tests passed, read from what the test runners say.

use std::{fmt, iter::Sum, ops::AddAssign};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
}

impl Counts {
    /// A stage that counts nothing, and one that failed otherwise than by a test, counts as one.
    pub fn of(text: &str, succeeded: bool) -> Self {
        let mut counts: Self = text.lines().filter(|line| is_summary(line)).map(Self::in_line).sum();
        match (counts, succeeded) {
            (Self { passed: 0, failed: 0 }, true) => counts.passed = 1,
            (Self { failed: 0, .. }, false) => counts.failed = 1,
            _ => {}
        }
        counts
    }

    /// Numbers before the words of interest: `3 tests run: 2 passed (1 slow), 1 timed out`.
    fn in_line(line: &str) -> Self {
        let words: Vec<&str> =
            line.split(|c: char| c.is_whitespace() || ",;|()".contains(c)).filter(|w| !w.is_empty()).collect();
        let mut counts = Self::default();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else { continue };
            match pair[1] {
                "passed" => counts.passed += number,
                "failed" | "timed" | "exec" => counts.failed += number,
                _ => {}
            }
        }
        counts
    }
}

/// `cargo test`, nextest and vitest, in this order. nextest shows, indented, what a test binary said of itself.
fn is_summary(line: &str) -> bool {
    let trimmed = line.trim_start();
    line.starts_with("test result: ") || trimmed.starts_with("Summary [") || trimmed.starts_with("Tests  ")
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut total, counts| {
            total += counts;
            total
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// From where the first thing went wrong, or the end where that cannot be told.
pub fn first_failure(text: &str) -> String {
    const LINES: usize = 60;
    let lines = without_foreign_frames(text);
    let first = lines.iter().position(|line| {
        let trimmed = line.trim_start();
        line.starts_with("error") || line.starts_with("---- ") || line.starts_with("Diff in ") || failed_test(trimmed)
    });
    let start = first.unwrap_or(lines.len().saturating_sub(LINES));
    let end = lines.len().min(start + LINES);
    let more = if end < lines.len() { "\n..." } else { "" };
    format!("{}{more}", lines[start..end].join("\n"))
}

/// Of a stack, only what is in this repository.
fn without_foreign_frames(text: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let number = line.trim_start().split_once(": ").map(|(number, _)| number);
        if number.is_none_or(|number| number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit())) {
            kept.push(line);
        } else if let Some(place) = lines.next_if(|next| next.trim_start().starts_with("at "))
            && place.trim_start().starts_with("at ./")
        {
            kept.extend([line, place]);
        }
    }
    kept
}

/// nextest and vitest, and svelte-check.
fn failed_test(line: &str) -> bool {
    ["FAIL ", "TIMEOUT [", "SIGABRT [", "SIGSEGV [", "Error: ", "ERROR "].iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_all_runners_are_read() {
        for (line, passed, failed) in [
            (
                "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
                12,
                2,
            ),
            ("     Summary [   3.1s] 30 tests run: 27 passed (1 slow), 2 failed, 1 timed out, 4 skipped", 27, 3),
            ("      Tests  1 failed | 11 passed (12)", 11, 1),
            ("      Tests  11 passed (11)", 11, 0),
        ] {
            assert_eq!(Counts::of(line, failed == 0), Counts { passed, failed }, "{line}");
        }
    }

    #[test]
    fn what_a_test_binary_says_within_nextest_is_not_counted_again() {
        let text = "    test result: FAILED. 0 passed; 1 failed\n     Summary [   3.1s] 43 tests run: 42 passed, 1 failed, 0 skipped";
        assert_eq!(Counts::of(text, false), Counts { passed: 42, failed: 1 });
    }

    #[test]
    fn of_a_stack_our_own_frames_are_shown() {
        let text = "---- a_test\n   1: core::panicking\n      at /rustc/x.rs:1\n   2: e2e\n      at ./tests/e2e.rs:9\n   3: main\nnote: some";
        assert_eq!(first_failure(text), "---- a_test\n   2: e2e\n      at ./tests/e2e.rs:9\nnote: some");
    }

    #[test]
    fn a_stage_that_does_not_compile_counts_as_one_failure() {
        assert_eq!(Counts::of("error[E0308]: mismatched types", false), Counts { passed: 0, failed: 1 });
        assert_eq!(Counts::of("test result: ok. 5 passed; 0 failed", false), Counts { passed: 5, failed: 1 });
    }

    #[test]
    fn a_stage_without_tests_counts_as_one_success() {
        assert_eq!(Counts::of("", true), Counts { passed: 1, failed: 0 });
    }

    #[test]
    fn detail_begins_with_what_failed_first() {
        let text = "Compiling x\nrunning 2 tests\n---- a_test stdout ----\npanicked\n";
        assert!(first_failure(text).starts_with("---- a_test"));
    }
}

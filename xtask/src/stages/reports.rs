//! How many tests passed and which failed, from the reports the runners write: nextest's JUnit, vitest's JSON.

use serde_json::Value;
use std::{fmt, ops::AddAssign};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
}

impl Counts {
    pub const PASSED: Self = Self { passed: 1, failed: 0 };
    pub const FAILED: Self = Self { passed: 0, failed: 1 };
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// What a runner says of its tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub counts: Counts,
    /// Each failed test with what it said.
    pub failures: Vec<String>,
}

impl Report {
    fn passed(&mut self) {
        self.counts.passed += 1;
    }

    fn failed(&mut self, name: &str, said: &str) {
        self.counts.failed += 1;
        self.failures.push(format!("---- {name}\n{}", shortened(said)));
    }

    /// Nextest's. A test that was ended for its time, or did not start, is one that failed.
    pub fn of_nextest(text: &str) -> Result<Self, String> {
        let document =
            roxmltree::Document::parse(text).map_err(|e| format!("nextest's report is not readable: {e}"))?;
        let mut report = Self::default();
        for case in document.descendants().filter(|node| node.has_tag_name("testcase")) {
            let child = |name: &str| case.children().find(|node| node.has_tag_name(name));
            match child("failure").or_else(|| child("error")) {
                None => report.passed(),
                Some(failure) => {
                    let name = [case.attribute("classname"), case.attribute("name")].map(Option::unwrap_or_default);
                    let texts = [failure.attribute("type")]
                        .into_iter()
                        .chain(["system-out", "system-err"].map(|kind| child(kind).and_then(|said| said.text())));
                    let said: Vec<&str> = texts.flatten().filter(|text| !text.trim().is_empty()).collect();
                    report.failed(&name.join(" "), &said.join("\n"));
                }
            }
        }
        Ok(report)
    }

    /// Vitest's. A file that could not be loaded has no tests, and is one that failed.
    pub fn of_vitest(text: &str) -> Result<Self, String> {
        let said: Value = serde_json::from_str(text).map_err(|e| format!("vitest's report is not readable: {e}"))?;
        let mut report = Self::default();
        for file in said["testResults"].as_array().ok_or("vitest's report has no results")? {
            let name = file["name"].as_str().unwrap_or_default();
            let tests = file["assertionResults"].as_array().map(Vec::as_slice).unwrap_or_default();
            for test in tests {
                match test["status"].as_str() {
                    Some("passed") => report.passed(),
                    Some("failed") => {
                        let messages = test["failureMessages"].as_array().into_iter().flatten();
                        let messages: Vec<&str> = messages.filter_map(Value::as_str).collect();
                        let title = test["fullName"].as_str().unwrap_or_default();
                        report.failed(&format!("{name} {title}"), &messages.join("\n"));
                    }
                    // left out on purpose
                    _ => {}
                }
            }
            if file["status"] == "failed" && tests.iter().all(|test| test["status"] != "failed") {
                report.failed(name, file["message"].as_str().unwrap_or_default());
            }
        }
        Ok(report)
    }
}

/// Of a stack only what is in this repository, and of many lines the first.
fn shortened(text: &str) -> String {
    const LINES: usize = 40;
    let lines = without_foreign_frames(text);
    let more = if lines.len() > LINES { "\n..." } else { "" };
    format!("{}{more}", lines[..lines.len().min(LINES)].join("\n"))
}

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

/// Of what a program without a report said: from its first error, or the end where that cannot be told.
pub fn first_error(text: &str) -> String {
    const LINES: usize = 60;
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| {
        let starts = ["error", "Diff in ", "Error: ", "ERROR ", "[warn] ", "---- "];
        starts.iter().any(|start| line.trim_start().starts_with(start)) || line.ends_with("  error")
    });
    let start = first.unwrap_or(lines.len().saturating_sub(LINES));
    let end = lines.len().min(start + LINES);
    let more = if end < lines.len() { "\n..." } else { "" };
    format!("{}{more}", lines[start..end].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_says_what_passed_and_what_failed_how() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="3" failures="2" errors="0">
              <testsuite name="ringcard-hub::all" tests="3" disabled="0" errors="0" failures="2">
                <testcase name="config::is_read" classname="ringcard-hub::all" time="0.1"/>
                <testcase name="kill::nothing_is_lost" classname="ringcard-hub::all" time="0.2">
                  <failure type="test failure with exit code 101"/>
                  <system-out>running 1 test</system-out>
                  <system-err>lost &lt;k1&gt;
   1: core::panicking
      at /rustc/x.rs:1
   2: all
      at ./crates/hub/tests/kill.rs:9</system-err>
                </testcase>
                <testcase name="floods::hang" classname="ringcard-hub::all" time="180"><failure type="test timeout"/></testcase>
              </testsuite>
            </testsuites>"#;
        let report = Report::of_nextest(text).expect("read");
        assert_eq!(report.counts, Counts { passed: 1, failed: 2 });
        let stack = "   2: all\n      at ./crates/hub/tests/kill.rs:9";
        assert_eq!(
            report.failures,
            [
                format!(
                    "---- ringcard-hub::all kill::nothing_is_lost\ntest failure with exit code 101\nrunning 1 test\nlost <k1>\n{stack}"
                ),
                "---- ringcard-hub::all floods::hang\ntest timeout".to_owned(),
            ]
        );
    }

    #[test]
    fn vitest_says_what_passed_and_what_failed_how() {
        let text = r#"{ "testResults": [
            { "name": "/ui/a.test.ts", "status": "failed", "message": "", "assertionResults": [
                { "fullName": "a box opens", "status": "passed", "failureMessages": [] },
                { "fullName": "a box shuts", "status": "failed", "failureMessages": ["expected 1 to be 2"] },
                { "fullName": "a box waits", "status": "skipped", "failureMessages": [] } ] },
            { "name": "/ui/b.test.ts", "status": "failed", "message": "no such module", "assertionResults": [] } ] }"#;
        let report = Report::of_vitest(text).expect("read");
        assert_eq!(report.counts, Counts { passed: 1, failed: 2 });
        assert_eq!(
            report.failures,
            ["---- /ui/a.test.ts a box shuts\nexpected 1 to be 2", "---- /ui/b.test.ts\nno such module"]
        );
    }

    #[test]
    fn what_is_no_report_is_said_to_be_none() {
        assert!(Report::of_nextest("killed").is_err());
        assert!(Report::of_vitest("{}").is_err());
    }

    #[test]
    fn without_a_report_the_first_error_is_shown() {
        assert!(first_error("Compiling x\nerror[E0308]: mismatched types\n").starts_with("error[E0308]"));
        assert_eq!(first_error("one\ntwo"), "one\ntwo");
    }
}

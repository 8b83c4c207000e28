//! The tests of everything without windows, run by Wine.

use super::{
    inside::Inside,
    skipped::{self, Skip},
};
use crate::{shell, stages::Counts};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const PACKAGES: [&str; 5] = ["ringcard-core", "ringcard-connect", "ringcard-hub", "ringcard-desk", "ringcard-sim"];

/// Wine's disk for them.
const DISK: &str = "tests";

/// What became of them.
#[derive(Default)]
pub struct Ran {
    pub counts: Counts,
    /// Marked in the source as not to be run by itself.
    pub ignored: u32,
    /// Of each entry of the list, how many tests it left out.
    pub left_out: BTreeMap<String, (u32, String)>,
    /// The names of those that failed.
    pub failed: Vec<String>,
}

/// A program of tests, and the package whose they are.
struct Program {
    package: String,
    folder: PathBuf,
    file: String,
}

/// Builds and runs them; what they say goes to `log`.
pub fn run(inside: &Inside, log: &Path) -> Result<Ran, String> {
    let skips = skipped::read(inside.checkout)?;
    let programs = build(inside, log)?;
    let mut ran = Ran::default();
    let mut used: Vec<&Skip> = Vec::new();
    for program in &programs {
        let tests = tests_of(inside, program)?;
        let left_out = skipped::left_out(&skips, &program.package, &tests);
        for (_, skip) in &left_out {
            let name = format!("{} {}", skip.package, skip.test);
            ran.left_out.entry(name).or_insert_with(|| (0, skip.reason.clone())).0 += 1;
            used.push(skip);
        }
        run_one(inside, program, &left_out, log, &mut ran);
    }
    // What is not there any more is not said to be left out.
    if let Some(stale) = skips.iter().find(|skip| !used.contains(skip)) {
        return Err(format!("no test of {} begins with `{}`: take it off the list", stale.package, stale.test));
    }
    Ok(ran)
}

/// Said in lines of JSON beside what is for people.
fn build(inside: &Inside, log: &Path) -> Result<Vec<Program>, String> {
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    let line = ["test", "--no-run", "--locked", "--offline", "--lib", "--bins", "--tests"];
    let line = || line.into_iter().chain(packages.clone());
    shell::log(&mut inside.cargo(line()), log)?;
    // Once more, where nothing is left to do: only now the lines are not for people.
    let said = shell::ask(&mut inside.cargo(line().chain(["--message-format", "json", "--quiet"])));
    let said = said.ok_or("cargo does not say which programs of tests it made")?;
    let programs: Vec<Program> = said.lines().filter_map(program).collect();
    match programs.is_empty() {
        true => Err("cargo made no programs of tests".to_owned()),
        false => Ok(programs),
    }
}

fn program(line: &str) -> Option<Program> {
    let said: Value = serde_json::from_str(line).ok()?;
    let (file, manifest) = (said["executable"].as_str()?, said["manifest_path"].as_str()?);
    if said["profile"]["test"] != true {
        return None;
    }
    let folder = Path::new(manifest).parent()?.to_owned();
    // `path+file:///…/crates/hub#ringcard-hub@0.1.0`
    let package = said["package_id"].as_str()?.rsplit_once('#')?.1.split('@').next()?.to_owned();
    Some(Program { package, folder, file: file.to_owned() })
}

fn tests_of(inside: &Inside, program: &Program) -> Result<Vec<String>, String> {
    let mut list = inside.wine(DISK, &program.folder, &[], [&*program.file, "--list", "--format", "terse"]);
    let said = output(&mut list)?;
    let names = said.lines().filter_map(|line| line.trim().strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// Its lines are counted here, those of the next one begin after them.
fn run_one(inside: &Inside, program: &Program, left_out: &[(String, &Skip)], log: &Path, ran: &mut Ran) {
    let before = fs::metadata(log).map_or(0, |file| file.len());
    // Exactly: the name of one test may be the beginning of another's.
    let mut words = vec![&*program.file, "--color", "never", "--exact"];
    words.extend(left_out.iter().flat_map(|(name, _)| ["--skip", name]));
    let ended = shell::log(&mut inside.wine(DISK, &program.folder, &[], words), log);
    let text = fs::read(log).map(|bytes| bytes[bytes.len().min(before as usize)..].to_vec()).unwrap_or_default();
    let said = Said::of(&String::from_utf8_lossy(&text));
    ran.ignored += said.ignored;
    ran.counts += said.counts;
    let name = Path::new(&program.file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    ran.failed.extend(said.failed.iter().map(|test| format!("{} {test}", program.package)));
    // It ended without a word of its tests: a crash, or it was stopped.
    if ended.is_err() && said.counts.failed == 0 {
        ran.counts += Counts::FAILED;
        ran.failed.push(format!("{} {name}: it ended before its tests", program.package));
    }
}

/// What a program of tests says in the end.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    counts: Counts,
    ignored: u32,
    failed: Vec<String>,
}

impl Said {
    fn of(text: &str) -> Self {
        let mut said = Self { counts: Counts::default(), ignored: 0, failed: Vec::new() };
        for line in text.lines().map(str::trim_end) {
            if let Some(result) = line.strip_prefix("test result: ") {
                let words: Vec<&str> = result.split([' ', '.', ';']).filter(|word| !word.is_empty()).collect();
                let number = |word: &str| {
                    let before = words.windows(2).find(|pair| pair[1] == word);
                    before.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
                };
                said.counts += Counts { passed: number("passed"), failed: number("failed") };
                said.ignored += number("ignored");
            } else if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED")) {
                said.failed.push(name.to_owned());
            }
        }
        said
    }
}

/// What a program says on its standard output.
pub fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::piped()).output().map_err(|e| format!("{}: {e}", shell::written(command)))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "");
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(format!("it ended with {}:\n{}{}", output.status, text(&output.stdout), text(&output.stderr))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_of_tests_says_is_counted() {
        let text = "running 3 tests\ntest a::b ... ok\ntest a::c ... FAILED\ntest d ... ignored, slow\n\n\
                    test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.02s\n";
        let counts = Counts { passed: 1, failed: 1 };
        assert_eq!(Said::of(text), Said { counts, ignored: 1, failed: vec!["a::c".to_owned()] });
    }

    #[test]
    fn a_line_of_cargo_names_the_program_and_its_package() {
        let line = "{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///srv/r/crates/hub#ringcard-hub@0.1.0\",\
                    \"manifest_path\":\"/srv/r/crates/hub/Cargo.toml\",\"profile\":{\"test\":true},\"executable\":\"/t/all.exe\"}";
        let made = program(line).expect("it is one");
        assert_eq!((made.package.as_str(), made.folder.as_path()), ("ringcard-hub", Path::new("/srv/r/crates/hub")));
        assert!(program(&line.replace("\"test\":true", "\"test\":false")).is_none());
    }
}

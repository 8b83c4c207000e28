//! Memory of the app and of everything it started, shared pages divided among their users (PSS).

use super::{
    Part,
    desk::BenchDesk,
    numbers::mebibytes,
    pair::Pair,
    row::{self, Row},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, thread,
    time::Duration,
};

/// Memory settles after a window came or went.
const REST: Duration = Duration::from_secs(8);
const ROUNDS: usize = 2;

pub fn measure(desks: &mut Pair<BenchDesk>) -> Result<Part, String> {
    println!("Measuring memory");
    let mut others = 0;
    let both = desks.in_turns(ROUNDS, |desk, round| {
        others = web_processes().max(others);
        let rows = one_round(desk, round)?;
        others = web_processes().max(others);
        Ok(rows)
    })?;
    let measured = both.rows(row::over_rounds);
    // Who shares the libraries pays for part of them, and then the app looks smaller than it is alone.
    let shared = if others == 0 {
        "no other program with a web view was running"
    } else {
        "**other programs with web views were running: too low**"
    };
    let how = format!(
        "Sum of PSS (`smaps_rollup`) over the app and its web processes, after one call, {} s at rest, {ROUNDS} rounds; {shared}.",
        REST.as_secs()
    );
    Ok(Part { title: "Memory", how, measured })
}

fn one_round(desk: &mut BenchDesk, round: usize) -> Result<Vec<Row>, String> {
    let call = format!("memory-{round}");
    let (idle, open) = desk.with_app(|desk, app| {
        // One call, so that the popup has been used.
        desk.ring(&call, &desk.number_of(1))?;
        desk.wait_for("the card", || desk.windows() > 0)?;
        desk.hang_up(&call)?;
        desk.wait_for("the popup to go", || desk.windows() == 0)?;
        thread::sleep(REST);
        let idle = tree(app.process);
        desk.open_main_window()?;
        desk.wait_for("the main window", || desk.windows() > 0)?;
        thread::sleep(REST);
        Ok((idle, tree(app.process)))
    })?;
    let mut rows = vec![Row::new("idle in the tray, popup warm", total(&idle), "MiB").at_most(170.0)];
    rows.extend(parts(&idle));
    rows.push(Row::new("main window open", total(&open), "MiB"));
    rows.extend(parts(&open));
    Ok(rows)
}

fn total(tree: &BTreeMap<String, u64>) -> f64 {
    mebibytes(tree.values().sum())
}

fn parts(tree: &BTreeMap<String, u64>) -> Vec<Row> {
    tree.iter().map(|(name, bytes)| Row::new(format!("· {name}"), mebibytes(*bytes), "MiB")).collect()
}

/// Bytes by the name of the program, of a process and all below it.
fn tree(root: u32) -> BTreeMap<String, u64> {
    let mut known = BTreeSet::from([root]);
    let parents: BTreeMap<u32, u32> = processes();
    // Children are numbered after their parents, but numbers may wrap: look until nothing is new.
    loop {
        let more: Vec<u32> = parents
            .iter()
            .filter(|(process, parent)| known.contains(parent) && !known.contains(process))
            .map(|(process, _)| *process)
            .collect();
        if more.is_empty() {
            break;
        }
        known.extend(more);
    }
    let mut sizes = BTreeMap::new();
    for process in known {
        let program = fs::read_link(format!("/proc/{process}/exe")).unwrap_or_default();
        let name = program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        *sizes.entry(name).or_default() += pss(process);
    }
    sizes
}

fn web_processes() -> usize {
    let programs = processes().into_keys().filter_map(|process| fs::read_link(format!("/proc/{process}/exe")).ok());
    programs.filter(|program| program.ends_with("WebKitWebProcess")).count()
}

/// Every process with its parent.
fn processes() -> BTreeMap<u32, u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter_map(|process| {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
            // The name in brackets may hold anything; after it: state, parent.
            Some((process, stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?))
        })
        .collect()
}

fn pss(process: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|size| size.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

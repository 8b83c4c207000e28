//! How the customer directory does with a million customers: import, look-up by number, search while typing; and with a
//! workbook of two hundred thousand.
//!
//! `cargo run --release -p ringcard-hub --example directory_bench [-- ROWS [FOLDER]]`
//!
//! Writes a believable file of customers, imports it, and asks. Prints a line per finding and, last, all of them
//! as JSON. Without FOLDER everything is in a temporary one and gone afterwards.

mod lists;

use lists::{Random, WITHOUT_AREA_CODE, customer, without_area_code, write_list, write_workbook};
use ringcard_connect::Crm;
use ringcard_core::number::DialPlan;
use ringcard_hub::directory::{
    Directory,
    import::{self, CancelImport, ImportChoices, ImportProgress, ImportState},
};
use std::{
    error::Error,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::watch;

const LOOK_UPS: u64 = 20_000;
const TYPISTS: u64 = 400;
/// Rows of the workbook: as many as people keep in one.
const WORKBOOK_ROWS: u64 = 200_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: u64 = arguments.next().map_or(Ok(1_000_000), |rows| rows.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(&folder)?;
    let csv = folder.join("customers.csv");
    write_list(&csv, rows)?;
    println!("{rows} customers, {} MB of CSV", std::fs::metadata(&csv)?.len() >> 20);

    let plan = DialPlan::new("HU")?;
    let workbook = timed_workbook(&folder, &plan, rows.min(WORKBOOK_ROWS)).await?;
    let directory = Directory::open(&folder.join("directory.db"), plan.clone())?;
    let before = begin_memory();
    let (first, import_seconds, slowest_save) = timed_import(&directory, &csv).await?;
    println!("import: {import_seconds:.1} s, {} created, {} refused", first.created, first.refused);
    println!("a customer saved meanwhile: at most {:.0} ms", millis(slowest_save));
    let import_memory = memory("VmHWM:").saturating_sub(before);
    let memory_after = memory("VmRSS:");
    println!("memory: {import_memory} MiB more at the peak of the import, {memory_after} MiB in all after it");
    let (again, again_seconds, _) = timed_import(&directory, &csv).await?;
    println!("the same again: {again_seconds:.1} s, {} unchanged", again.unchanged);

    let look_up = look_ups(&directory, &plan, rows).await?;
    print_spread("look-up by number", &look_up);
    let maybe = look_ups_by_ends(&directory, &plan, rows).await?;
    print_spread("look-up of a number that only the end of a kept one is like", &maybe);
    let search = searches(&directory, rows).await?;
    print_spread("search while typing", &search);

    let shell_seconds = import_by_the_shell(&folder, &csv)?;
    println!("the same file by sqlite3's own .import: {shell_seconds:.1} s");

    let closing = Instant::now();
    directory.close().await;
    let closed = closing.elapsed();
    let opening = Instant::now();
    let directory = Directory::open(&folder.join("directory.db"), plan)?;
    let opened = opening.elapsed();
    println!("closed in {:.0} ms, opened in {:.0} ms", millis(closed), millis(opened));
    let file_mb = std::fs::metadata(folder.join("directory.db"))?.len() >> 20;
    println!("directory.db: {file_mb} MB");
    directory.close().await;

    println!(
        "{}",
        serde_json::json!({
            "rows": rows,
            "import_seconds": import_seconds,
            "repeat_seconds": again_seconds,
            "slowest_save_ms": millis(slowest_save),
            "import_peak_mib": import_memory,
            "after_import_mib": memory_after,
            "workbook_look_seconds": workbook.look.as_secs_f64(),
            "workbook_seconds": workbook.seconds,
            "workbook_peak_mib": workbook.peak_mib,
            "look_up_p50_ms": millis(at(&look_up, 0.5)),
            "look_up_p99_ms": millis(at(&look_up, 0.99)),
            "maybe_p50_ms": millis(at(&maybe, 0.5)),
            "maybe_p99_ms": millis(at(&maybe, 0.99)),
            "shell_seconds": shell_seconds,
            "shell_ratio": import_seconds / shell_seconds,
            "search_p50_ms": millis(at(&search, 0.5)),
            "search_p95_ms": millis(at(&search, 0.95)),
            "search_max_ms": millis(at(&search, 1.0)),
            "open_ms": millis(opened),
            "file_mb": file_mb,
        })
    );
    Ok(())
}

/// What a workbook needs.
struct Workbook {
    /// Until it is shown before the import.
    look: Duration,
    seconds: f64,
    /// Of both.
    peak_mib: u64,
}

async fn timed_workbook(folder: &Path, plan: &DialPlan, rows: u64) -> Result<Workbook, Box<dyn Error>> {
    let file = folder.join("customers.xlsx");
    write_workbook(&file, rows)?;
    let directory = Directory::open(&folder.join("workbook.db"), plan.clone())?;
    let before = begin_memory();
    let looking = Instant::now();
    let preview = import::preview(&file, "HU", ImportChoices::default()).await.map_err(|why| format!("{why:?}"))?;
    let look = looking.elapsed();
    let (done, seconds, _) = timed_import(&directory, &file).await?;
    let peak_mib = memory("VmHWM:").saturating_sub(before);
    directory.close().await;
    if done.created != rows || done.refused > 0 {
        return Err(format!("of {rows} rows {} were created and {} refused", done.created, done.refused).into());
    }
    println!(
        "a workbook of {rows} rows, {} MB: shown after {:.1} s ({} rows), imported in {seconds:.1} s, {peak_mib} MiB more",
        std::fs::metadata(&file)?.len() >> 20,
        look.as_secs_f64(),
        preview.rows_estimated
    );
    Ok(Workbook { look, seconds, peak_mib })
}

/// The import, and the longest anybody else waited for a customer to be saved while it ran.
async fn timed_import(directory: &Directory, csv: &Path) -> Result<(ImportProgress, f64, Duration), Box<dyn Error>> {
    let (progress, mut watched) = watch::channel(ImportProgress::default());
    let began = Instant::now();
    let (importer, file) = (directory.clone(), csv.to_owned());
    let import =
        tokio::spawn(async move { import::run(&importer, &file, Vec::new(), progress, CancelImport::default()).await });
    let mut slowest = Duration::ZERO;
    let mut waiter = 0;
    let mut every = tokio::time::interval(Duration::from_millis(500));
    while !import.is_finished() {
        every.tick().await;
        if watched.borrow_and_update().state == ImportState::Running {
            waiter += 1;
            let details = ringcard_core::customer::CustomerDetails {
                name: format!("Saved Meanwhile {waiter}"),
                ..Default::default()
            };
            let asked = Instant::now();
            directory.create(details).await?;
            slowest = slowest.max(asked.elapsed());
        }
    }
    let done = import.await?;
    if done.state != ImportState::Done {
        return Err(format!("the import ended as {:?}: {:?}", done.state, done.message).into());
    }
    Ok((done, began.elapsed().as_secs_f64(), slowest))
}

async fn look_ups(directory: &Directory, plan: &DialPlan, rows: u64) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut random = Random(7);
    let mut took = Vec::new();
    let mut missed = 0;
    for turn in 0..LOOK_UPS {
        // Nine known callers, one unknown.
        let known = turn % 10 != 0;
        let number = if known { customer(random.below(rows)).mobile } else { customer(rows + turn).mobile };
        let party = plan.read_ani(Some(&number)).0;
        let asked = Instant::now();
        let found = directory.find_by_number(&party).await?;
        took.push(asked.elapsed());
        missed += u64::from(known && found.is_empty());
    }
    if missed > 0 {
        return Err(format!("{missed} known numbers were not found").into());
    }
    took.sort_unstable();
    Ok(took)
}

/// Calls from numbers of which the directory has the last seven digits only.
async fn look_ups_by_ends(directory: &Directory, plan: &DialPlan, rows: u64) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut random = Random(13);
    let mut took = Vec::new();
    for _ in 0..LOOK_UPS {
        let row = random.below(rows.div_ceil(WITHOUT_AREA_CODE)) * WITHOUT_AREA_CODE;
        let number = format!("+361{}", without_area_code(row).replace('-', ""));
        let party = plan.read_ani(Some(&number)).0;
        let asked = Instant::now();
        let found = directory.find_by_number(&party).await?;
        took.push(asked.elapsed());
        if found.is_empty() {
            return Err(format!("{number} is nobody's").into());
        }
    }
    took.sort_unstable();
    Ok(took)
}

/// What the `sqlite3` program needs for the same file, into a table with as many indexes and the same full text.
fn import_by_the_shell(folder: &Path, csv: &Path) -> Result<f64, Box<dyn Error>> {
    let file = folder.join("by-the-shell.db");
    let script = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -98304;
         CREATE TABLE customer (id, name, company, email, mobile, work, other, tags, vip, notes);
         CREATE UNIQUE INDEX by_id ON customer (id);
         CREATE INDEX by_name ON customer (name, company);
         CREATE INDEX by_mobile ON customer (mobile);
         CREATE INDEX by_work ON customer (work) WHERE work <> '';
         CREATE INDEX by_end_of_mobile ON customer (substr(mobile, -7));
         CREATE INDEX by_end_of_work ON customer (substr(work, -7)) WHERE work <> '';
         CREATE VIRTUAL TABLE customer_text USING fts5 (
             words, content = '', detail = none, tokenize = 'ascii', prefix = '1 2 3');
         CREATE TRIGGER in_words AFTER INSERT ON customer BEGIN
             INSERT INTO customer_text (rowid, words) VALUES (new.rowid,
                 lower(new.name || ' ' || new.company || ' ' || new.email || ' ' || new.mobile || ' ' || new.work || ' ' || new.tags));
         END;\n.mode csv\n.separator ;\n.import --skip 1 '{}' customer\n",
        csv.display()
    );
    let began = Instant::now();
    let mut shell = Command::new("sqlite3").arg(&file).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    shell.stdin.take().ok_or("no input")?.write_all(script.as_bytes())?;
    if !shell.wait()?.success() {
        return Err("sqlite3 could not import the file".into());
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Somebody types a name, a company, an address or a number, letter by letter.
async fn searches(directory: &Directory, rows: u64) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut random = Random(11);
    let mut took = Vec::new();
    let mut slow: Vec<(Duration, String)> = Vec::new();
    for turn in 0..TYPISTS {
        let wanted = customer(random.below(rows));
        let text = match turn % 5 {
            0 => wanted.name,
            1 => wanted.company,
            2 => wanted.email,
            3 => wanted.mobile,
            _ => format!("{} {}", wanted.name, wanted.company),
        };
        let letters: Vec<char> = text.chars().collect();
        let mut found = Vec::new();
        for typed in 1..=letters.len() {
            let query: String = letters[..typed].iter().collect();
            let asked = Instant::now();
            found = directory.search(&query, 50).await?;
            took.push(asked.elapsed());
            slow.push((asked.elapsed(), query));
        }
        if found.is_empty() {
            return Err(format!("nobody was found for a query of {} letters", letters.len()).into());
        }
    }
    slow.sort_by(|one, other| other.cmp(one));
    for (took, query) in slow.iter().take(5) {
        println!("  slowest: {:.1} ms for “{query}”", millis(*took));
    }
    took.sort_unstable();
    Ok(took)
}

fn print_spread(what: &str, sorted: &[Duration]) {
    let spread = [0.5, 0.95, 0.99, 1.0].map(|share| format!("{:.2}", millis(at(sorted, share))));
    let [p50, p95, p99, most] = spread;
    println!("{what}: p50 {p50} ms, p95 {p95} ms, p99 {p99} ms, max {most} ms ({} times)", sorted.len());
}

fn at(sorted: &[Duration], share: f64) -> Duration {
    let place = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// What is in memory now, in MiB; the peak (`VmHWM`) is counted from here on where the system lets it be.
fn begin_memory() -> u64 {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    memory("VmRSS:")
}

/// In MiB; 0 where the system does not tell.
fn memory(kind: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(kind));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

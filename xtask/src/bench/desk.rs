//! A desk to measure on: a virtual desktop, a million customers, and the release build of the app.

use super::{Part, crm::Crm, http, numbers::median, pair::Pair, row::Row};
use crate::{
    checkout::Checkout,
    session::{self, Look, Session},
};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const API_TOKEN: &str = "a-token-for-the-bench";
const PUSH_KEY: &str = "a-key-for-the-bench";

/// How long the app may take to do anything before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the whole list is imported, each time into an empty folder.
const IMPORTS: usize = 2;

pub struct BenchDesk {
    pub session: Session,
    pub address: SocketAddr,
    pub customers: u32,
    checkout: Checkout,
    list: PathBuf,
}

/// The app while it runs.
pub struct RunningApp {
    pub process: u32,
    /// From its start until it took calls.
    pub ready_after: Duration,
}

/// Imports the list into each desk; the last import is the directory for what is measured afterwards.
pub fn import(desks: &mut Pair<BenchDesk>) -> Result<Part, String> {
    println!("Importing {} customers", desks.ours.customers);
    let both = desks.in_turns(IMPORTS, |desk, _| desk.import())?;
    let measured = both.rows(|times| vec![Row::new("the whole list", median(times), "s").at_most(60.0)]);
    let how = format!(
        "`ringcard-hub customers import` with {} rows of CSV, first import, {IMPORTS} rounds.",
        desks.ours.customers
    );
    Ok(Part { title: "Import of a customer list", how, measured })
}

impl BenchDesk {
    /// Desktop and the list of customers; the directory is empty and the app does not run yet.
    pub fn new(checkout: &Checkout, customers: u32) -> Result<Self, String> {
        let mut session = Session::start("bench", &Look::default())?;
        session.set_env("RINGCARD_HOME", &session.dir().join("ringcard").display().to_string());
        session.set_env("RINGCARD_API_TOKEN", API_TOKEN);
        session.set_env("RINGCARD_BENCH_SECRET", PUSH_KEY);
        let list = session.dir().join("customers.csv");
        write_customers(&list, customers).map_err(|e| format!("{}: {e}", list.display()))?;
        Ok(Self { session, address: free_address()?, customers, checkout: checkout.clone(), list })
    }

    /// The settings and nothing else, and then all customers; how many seconds these took.
    fn import(&mut self) -> Result<f64, String> {
        let home = self.session.dir().join("ringcard");
        let _ = fs::remove_dir_all(&home);
        fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
        fs::write(home.join("ringcard.toml"), settings(self.address)).map_err(|e| format!("ringcard.toml: {e}"))?;
        // For the import, which a server's program does.
        fs::write(home.join("hub.toml"), "[locale]\ncountry = \"HU\"\n").map_err(|e| format!("hub.toml: {e}"))?;
        let start = Instant::now();
        let mut import = self.session.command(self.checkout.release_binary("ringcard-hub"));
        import.args(["customers", "import"]).arg(&self.list);
        let log = self.session.log("import");
        let output = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let status = import.stdout(output).status().map_err(|e| format!("ringcard-hub does not start: {e}"))?;
        if !status.success() {
            return Err(format!("the import ended with {status}: {}", session::tail(&log)));
        }
        Ok(start.elapsed().as_secs_f64())
    }

    /// The app's settings from its next start on, with these accounts besides the telephone system.
    pub fn set_accounts(&self, more: &str) -> Result<(), String> {
        let file = self.session.dir().join("ringcard/ringcard.toml");
        fs::write(&file, settings(self.address) + more).map_err(|e| format!("{}: {e}", file.display()))
    }

    /// A simulated CRM, which knows nobody yet.
    pub fn start_crm(&self) -> Result<Crm, String> {
        Crm::start(&self.checkout.release_example("crm_bench"), PUSH_KEY)
    }

    /// Starts the app in the tray, has it do something once it takes calls, and ends it whatever came of that.
    pub fn with_app<R>(&mut self, act: impl FnOnce(&Self, &RunningApp) -> Result<R, String>) -> Result<R, String> {
        let mut command = self.session.command(self.app());
        command.arg("--hidden");
        let start = Instant::now();
        let process = self.session.spawn("ringcard", command)?;
        let done = self.wait_until_ready(process).and_then(|()| {
            let app = RunningApp { process, ready_after: start.elapsed() };
            act(self, &app)
        });
        let ended = self.end_app(process);
        self.session.kill(process);
        let done = done?;
        ended.map(|()| done)
    }

    fn app(&self) -> PathBuf {
        self.checkout.release_binary("ringcard")
    }

    fn wait_until_ready(&mut self, process: u32) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        while !http::answers(self.address, "/healthz") {
            if Instant::now() > end || !self.session.runs(process) {
                return Err(format!("the app does not get ready: {}", session::tail(&self.session.log("ringcard"))));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Ends it as a logout does, and waits.
    fn end_app(&mut self, process: u32) -> Result<(), String> {
        self.session.output("kill", ["-TERM", &process.to_string()]);
        session::wait_for(PATIENCE, "the app to end", || !self.session.runs(process))
    }

    /// Has the app open its main window, as a click on its icon does.
    pub fn open_main_window(&self) -> Result<(), String> {
        let again = self.session.command(self.app()).status().map_err(|e| format!("ringcard does not start: {e}"))?;
        if again.success() { Ok(()) } else { Err(format!("a second start ended with {again}")) }
    }

    pub fn windows(&self) -> usize {
        self.session.output("xdotool", ["search", "--onlyvisible", "--class", "ringcard"]).lines().count()
    }

    pub fn wait_for(&self, what: &str, is: impl FnMut() -> bool) -> Result<(), String> {
        session::wait_for(PATIENCE, what, is)
    }

    /// A call comes in from a customer.
    pub fn ring(&self, call: &str, caller: &str) -> Result<(), String> {
        self.push("incoming", call, &[("caller", caller), ("called", "+3612345678"), ("extension", "101")])
    }

    /// The caller gives up.
    pub fn hang_up(&self, call: &str) -> Result<(), String> {
        self.push("event", call, &[("event", "ended")])
    }

    /// What became of a call that nobody saw, from a number of nobody's.
    pub fn call_data(&self, call: &str, number: u32) -> Result<(), String> {
        let caller = format!("+3655{:06}", number % 1_000_000);
        let data = [("caller", caller.as_str()), ("called", "+3612345678"), ("extension", "101")];
        self.push("call-data", call, &[&data[..], &[("disposition", "answered"), ("billsec", "42")]].concat())
    }

    fn push(&self, kind: &str, call: &str, fields: &[(&str, &str)]) -> Result<(), String> {
        let mut all = vec![("key", PUSH_KEY), ("callid", call)];
        all.extend(fields);
        http::post_form(self.address, &format!("/in/pbx/{kind}"), &all)
    }

    /// What the app measured of itself.
    pub fn ask(&self, path: &str) -> Result<Value, String> {
        http::get(self.address, path, API_TOKEN)
    }

    pub fn number_of(&self, customer: u32) -> String {
        number(customer)
    }

    /// The nth customer who calls: all over the directory, not one page of it, and nobody twice.
    pub fn spread(&self, nth: u32) -> u32 {
        (u64::from(nth) * 104_729 % u64::from(self.customers)) as u32
    }
}

fn settings(address: SocketAddr) -> String {
    format!(
        r#"[agent]
name = "Bench"
extension = "101"

[locale]
country = "HU"
language = "en"

[listen]
address = "{address}"
pushes_per_second = 10000

[desk]
hide_after_seconds = 1

[[account]]
name = "pbx"
connector = "vipex"
api_url = "http://127.0.0.1:9/api/click2call"
user = "bench"
password = {{ env = "RINGCARD_BENCH_SECRET" }}
push_key = {{ env = "RINGCARD_BENCH_SECRET" }}
"#
    )
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| format!("no free port: {e}"))?;
    listener.local_addr().map_err(|e| format!("no free port: {e}"))
}

/// The same list every time. Every customer has a mobile, every third an office number besides.
fn write_customers(file: &Path, customers: u32) -> std::io::Result<()> {
    const FIRST: [&str; 12] =
        ["Anna", "Béla", "Carmen", "Dóra", "Elena", "Ferenc", "Gábor", "Hugo", "Ilona", "Javier", "Katalin", "László"];
    const LAST: [&str; 11] =
        ["Nagy", "Kovács", "Tóth", "Szabó", "García", "López", "Martínez", "Smith", "Jones", "Brown", "Varga"];
    const COMPANY: [&str; 7] = ["Kft.", "Zrt.", "S.A.", "S.L.", "Ltd", "Bt.", "GmbH"];
    let mut file = BufWriter::new(File::create(file)?);
    writeln!(file, "name,company,role,email,mobile,phone,tags,note")?;
    for at in 0..customers {
        let pick = |list: &[&'static str], salt: u32| {
            list[(at.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 7) as usize % list.len()]
        };
        let (first, last, company) = (pick(&FIRST, 1), pick(&LAST, 999), pick(&COMPANY, 77_777));
        let office = if at % 3 == 0 { format!("+361{:07}", 2_000_000 + at % 7_000_000) } else { String::new() };
        let tag = if at % 50 == 0 { "VIP" } else { "" };
        let mobile = number(at);
        writeln!(file, "{first} {last} {at},{last} {company},Purchasing,c{at}@example.com,{mobile},{office},{tag},")?;
    }
    file.flush()
}

/// Hungarian mobiles, each once: 20, 30 and 70 with seven digits.
fn number(customer: u32) -> String {
    let network = ["20", "30", "70"][(customer % 3) as usize];
    format!("+36{network}{:07}", 2_000_000 + (u64::from(customer) * 7_919) % 8_000_000)
}

//! The real app on a private desktop, with a simulated PBX that calls it.

use super::{
    driver::{Driver, Window, free_port},
    loudspeaker::Loudspeaker,
    session::{Look, Session},
    team::Seat,
    traces, until,
};
use reqwest::{Client, Method, Response};
use ringcard_sim::{
    CcaiConfig, HubTarget, PushAuth, Ring, RingingCall, Sim, SimConfig, WolkvoxConfig, WolkvoxSim,
    zendesk::ZendeskConfig,
};
use serde_json::Value;
use std::{
    env, fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
};

/// What a simulated CRM wants to see.
pub const CRM_TOKEN: &str = "a-token-of-the-crm";

/// What proves that it is the platform that opens the look-up address.
pub const CCAI_KEY: &str = "a-key-of-the-platform";

/// What REST wants to see.
pub(super) const API_TOKEN: &str = "an-api-token-for-tests";

/// How a desk is set up before the app starts.
pub struct Plan {
    pub name: &'static str,
    pub look: Look,
    /// `en`, `es`, `hu`
    pub language: &'static str,
    /// More lines of the PBX's account in `ringcard.toml`.
    pub account_settings: &'static str,
    /// The lines of `[desk]` in `ringcard.toml`.
    pub desk_settings: &'static str,
    /// Nobody set anything up yet.
    pub first_start: bool,
    pub sim: SimConfig,
    /// A simulated wolkvox, set up as the account `wolkvox`.
    pub wolkvox: Option<WolkvoxConfig>,
    /// Where a simulated CRM takes entries of its call log; it takes the same key once.
    pub crm: Option<String>,
    /// Tables of further accounts, at addresses that are known only while the test runs.
    pub accounts: String,
    /// The hub is a team's, elsewhere.
    pub seat: Option<Seat>,
    /// Whole tables of `ringcard.toml`.
    pub more_settings: &'static str,
    /// What the desk is heard by ([`Desk::loudspeaker`]).
    pub loudspeaker: bool,
    /// What is chosen where the app asks for a file: its name in the app's home.
    pub chooses: Option<&'static str>,
    /// What the app is started with.
    pub args: Vec<&'static str>,
}

impl Plan {
    /// An English desk of Ana's, extension 101, in Hungary, with the simulated PBX set up and the app in the tray.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            look: Look::default(),
            language: "en",
            account_settings: "",
            desk_settings: "",
            first_start: false,
            sim: SimConfig::default(),
            wolkvox: None,
            crm: None,
            accounts: String::new(),
            seat: None,
            more_settings: "",
            loudspeaker: false,
            chooses: None,
            args: vec!["--hidden"],
        }
    }

    /// With a simulated wolkvox: campaigns with the simulator's customers, and codes.
    pub fn with_wolkvox(self) -> Self {
        Self { wolkvox: Some(WolkvoxConfig { local: None, ..WolkvoxConfig::default() }), ..self }
    }

    /// The app opens its main window.
    pub fn with_main_window(self) -> Self {
        Self { args: Vec::new(), ..self }
    }

    /// The system's dialog of files is not ours to drive: what it would answer is given here.
    pub fn chooses(self, name: &'static str) -> Self {
        Self { chooses: Some(name), ..self }
    }

    pub async fn open(self) -> Desk {
        let mut desk = Desk::prepare(self).await;
        desk.start_app().await;
        desk
    }
}

/// An agent's desk: desktop, PBX and app.
pub struct Desk {
    pub session: Session,
    pub sim: Sim,
    wolkvox: Option<WolkvoxSim>,
    loudspeaker: Option<Loudspeaker>,
    /// Where the app keeps settings and data.
    pub home: PathBuf,
    /// Where the app, or its team's hub, takes pushes and REST.
    pub address: SocketAddr,
    /// Width and height of the screen.
    pub screen: (i32, i32),
    name: &'static str,
    args: Vec<&'static str>,
    driver: Driver,
    http: Client,
}

impl Desk {
    /// [`Plan::new`] as it is, with the app running.
    pub async fn open(name: &'static str) -> Self {
        Plan::new(name).open().await
    }

    /// Everything but the app.
    pub async fn prepare(plan: Plan) -> Self {
        let mut session = Session::start(plan.name, &plan.look).unwrap_or_else(|problem| panic!("{problem}"));
        let own = || SocketAddr::from(([127, 0, 0, 1], free_port()));
        let address = plan.seat.as_ref().map_or_else(own, |seat| seat.hub);
        let sim = Sim::start(plan.sim.clone()).await.expect("the simulator starts");
        sim.set_hub(Some(HubTarget::new(format!("http://{address}"), "pbx")));
        let wolkvox = match plan.wolkvox.clone() {
            Some(config) => Some(WolkvoxSim::start(config).await.expect("the simulated wolkvox starts")),
            None => None,
        };
        let home = session.dir().join("ringcard");
        fs::create_dir_all(&home).expect("a home for the app");
        let settings = match plan.first_start {
            // Only this, because any number of tests run side by side.
            true => format!("[listen]\naddress = \"{address}\"\n"),
            false if plan.seat.is_some() => seat_settings(&plan),
            false => {
                let wolkvox = wolkvox.as_ref().map(wolkvox_account).unwrap_or_default();
                let crm = plan.crm.as_deref().map(crm_account).unwrap_or_default();
                settings(&plan, &sim, address) + &wolkvox + &crm + &plan.accounts
            }
        };
        fs::write(home.join("ringcard.toml"), settings).expect("settings can be written");
        session.set_env("RINGCARD_HOME", &home.display().to_string());
        session.set_env("RUST_LOG", "trace");
        session.set_env("RINGCARD_API_TOKEN", API_TOKEN);
        if let Some(seat) = &plan.seat {
            session.set_env("RINGCARD_TEST_SEAT_TOKEN", &seat.token);
        }
        session.set_env("RINGCARD_TEST_PASSWORD", &plan.sim.vipex.password);
        if let Some(name) = plan.chooses {
            session.set_env("RINGCARD_TEST_CHOOSES", &home.join(name).display().to_string());
        }
        session.set_env("RINGCARD_TEST_CRM_TOKEN", CRM_TOKEN);
        session.set_env("RINGCARD_TEST_ZENDESK_TOKEN", &ZendeskConfig::default().api_token);
        session.set_env("RINGCARD_TEST_CCAI_TOKEN", &CcaiConfig::default().token);
        session.set_env("RINGCARD_TEST_CCAI_KEY", CCAI_KEY);
        session.set_env("RINGCARD_TEST_PUSH_KEY", push_key(&plan.sim));
        if let Some(token) = wolkvox.as_ref().and_then(|wolkvox| wolkvox.token("desk")) {
            session.set_env("RINGCARD_TEST_WOLKVOX_TOKEN", &token);
        }
        let path = format!("{}:{}", browser(session.dir()).display(), env::var("PATH").unwrap_or_default());
        session.set_env("PATH", &path);
        let loudspeaker = match plan.loudspeaker {
            true => Some(Loudspeaker::of(&mut session).await),
            false => None,
        };
        let driver = Driver::start(&mut session);
        let screen = (plan.look.width as i32, plan.look.height as i32);
        Self {
            session,
            sim,
            wolkvox,
            loudspeaker,
            home,
            address,
            screen,
            name: plan.name,
            args: plan.args,
            driver,
            http: Client::new(),
        }
    }

    /// Where the plan has one.
    pub fn loudspeaker(&self) -> &Loudspeaker {
        self.loudspeaker.as_ref().expect("the plan has a loudspeaker")
    }

    /// The simulated wolkvox of [`Plan::with_wolkvox`].
    pub fn wolkvox(&self) -> &WolkvoxSim {
        self.wolkvox.as_ref().expect("the plan has a wolkvox")
    }

    /// Starts the app and waits until it takes calls.
    pub async fn start_app(&mut self) {
        self.open_app().await;
        self.takes_calls().await;
    }

    /// Starts the app and waits for its first page.
    pub async fn open_app(&mut self) {
        self.driver.open_app(app(), &self.args).await;
    }

    async fn takes_calls(&self) {
        let health = format!("http://{}/healthz", self.address);
        until("the app to take calls", async || {
            let answer = self.http.get(&health).send().await.map_err(|e| e.to_string())?;
            if answer.status().is_success() { Ok(()) } else { Err(answer.status().to_string()) }
        })
        .await;
    }

    /// Ends the app as a logout does.
    pub async fn close_app(&mut self) {
        self.driver.close_app().await;
    }

    /// Ends the app at any instant, as a power cut would.
    pub async fn kill_app(&mut self) {
        let process = self.driver.app_process().expect("the app runs").to_string();
        self.session.output("kill", ["-9", &process]);
        self.driver.close_app().await;
    }

    /// Starts the app a second time, as a link or a menu does; returns when that start has ended.
    pub fn start_again(&self, args: &[&str]) {
        let mut second = self.session.command(app()).args(args).spawn().expect("the app can be started");
        let mut ended = None;
        let waited = self.session.wait_for("the second start to end", || {
            ended = second.try_wait().expect("it can be asked");
            ended.is_some()
        });
        if let Err(why) = waited {
            let _ = second.kill();
            panic!("the second start with {args:?}: {why}");
        }
        assert!(ended.is_some_and(|status| status.success()), "the second start with {args:?}: {ended:?}");
    }

    pub async fn popup(&self) -> Window<'_> {
        self.driver.window("popup.html").await
    }

    pub async fn main_window(&self) -> Window<'_> {
        self.driver.window("index.html").await
    }

    pub async fn has_main_window(&self) -> bool {
        self.driver.has_window("index.html").await
    }

    /// How many windows there are.
    pub async fn windows(&self) -> usize {
        self.driver.windows().await
    }

    /// Closes the main window as its cross does. Asked again until it is gone: on a busy machine the window system may
    /// not have it on its list yet.
    pub async fn close_main_window(&self) {
        super::until("the main window to be gone", async || {
            self.ask_to_close("Ringcard");
            if self.has_main_window().await { Err("it is there") } else { Ok(()) }
        })
        .await;
    }

    /// The telephone system tells something of Ana's call.
    pub async fn told(&self, kind: &str, query: &str) {
        let key = push_key(self.sim.config());
        let url = format!("http://{}/in/pbx/{kind}?key={key}&{query}", self.address);
        let answer = self.http.get(url).send().await.expect("the app answers");
        assert_eq!(answer.status(), 200, "{kind} {query}");
    }

    /// A customer calls Ana.
    pub async fn rings(&self, caller: &str) -> RingingCall {
        self.sim.ring(Ring::from(caller).extension("101")).await.expect("the simulated PBX rings")
    }

    /// Adds a customer.
    pub async fn knows(&self, customer: Value) {
        let answer = self.ask(Method::POST, "/v1/customers", Some(&customer)).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap_or_default());
    }

    /// Waits until this page was opened in the browser, and no other was.
    pub async fn opened(&self, page: &str) {
        until(&format!("the browser to show {page}"), async || {
            let opened = fs::read_to_string(self.session.dir().join("opened")).unwrap_or_default();
            if opened.trim() == page { Ok(()) } else { Err(opened) }
        })
        .await;
    }

    /// Waits until a page of this address was opened in the browser, and returns the newest.
    pub async fn opens(&self, beginning: &str) -> String {
        let mut page = String::new();
        until(&format!("the browser to show {beginning}…"), async || {
            let opened = fs::read_to_string(self.session.dir().join("opened")).unwrap_or_default();
            page = opened.lines().last().unwrap_or_default().to_owned();
            if page.starts_with(beginning) { Ok(()) } else { Err(opened) }
        })
        .await;
        page
    }

    /// Nothing was opened yet, as far as the test is concerned.
    pub fn forget_opened(&self) {
        let _ = fs::remove_file(self.session.dir().join("opened"));
    }

    /// REST, with the token: the answer's JSON, which has to be a good one.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path, None).await;
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let mut request = self.http.request(method, format!("http://{}{path}", self.address)).bearer_auth(API_TOKEN);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.expect("the app answers")
    }

    /// REST where an answer may not come.
    pub async fn try_post(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        let request = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(API_TOKEN);
        request.json(body).send().await
    }

    /// The states of all calls in the list, newest first.
    pub async fn listed(&self) -> Vec<String> {
        let list = self.get("/v1/calls").await;
        let rows = list["calls"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| row["call"]["state"]["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A picture of the whole screen with this window painted, kept beside the test's build.
    pub async fn picture(&self, window: &Window<'_>, name: &str) {
        window.is_painted().await;
        self.picture_now(name);
    }

    /// A picture of the screen as it is.
    pub fn picture_now(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{}-{name}.png", self.name));
        self.session.screenshot(&file).unwrap_or_else(|problem| panic!("{problem}"));
    }

    /// Everything that this desk's systems and scripts prove themselves with.
    pub fn secrets(&self) -> Vec<String> {
        let config = self.sim.config();
        let mut secrets = vec![
            API_TOKEN.to_owned(),
            CRM_TOKEN.to_owned(),
            CCAI_KEY.to_owned(),
            ZendeskConfig::default().api_token,
            CcaiConfig::default().token,
            config.vipex.password.clone(),
            push_key(config).to_owned(),
        ];
        secrets.extend(self.wolkvox.as_ref().and_then(|wolkvox| wolkvox.token("desk")));
        // "none" stands for a plan whose pushes carry another proof
        secrets.retain(|secret| secret.len() > 4);
        secrets
    }

    /// The app's own log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.session.log("ringcard")).unwrap_or_default()
    }
}

impl Drop for Desk {
    /// A test that failed leaves what helps to see why.
    fn drop(&mut self) {
        if thread::panicking() {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("failed-{}", self.name));
            let _ = fs::create_dir_all(&folder);
            let _ = self.session.screenshot(&folder.join("screen.png"));
            let _ = fs::copy(self.session.log("ringcard"), folder.join("ringcard.log"));
            eprintln!("screen and log of {}: {}", self.name, folder.display());
        }
        if let Some(process) = self.driver.app_process() {
            self.session.output("kill", ["-9", &process.to_string()]);
        }
        if !thread::panicking() {
            // Beside the app's own folder: what the web views keep of their pages, and what the desktop keeps.
            let of_the_person = self.session.dir().join("home");
            let logs = [self.session.log("ringcard")];
            let found = traces::found(&[&self.home, &of_the_person], &logs, &self.secrets());
            assert!(found.is_empty(), "the app left behind: {found:#?}");
        }
    }
}

/// A folder with what opens web pages here: it writes down which.
fn browser(dir: &Path) -> PathBuf {
    let folder = dir.join("bin");
    let program = folder.join("xdg-open");
    let script = format!("#!/bin/sh\necho \"$1\" >>'{}'\n", dir.join("opened").display());
    let made = fs::create_dir_all(&folder).and_then(|()| fs::write(&program, script));
    made.and_then(|()| fs::set_permissions(&program, fs::Permissions::from_mode(0o755))).expect("a browser");
    folder
}

/// The app under test.
pub fn app() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ringcard"))
}

/// What the simulator's pushes carry; a plan with another proof says so in its own settings.
fn push_key(sim: &SimConfig) -> &str {
    match &sim.push.auth {
        PushAuth::KeyParameter { key, .. } | PushAuth::KeyHeader { key, .. } | PushAuth::Bearer { key } => key,
        _ => "none",
    }
}

/// A desk whose calls, customers and accounts are the team's.
fn seat_settings(plan: &Plan) -> String {
    let Plan { language, desk_settings, more_settings, seat, .. } = plan;
    let Seat { member, hub, .. } = seat.as_ref().expect("BUG: it has a seat");
    format!(
        r#"[agent]
name = "{name}"
extension = "{extension}"

[locale]
country = "HU"
language = "{language}"

[hub]
url = "ws://{hub}/v1/desk"
token = {{ env = "RINGCARD_TEST_SEAT_TOKEN" }}

[desk]
{desk_settings}

{more_settings}
"#,
        name = member.name,
        extension = member.extension,
    )
}

fn settings(plan: &Plan, sim: &Sim, address: SocketAddr) -> String {
    let Plan { language, account_settings, desk_settings, more_settings, sim: config, .. } = plan;
    format!(
        r#"[agent]
name = "Ana Kiss"
extension = "101"

[locale]
country = "HU"
language = "{language}"

[listen]
address = "{address}"

[[line]]
number = "{line}"
name = "Sales (HU)"

[[account]]
name = "pbx"
connector = "vipex"
api_url = "{url}"
user = "{user}"
password = {{ env = "RINGCARD_TEST_PASSWORD" }}
push_key = {{ env = "RINGCARD_TEST_PUSH_KEY" }}
{account_settings}

[desk]
{desk_settings}

{more_settings}
"#,
        line = config.main_line,
        url = sim.click_to_call_url(),
        user = config.vipex.user,
    )
}

fn crm_account(url: &str) -> String {
    format!(
        r#"
[[account]]
name = "crm"
connector = "rest-crm"
api_url = "{url}"
takes_once = true
token = {{ env = "RINGCARD_TEST_CRM_TOKEN" }}
"#
    )
}

fn wolkvox_account(wolkvox: &WolkvoxSim) -> String {
    format!(
        r#"
[[account]]
name = "wolkvox"
connector = "wolkvox"
api_url = "{url}"
token = {{ env = "RINGCARD_TEST_WOLKVOX_TOKEN" }}
licences = {licences}
"#,
        url = wolkvox.base_url(),
        licences = wolkvox.config().licences,
    )
}

//! Eyes and hands in the app's windows, by WebDriver.

use super::{PATIENCE, session::Session, until, until_true};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::WindowHandle};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use tokio::time::timeout;

/// A running WebKitWebDriver; each of its sessions is one start of the app.
pub struct Driver {
    port: u16,
    process: u32,
    client: Option<Client>,
}

/// One of the app's windows, looked at. WebDriver looks at one window at a time: use one [`Window`] after the other.
pub struct Window<'a> {
    client: &'a Client,
    /// What is read: the card itself and not its rehearsal, or all of the main window.
    root: &'static str,
}

impl Driver {
    /// The app inherits the session's environment as it is now.
    pub fn start(session: &mut Session) -> Self {
        let port = free_port();
        let mut command = session.command("WebKitWebDriver");
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command.env("TAURI_WEBVIEW_AUTOMATION", "true");
        let process = session.spawn("ringcard", command).expect("WebKitWebDriver starts");
        session.wait_for("WebKitWebDriver", || TcpStream::connect(("127.0.0.1", port)).is_ok()).expect("it listens");
        Self { port, process, client: None }
    }

    /// Starts the app and waits until a page of it is there.
    pub async fn open_app(&mut self, app: &Path, args: &[&str]) {
        assert!(self.client.is_none(), "the app runs already");
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": app, "args": args } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().cloned().unwrap_or_default());
        let address = format!("http://127.0.0.1:{}", self.port);
        let client = timeout(PATIENCE, builder.connect(&address)).await.expect("the app shows a page in time");
        self.client = Some(client.expect("the app shows a page"));
    }

    /// Ends the app as a logout does.
    pub async fn close_app(&mut self) {
        if let Some(client) = self.client.take() {
            let _ = timeout(PATIENCE, client.close()).await;
        }
        until_true("the app to end", || self.app_process().is_none()).await;
    }

    /// The app's process id.
    pub fn app_process(&self) -> Option<u32> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .find(|id| parent(*id) == Some(self.process))
    }

    /// Waits for the window that shows `page` (`index.html`, `popup.html`) and looks at it.
    pub async fn window(&self, page: &str) -> Window<'_> {
        let client = self.client.as_ref().expect("the app was started");
        until(&format!("the window with {page}"), async || look_at(client, page).await).await;
        Window { client, root: if page == "popup.html" { "main" } else { "body" } }
    }

    /// How many windows with pages there are.
    pub async fn windows(&self) -> usize {
        let client = self.client.as_ref().expect("the app was started");
        client.windows().await.expect("the windows").len()
    }

    /// Whether the app has a window that shows `page`.
    pub async fn has_window(&self, page: &str) -> bool {
        match &self.client {
            Some(client) => look_at(client, page).await.is_ok(),
            None => false,
        }
    }
}

async fn look_at(client: &Client, page: &str) -> Result<(), String> {
    let handles: Vec<WindowHandle> = client.windows().await.map_err(|e| e.to_string())?;
    let mut seen = Vec::new();
    for handle in handles {
        client.switch_to_window(handle).await.map_err(|e| e.to_string())?;
        let url = client.current_url().await.map_err(|e| e.to_string())?;
        let path = url.path().trim_start_matches('/').to_owned();
        // The front page is also served without its name.
        if path == page || (path.is_empty() && page == "index.html") {
            return Ok(());
        }
        seen.push(path);
    }
    Err(format!("windows with {seen:?}"))
}

impl<'a> Window<'a> {
    /// A page of another program's.
    pub(super) fn of_page(client: &'a Client) -> Self {
        Self { client, root: "body" }
    }
}

impl Window<'_> {
    /// Waits until the text is in the window.
    pub async fn sees(&self, text: &str) {
        until(&format!("“{text}”"), async || {
            let all = self.text().await;
            if all.contains(text) { Ok(()) } else { Err(all) }
        })
        .await;
    }

    /// Waits until the text is not in the window.
    pub async fn sees_no(&self, text: &str) {
        until(&format!("“{text}” to go"), async || {
            let all = self.text().await;
            if all.contains(text) { Err(all) } else { Ok(()) }
        })
        .await;
    }

    /// All the text that is shown, each run of white space as one space.
    pub async fn text(&self) -> String {
        let all = self.run(&format!("return document.querySelector('{}')?.innerText ?? ''", self.root)).await;
        all.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Asks the shell what the page's own code could ask.
    pub async fn invoke(&self, command: &str, args: Value) -> Result<Value, Value> {
        let script = "const [command, args, done] = arguments;\
            window.__TAURI_INTERNALS__.invoke(command, args).then((ok) => done({ ok }), (failed) => done({ failed }))";
        let asked = self.client.execute_async(script, vec![command.into(), args]);
        let answer = timeout(PATIENCE, asked).await.expect("the shell answers in time");
        let mut answer = answer.unwrap_or_else(|e| panic!("{command}: {e}"));
        match answer.get_mut("failed") {
            Some(failed) => Err(failed.take()),
            None => Ok(answer["ok"].take()),
        }
    }

    /// Waits for an element that is displayed.
    pub async fn find(&self, css: &str) -> Element {
        self.find_by(Locator::Css(css), css).await
    }

    /// Waits until no such element is displayed.
    pub async fn finds_no(&self, css: &str) {
        until(&format!("{css} to go"), async || match self.displayed(Locator::Css(css)).await {
            Some(_) => Err("it is there"),
            None => Ok(()),
        })
        .await;
    }

    /// Waits for a button (or what else can be pressed) with this name and clicks it.
    pub async fn press(&self, name: &str) {
        self.click_on(Locator::XPath(&button_named(name)), name).await;
    }

    /// Waits for something that can be pressed and has this name.
    pub async fn find_button(&self, name: &str) -> Element {
        self.find_by(Locator::XPath(&button_named(name)), name).await
    }

    /// Waits for something that can be pressed and has this among its words, and clicks it.
    pub async fn press_containing(&self, words: &str) {
        let path = format!("//*[{PRESSABLE} and contains(normalize-space(), {})]", xpath_text(words));
        self.click_on(Locator::XPath(&path), words).await;
    }

    /// Clicks an element.
    pub async fn click(&self, css: &str) {
        self.click_on(Locator::Css(css), css).await;
    }

    /// As a person does: not where a bar at the edge lies over it, and not on what has moved into its place meanwhile.
    /// A click that would land elsewhere is caught before anything hears it, and made again.
    async fn click_on(&self, locator: Locator<'_>, name: &str) {
        let element = self.find_by(locator, name).await;
        let mut clicked = self.click_once(element).await;
        until(&format!("a click on “{name}”"), async || {
            if clicked.is_err() {
                let element = self.displayed(locator).await.ok_or("it is gone")?;
                clicked = self.click_once(element).await;
            }
            clicked.clone()
        })
        .await;
    }

    async fn click_once(&self, element: Element) -> Result<(), String> {
        let itself = vec![serde_json::to_value(&element).expect("an element has a name")];
        self.client.execute(AIM, itself).await.map_err(|e| e.to_string())?;
        element.click().await.map_err(|e| e.to_string())?;
        // A window that went with the click took it.
        match self.client.execute("return window.aim?.landed() ?? 'hit'", Vec::new()).await {
            Ok(landed) if landed != "hit" => Err(format!("it went astray: {landed}")),
            _ => Ok(()),
        }
    }

    /// Puts text into a field, in place of what was there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap_or_else(|e| panic!("{css} cannot be cleared: {e}"));
        field.send_keys(text).await.unwrap_or_else(|e| panic!("{css} cannot be written into: {e}"));
    }

    /// Puts text into the field with this label.
    pub async fn fill_labelled(&self, label: &str, text: &str) {
        let mut field = self.find_labelled(label).await;
        // A window that is just growing has it out of sight for a moment.
        until(&format!("“{label}” to be cleared"), async || {
            field = self.find_labelled(label).await;
            self.centre(&field).await?;
            field.clear().await.map_err(|e| e.to_string())
        })
        .await;
        // That it was cleared the page hears with the next key only: a space, and Backspace.
        let typed = if text.is_empty() { " \u{e003}" } else { text };
        field.send_keys(typed).await.unwrap_or_else(|e| panic!("“{label}” cannot be written into: {e}"));
    }

    /// Chooses from the list with this label.
    pub async fn choose_labelled(&self, label: &str, option: &str) {
        let list = self.find_labelled(label).await;
        list.select_by_label(option).await.unwrap_or_else(|e| panic!("“{option}” of “{label}”: {e}"));
    }

    /// Ticks the box with this label, which is not ticked yet.
    pub async fn check_labelled(&self, label: &str) {
        self.click_on(Locator::XPath(&labelled(label)), label).await;
    }

    /// As a person scrolls to what they want: the driver itself leaves what lies below the edge of a list in a list.
    async fn centre(&self, element: &Element) -> Result<(), String> {
        let itself = vec![serde_json::to_value(element).expect("an element has a name")];
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(script, itself).await.map(drop).map_err(|e| e.to_string())
    }

    async fn find_labelled(&self, label: &str) -> Element {
        self.find_by(Locator::XPath(&labelled(label)), label).await
    }

    /// Waits until what the page says is on the screen, in a window as high as its card, or as the screen.
    pub async fn is_painted(&self) {
        let script = "const [done] = arguments;\
            const card = document.querySelector('main[aria-label] > [data-card]')?.parentElement;\
            const wanted = card ? Math.ceil(card.getBoundingClientRect().height) : window.innerHeight;\
            const height = Math.min(wanted, screen.availHeight);\
            if (document.hidden) done('it is hidden');\
            else if (height !== window.innerHeight) done(`a card of ${height} in a window of ${window.innerHeight}`);\
            else requestAnimationFrame(() => requestAnimationFrame(() => done('')));";
        until("the page to be painted", async || {
            let painted = timeout(PATIENCE, self.client.execute_async(script, Vec::new())).await;
            match painted.expect("the page answers in time").map_err(|e| e.to_string())?.as_str() {
                Some("") => Ok(()),
                other => Err(other.unwrap_or_default().to_owned()),
            }
        })
        .await;
    }

    /// Loads its page anew, as the web view's own menu does.
    pub async fn reload(&self) {
        timeout(PATIENCE, self.client.refresh()).await.expect("the page loads in time").expect("the page loads");
    }

    /// Runs JavaScript in the page; `return` gives an answer.
    pub async fn run(&self, script: &str) -> Value {
        let answer = timeout(PATIENCE, self.client.execute(script, Vec::new())).await;
        answer.expect("the page answers in time").unwrap_or_else(|e| panic!("`{script}`: {e}"))
    }

    async fn find_by(&self, locator: Locator<'_>, name: &str) -> Element {
        let mut found = None;
        until(name, async || match self.displayed(locator).await {
            Some(element) => {
                found = Some(element);
                Ok(())
            }
            None => Err(self.text().await),
        })
        .await;
        found.expect("BUG: it was found")
    }

    /// The first that matches and can be seen. The driver's own answer is not asked for: to it, a name that is cut off where
    /// it is too long is never seen.
    async fn displayed(&self, locator: Locator<'_>) -> Option<Element> {
        let is_seen = "const [it] = arguments; \
                       return it.getClientRects().length > 0 && getComputedStyle(it).visibility === 'visible'";
        for element in self.client.find_all(locator).await.ok()? {
            let itself = vec![serde_json::to_value(&element).expect("an element has a name")];
            if self.client.execute(is_seen, itself).await.is_ok_and(|seen| seen == true) {
                return Some(element);
            }
        }
        None
    }
}

/// Watches where the next click lands, and lets it through only where it was meant to.
const AIM: &str = "const [wanted] = arguments;
    wanted.scrollIntoView({ block: 'center' });
    window.aim?.over();
    let seen = '';
    const look = (event) => {
        if (seen === 'hit') return;
        if (wanted.contains(event.target)) {
            if (event.type === 'click') seen = 'hit';
            return;
        }
        seen = event.target.outerHTML.slice(0, 120);
        event.preventDefault();
        event.stopImmediatePropagation();
    };
    const kinds = ['pointerdown', 'mousedown', 'click'];
    for (const kind of kinds) window.addEventListener(kind, look, true);
    const over = () => { for (const kind of kinds) window.removeEventListener(kind, look, true); };
    const landed = () => {
        over();
        // What is disabled hears no click.
        return seen || (wanted.matches(':disabled') || !wanted.isConnected ? 'hit' : 'nowhere');
    };
    window.aim = { over, landed };";

/// What can be pressed and has this name.
fn button_named(name: &str) -> String {
    let wanted = xpath_text(name);
    let named = format!("(normalize-space()={wanted} or @aria-label={wanted} or @title={wanted})");
    format!("//*[{PRESSABLE} and {named}]")
}

const PRESSABLE: &str =
    "(self::button or self::a or self::label or @role='button' or @role='menuitem' or @role='tab' or @role='option')";

/// The path to the field with this label.
fn labelled(label: &str) -> String {
    let wanted = xpath_text(label);
    let by_label = format!("//label[contains(normalize-space(), {wanted})]");
    let field = "(self::input or self::textarea or self::select)";
    format!("//*[{field} and (@id={by_label}/@for or @aria-label={wanted})] | {by_label}//*[{field}]")
}

/// A port that nobody listens on. The system gives none of these to whoever asks for any: what was free is so a moment later.
pub fn free_port() -> u16 {
    /// Below `/proc/sys/net/ipv4/ip_local_port_range`.
    const PORTS: std::ops::Range<u32> = 20_000..32_000;
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    // Each test is a process of its own, and begins elsewhere.
    let begin = std::process::id().wrapping_mul(16);
    let port = || begin.wrapping_add(TAKEN.fetch_add(1, Relaxed)) % (PORTS.end - PORTS.start) + PORTS.start;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    PORTS.filter_map(|_| u16::try_from(port()).ok()).find(is_free).expect("a free port")
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything; after it: state, parent.
    let mut after = stat.rsplit_once(')')?.1.split_whitespace();
    // One that ended and was not collected yet runs no more.
    if after.next()? == "Z" { None } else { after.next()?.parse().ok() }
}

/// As a string of XPath, which knows no escapes.
fn xpath_text(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

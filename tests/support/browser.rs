//! The person's own browser: WebKit's small one, on the same desktop, by a WebDriver of its own.

use super::{PATIENCE, Window, driver::free_port, session::Session, until};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
};
use tokio::time::timeout;

pub struct Browser {
    client: Client,
    driver: u32,
}

impl Browser {
    /// An empty window.
    pub async fn open(session: &mut Session) -> Self {
        let program = program().expect("WebKit's small browser comes with its library (libwebkit2gtk-4.1-0)");
        let port = free_port();
        let mut command = session.command("WebKitWebDriver");
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        let driver = session.spawn("browser", command).expect("WebKitWebDriver starts");
        session.wait_for("WebKitWebDriver", || TcpStream::connect(("127.0.0.1", port)).is_ok()).expect("it listens");
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": program, "args": ["--automation"] } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().cloned().unwrap_or_default());
        let address = format!("http://127.0.0.1:{port}");
        let client = timeout(PATIENCE, builder.connect(&address)).await.expect("the browser opens in time");
        Self { client: client.expect("the browser opens"), driver }
    }

    /// Shows a page.
    pub async fn goes_to(&self, address: &str) {
        let shown = timeout(PATIENCE, self.client.goto(address)).await.expect("the page loads in time");
        shown.unwrap_or_else(|e| panic!("the page does not load: {e}"));
    }

    /// The page that is shown.
    pub fn page(&self) -> Window<'_> {
        Window::of_page(&self.client)
    }

    /// The address line; empty where the window is gone.
    pub async fn address(&self) -> String {
        self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default()
    }

    /// Waits until its last window is closed.
    pub async fn is_gone(&self) {
        until("the browser's window to close", async || match self.client.windows().await {
            Ok(windows) if !windows.is_empty() => Err("it is there"),
            _ => Ok(()),
        })
        .await;
    }

    /// Closes it, as its person does when they are done.
    pub async fn close(self, session: &mut Session) {
        let _ = timeout(PATIENCE, self.client.close()).await;
        session.kill(self.driver);
    }
}

/// It lies in a folder of the machine's kind, such as `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1`.
fn program() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders =
        folders.chain([PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib64")]);
    folders.map(|folder| folder.join(Path::new("webkit2gtk-4.1/MiniBrowser"))).find(|program| program.is_file())
}

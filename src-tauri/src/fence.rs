//! What is around each window: its page is the only one it ever shows.
//!
//! A page shows what strangers send. Whatever gets into it cannot take the window elsewhere, open another, or have a
//! file saved; and what somebody drags onto it is text for a field, at most. A customer's link goes to the browser
//! ([`crate::commands::customers::open_link`]).

use tauri::{AppHandle, Url, WebviewUrl, WebviewWindowBuilder, Wry, webview::NewWindowResponse};

/// What Windows' web view is started with; the others take no notice. The same for every window: they share one. All but
/// the last feature, which stops a page that no person can see from drawing, are as the toolkit has them: the popup is
/// drawn before it is seen.
const BROWSER_ARGUMENTS: &str = "--disable-features=msWebOOUI,msPdfOOUI,msSmartScreenProtection,CalculateNativeWinOcclusion \
    --autoplay-policy=no-user-gesture-required";

/// Begins a window that shows `page` and nothing else.
pub fn window<'a>(app: &'a AppHandle, label: &str, page: &'static str) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    // A page that is being worked on comes from its server; a build for people has its own.
    let server = if tauri::is_dev() { app.config().build.dev_url.clone() } else { None };
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .on_navigation(move |to| {
            let own = is_own(to, page, server.as_ref(), cfg!(windows));
            if !own {
                // Not where to: an address may have anything in it.
                tracing::warn!(page, scheme = to.scheme(), "a window was to go elsewhere: it stays");
            }
            own
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // The toolkit's own handler would tell the page the paths of what is dropped.
        .disable_drag_drop_handler()
        .additional_browser_args(BROWSER_ARGUMENTS)
}

/// Windows' web view has an app's pages under a host of their own, the others under a scheme.
fn is_own(to: &Url, page: &str, server: Option<&Url>, is_host: bool) -> bool {
    let is_ours = match server {
        Some(server) => to.origin() == server.origin(),
        None if is_host => matches!(to.scheme(), "http" | "https") && to.host_str() == Some("tauri.localhost"),
        None => to.scheme() == "tauri" && to.host_str() == Some("localhost"),
    };
    let is_port = server.is_none() && to.port().is_some();
    let path = to.path().trim_start_matches('/');
    is_ours && !is_port && to.username().is_empty() && (path == page || (path.is_empty() && page == "index.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(page: &str, server: Option<&str>, to: &str) -> bool {
        let url = |text: &str| Url::parse(text).expect("an address");
        is_own(&url(to), page, server.map(url).as_ref(), false)
    }

    #[test]
    fn on_windows_its_page_is_under_a_host_that_nobody_else_can_have() {
        let goes = |page: &str, to: &str| is_own(&Url::parse(to).expect("an address"), page, None, true);
        for own in ["http://tauri.localhost", "http://tauri.localhost/index.html", "https://tauri.localhost/#x"] {
            assert!(goes("index.html", own), "{own}");
        }
        assert!(goes("popup.html", "http://tauri.localhost/popup.html"));
        for other in [
            "http://tauri.localhost/popup.html",
            "http://tauri.localhost:81/",
            "http://somebody@tauri.localhost/",
            "http://tauri.localhost.example.com/",
            "http://localhost/",
            "tauri://localhost/",
            "tauri://tauri.localhost/",
            "file://tauri.localhost/index.html",
            "http://ipc.localhost/",
            "https://example.com/index.html",
            "about:blank",
            "ms-settings:defaultapps",
            "tel:+36301234567",
        ] {
            assert!(!goes("index.html", other), "{other}");
        }
    }

    #[test]
    fn a_window_shows_its_own_page_and_no_other() {
        for own in ["tauri://localhost", "tauri://localhost/", "tauri://localhost/index.html", "tauri://localhost/#x"] {
            assert!(goes("index.html", None, own), "{own}");
        }
        assert!(goes("popup.html", None, "tauri://localhost/popup.html"));
        for other in [
            "tauri://localhost/popup.html",
            "tauri://localhost/index.html/more",
            "tauri://localhost:81/",
            "tauri://somebody@localhost/",
            "tauri://localhost.example.com/",
            "http://tauri.localhost/",
            "https://example.com/index.html",
            "http://127.0.0.1:5173/index.html",
            "file:///index.html",
            "about:blank",
            "about:srcdoc",
            "blob:tauri://localhost/6f1c",
            "data:text/html,index.html",
            "javascript:alert(1)",
            "tel:+36301234567",
            "asset://localhost/index.html",
        ] {
            assert!(!goes("index.html", None, other), "{other}");
        }
        assert!(!goes("popup.html", None, "tauri://localhost/"));
    }

    #[test]
    fn the_server_of_a_page_that_is_being_worked_on_is_only_its_own() {
        let server = Some("http://127.0.0.1:5173/");
        assert!(goes("popup.html", server, "http://127.0.0.1:5173/popup.html"));
        for other in
            ["http://127.0.0.1:5174/popup.html", "http://127.0.0.1:5173/index.html", "tauri://localhost/popup.html"]
        {
            assert!(!goes("popup.html", server, other), "{other}");
        }
    }
}

//! What a page of ours may not do, whatever gets into it: a caller's name, a note, a customer list come from strangers.

use crate::support;

use serde_json::{Value, json};
use support::{
    Desk, Plan, Window,
    people::{MARIA_CALLS, PETER_CALLS, customer},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_card_reaches_neither_settings_nor_files() {
    let desk = Desk::open("fences-card").await;
    let popup = desk.popup().await;
    popup.invoke("pop_view", json!({})).await.expect("its own commands work");
    for command in ["settings", "pick_import_file", "export_customers", "copy_api_token", "quit", "search_customers"] {
        assert_refused(&popup, command, json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_reaches_the_system_past_our_own_commands() {
    let desk = Plan::new("fences-system").with_main_window().open().await;
    for window in ["popup", "main"] {
        let page = window_of(&desk, window).await;
        for (command, args) in [
            ("plugin:opener|open_url", json!({ "url": "https://example.com" })),
            ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
            ("plugin:dialog|open", json!({ "options": {} })),
            ("plugin:fs|read_text_file", json!({ "path": "/etc/passwd" })),
            ("plugin:webview|create_webview_window", json!({ "options": { "label": "more", "url": "index.html" } })),
            ("plugin:event|emit", json!({ "event": "pop", "payload": null })),
            ("plugin:event|listen", json!({ "event": "desk", "target": { "kind": "Any" }, "handler": 1 })),
            ("plugin:autostart|enable", json!({})),
        ] {
            assert_refused(&page, command, args).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_names_no_file() {
    let desk = Plan::new("fences-files").with_main_window().open().await;
    let secret = desk.home.join("secret.csv");
    std::fs::write(&secret, "name,phone\nNobody,+36301234567\n").expect("the file can be written");
    let page = desk.main_window().await;
    for (command, args) in [
        ("import_preview", json!({ "path": secret, "file": secret, "choices": {} })),
        ("import_start", json!({ "path": secret, "file": secret, "choices": {} })),
    ] {
        let refused = page.invoke(command, args).await.expect_err("no file was chosen");
        assert!(!refused.to_string().contains("Nobody"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_goes_nowhere_but_to_its_own_page() {
    let desk = Plan::new("fences-away").with_main_window().open().await;
    let elsewhere = format!("http://{}/healthz", desk.address);
    for (window, own, other) in [("popup", "pop_view", "/index.html"), ("main", "settings", "/popup.html")] {
        let page = window_of(&desk, window).await;
        page.run("window.stays = true").await;
        let from = page.run("return window.location.href").await;
        for to in [elsewhere.as_str(), "file:///etc/passwd", "about:blank", "tel:+36301234567", other] {
            for go in [
                "window.location.href = to",
                "window.location.replace(to)",
                "window.open(to)",
                "window.open(to, '_self')",
                "const a = document.createElement('a'); a.href = to; document.body.append(a); a.click(); a.remove()",
                "const a = document.createElement('a'); a.href = to; a.target = '_blank'; document.body.append(a); \
                 a.click(); a.remove()",
                "const a = document.createElement('a'); a.href = to; a.download = 'x'; document.body.append(a); \
                 a.click(); a.remove()",
                "const f = document.createElement('iframe'); f.src = to; document.body.append(f); f.remove()",
            ] {
                page.run(&format!("const to = {to:?}; {go}")).await;
                // A page that may go is on its way now: nothing of the old one answers any more.
                for _ in 0..3 {
                    page.invoke(own, json!({})).await.unwrap_or_else(|error| panic!("{to} by {go}: {error}"));
                }
                assert_eq!(page.run("return window.stays ?? false").await, true, "{to} by {go}");
                assert_eq!(page.run("return window.location.href").await, from, "{to} by {go}");
            }
        }
    }
    assert_eq!(desk.windows().await, 2, "a window was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_runs_nothing_and_loads_nothing_that_is_not_its_own() {
    let desk = Plan::new("fences-content").with_main_window().open().await;
    let page = desk.main_window().await;
    page.find("nav").await;
    let hears = "window.refused = []; \
                 document.addEventListener('securitypolicyviolation', (e) => window.refused.push(e.effectiveDirective))";
    page.run(hears).await;
    for section in ["Customers", "Settings", "Calls"] {
        page.press(section).await;
        page.sees(section).await;
    }
    assert_eq!(page.run("return window.refused").await, json!([]), "the policy stands in our own way");

    let strange = format!(
        "const script = document.createElement('script'); script.textContent = 'window.ran = true'; \
         const image = document.createElement('img'); image.src = 'http://{address}/healthz'; \
         const style = document.createElement('style'); style.textContent = 'body {{ display: none }}'; \
         document.body.append(script, image, style); \
         document.body.insertAdjacentHTML('beforeend', '<img src=data: onerror=\"window.ran = true\">'); \
         fetch('http://{address}/healthz').then(() => (window.ran = true), () => undefined)",
        address = desk.address
    );
    page.run(&strange).await;
    for directive in ["script-src-elem", "script-src-attr", "img-src", "style-src-elem", "connect-src"] {
        until(&format!("{directive} to refuse"), async || {
            let refused = page.run("return window.refused").await;
            let refuses = refused.as_array().is_some_and(|all| all.iter().any(|one| one == directive));
            if refuses { Ok(()) } else { Err(refused.to_string()) }
        })
        .await;
    }
    assert_eq!(page.run("return window.ran ?? false").await, false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_anew_hears_what_comes_after() {
    let desk = Plan::new("fences-reload").with_main_window().open().await;
    for window in ["popup", "main"] {
        window_of(&desk, window).await.reload().await;
    }
    desk.main_window().await.sees("No calls yet").await;
    for (caller, shown) in [(MARIA_CALLS, "+36 30 123 4567"), (PETER_CALLS, "+36 20 555 0102")] {
        desk.rings(caller).await;
        desk.popup().await.sees(shown).await;
        desk.main_window().await.sees(shown).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_a_page_or_an_answer() {
    let desk = Plan::new("fences-secrets").with_wolkvox().with_main_window().open().await;
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("+36 30 123 4567").await;
    let main = desk.main_window().await;
    let mut shown = vec![everything_in(&popup).await];
    for section in ["Calls", "Customers", "Waiting to be sent", "Settings"] {
        main.press(section).await;
        main.sees(section).await;
        shown.push(everything_in(&main).await);
    }
    for tab in ["Accounts", "Incoming calls"] {
        main.press(tab).await;
        shown.push(everything_in(&main).await);
    }
    call.hang_up().await.expect("hung up");
    for path in ["calls", "customers?q=a", "outbox", "budgets", "pushes", "codes", "campaigns", "openapi.json"] {
        shown.push(desk.get(&format!("/v1/{path}")).await.to_string());
    }
    for path in ["/healthz", "/metrics"] {
        shown.push(desk.ask(reqwest::Method::GET, path, None).await.text().await.expect("text"));
    }
    for secret in desk.secrets() {
        let where_it_is = shown.iter().position(|text| text.contains(&secret));
        assert_eq!(where_it_is, None, "{secret} is shown");
    }
}

/// What a page has: its text, its fields, what it keeps.
async fn everything_in(page: &Window<'_>) -> String {
    let everything = "return document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) \
                      + [...document.querySelectorAll('input, textarea')].map((field) => field.value).join('\\n')";
    page.run(everything).await.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_name_is_text_whatever_it_holds() {
    let name = "<img src=x onerror=alert(1)> <b>Mr</b> {{7*7}}";
    let desk = Desk::open("fences-name").await;
    desk.knows(customer(name, "<script>document.body.remove()</script>", MARIA_CALLS)).await;
    desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    let popup = desk.popup().await;
    popup.sees(name).await;
    popup.sees("<script>document.body.remove()</script>").await;
    assert_eq!(popup.run("return document.querySelectorAll('img, b, body script').length").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_from_right_to_left_turns_nothing_beside_it() {
    let desk = Desk::open("fences-direction").await;
    let mut sarah = customer("שרה כהן", "חברת בנייה", MARIA_CALLS);
    sarah["role"] = json!("Buyer 12");
    desk.knows(sarah).await;
    desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    let popup = desk.popup().await;
    popup.sees("שרה כהן").await;
    popup.sees("Buyer 12").await;
    desk.picture(&popup, "hebrew").await;
    // Where on the screen the letters of a text stand, from the left.
    let lefts = "const [text, ...letters] = arguments[0]; \
         const all = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT); \
         for (let node; (node = all.nextNode()); ) { if (!node.data.includes(text)) continue; \
           return letters.map((letter) => { const at = node.data.lastIndexOf(letter); const range = document.createRange(); \
             range.setStart(node, at); range.setEnd(node, at + 1); return range.getBoundingClientRect().left }) } \
         return null";
    for (what, letters, why) in [
        ("שרה כהן", ["ן", "ש"], "her name is read from the right"),
        ("Buyer 12", ["ח", "B"], "the company stands before what she is there"),
        ("Buyer 12", ["B", "2"], "what she is there is read from the left"),
    ] {
        let asked = json!([what, letters[0], letters[1]]);
        let lefts = popup.run(&lefts.replace("arguments[0]", &asked.to_string())).await;
        let at = |letter: usize| lefts[letter].as_f64().unwrap_or_else(|| panic!("{why}: {lefts}"));
        assert!(at(0) < at(1), "{why}: {lefts}");
    }
    popup.sees("+36 30 123 4567").await;
}

/// WebDriver looks at one window at a time.
async fn window_of<'a>(desk: &'a Desk, window: &str) -> Window<'a> {
    if window == "popup" { desk.popup().await } else { desk.main_window().await }
}

async fn assert_refused(page: &Window<'_>, command: &str, args: Value) {
    let refused = page.invoke(command, args).await.expect_err(&format!("{command} is refused"));
    let words = refused.to_string();
    assert!(words.contains("not allowed") || words.contains("not found"), "{command}: {words}");
}

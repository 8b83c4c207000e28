//! The same ring in the three languages, light and dark.

use crate::support;

use serde_json::json;
use support::{
    Desk, Plan,
    people::{MARIA_CALLS, maria},
    session::Look,
};

/// Language, the ring, the answer, the end unanswered, and two more words of the card.
const SAID: [(&str, [&str; 5]); 3] = [
    ("hu", ["Csörög", "Vonalban", "Nem fogadott", "Vonal: Sales (HU)", "egyezik: mobilszám"]),
    ("es", ["Sonando", "En llamada", "Perdida", "Línea: Sales (HU)", "coincide el móvil"]),
    ("en", ["Ringing", "Connected", "Missed", "Line: Sales (HU)", "matched by mobile number"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_same_ring_is_said_in_each_language() {
    let look = Look { dark: true, ..Look::default() };
    let desk = Plan { look, language: SAID[0].0, ..Plan::new("languages") }.with_main_window().open().await;
    desk.knows(maria()).await;
    for (language, [rings, connected, missed, line, reason]) in SAID {
        // The first language stands in the settings file, the others are chosen while Ringcard runs.
        let patch = json!({ "patch": { "locale": { "language": language } } });
        desk.main_window().await.invoke("save_settings", patch).await.expect("saved");
        let answered = desk.rings(MARIA_CALLS).await;
        {
            let popup = desk.popup().await;
            for words in [rings, line, reason, "María López"] {
                popup.sees(words).await;
            }
            let page = popup.run("return document.documentElement.lang").await;
            assert_eq!(page, language, "what a screen reader goes by");
            desk.picture(&popup, &format!("{language}-ringing")).await;
            answered.answer().await.expect("answered");
            popup.sees(connected).await;
            answered.hang_up().await.expect("hung up");
            clear(&desk).await;
            let unanswered = desk.rings(MARIA_CALLS).await;
            popup.sees(rings).await;
            unanswered.miss().await.expect("missed");
            popup.sees(missed).await;
            desk.picture(&popup, &format!("{language}-missed")).await;
            clear(&desk).await;
        }
        let main = desk.main_window().await;
        main.sees("María López").await;
        desk.picture(&main, &format!("{language}-calls")).await;
    }
}

/// Takes the finished call's card away, whatever the button is called.
async fn clear(desk: &Desk) {
    let popup = desk.popup().await;
    popup.find(".acts button:last-child").await;
    popup
        .run(
            "const call = document.querySelector('[data-card]').dataset.card;
            return window.__TAURI_INTERNALS__.invoke('dismiss_call', { callId: call });",
        )
        .await;
    desk.popup_is_gone().await;
}

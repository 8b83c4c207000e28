//! Calls whose end nobody told: they keep no ring from the card, cut nothing off, and leave the screen when the agent says so.

use crate::support;

use support::{Desk, Plan, Window, people::maria, until};

const MARIA: &str = "caller=%2B36301234567&called=0615550100&call_id=rings&extension=101";

fn lost(n: u32) -> String {
    format!("caller=%2B3620555010{n}&called=0615550100&call_id=lost-{n}&extension=101")
}

/// Two calls that were answered at Ana's phone; their end came while nobody listened.
async fn with_two_lost(desk: &mut Desk) {
    for n in [1, 2] {
        desk.told("incoming", &lost(n)).await;
        desk.told("event", &format!("{}&event=connected", lost(n))).await;
    }
    until("both to be kept", async || {
        let listed = desk.listed().await;
        if listed == ["connected", "connected"] { Ok(()) } else { Err(format!("{listed:?}")) }
    })
    .await;
    desk.kill_app().await;
    desk.start_app().await;
    desk.popup().await.sees("+36 20 555 0102").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_has_the_whole_card_before_two_calls_that_lost_their_end_and_they_leave_the_screen_when_the_agent_says_so()
 {
    let mut desk = Desk::open("lost-ends").await;
    desk.knows(maria()).await;
    with_two_lost(&mut desk).await;
    desk.told("incoming", MARIA).await;
    let popup = desk.popup().await;
    popup.sees("Prefers English").await;
    assert_eq!(selected(&popup).await, "María López", "the ring is in front by itself");
    whole(&desk, &popup, 3).await;
    desk.picture(&popup, "ring").await;

    for (n, left) in [(1, 2), (2, 1)] {
        popup.press_containing(&format!("+36 20 555 010{n}")).await;
        popup.sees("The telephone call is not touched").await;
        whole(&desk, &popup, left + 1).await;
        desk.picture(&popup, &format!("lost-{n}")).await;
        popup.press("Remove from screen").await;
        popup.sees_no(&format!("+36 20 555 010{n}")).await;
        popup.sees("Prefers English").await;
        whole(&desk, &popup, left).await;
    }
    desk.picture(&popup, "rings-alone").await;
    assert_eq!(
        desk.listed().await,
        ["ringing", "outcome_not_reported", "outcome_not_reported"],
        "they stay in the list"
    );
    desk.told("event", &format!("{MARIA}&event=connected")).await;
    popup.sees("Connected").await;
    assert!(!popup.text().await.contains("Remove from screen"), "somebody talks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_among_several_calls_is_whole_on_a_small_screen_in_every_language_and_dark() {
    for language in ["es", "hu"] {
        let look = support::session::Look { width: 1024, height: 768, ..Default::default() };
        let name = if language == "es" { "lost-ends-es" } else { "lost-ends-hu" };
        let desk_settings = "appearance = \"dark\"";
        let mut desk = Plan { language, look, desk_settings, ..Plan::new(name) }.open().await;
        desk.knows(maria()).await;
        with_two_lost(&mut desk).await;
        desk.told("incoming", MARIA).await;
        let popup = desk.popup().await;
        popup.sees("Prefers English").await;
        whole(&desk, &popup, 3).await;
        desk.picture(&popup, "ring").await;
        popup.press_containing("+36 20 555 0101").await;
        popup.find(".hint").await;
        whole(&desk, &popup, 3).await;
        desk.picture(&popup, "lost").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_any_state_of_a_call_brings_its_card_back_as_it_was() {
    let mut desk = Desk::open("killed-calls").await;
    desk.knows(maria()).await;
    for (kind, event, shown) in [("incoming", "", "Ringing"), ("event", "&event=connected", "Connected")] {
        desk.told(kind, &format!("{MARIA}{event}")).await;
        desk.popup().await.sees(shown).await;
        desk.kill_app().await;
        desk.start_app().await;
        desk.popup_is_up().await;
        let popup = desk.popup().await;
        popup.sees(shown).await;
        popup.sees("Prefers English").await;
    }
    desk.told("event", &format!("{MARIA}&event=ended")).await;
    desk.popup().await.sees("Ended").await;
    desk.kill_app().await;
    desk.start_app().await;
    assert_eq!(desk.listed().await, ["ended"], "one call");
    desk.popup_is_gone().await;
}

/// Waits until nothing of the card is cut off: it and each of its `rows` calls lie within the window, and the window on the screen.
async fn whole(desk: &Desk, popup: &Window<'_>, rows: usize) {
    popup.is_painted().await;
    let script = "const rows = [...document.querySelectorAll('[role=tab]')];
        const parts = [...rows, ...document.querySelectorAll('[data-card] *, footer')];
        const out = parts.map((one) => [one.getBoundingClientRect(), one]).filter(([box]) =>
            box.height > 0 && (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight));
        const hidden = rows.filter((row) => {
            const box = row.getBoundingClientRect();
            return !row.contains(document.elementFromPoint(box.left + box.width / 2, box.top + 2))
                || !row.contains(document.elementFromPoint(box.left + box.width / 2, box.bottom - 2));
        });
        return [rows.length, ...[...out.map(([, one]) => one), ...hidden].map((one) => one.outerHTML.slice(0, 100))];";
    until("all of the card to be seen", async || {
        let seen = popup.run(script).await;
        let wanted = if rows > 1 { rows } else { 0 };
        if seen == serde_json::json!([wanted]) { Ok(()) } else { Err(seen.to_string()) }
    })
    .await;
    desk.popup_comes_to("first", |place| place.y >= 0 && place.y + place.height <= desk.screen.1).await;
}

/// The name in the stack's selected row.
async fn selected(popup: &Window<'_>) -> String {
    let name =
        popup.run("return document.querySelector('[role=tab][aria-selected=true] .name')?.innerText ?? ''").await;
    name.as_str().unwrap_or_default().to_owned()
}

//! The phone rings and the customer's card is there.

use crate::support;

use serde_json::json;
use support::{
    Desk, POPUP, Plan, Window,
    people::{MARIA_CALLS, NOBODY_CALLS, PETER_CALLS, customer, maria, peter},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_known_caller_has_a_card_from_the_ring_to_the_end() {
    let desk = Desk::open("known").await;
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    for shown in [
        "Ringing",
        "Line: Sales (HU)",
        "María López",
        "VIP",
        "Acme Hungary Kft. · Purchasing",
        "+36 30 123 4567",
        "matched by mobile number",
        "Prefers English",
    ] {
        popup.sees(shown).await;
    }
    let right = desk.screen.0 - 16;
    desk.popup_comes_to("first", |place| (place.x + place.width, place.y) == (right, 16)).await;
    desk.picture(&popup, "ringing").await;

    popup.press("Open in CRM").await;
    desk.opened("https://crm.example/contacts/1021").await;
    call.answer().await.expect("answered");
    popup.sees("Connected").await;
    desk.picture(&popup, "connected").await;
    call.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    desk.picture(&popup, "ended").await;
    popup.press("Dismiss").await;
    desk.popup_is_gone().await;
    assert_eq!(desk.listed().await, ["ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_call_never_shows_the_customer_before() {
    let desk = Plan { desk_settings: "hide_after_seconds = 1", ..Plan::new("blank") }.open().await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let popup = desk.popup().await;
    watch_frames(&popup).await;
    let call = desk.rings(MARIA_CALLS).await;
    popup.sees("María López").await;
    call.miss().await.expect("missed");
    popup.sees("Missed").await;
    // The card leaves by itself.
    desk.popup_is_gone().await;
    popup.finds_no("main").await;
    let before = frames(&popup).await;
    assert!(before.iter().any(|frame| frame.contains("María")), "the frames are watched: {before:?}");
    assert_eq!(before.last().map(String::as_str), Some(""), "the last thing painted was blank");

    let call = desk.rings(PETER_CALLS).await;
    popup.sees("Nagy Péter").await;
    desk.popup_is_up().await;
    let after = frames(&popup).await.split_off(before.len());
    assert!(after.iter().any(|frame| frame.contains("Nagy Péter")), "the second card was painted: {after:?}");
    assert!(after.iter().all(|frame| !frame.contains("María")), "the customer before was seen: {after:?}");
    call.miss().await.expect("missed");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_customers_is_chosen_and_remembered_for_the_number() {
    let desk = Desk::open("several").await;
    desk.knows(customer("Balogh Réka", "Csillag Szálloda", "+36 1 555 0111")).await;
    desk.knows(customer("Papp Tamás", "Csillag Szálloda", "06 1 555 0111")).await;
    let call = desk.rings("+3615550111").await;
    let popup = desk.popup().await;
    popup.sees("2 possible customers").await;
    popup.sees("Balogh Réka").await;
    popup.sees("Papp Tamás").await;
    desk.picture(&popup, "choice").await;
    popup.press_containing("Papp Tamás").await;
    popup.sees_no("2 possible customers").await;
    popup.sees("chosen for this number before").await;
    popup.sees_no("Balogh Réka").await;
    desk.picture(&popup, "chosen").await;
    call.hang_up().await.expect("hung up");
    popup.press("Dismiss").await;
    desk.popup_is_gone().await;

    let call = desk.rings("0615550111").await;
    popup.sees("Papp Tamás").await;
    popup.sees("chosen for this number before").await;
    // *Not this customer* is for this call, and can be undone.
    popup.press("Not this customer").await;
    popup.sees("Not Papp Tamás: for this call only").await;
    popup.sees_no("chosen for this number before").await;
    desk.picture(&popup, "not-this-customer").await;
    popup.press("Undo").await;
    popup.sees("chosen for this number before").await;
    popup.press("Not this customer").await;
    popup.sees("Balogh Réka").await;
    // That the number is not theirs is another act, and stays said.
    popup.press("This number is not theirs").await;
    popup.sees("Papp Tamás was set aside for this number by").await;
    call.hang_up().await.expect("hung up");
    popup.press("Dismiss").await;
    desk.popup_is_gone().await;

    let call = desk.rings("0615550111").await;
    popup.sees("Papp Tamás was set aside for this number by").await;
    desk.picture(&popup, "not-their-number").await;
    popup.press("Take back: Papp Tamás").await;
    popup.sees_no("was set aside").await;
    popup.sees("chosen for this number before").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_caller_is_said_to_be_hidden_and_nobody_is_asked() {
    let desk = Desk::open("hidden").await;
    let call = desk.rings("").await;
    let popup = desk.popup().await;
    popup.sees("Hidden number").await;
    popup.sees("withholds the number").await;
    let card = popup.text().await;
    assert!(!card.contains("Create customer"), "there is no number to create a customer with: {card}");
    assert!(!card.contains("anonymous"), "a word of the number reader's, in one language: {card}");
    desk.picture(&popup, "ringing").await;
    call.miss().await.expect("missed");
    popup.sees("Missed").await;
    assert!(!popup.text().await.contains("Call back"), "there is no number to call back");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_caller_is_shown_by_number_and_country() {
    let desk = Desk::open("unknown").await;
    let call = desk.rings("+351912345678").await;
    let popup = desk.popup().await;
    popup.sees("+351 912 345 678").await;
    popup.sees("Portugal").await;
    popup.sees("No customer has this number").await;
    popup.find(".acts button").await;
    desk.picture(&popup, "ringing").await;
    call.hang_up().await.expect("hung up");

    // Text that is no number is shown as it came, and breaks nothing.
    let strange = desk.rings("📞 <b>Σ</b> not a number").await;
    popup.sees("Not a phone number").await;
    popup.sees("<b>Σ</b>").await;
    desk.picture(&popup, "unreadable").await;
    strange.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_stacks_and_never_replaces_the_first() {
    let desk = Desk::open("stack").await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let first = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("matched by mobile number").await;
    first.answer().await.expect("answered");
    popup.sees("Connected").await;
    let second = desk.rings(PETER_CALLS).await;
    popup.sees("Nagy Péter").await;
    popup.sees("Prefers English").await;
    assert_eq!(selected(&popup).await, "María López", "the first call stays in front");
    desk.picture(&popup, "two-calls").await;

    popup.press_containing("Nagy Péter").await;
    popup.sees("Tisza Trans Zrt.").await;
    assert_eq!(selected(&popup).await, "Nagy Péter");
    desk.picture(&popup, "second-in-front").await;

    // The call in front ends: it stays to be read, and the other goes on.
    second.miss().await.expect("missed");
    popup.sees("Missed").await;
    first.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    let two = desk.listed().await;
    assert_eq!(two, ["missed", "ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_answered_elsewhere_or_missed_says_so_and_stays_in_the_list() {
    let desk = Plan::new("missed").with_main_window().open().await;
    desk.knows(maria()).await;
    let call = desk.rings(NOBODY_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("Ringing").await;
        call.answered_elsewhere().await.expect("answered elsewhere");
        popup.sees("Answered elsewhere").await;
        desk.picture(&popup, "elsewhere").await;
        popup.press("Dismiss").await;
    }
    {
        let main = desk.main_window().await;
        let view = main.invoke("view", json!({})).await.expect("a view");
        assert_eq!(view["missed"], 0, "somebody took it");
        main.press_containing("Customers").await;
    }

    let call = desk.rings(MARIA_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("María López").await;
        call.miss().await.expect("missed");
        popup.sees("Missed").await;
        popup.find_button("Call back").await;
        desk.picture(&popup, "missed").await;
    }
    // Counted until somebody looks at the list.
    let main = desk.main_window().await;
    main.sees("1 missed call not seen yet").await;
    desk.picture(&main, "counted").await;
    main.press_containing("Calls").await;
    main.sees("Answered elsewhere").await;
    main.sees_no("not seen yet").await;
    assert_eq!(main.invoke("view", json!({})).await.expect("a view")["missed"], 0);
    desk.picture(&main, "list").await;
    // Only this phone's ring is over: of the call it is known that somebody talks, and nobody said yet that they stopped.
    assert_eq!(desk.listed().await, ["missed", "connected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_another_extension_is_none_of_this_desks_business() {
    let desk = Desk::open("other").await;
    let other = desk.sim.ring(ringcard_sim::Ring::from(MARIA_CALLS).extension("102")).await.expect("it rings");
    let ours = desk.rings(PETER_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("+36 20 555 0102").await;
    assert!(!popup.text().await.contains("+36 30 123 4567"), "a colleague's call came up");
    for call in [other, ours] {
        call.hang_up().await.expect("hung up");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_starts_without_anything_on_the_screen() {
    let mut desk = Desk::prepare(Plan::new("start")).await;
    desk.open_app().await;
    let popup = desk.popup().await;
    // Until the page has drawn itself once, unseen.
    support::until("the popup to be warm", async || {
        assert_eq!(desk.place_of(POPUP), None, "nobody calls, and the popup flashed up");
        let button = popup.run("return document.querySelector('.acts button')?.offsetHeight ?? 0").await;
        assert!(button.as_f64().is_some_and(|height| height < 40.0), "drawn for a page without a width: {button}");
        let warm =
            popup.run("return document.visibilityState === 'hidden' && !document.querySelector('.rehearsal')").await;
        if warm == true { Ok(()) } else { Err("not yet") }
    })
    .await;
    assert!(!desk.has_main_window().await, "it was started hidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_painted_before_it_is_seen_and_leaves_at_once() {
    let desk = Desk::open("flash").await;
    desk.knows(maria()).await;
    let popup = desk.popup().await;
    support::until("the page to be ready", async || {
        let warm = "return document.readyState === 'complete' && document.visibilityState === 'hidden' \
                    && !document.querySelector('.rehearsal')";
        if popup.run(warm).await == true { Ok(()) } else { Err("it rehearses") }
    })
    .await;
    // In the band at the top of the card, beside its words.
    let point = desk.watch_point(desk.screen.0 as i16 - 280, 24);
    for _ in 0..3 {
        let call = desk.rings(MARIA_CALLS).await;
        popup.sees("Ringing").await;
        desk.popup_is_up().await;
        popup.is_painted().await;
        call.miss().await.expect("missed");
        popup.sees("Missed").await;
        popup.is_painted().await;
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    let colours = point.colours();
    let [desktop, ringing, missed, after, ..] = colours.as_slice() else { panic!("too little was seen: {colours:?}") };
    assert_eq!(desktop, after, "the card leaves as a whole: {colours:?}");
    let strange: Vec<_> = colours.iter().filter(|colour| ![desktop, ringing, missed].contains(colour)).collect();
    assert!(strange.is_empty(), "something was seen that is no card: {strange:?} of {colours:?}");
}

/// The name in the stack's selected row.
async fn selected(popup: &Window<'_>) -> String {
    let name =
        popup.run("return document.querySelector('[role=tab][aria-selected=true] .name')?.innerText ?? ''").await;
    name.as_str().unwrap_or_default().to_owned()
}

/// Writes down what each frame shows that is painted from now on.
async fn watch_frames(popup: &Window<'_>) {
    popup
        .run(
            "window.__frames = [];
            const look = () => {
                window.__frames.push(document.querySelector('main')?.innerText ?? '');
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);",
        )
        .await;
}

async fn frames(popup: &Window<'_>) -> Vec<String> {
    let frames = popup.run("return window.__frames").await;
    frames.as_array().into_iter().flatten().map(|frame| frame.as_str().unwrap_or_default().to_owned()).collect()
}

//! Who has the keyboard: the program the agent works in, until the agent wants it on the card.

use crate::support;

use support::{
    Desk, OtherProgram, POPUP, Plan, Window,
    people::{MARIA_CALLS, PETER_CALLS, customer, maria, peter},
    until, until_true,
};

#[tokio::test(flavor = "multi_thread")]
async fn typing_goes_on_where_it_was_while_cards_come_change_and_leave() {
    const TEXT: &str = "Dear customer, thank you for your order. We will deliver it on Friday, between nine and ten. \
                        If that does not suit you, please call us back. We are here on weekdays from eight to six, and on \
                        Saturdays until noon. The invoice comes by mail, with all that was agreed on the telephone and the \
                        terms of delivery. Yours sincerely, Ana Kiss";
    let mut desk = Desk::open("typing").await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let other = desk.other_program().await;
    let mut typing = desk.goes_on_typing(TEXT);
    let first = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("María López").await;
    assert_eq!(desk.active_window(), OtherProgram::TITLE, "the card took the keyboard when it came");
    let second = desk.rings(PETER_CALLS).await;
    popup.sees("Nagy Péter").await;
    first.answer().await.expect("answered");
    popup.sees("Connected").await;
    desk.picture(&popup, "while-typing").await;
    second.miss().await.expect("missed");
    first.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    // With the mouse, as an agent does who is typing.
    for _ in 0..2 {
        desk.clicks_on(&popup, "Dismiss").await;
    }
    desk.popup_is_gone().await;
    assert!(matches!(typing.try_wait(), Ok(None)), "all this happened while the agent was typing");
    until_true("the agent to be done typing", || matches!(typing.try_wait(), Ok(Some(_)))).await;
    other.got(TEXT).await;
    assert_eq!(desk.active_window(), OtherProgram::TITLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone_a_customer_is_chosen_and_the_keyboard_goes_back() {
    let mut desk = Desk::open("keyboard").await;
    desk.knows(customer("Balogh Réka", "Csillag Szálloda", "+36 1 555 0111")).await;
    desk.knows(customer("Papp Tamás", "Csillag Szálloda", "06 1 555 0111")).await;
    let other = desk.other_program().await;
    desk.types("ab");
    let call = desk.rings("+3615550111").await;
    let popup = desk.popup().await;
    popup.sees("2 possible customers").await;
    // A number key is the other program's until the card has the keyboard.
    desk.types("1");
    desk.presses("ctrl+alt+space");
    desk.has_keyboard(POPUP).await;
    popup.sees("back to your work").await;
    desk.picture(&popup, "card-has-it").await;
    let second = popup.run("return document.querySelectorAll('ol button .name')[1].innerText.trim()").await;
    desk.presses("2");
    popup.sees("chosen for this number before").await;
    popup.sees(second.as_str().expect("a name")).await;
    desk.presses("Escape");
    desk.has_keyboard(OtherProgram::TITLE).await;
    popup.sees_no("back to your work").await;
    desk.types("cd");
    other.got("ab1cd").await;

    // Again, to the end of the call: a card that goes gives the keyboard back.
    desk.presses("ctrl+alt+space");
    desk.has_keyboard(POPUP).await;
    popup.sees("back to your work").await;
    call.hang_up().await.expect("hung up");
    popup.sees("Missed").await;
    // The arrows go round all buttons.
    let first = focused(&popup).await;
    while focused(&popup).await != "Dismiss" {
        let before = focused(&popup).await;
        desk.presses("Down");
        until("the arrow to move on", async || {
            let now = focused(&popup).await;
            if now == before { Err(now) } else { Ok(()) }
        })
        .await;
        assert_ne!(focused(&popup).await, first, "the arrows reach every button");
    }
    desk.presses("Return");
    desk.popup_is_gone().await;
    desk.has_keyboard(OtherProgram::TITLE).await;
    desk.types("ef");
    other.got("ab1cdef").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone_one_goes_from_call_to_call() {
    let mut desk = Plan { desk_settings: "hotkey = \"Ctrl+Alt+J\"", ..Plan::new("arrows") }.open().await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let other = desk.other_program().await;
    let first = desk.rings(MARIA_CALLS).await;
    let second = desk.rings(PETER_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("Nagy Péter").await;
    // The key the settings name, and no other.
    desk.presses("ctrl+alt+space");
    desk.presses("ctrl+alt+j");
    desk.has_keyboard(POPUP).await;
    popup.sees("other call").await;
    desk.presses("Right");
    popup.sees("Tisza Trans Zrt.").await;
    desk.picture(&popup, "second-call").await;
    desk.presses("Left");
    popup.sees("Acme Hungary Kft.").await;
    desk.presses("Escape");
    desk.has_keyboard(OtherProgram::TITLE).await;
    desk.types("z");
    until_true("the other program to hear again", || {
        std::fs::read_to_string(other.file()).is_ok_and(|t| t.ends_with('z'))
    })
    .await;
    for call in [first, second] {
        call.hang_up().await.expect("hung up");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_save_by_keyboard_it_goes_back_though_another_call_rings() {
    const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;
    let mut desk = Plan { more_settings: CODES, ..Plan::new("save-keyboard") }.open().await;
    desk.knows(maria()).await;
    desk.knows(peter()).await;
    let other = desk.other_program().await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup_is_up().await;
    call.answer().await.expect("answered");
    let popup = desk.popup().await;
    popup.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    popup.sees("Sold").await;
    desk.presses("ctrl+alt+space");
    desk.has_keyboard(POPUP).await;
    popup.sees("back to your work").await;
    let second = desk.rings(PETER_CALLS).await;
    popup.sees("Nagy Péter").await;
    popup.sees("Sold").await;
    desk.picture(&popup, "ring-behind").await;
    desk.presses("1");
    desk.presses("ctrl+Return");
    popup.sees("Tisza Trans Zrt.").await;
    desk.has_keyboard(OtherProgram::TITLE).await;
    // Nothing on the new card hears what is meant for the other program.
    desk.types("on");
    other.got("on").await;
    desk.picture(&popup, "ring-in-front").await;
    let nothing = popup.run("return document.activeElement === document.body").await;
    assert_eq!(nothing, true, "no button of the card has the keyboard");
    second.hang_up().await.expect("hung up");
}

/// The button that a press of Return would press.
async fn focused(popup: &Window<'_>) -> String {
    let name = popup.run("return document.activeElement?.innerText?.trim() ?? ''").await;
    name.as_str().unwrap_or_default().to_owned()
}

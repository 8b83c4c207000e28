//! What is coded arrives: with wolkvox away, refusing, or used up for today; and a kill loses neither draft nor clock.

use crate::support;

use ringcard_sim::{RingingCall, wolkvox::Misbehaviour};
use std::fs;
use support::{Desk, Plan, until};

/// A customer of the simulated campaign *Cobranza temprana*, with the number their phone shows.
const CAMPAIGN: &str = "7224";

struct Customer {
    id: String,
    number: String,
}

/// The first customer who is in this campaign only.
fn customer(desk: &Desk) -> Customer {
    let record = desk.wolkvox().records(CAMPAIGN).into_iter().next().expect("a record");
    Customer { id: record.customer_id.clone(), number: format!("+{}", record.fields["tel1"]) }
}

async fn speaks(desk: &Desk, number: &str) -> RingingCall {
    let call = desk.rings(number).await;
    desk.popup().await.sees("Ringing").await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call
}

/// Ends the call and fills the wrap-up in: a code, the campaign record and a word, not yet saved.
async fn wraps_up(desk: &Desk, call: &RingingCall) {
    call.hang_up().await.expect("hung up");
    let popup = desk.popup().await;
    popup.sees("Wrap-up").await;
    popup.sees("Do not let the dialler call again").await;
    popup.press_containing("Promesa de pago").await;
    popup.fill_labelled("Comment", "Pays on Friday.").await;
}

/// Waits for the last letter: it is written a moment after it was typed.
async fn is_on_disk(desk: &Desk, text: &str) {
    until("the draft to be on the disk", async || {
        let files = ["desk.db", "desk.db-wal"].map(|file| fs::read(desk.home.join(file)).unwrap_or_default());
        let is_there = files.iter().any(|file| file.windows(text.len()).any(|bytes| bytes == text.as_bytes()));
        if is_there { Ok(()) } else { Err("it is not there") }
    })
    .await;
}

async fn is_coded(desk: &Desk, customer: &Customer, times: usize) {
    until("the record to be coded", async || {
        let coded = desk.wolkvox().coded(CAMPAIGN, &customer.id);
        if coded == times { Ok(()) } else { Err(format!("{coded} times")) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_coded_while_wolkvox_is_away_arrives_when_it_is_back() {
    let desk = Plan::new("outbox-away").with_wolkvox().with_main_window().open().await;
    let customer = customer(&desk);
    let call = speaks(&desk, &customer.number).await;
    wraps_up(&desk, &call).await;
    desk.wolkvox().go_offline().await;
    {
        let popup = desk.popup().await;
        desk.picture(&popup, "wrap-up").await;
        popup.check_labelled("Do not let the dialler call again").await;
        popup.press_containing("Save").await;
    }
    desk.popup_is_gone().await;
    {
        let main = desk.main_window().await;
        main.press_containing("Waiting to be sent").await;
        main.sees("Close campaign record").await;
        main.sees("The last attempt did not get there.").await;
        desk.picture(&main, "waiting").await;
    }
    assert_eq!(desk.wolkvox().coded(CAMPAIGN, &customer.id), 0);
    desk.wolkvox().go_online().await.expect("online");
    // By itself: nobody has to remember it.
    is_coded(&desk, &customer, 1).await;
    let main = desk.main_window().await;
    main.sees("Nothing waits").await;
    main.press_containing("Sent or discarded").await;
    main.sees("Arrived").await;
    desk.picture(&main, "arrived").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_code_waits_for_a_person_and_goes_out_as_edited() {
    let desk = Plan::new("outbox-refused").with_wolkvox().with_main_window().open().await;
    let customer = customer(&desk);
    let refused = Misbehaviour::Refuse { status: 400, message: "The code does not exist in the campaign".to_owned() };
    desk.wolkvox().misbehave("codify", refused);
    let call = speaks(&desk, &customer.number).await;
    wraps_up(&desk, &call).await;
    {
        let popup = desk.popup().await;
        popup.check_labelled("Do not let the dialler call again").await;
        popup.press_containing("Save").await;
    }
    let main = desk.main_window().await;
    main.press_containing("Waiting to be sent").await;
    main.press_containing("Needs a person").await;
    main.sees("The code does not exist in the campaign").await;
    desk.picture(&main, "parked").await;
    main.press_containing("Edit").await;
    main.fill_labelled("Comment", "Pays on Monday.").await;
    desk.picture(&main, "edit").await;
    main.press("Save and send").await;
    is_coded(&desk, &customer, 1).await;
    let coded = desk.wolkvox().records(CAMPAIGN).into_iter().find(|record| record.customer_id == customer.id);
    assert_eq!(coded.expect("the record").comment, "Pays on Monday.");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_days_allowance_used_up_it_is_said_until_when_and_nothing_is_lost() {
    let desk = Plan::new("outbox-quota").with_wolkvox().with_main_window().open().await;
    let customer = customer(&desk);
    let call = speaks(&desk, &customer.number).await;
    wraps_up(&desk, &call).await;
    let quota = desk.wolkvox().quota();
    desk.wolkvox().spend(quota.limit - quota.spent);
    {
        let popup = desk.popup().await;
        popup.check_labelled("Do not let the dialler call again").await;
        popup.press_containing("Save").await;
    }
    let main = desk.main_window().await;
    main.press_containing("Waiting to be sent").await;
    main.sees("takes nothing more until").await;
    main.sees("1 is waiting").await;
    desk.picture(&main, "used-up").await;
    assert_eq!(desk.wolkvox().coded(CAMPAIGN, &customer.id), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_wrap_up_the_card_the_draft_and_the_clock_are_there_after_the_next_start() {
    let mut desk = Plan::new("outbox-killed").with_wolkvox().open().await;
    let customer = customer(&desk);
    let call = speaks(&desk, &customer.number).await;
    wraps_up(&desk, &call).await;
    is_on_disk(&desk, "Pays on Friday.").await;
    desk.kill_app().await;
    desk.start_app().await;
    let popup = desk.popup().await;
    popup.sees("Wrap-up").await;
    popup.sees("Promesa de pago").await;
    let typed = popup.run("return document.querySelector('textarea').value").await;
    assert_eq!(typed, "Pays on Friday.");
    desk.picture(&popup, "again").await;
    popup.check_labelled("Do not let the dialler call again").await;
    popup.press_containing("Save").await;
    is_coded(&desk, &customer, 1).await;
}

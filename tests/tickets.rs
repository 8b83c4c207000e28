//! A call is filed where the agent chose: in a new ticket with the fields its form wants, or in one that is there; once,
//! whatever happens to the app meanwhile.

use crate::support;

use ringcard_sim::zendesk::{FIELD_CATEGORY, FIELD_PRODUCT, Misbehaviour, ZendeskSim};
use serde_json::json;
use support::{
    Desk, Plan,
    people::NOBODY_CALLS,
    until,
    zendesk::{desk_with, user},
};

const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;

const WHO: &str = "Szűcs Árpád";

async fn desk(name: &'static str) -> (Desk, ZendeskSim, u64) {
    let plan = Plan { more_settings: CODES, ..Plan::new(name) }.with_main_window();
    let (desk, zendesk) = desk_with(plan, "").await;
    let id = zendesk.add_user(user(WHO, NOBODY_CALLS));
    (desk, zendesk, id)
}

/// A conversation that is over, and in wrap-up.
async fn talks(desk: &Desk) {
    let call = desk.rings(NOBODY_CALLS).await;
    desk.popup().await.sees(WHO).await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    desk.popup().await.sees("Where is this call filed?").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_ticket_has_the_fields_its_form_wants_and_is_made_once_also_when_the_app_was_killed() {
    let (mut desk, zendesk, customer) = desk("new-ticket").await;
    talks(&desk).await;
    {
        let popup = desk.popup().await;
        desk.picture(&popup, "asks").await;
        popup.press_containing("Sold").await;
        popup.press_containing("New ticket").await;
        popup.fill_labelled("Subject", "Boards arrived broken").await;
        popup.choose_labelled("Category", "Product").await;
        // Its field came with the choice, and must be filled in.
        popup.sees("Product (required)").await;
        popup.press_containing("Save").await;
        popup.sees("This must be filled in.").await;
        desk.picture(&popup, "must").await;
        popup.choose_labelled("Product (required)", "Broken").await;
        popup.fill_labelled("Comment", "two pieces").await;
        desk.picture(&popup, "filled-in").await;
        // The ticket is made, and the answer never comes.
        zendesk.misbehave("POST tickets", Misbehaviour::ApplyThenCut);
        popup.press_containing("Save").await;
        desk.popup_is_gone().await;
    }
    zendesk.wait_for_request("the ticket", |asked| asked.endpoint == "POST tickets").await.expect("it is tried");
    desk.kill_app().await;
    desk.start_app().await;
    nothing_waits(&desk).await;
    let made: Vec<_> = zendesk.tickets().into_iter().filter(|one| one.requester_id == customer).collect();
    assert_eq!(made.len(), 1, "{made:#?}");
    let ticket = &made[0];
    assert_eq!(ticket.subject, "Boards arrived broken");
    for (field, value) in [(FIELD_CATEGORY, "product"), (FIELD_PRODUCT, "broken")] {
        assert!(ticket.custom_fields.contains(&(field, json!(value))), "{:?}", ticket.custom_fields);
    }
    let said = ticket.comments.iter().map(|comment| comment.body.as_str()).collect::<Vec<_>>().join("\n");
    assert!(said.contains("two pieces") && said.contains("Sold"), "{said}");
    assert!(ticket.comments.iter().all(|comment| !comment.public), "the customer sees nothing of it");
    assert!(zendesk.misfits().is_empty(), "{:?}", zendesk.misfits());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_added_to_the_ticket_that_was_chosen_once() {
    let (mut desk, zendesk, customer) = desk("add-to-ticket").await;
    let open = |subject: &str| {
        let made = json!({ "subject": subject, "comment": { "body": subject }, "requester_id": customer });
        zendesk.add_ticket(&made).expect("a ticket")
    };
    let (late, invoice) = (open("Oak boards are late"), open("Invoice twice"));
    talks(&desk).await;
    {
        let popup = desk.popup().await;
        popup.press_containing("Sold").await;
        popup.press_containing("Add to a ticket").await;
        popup.sees("Which ticket?").await;
        popup.press_containing("Oak boards are late").await;
        popup.fill_labelled("Comment", "comes on Friday").await;
        desk.picture(&popup, "which").await;
        // Another one by its number is looked up before it is chosen.
        popup.press_containing("Another number").await;
        popup.fill_labelled("Ticket number", &invoice.to_string()).await;
        popup.press("Look up").await;
        popup.sees("Invoice twice").await;
        popup.press_containing("Oak boards are late").await;
        zendesk.misbehave("PUT tickets/{}", Misbehaviour::ApplyThenCut);
        popup.press_containing("Save").await;
        desk.popup_is_gone().await;
    }
    zendesk.wait_for_request("the comment", |asked| asked.endpoint == "PUT tickets/{}").await.expect("it is tried");
    desk.kill_app().await;
    desk.start_app().await;
    nothing_waits(&desk).await;
    let comments = zendesk.comments(late);
    let ours = comments.iter().filter(|comment| comment.body.contains("comes on Friday")).count();
    assert_eq!(ours, 1, "{comments:#?}");
    assert_eq!(zendesk.comments(invoice).len(), 1, "the other one is as it was");
    let of_theirs = zendesk.tickets().into_iter().filter(|ticket| ticket.requester_id == customer).count();
    assert_eq!(of_theirs, 2, "no ticket was made");
    assert!(zendesk.misfits().is_empty(), "{:?}", zendesk.misfits());
}

async fn nothing_waits(desk: &Desk) {
    let main = desk.main_window().await;
    main.press_containing("Waiting to be sent").await;
    until("everything to be sent", async || {
        let text = main.text().await;
        if text.contains("Nothing waits") { Ok(()) } else { Err(text) }
    })
    .await;
    desk.picture(&main, "nothing-waits").await;
}

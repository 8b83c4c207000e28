//! Customers of other systems in the main window: found, made, linked with ours, their tickets opened.

use crate::support;

use serde_json::json;
use support::{
    Plan,
    people::{MARIA_CALLS, maria},
    zendesk::{CRM, desk_with, user},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_the_crm_is_found_while_typing_and_their_ticket_is_opened_in_the_browser() {
    let (desk, zendesk) = desk_with(Plan::new("found-there").with_main_window(), "").await;
    let id = zendesk.add_user(user("Oakley Brendan", "+36 70 555 0001"));
    let ticket = json!({ "subject": "Oak boards are late", "comment": { "body": "Late." }, "requester_id": id });
    let ticket = zendesk.add_ticket(&ticket).expect("a ticket");
    let main = desk.main_window().await;
    main.press_containing("Customers").await;
    main.fill_labelled("Search customers", "Oakley").await;
    main.sees("Found in crm").await;
    desk.picture(&main, "hits").await;
    main.press_containing("Oakley Brendan").await;
    main.sees("Oak boards are late").await;
    desk.picture(&main, "page").await;
    main.press("Oak boards are late").await;
    desk.opened(&format!("{}/agent/tickets/{ticket}", zendesk.base_url())).await;
    let sources = main.invoke("customer_sources", json!({})).await.expect("an answer");
    assert_eq!(sources.as_array().map(Vec::len), Some(2), "{sources}");
    zendesk.go_offline().await;
    main.fill_labelled("Search customers", "Oakle").await;
    main.sees("crm was not searched").await;
    desk.picture(&main, "not-searched").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_is_made_where_the_agent_says_and_is_on_the_card_at_once() {
    let (desk, zendesk) = desk_with(Plan::new("made-there").with_main_window(), "").await;
    // Its own search does not know them for a while.
    zendesk.adjust(|config| config.search_lag = std::time::Duration::from_secs(600));
    let call = desk.rings(support::people::NOBODY_CALLS).await;
    desk.popup().await.press("Create customer").await;
    {
        let main = desk.main_window().await;
        main.sees("New customer").await;
        main.choose_labelled("Where to", CRM).await;
        main.fill_labelled("Name", "Dobos Dezső").await;
        main.fill_labelled("Notes", "Calls about oak boards.").await;
        desk.picture(&main, "form").await;
        main.press("Save").await;
        main.sees("Dobos Dezső was created.").await;
        desk.picture(&main, "created").await;
    }
    let made: Vec<_> = zendesk.users().into_iter().filter(|user| user.name == "Dobos Dezső").collect();
    assert_eq!(made.len(), 1, "{made:#?}");
    assert!(!made[0].mailed, "they get no mail");
    {
        let popup = desk.popup().await;
        popup.sees("Dobos Dezső").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    let call = desk.rings(support::people::NOBODY_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("Dobos Dezső").await;
    desk.picture(&popup, "next-ring").await;
    call.hang_up().await.expect("hung up");
    assert!(zendesk.misfits().is_empty(), "{:?}", zendesk.misfits());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_in_two_systems_is_linked_on_the_card_and_the_link_is_undone_at_their_page() {
    let (desk, zendesk) = desk_with(Plan::new("linked").with_main_window(), "").await;
    for known in zendesk.users() {
        zendesk.change_user(known.id, |user| user.phone = None);
    }
    let id = zendesk.add_user(user("Lopez Trading", MARIA_CALLS));
    let ticket = json!({ "subject": "Offer for 40 pieces", "comment": { "body": "Please." }, "requester_id": id });
    let ticket = zendesk.add_ticket(&ticket).expect("a ticket");
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("María López").await;
        popup.sees("There: Lopez Trading").await;
        desk.picture(&popup, "two").await;
        popup.press("The same person").await;
        popup.sees_no("There: Lopez Trading").await;
        popup.sees("Offer for 40 pieces").await;
        desk.picture(&popup, "one").await;
        popup.press("Offer for 40 pieces").await;
        desk.opened(&format!("{}/agent/tickets/{ticket}", zendesk.base_url())).await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    let main = desk.main_window().await;
    main.press_containing("Customers").await;
    main.fill_labelled("Search customers", "lopez acme").await;
    main.press_containing("María López").await;
    main.sees("In other systems").await;
    main.sees("crm: Lopez Trading").await;
    main.sees("Offer for 40 pieces").await;
    desk.picture(&main, "their-page").await;
    main.press("Not the same person").await;
    main.sees_no("crm: Lopez Trading").await;
    desk.picture(&main, "undone").await;
    // Not by itself again, because somebody said so.
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("There: Lopez Trading").await;
    call.hang_up().await.expect("hung up");
}

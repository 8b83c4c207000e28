//! One call from its end to its story: its row is complete, the story says what became of its code and of its recording, and the
//! recording is heard from the row.

use crate::support;

use support::{Plan, until};

/// A customer of this simulated campaign.
const CAMPAIGN: &str = "7224";

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_over_tells_its_whole_story_and_is_heard_from_its_row() {
    let mut plan = Plan::new("story").with_wolkvox().with_main_window();
    plan.sim.push.recording_ids = true;
    plan.account_settings = "recording_path = \"/../recording\"";
    plan.loudspeaker = true;
    let desk = plan.open().await;
    let record = desk.wolkvox().records(CAMPAIGN).into_iter().next().expect("a record");
    let number = format!("+{}", record.fields["tel1"]);
    desk.knows(support::people::customer("Laura Torres", "Torres SL", &number)).await;

    let call = desk.rings(&number).await;
    desk.popup().await.sees("Ringing").await;
    call.answer().await.expect("answered");
    desk.popup().await.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    {
        let popup = desk.popup().await;
        popup.sees("Do not let the dialler call again").await;
        // What was said is heard beside the form it is noted in.
        popup.find_button("Play").await;
        desk.picture(&popup, "card").await;
        popup.press_containing("Promesa de pago").await;
        popup.fill_labelled("Comment", "Pays on Friday.").await;
        popup.check_labelled("Do not let the dialler call again").await;
        popup.press_containing("Save").await;
    }
    desk.popup_is_gone().await;
    until("the record to be coded", async || {
        let coded = desk.wolkvox().coded(CAMPAIGN, &record.customer_id);
        if coded == 1 { Ok(()) } else { Err(format!("{coded} times")) }
    })
    .await;
    until("a complete row", async || {
        let list = desk.get("/v1/calls").await;
        let row = &list["calls"][0];
        let complete = row["recorded"] == true
            && row["may_listen"] == true
            && row["outcome"]["comment"] == "Pays on Friday."
            && row["call"]["state"]["kind"] == "ended";
        if complete { Ok(()) } else { Err(list.to_string()) }
    })
    .await;

    let main = desk.main_window().await;
    main.sees("Laura Torres").await;
    main.click("li.row [data-call]").await;
    main.sees("coded: Promesa de pago").await;
    main.sees("Close campaign record").await;
    main.sees("It has arrived").await;
    main.sees("A recording was told of").await;
    desk.picture(&main, "story").await;
    main.press("Back to the list").await;

    let loudspeaker = desk.loudspeaker();
    assert_eq!(loudspeaker.seconds(), 0.0);
    main.press("Play the recording: Laura Torres").await;
    main.find("[aria-label=Position]").await;
    let length = main.run("return document.querySelector('[aria-label=Position]').max").await;
    let length: f64 = length.as_str().and_then(|length| length.parse().ok()).expect("seconds");
    until("all of it", async || {
        let seconds = loudspeaker.seconds();
        if seconds > length - 0.1 { Ok(()) } else { Err(format!("{seconds} of {length} s")) }
    })
    .await;
    desk.picture(&main, "heard").await;

    // The customer's page has the call, too, and leads back to it.
    main.press("Open customer").await;
    main.sees("Calls with this customer").await;
    main.find("li .open[data-call]").await;
    desk.picture(&main, "customer").await;
    main.click("li .open[data-call]").await;
    main.sees("coded: Promesa de pago").await;
}

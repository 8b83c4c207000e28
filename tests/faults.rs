//! What is broken is said, and the rest works.

use crate::support;

use std::{fs, net::TcpListener};
use support::{
    Desk, Plan,
    people::{MARIA_CALLS, maria},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_settings_file_is_named_and_kept_and_defaults_are_offered() {
    let mut desk = Desk::prepare(Plan::new("broken").with_main_window()).await;
    let file = desk.home.join("ringcard.toml");
    let whole = fs::read_to_string(&file).expect("settings");
    let half = &whole[..whole.len() - 40];
    let broken = format!("{half}\nthis is = = no setting\n");
    fs::write(&file, &broken).expect("settings can be written");
    desk.open_app().await;
    let main = desk.main_window().await;
    main.sees("The settings file cannot be read").await;
    main.sees(&file.display().to_string()).await;
    let line = format!("ringcard.toml:{}:", broken.lines().count());
    main.sees(&line).await;
    desk.picture(&main, "named").await;
    assert_eq!(fs::read_to_string(&file).expect("settings"), broken, "it was overwritten");

    main.press("Keep it aside and start with defaults").await;
    main.sees("Welcome to Ringcard").await;
    main.sees("The broken settings file is kept as").await;
    desk.picture(&main, "defaults").await;
    let kept = fs::read_dir(&desk.home).expect("the home").flatten().map(|entry| entry.path());
    let kept: Vec<_> = kept.filter(|path| fs::read_to_string(path).is_ok_and(|text| text == broken)).collect();
    assert_eq!(kept.len(), 1, "the broken file is kept once: {kept:?}");
    assert_ne!(kept[0], file, "under another name");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_said_with_what_to_do() {
    let mut desk = Desk::prepare(Plan::new("in-use").with_main_window()).await;
    let other = TcpListener::bind(desk.address).expect("the address is free");
    desk.open_app().await;
    let main = desk.main_window().await;
    main.sees("Incoming calls: Not listening: no calls come in").await;
    desk.picture(&main, "status").await;
    // What is wrong leads to where it is said in full, and mended.
    main.press_containing("Not listening").await;
    main.sees("All of this is kept in").await;
    main.press("Incoming calls").await;
    main.sees(&desk.address.to_string()).await;
    main.sees("already in use by another program").await;
    main.sees("Choose another port").await;
    desk.picture(&main, "said").await;
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_damaged_customer_list_the_phone_still_rings_and_it_is_said() {
    let mut desk = Desk::prepare(Plan::new("damaged").with_main_window()).await;
    let file = desk.home.join("directory.db");
    let damaged = "this is no database ".repeat(1000);
    fs::write(&file, &damaged).expect("it can be written");
    desk.start_app().await;
    {
        let main = desk.main_window().await;
        main.sees("Customers: The customer list cannot be opened").await;
        desk.picture(&main, "said").await;
    }
    let call = desk.rings(MARIA_CALLS).await;
    let popup = desk.popup().await;
    popup.sees("+36 30 123 4567").await;
    popup.sees("The customer list does not answer").await;
    desk.picture(&popup, "rings").await;
    call.answer().await.expect("answered");
    popup.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    assert_eq!(desk.listed().await, ["ended"], "the call's history is another file");
    assert_eq!(fs::read_to_string(&file).expect("the file"), damaged, "what is damaged is left as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_ring_the_call_is_there_after_the_next_start() {
    let mut desk = Desk::open("killed").await;
    desk.knows(maria()).await;
    let call = desk.rings(MARIA_CALLS).await;
    desk.popup().await.sees("María López").await;
    desk.kill_app().await;
    desk.start_app().await;
    {
        let popup = desk.popup().await;
        popup.sees("María López").await;
        popup.sees("Ringing").await;
        desk.popup_is_up().await;
        desk.picture(&popup, "back").await;
        call.answer().await.expect("answered");
        popup.sees("Connected").await;
    }

    // And in the middle of talking.
    desk.kill_app().await;
    desk.start_app().await;
    let popup = desk.popup().await;
    popup.sees("Connected").await;
    call.hang_up().await.expect("hung up");
    popup.sees("Ended").await;
    assert_eq!(desk.listed().await, ["ended"]);
}

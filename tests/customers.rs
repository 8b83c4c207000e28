//! Customers: from a ring of somebody unknown to a card at the next ring, searched, corrected.

use crate::support;

use serde_json::json;
use support::{
    Desk, Plan,
    people::{MARIA_CALLS, NOBODY_CALLS, customer, maria},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_caller_becomes_a_customer_and_has_a_card_at_once_and_at_the_next_ring() {
    let desk = Desk::open("create").await;
    let call = desk.rings(NOBODY_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("No customer has this number").await;
        popup.press("Create customer").await;
    }
    {
        let main = desk.main_window().await;
        main.sees("New customer").await;
        main.find("input[type=tel]").await;
        let number = main.run("return document.querySelector('input[type=tel]').value").await;
        assert_eq!(number, NOBODY_CALLS, "the number is filled in");
        main.fill_labelled("Name", "Szűcs Árpád").await;
        main.fill_labelled("Company", "Őrség Faipari Kft.").await;
        main.fill_labelled("Notes", "Calls about oak boards.").await;
        desk.picture(&main, "form").await;
        main.press("Save").await;
        main.sees("Szűcs Árpád was created.").await;
        desk.picture(&main, "created").await;
    }
    {
        // While it still rings.
        let popup = desk.popup().await;
        popup.sees("Szűcs Árpád").await;
        popup.sees("Őrség Faipari Kft.").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    let call = desk.rings("0036705559999").await;
    let popup = desk.popup().await;
    popup.sees("Szűcs Árpád").await;
    popup.sees("Calls about oak boards.").await;
    desk.picture(&popup, "next-ring").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_found_while_typing_corrected_and_called() {
    let desk = Plan::new("search").with_main_window().open().await;
    desk.knows(maria()).await;
    for n in 0..30 {
        desk.knows(customer(&format!("Kovács Anna {n}"), "Pannon Papír Kft.", &format!("+3630555{:04}", n))).await;
    }
    {
        let main = desk.main_window().await;
        main.press_containing("Customers").await;
        main.fill_labelled("Search customers", "lopez acme").await;
        main.sees("1 customer found").await;
        main.press_containing("María López").await;
        main.sees("Prefers English").await;
        desk.picture(&main, "found").await;
        main.press("Edit").await;
        main.fill_labelled("Role", "Head of purchasing").await;
        desk.picture(&main, "edit").await;
        main.press("Save").await;
        main.sees("María López was saved.").await;
        main.sees("Head of purchasing").await;
    }
    // The card knows it at once.
    let call = desk.rings(MARIA_CALLS).await;
    {
        let popup = desk.popup().await;
        popup.sees("Acme Hungary Kft. · Head of purchasing").await;
        call.hang_up().await.expect("hung up");
        popup.press("Dismiss").await;
        desk.popup_is_gone().await;
    }
    {
        let main = desk.main_window().await;
        main.press("Call +36 30 123 4567").await;
    }
    desk.popup().await.sees("Your phone is ringing: pick up").await;
    assert_eq!(desk.sim.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_customers_is_previewed_imported_and_known_when_they_call() {
    let desk = Plan::new("import").with_main_window().chooses("customers.csv").open().await;
    let file = desk.home.join("customers.csv");
    let list = ringcard_sim::customers_csv();
    let broken = format!("{list}No number at all,,,,,,,,HU,,,,\n,,,,,,,,,,,,\n");
    std::fs::write(&file, broken).expect("the file can be written");
    let main = desk.main_window().await;
    let chosen = main.invoke("pick_import_file", json!({})).await.expect("an answer");
    assert_eq!(chosen["name"], "customers.csv");
    let handle = &chosen["handle"];
    let preview = main.invoke("import_preview", json!({ "file": handle, "choices": {} })).await.expect("a preview");
    assert!(!format!("{chosen}{preview}").contains(&desk.home.display().to_string()), "a path of ours: {preview}");
    let columns = preview["columns"].as_array().expect("columns").clone();
    let targets: Vec<_> = columns.iter().map(|column| column["target"].clone()).collect();
    let expected = json!(["name", "company", "role", "email", "tags", "vip", "notes", "link"]);
    assert_eq!(json!(targets[..8]), expected, "the columns are guessed by their names");
    main.invoke("import_start", json!({ "file": handle, "choices": { "columns": targets } })).await.expect("it starts");
    main.invoke("import_preview", json!({ "file": handle, "choices": {} })).await.expect_err("the file was used");
    support::until("the customers", async || {
        let found = desk.get("/v1/customers?q=Horvath").await;
        if found["matches"].as_array().is_some_and(|all| !all.is_empty()) { Ok(()) } else { Err(found.to_string()) }
    })
    .await;
    let call = desk.rings("+36205550102").await;
    let popup = desk.popup().await;
    popup.sees("Nagy Péter").await;
    popup.sees("Tisza Trans Zrt.").await;
    call.hang_up().await.expect("hung up");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_there_again_when_the_window_was_closed_and_when_the_app_was_killed() {
    let mut desk = Plan::new("drafts").with_main_window().open().await;
    {
        let main = desk.main_window().await;
        main.press_containing("Customers").await;
        main.press("New customer").await;
        main.fill_labelled("Name", "Szűcs Árpád").await;
    }
    // The last letter is typed, and the window closed.
    desk.close_main_window().await;
    desk.start_again(&[]);
    {
        let main = desk.main_window().await;
        main.press_containing("Customers").await;
        main.sees("Not saved yet: from today").await;
        assert_eq!(name(&main).await, "Szűcs Árpád");
        main.fill_labelled("Notes", "Calls about oak boards.").await;
        desk.picture(&main, "again").await;
    }
    desk.kill_app().await;
    desk.start_app().await;
    {
        let main = desk.main_window().await;
        main.press_containing("Customers").await;
        main.sees("Not saved yet: from today").await;
        assert_eq!(name(&main).await, "Szűcs Árpád");
        let notes = main.run("return document.querySelector('textarea').value").await;
        assert_eq!(notes, "Calls about oak boards.");
        main.press("Save").await;
        main.sees("Szűcs Árpád was created.").await;
        main.sees_no("Not saved yet").await;
        let left = main.invoke("form_drafts", json!({})).await.expect("an answer");
        assert_eq!(left["drafts"], json!([]));
    }
}

async fn name(main: &support::driver::Window<'_>) -> serde_json::Value {
    main.find("form input").await;
    main.run("return document.querySelector('form[aria-label] input').value").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_without_its_window_and_quitting_asks_before_it_stops_it() {
    let mut desk = Plan::new("import-goes-on").with_main_window().chooses("many.csv").open().await;
    let file = desk.home.join("many.csv");
    let rows: String = (0..400_000).map(|n| format!("K{n},Customer {n},+36 30 {:07}\n", 1_000_000 + n)).collect();
    std::fs::write(&file, format!("id,name,phone\n{rows},,\n")).expect("the file can be written");
    {
        let main = desk.main_window().await;
        let chosen = main.invoke("pick_import_file", json!({})).await.expect("an answer");
        let begin = json!({ "file": chosen["handle"], "choices": {} });
        main.invoke("import_start", begin).await.expect("it starts");
    }
    desk.close_main_window().await;
    desk.start_again(&[]);
    let main = desk.main_window().await;
    let last = main.invoke("import_last", json!({})).await.expect("an answer");
    assert_eq!(last["progress"]["state"], "running", "{last}");
    main.invoke("quit", json!({ "sure": false })).await.expect("it is asked");
    main.sees("An import is running").await;
    desk.picture(&main, "asks").await;
    main.press("Keep going").await;
    main.invoke("quit", json!({ "sure": false })).await.expect("it is asked");
    main.press("Quit and stop it").await;
    desk.close_app().await;
    desk.start_app().await;
    let main = desk.main_window().await;
    let last = main.invoke("import_last", json!({})).await.expect("an answer");
    assert!(last["progress"]["state"] == "cancelled", "{last}");
    assert!(last["progress"]["created"].as_u64().is_some_and(|created| created > 0), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_imported_again_is_asked_about_and_taken_back() {
    let desk = Plan::new("import-again").with_main_window().chooses("list.csv").open().await;
    let file = desk.home.join("list.csv");
    let main = desk.main_window().await;
    let over = async |created: u64, unclear: u64| {
        support::until("the end of the import", async || {
            let last = main.invoke("import_last", json!({})).await.expect("an answer");
            let said = &last["progress"];
            let is_over = !last["ended"].is_null() && said["created"] == created && said["unclear"] == unclear;
            if is_over { Ok(()) } else { Err(last.to_string()) }
        })
        .await;
    };
    let import = async |rows: &str, created: u64, unclear: u64| {
        std::fs::write(&file, rows).expect("the file can be written");
        let chosen = main.invoke("pick_import_file", json!({})).await.expect("an answer");
        let begin = json!({ "file": chosen["handle"], "choices": {} });
        main.invoke("import_start", begin).await.expect("it starts");
        over(created, unclear).await;
    };
    import("Name,Phone\nAnna Minta,+36 30 555 0126\n", 1, 0).await;
    import("Name,Phone\nAnna Minta,+36 30 555 0127\nBela Proba,+36 30 555 0128\n", 1, 1).await;
    main.invoke("import_settle", json!({ "unclear": "another" })).await.expect("it starts again");
    over(1, 0).await;
    let done = main.invoke("imports_done", json!({})).await.expect("an answer");
    assert_eq!(done.as_array().map(Vec::len), Some(3), "{done}");
    for (left, import) in [(2, &done[0]), (1, &done[1]), (0, &done[2])] {
        main.invoke("import_undo", json!({ "id": import["id"] })).await.expect("it is undone");
        let mut found = 0;
        for name in ["Minta", "Proba"] {
            found += desk.get(&format!("/v1/customers?q={name}")).await["matches"].as_array().map_or(0, Vec::len);
        }
        assert_eq!(found, left);
    }
    main.invoke("import_settle", json!({ "unclear": "same" })).await.expect_err("nothing is left open");
}

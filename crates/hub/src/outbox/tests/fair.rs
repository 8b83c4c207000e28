//! Whose turn it is where many wait.

use super::*;

fn of(agent: &str, key: &str) -> Submission {
    Submission { agent: Some(AgentId(agent.into())), ..submission(key, add_record(key)) }
}

/// How many requests left between the one that was under way and this one.
fn before(crm: &Crm, under_way: &str, key: &str) -> usize {
    let sent = crm.sent();
    let at = |key: &str| sent.iter().position(|sent| sent == key).unwrap_or_else(|| panic!("{key}: {sent:?}"));
    at(key) - at(under_way) - 1
}

#[tokio::test]
async fn one_desks_import_delays_another_desks_write_by_one_request_at_most_also_after_a_restart() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    for n in 0..200 {
        outbox.submit(of("Eva", &format!("import{n}"))).await.expect("saved");
    }
    until(&outbox, "import0", |state| matches!(state, SubmissionState::Sending { .. })).await;
    outbox.submit(of("Béla", "one")).await.expect("saved");
    crm.let_through.add_permits(3);
    until(&outbox, "one", is_over).await;
    assert!(before(&crm, "import0", "one") <= 1, "{:?}", crm.sent());

    // What waits is read from the disk; who had a turn is not.
    until(&outbox, "import1", is_over).await;
    outbox.shutdown().await;
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(of("Béla", "two")).await.expect("saved");
    crm.let_through.add_permits(3);
    until(&outbox, "two", is_over).await;
    let sent = crm.sent();
    assert!(sent.iter().position(|key| key == "two").is_some_and(|at| at <= 2), "{sent:?}");
    assert!(sent.len() <= 4, "the import goes on in its turn: {sent:?}");
    crm.let_through.add_permits(Semaphore::MAX_PERMITS / 2);
    outbox.shutdown().await;
}

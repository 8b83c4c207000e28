//! Reading all customers ahead, and hearing of those who are gone.

use super::support::{id, sim, system, user};
use std::time::Duration;

#[tokio::test]
async fn who_was_deleted_or_merged_is_said_to_be_gone() {
    let sim = sim().await;
    let users = ["Ana", "Béla", "Csaba"].map(|name| sim.add_user(user(name, "+36301234567")));
    sim.advance(Duration::from_secs(120));
    let exports = system(&sim).export_customers.expect("it exports");
    let mut page = exports.export(None).await.expect("a page");
    while !page.is_end {
        page = exports.export(Some(&page.cursor)).await.expect("a page");
    }
    let now = sim.now();
    sim.change_user(users[0], |user| (user.deleted, user.updated_at) = (true, now));
    sim.merge_users(users[1], users[2]);
    sim.change_user(users[1], |user| user.updated_at = now);
    let later = exports.export(Some(&page.cursor)).await.expect("what changed");
    let mut gone = later.gone.clone();
    gone.sort();
    assert_eq!(gone, [id(users[0]), id(users[1])], "{later:?}");
    assert!(later.customers.iter().all(|customer| !gone.contains(&customer.id)));
    assert!(sim.misfits().is_empty(), "{:?}", sim.misfits());
}

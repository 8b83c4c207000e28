//! A platform's page in the agent's browser opens our address for a call: the card pops, and a small page says whose call.

use crate::support;

use ringcard_sim::{CcaiConfig, CcaiSim};
use support::{
    Browser, Plan,
    app::CCAI_KEY,
    people::{MARIA_CALLS, maria},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_address_opened_by_the_platforms_page_pops_the_card_and_shows_a_small_page_without_the_key() {
    let platform = CcaiSim::start(CcaiConfig::default()).await.expect("a simulated platform");
    let accounts = format!(
        r#"
[[account]]
name = "ccai"
connector = "ccai"
api_url = "{}"
subdomain = "customer"
token = {{ env = "RINGCARD_TEST_CCAI_TOKEN" }}
push_key = {{ env = "RINGCARD_TEST_CCAI_KEY" }}
agents = "101=anna@example.com"
"#,
        platform.base_url()
    );
    let mut desk = Plan { accounts, ..Plan::new("looked-up") }.open().await;
    desk.knows(maria()).await;
    let browser = Browser::open(&mut desk.session).await;
    let number = MARIA_CALLS.replace('+', "%2B");
    let address = format!(
        "http://{}/in/ccai/incoming?key={CCAI_KEY}&caller={number}&called=%2B3615550100&outbound=&session=4411&agent=101",
        desk.address
    );
    // As the platform opens it: from a page of another site.
    let adapter =
        format!("data:text/html,<title>Adapter</title><a id=open href='{}'>Open</a>", address.replace('%', "%25"));
    browser.goes_to(&adapter).await;
    browser.page().click("#open").await;
    browser.page().sees("Ringcard shows the call of +36 30 123 4567.").await;
    let line = browser.address().await;
    assert!(!line.contains(CCAI_KEY), "the key leaves the address line: {line}");
    desk.picture_now("page");
    let popup = desk.popup().await;
    popup.sees("María López").await;
    popup.sees("Ringing").await;
    desk.picture(&popup, "card").await;
    // Opened again it is the same call.
    browser.goes_to(&address).await;
    browser.page().sees("Ringcard shows the call of").await;
    assert_eq!(desk.listed().await.len(), 1);
}

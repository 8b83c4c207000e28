//! The program serves a Zendesk and a CCAI Platform when told to, and its page lists them.

use super::support::client;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Killed when the test ends.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_program_serves_both_beside_the_pbxs_and_its_page_lists_them() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--zendesk", "0", "--no-talk-partner", "--ccai", "0"];
    let child = Command::new(env!("CARGO_BIN_EXE_ringcard-sim"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let mut address = |name: &str| {
        let line = lines.find(|line| line.starts_with(name)).expect("its line");
        let address = line[name.len()..].split_whitespace().next().expect("its address");
        address.trim_end_matches('/').to_owned()
    };
    let (page, zendesk, ccai) = (address("page"), address("Zendesk"), address("CCAI Platform"));
    let me = client().get(format!("{zendesk}/api/v2/users/me.json"));
    let me = me.basic_auth("telephony@example.com/token", Some("sim-zendesk-token")).send().await.expect("an answer");
    assert_eq!(me.status(), 200);
    let agents = client().get(format!("{ccai}/manager/api/v1/agents"));
    let agents = agents.basic_auth("customer", Some("sim-ccai-token")).send().await.expect("an answer");
    assert_eq!(agents.status(), 200);
    let state = client().get(format!("{page}/control/state")).send().await.expect("an answer");
    let state: serde_json::Value = state.json().await.expect("JSON");
    let listed = state["beside"].to_string();
    assert!(listed.contains(&zendesk) && listed.contains(&ccai), "{listed}");
}

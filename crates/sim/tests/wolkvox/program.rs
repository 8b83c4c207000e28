//! The program serves a wolkvox when told to.

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
async fn the_program_serves_it_beside_the_pbxs_with_the_token_given() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--wolkvox", "0", "--wolkvox-token", "mine"];
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
        line.split_whitespace().last().expect("its address").to_owned()
    };
    let (cloud, local) = (address("wolkvox  "), address("wolkvox agent"));
    let codes = client().get(format!("{cloud}/information.php?api=activity_codes")).header("wolkvox-token", "mine");
    assert_eq!(codes.send().await.expect("an answer").status(), 200);
    let dialled = client().get(format!("{local}?action=dial&phone=3001234567")).send().await.expect("an answer");
    assert!(dialled.text().await.expect("text").contains("id_call"));
}

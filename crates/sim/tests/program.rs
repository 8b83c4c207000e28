//! The program: it serves, and its other commands drive the one that runs.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ringcard-sim");

/// A served simulator, killed when the test ends.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start() -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--hub", "http://127.0.0.1:9"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut first = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut first).expect("a line");
        let url = first.split_whitespace().last().expect("the page's address").trim_end_matches('/').to_owned();
        Self { child, url }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(PROGRAM).args(arguments).args(["--sim", &self.url]).output().expect("the program runs")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_call_is_rung_answered_and_ended_from_the_command_line() {
    let served = Served::start();
    let rung = served.run(&["ring", "--caller", "+36301234567", "--extension", "101"]);
    assert_eq!(String::from_utf8_lossy(&rung.stdout), "1\n");
    assert!(served.run(&["answer", "1"]).status.success());
    assert!(served.run(&["end", "1"]).status.success());
    let late = served.run(&["miss", "1"]);
    assert!(!late.status.success());
    assert_eq!(String::from_utf8_lossy(&late.stderr), "ringcard-sim: not possible while the call is over\n");
}

#[test]
fn without_a_simulator_the_commands_say_so() {
    let nobody = Command::new(PROGRAM).args(["answer", "1", "--sim", "http://127.0.0.1:9"]).output().expect("it runs");
    assert!(!nobody.status.success());
    assert_eq!(String::from_utf8_lossy(&nobody.stderr), "ringcard-sim: no simulator answers at http://127.0.0.1:9\n");
}

#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = Command::new(PROGRAM).args(["serve", "--listen", &address]).output().expect("it runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("cannot listen on {address}")));
}

#[test]
fn the_customers_can_be_printed_for_an_import() {
    let output = Command::new(PROGRAM).arg("customers").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), ringcard_sim::customers_csv());
}

#[test]
fn an_asterisk_that_tells_of_its_calls_is_driven_from_the_command_line() {
    let mut child = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--hub", "http://127.0.0.1:9", "--ari", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let url = lines.map_while(Result::ok).find(|line| line.starts_with("Asterisk's own events")).expect("its address");
    let url = url.split_whitespace().last().expect("an address").trim_end_matches("/ari").to_owned();
    let served = Served { child, url };
    let act = |arguments: &[&str]| {
        let out = Command::new(PROGRAM).arg("asterisk").args(arguments).args(["--ari", &served.url]).output();
        let out = out.expect("the program runs");
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        said.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let caller = act(&["calls-in", "+573001234567", "--name", "MARIA"]).remove(0);
    assert!(act(&["queue", &caller, "soporte"]).is_empty());
    let devices = act(&["rings", &caller, "101", "--devices", "2"]);
    assert_eq!(devices.len(), 2);
    act(&["declines", &devices[0]]);
    act(&["answers", &devices[1]]);
    let [second, colleague] = act(&["asks", &devices[1], "102"]).try_into().expect("two channels");
    act(&["hands-over", &devices[1], &caller, &second, &colleague]);
    act(&["delivers", "swapped"]);
    act(&["misbehaves", "silent"]);
    act(&["misbehaves"]);
    act(&["restarts"]);
    let late =
        Command::new(PROGRAM).args(["asterisk", "answers", &caller, "--ari", &served.url]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&late.stderr), format!("ringcard-sim: there is no channel {caller}\n"));
}

#[test]
fn phones_stories_restarts_and_wrong_pushes_are_commanded_from_the_command_line() {
    let served = Served::start();
    assert_eq!(String::from_utf8_lossy(&served.run(&["ring", "--extension", "101", "--queue", "Sales"]).stdout), "1\n");
    for command in [
        &["leg", "1", "leaves", "101", "no_answer"][..],
        &["leg", "1", "rings-at", "102", "--passed-by", "101"],
        &["leg", "1", "picks-up", "102"],
        &["misbehave", "twice"],
        &["misbehave", "swapped", "--always"],
        &["misbehave"],
        &["story", "queue", "--step", "0"],
        &["restart"],
    ] {
        let done = served.run(command);
        assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    let over = served.run(&["leg", "1", "voicemail"]);
    assert_eq!(String::from_utf8_lossy(&over.stderr), "ringcard-sim: not possible while the call is over\n");
    let listed = String::from_utf8_lossy(&served.run(&["story"]).stdout).into_owned();
    assert!(listed.contains("transfer") && listed.contains("reused_ids"), "{listed}");
}

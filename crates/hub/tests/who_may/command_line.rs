//! `ringcard-hub agent token`, `tokens` and `revoke`, as an administrator types them.

use super::server::{Server, TOKEN};
use reqwest::blocking::Client;
use std::{path::Path, process::Command};
use tempfile::TempDir;

const SETTINGS: &str = r#"
[listen]
address = "127.0.0.1:0"
api_token = { env = "KILL_TOKEN" }
[[agent]]
name = "Ana Kiss/é"
extension = "101"
[[agent]]
name = "Béla"
"#;

const ANA: &str = "Ana Kiss/é";

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let home = TempDir::new().expect("a folder");
        std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
        Self(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// What a command says, and its exit code.
    fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
        command.args(args).env("RINGCARD_HOME", self.path()).env("KILL_TOKEN", TOKEN).env_remove("RUST_LOG");
        let output = command.output().expect("it runs");
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("UTF-8")).concat();
        (output.status.code(), said)
    }

    fn agent(&self, args: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["agent"], args].concat())
    }

    /// The token that is shown, and what is said of it.
    fn token(&self, args: &[&str]) -> (String, String) {
        let (code, said) = self.agent(&[&["token"], args].concat());
        assert_eq!(code, Some(0), "{said}");
        let (token, about) = said.split_once("\n\n").expect("the token stands by itself");
        (token.to_owned(), about.to_owned())
    }
}

/// What the hub says to a token.
fn status(server: &Server, token: &str) -> u16 {
    let http = Client::builder().no_proxy().build().expect("a client");
    http.get(format!("{}/v1/calls", server.base)).bearer_auth(token).send().expect("an answer").status().as_u16()
}

#[test]
fn a_token_made_before_the_hub_runs_is_good_when_it_does_and_revoked_at_once() {
    let home = Home::new();
    assert!(home.agent(&["token", "Cili"]).1.contains("There is no agent “Cili”"));
    let (before, said) = home.token(&[ANA]);
    assert!(said.contains("the token of Ana Kiss/é (role: agent)") && !said.contains("they had"), "{said}");
    assert!(home.agent(&["tokens"]).1.contains("Ana Kiss/é  agent, since 20"));

    let server = Server::start(home.path());
    assert_eq!(status(&server, &before), 200);
    let (fresh, said) = home.token(&[ANA, "--role", "lead"]);
    assert!(said.contains("(role: lead)") && said.contains("The token they had is good no longer"), "{said}");
    assert_eq!((status(&server, &before), status(&server, &fresh)), (401, 200));
    let (_, listed) = home.agent(&["tokens"]);
    assert!(listed.contains("Ana Kiss/é  lead, since 20") && listed.contains("Béla        no token"), "{listed}");
    assert!(!listed.contains(&fresh));

    assert_eq!(home.agent(&["revoke", ANA]), (Some(0), "The token of Ana Kiss/é is good no longer.\n".into()));
    assert_eq!(status(&server, &fresh), 401);
    assert_eq!(home.agent(&["revoke", ANA]), (Some(1), "ringcard-hub: Ana Kiss/é has no token.\n".into()));

    let (of_bela, _) = home.token(&["Béla"]);
    let (code, said) = home.agent(&["remove", "Béla"]);
    assert!(code == Some(0) && said.contains("Their token is good no longer."), "{said}");
    assert_eq!(status(&server, &of_bela), 401);
    drop(server);
    let kept = std::fs::read_to_string(home.path().join("agent-tokens.json")).expect("the file is there");
    assert!(!kept.contains("Béla") && !kept.contains("rca_"), "{kept}");
}

#[test]
fn check_says_that_a_team_shares_one_token_or_who_has_none() {
    let home = Home::new();
    let (_, said) = home.run(&["check"]);
    assert!(said.contains(" risk  Desks may come with the API token"), "{said}");
    let settings = SETTINGS.replace("[listen]", "[listen]\nshared_token = false");
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    home.token(&[ANA]);
    let (_, said) = home.run(&["check"]);
    assert!(!said.contains("Desks may come with"), "{said}");
    assert!(said.contains(" note  Béla has no token") && !said.contains("Kiss/é has no token"), "{said}");
    std::fs::write(home.path().join("agent-tokens.json"), "[").expect("written");
    let (code, said) = home.run(&["check"]);
    assert!(code == Some(1) && said.contains("agent-tokens.json cannot be read"), "{said}");
}

//! The real `ringcard-hub`, run as an administrator runs it: what it says, and its exit codes.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A `RINGCARD_HOME` of its own.
struct Home(TempDir);

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn with(hub: &str) -> Self {
        let home = Self::new();
        home.write("hub.toml", hub);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(&path, text).expect("written");
        path.to_str().expect("a plain path").to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
        command.args(args).env("RINGCARD_HOME", self.0.path()).env("A_SECRET", "a-secret-of-this-test");
        for variable in ["RINGCARD_API_TOKEN", "RUST_LOG", "STATE_DIRECTORY"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, "")
    }

    fn run_with(&self, args: &[&str], input: &str) -> Said {
        let mut child = self.command(args).spawn().expect("the program starts");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        said(child.wait_with_output().expect("it ends"))
    }
}

fn said(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// An account that is complete; the hub listens on any free port.
const ONE_ACCOUNT: &str = r#"
[locale]
country = "HU"

[listen]
address = "127.0.0.1:0"
api_token = { file = "secrets/api-token" }

[[agent]]
name = "Ana Kiss"
extension = "101"

[[account]]
name = "pbx"
connector = "vipex"
api_url = "https://pbx.example.com/api"
user = "crm"
password = { file = "secrets/pbx" }
push_key = { file = "secrets/push" }
"#;

fn whole() -> Home {
    let home = Home::with(ONE_ACCOUNT);
    for (name, secret) in
        [("api-token", "a-token-that-is-long-enough\n"), ("pbx", "hunter2\n"), ("push", "push-key-42\n")]
    {
        let path = home.write(&format!("secrets/{name}"), secret);
        only_for_the_owner(&path);
    }
    home
}

#[cfg(unix)]
fn only_for_the_owner(path: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("chmod");
}

#[cfg(not(unix))]
fn only_for_the_owner(_path: &str) {}

#[test]
fn a_command_that_is_not_understood_ends_with_2() {
    let home = Home::new();
    for args in [&["serv"][..], &[], &["agent", "add"], &["profile", "check", "x.toml", "--kind", "incoming"]] {
        let said = home.run(args);
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
        assert!(said.err.contains("Usage:"), "{args:?}: {}", said.err);
    }
}

#[test]
fn check_finds_nothing_wrong_with_a_first_start_and_says_what_is_missing() {
    let said = Home::new().run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    for sentence in ["There is no settings file", "There are no agents", "There is no [[account]]", "Nothing is wrong."]
    {
        assert!(said.out.contains(sentence), "{sentence}\n{}", said.out);
    }
}

#[test]
fn check_says_that_a_whole_set_up_is_right_and_shows_no_secret() {
    let said = whole().run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    for sentence in
        ["hub.toml is understood.", "Account pbx is set up.", "The API token is there.", "There is one agent."]
    {
        assert!(said.out.contains(sentence), "{sentence}\n{}", said.out);
    }
    let all = said.out + &said.err;
    for secret in ["hunter2", "push-key-42", "a-token-that"] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[test]
fn check_finds_every_problem_of_the_file_with_its_place() {
    let home = Home::with("[agnet]\nname = \"Ana\"\n\n[calls]\nring_expires_seconds = 1\n");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("hub.toml:1:2: `agnet` is no table of this file: did you mean `agent`?"), "{}", said.out);
    assert!(said.out.contains("hub.toml:5:24: `ring_expires_seconds` must be a whole number from 10"), "{}", said.out);
    assert!(said.out.ends_with("2 things are wrong.\n"), "{}", said.out);
}

#[test]
fn check_finds_secrets_that_are_not_there_profiles_that_are_broken_and_databases_that_are_damaged() {
    let home = whole();
    fs::remove_file(home.path("secrets/pbx")).expect("removed");
    home.write("profiles/mine.toml", "id = \"mine\"\nnonsense = 1\n");
    home.write("calls.db", "this is no database, and long enough to be read as one");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("Account pbx: There is no secret in the file secrets/pbx."), "{}", said.out);
    assert!(said.out.contains("mine.toml:"), "{}", said.out);
    assert!(said.out.contains("calls.db cannot be read: file is not a database."), "{}", said.out);
    assert_eq!(home.read("calls.db").len(), 54, "check changes nothing");
}

// The modes that are looked at are unix's; lists are tried in `own_files/list/tests.rs`.
#[cfg(unix)]
#[test]
fn check_names_what_is_risky_and_fails_for_it_only_where_it_is_asked_to() {
    use std::os::unix::fs::PermissionsExt;
    let home = whole();
    let file = home.write(
        "hub.toml",
        &ONE_ACCOUNT
            .replace("127.0.0.1:0", "0.0.0.0:0")
            .replace(
                "https://pbx.example.com/api\"",
                "http://pbx.example.com/api\"\nallow_http = true\npush_proof = \"none\"",
            )
            .replace("push_key = { file = \"secrets/push\" }\n", ""),
    );
    only_for_the_owner(&home.write("secrets/api-token", "changeme\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("chmod");
    fs::set_permissions(home.path("secrets/pbx"), fs::Permissions::from_mode(0o644)).expect("chmod");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    for sentence in [
        " risk  [listen] address 0.0.0.0:0 can be reached from other machines",
        " risk  Account pbx: api_url http://pbx.example.com is not encrypted",
        " risk  Account pbx: Pushes carry no key, so only programs on this machine are listened to",
        " risk  The API token is one of the first that are tried",
        "risk  Others on this machine can change ",
        "/hub.toml: chmod 640 ",
        "/secrets/pbx: chmod 600 ",
        "Nothing is wrong. ",
        " things are risky.",
    ] {
        assert!(said.out.contains(sentence), "{sentence}: {}", said.out);
    }
    assert!(!said.out.contains("hunter2") && !said.out.contains("changeme"), "{}", said.out);
    assert_eq!(home.run(&["check", "--strict"]).code, Some(1));
}

// By modes: Windows has lists instead, tried in `own_files/windows/tests.rs`.
#[cfg(unix)]
#[test]
fn check_names_a_secret_that_everybody_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let home = whole();
    fs::set_permissions(home.path("secrets/pbx"), fs::Permissions::from_mode(0o644)).expect("chmod");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("Everybody on this machine can read"), "{}", said.out);
}

#[test]
fn a_settings_file_that_was_named_must_be_there() {
    let said = Home::new().run(&["check", "--config", "/nowhere/hub.toml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert_eq!(said.err, "ringcard-hub: There is no settings file /nowhere/hub.toml.\n");
}

#[test]
fn agents_come_and_go_and_the_rest_of_the_file_stays() {
    let home = Home::with("# our hub\n[locale]\ncountry = \"HU\" # Hungary\n");
    assert!(home.run(&["agent", "list"]).out.contains("There are no agents yet"));
    let added = home.run(&["agent", "add", "Ana Kiss", "--extension", "101", "--line", "06 1 234 5678"]);
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(added.out.contains("Added Ana Kiss"), "{}", added.out);
    assert_eq!(home.run(&["agent", "add", "Béla"]).code, Some(0));
    assert_eq!(home.run(&["agent", "list"]).out, "Ana Kiss  101  06 1 234 5678\nBéla      -    all lines\n");
    assert!(home.read("hub.toml").starts_with("# our hub\n[locale]\ncountry = \"HU\" # Hungary\n"));

    let again = home.run(&["agent", "add", "Ana Kiss"]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("There is an agent “Ana Kiss” already."), "{}", again.err);
    let unreadable = home.run(&["agent", "add", "Cili", "--line", "abc"]);
    assert_eq!(unreadable.code, Some(1));
    assert!(unreadable.err.contains("“abc”, which is no phone number"), "{}", unreadable.err);

    assert_eq!(home.run(&["agent", "remove", "Béla"]).code, Some(0));
    assert_eq!(home.run(&["agent", "list"]).out, "Ana Kiss  101  06 1 234 5678\n");
    let gone = home.run(&["agent", "remove", "Béla"]);
    assert_eq!((gone.code, gone.err.as_str()), (Some(1), "ringcard-hub: There is no agent “Béla”.\n"));
}

#[test]
fn a_broken_file_is_not_touched_by_adding_an_agent() {
    let home = Home::with("[[agent]\nname = \"half");
    let said = home.run(&["agent", "add", "Ana"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("hub.toml:1:"), "{}", said.err);
    assert_eq!(home.read("hub.toml"), "[[agent]\nname = \"half");
}

#[test]
fn profiles_are_listed_with_what_an_account_takes() {
    let home = Home::new();
    let said = home.run(&["profile", "list"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("vipex  VIPeX") && said.out.contains("api_url"), "{}", said.out);
    home.write("profiles/broken.toml", "id = 7\n");
    let said = home.run(&["profile", "list"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("vipex  VIPeX") && said.out.contains("cannot be used: "), "{}", said.out);
}

#[test]
fn check_tries_the_folder_that_serve_would_need() {
    let home = whole();
    home.write("a-file", "in the way");
    let with = |folder: &str| home.write("hub.toml", &format!("data_dir = \"{folder}\"\n{ONE_ACCOUNT}"));
    with("a-file/data");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(
        said.out.contains("wrong  The folder") && said.out.contains("choose another with data_dir"),
        "{}",
        said.out
    );
    assert_eq!(home.run(&["serve"]).code, Some(1), "serve says the same");

    with("not/there/yet");
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("is not there yet: the hub makes it"), "{}", said.out);
    assert!(!home.path("not").exists(), "check leaves nothing behind");
}

// By modes: on Windows who may write is a list's matter.
#[cfg(unix)]
#[test]
fn check_says_that_a_folder_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let home = whole();
    fs::create_dir(home.path("data")).expect("a folder");
    fs::set_permissions(home.path("data"), fs::Permissions::from_mode(0o500)).expect("chmod");
    if fs::write(home.path("data/probe"), "").is_ok() {
        return; // whoever may do everything is not refused
    }
    home.write("hub.toml", &format!("data_dir = \"data\"\n{ONE_ACCOUNT}"));
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.out.contains("may not be written"), "{}", said.out);
}

#[test]
fn check_says_that_another_program_has_the_address() {
    let home = whole();
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("bound");
    home.write("hub.toml", &ONE_ACCOUNT.replace("127.0.0.1:0", &address.to_string()));
    let said = home.run(&["check"]);
    assert_eq!(said.code, Some(1), "serve would not start: {}", said.out);
    assert!(said.out.contains(&format!("The address {address} cannot be used")), "{}", said.out);
}

#[test]
fn an_account_is_tried_as_the_button_does() {
    let home = whole();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    home.write("hub.toml", &ONE_ACCOUNT.replace("https://pbx.example.com", &format!("http://{nobody}")));
    for args in [&["test", "pbx"][..], &["test"]] {
        let said = home.run(args);
        assert_eq!(said.code, Some(1), "{} {}", said.out, said.err);
        assert!(said.out.starts_with("pbx\n") && said.out.contains("wrong  connect: "), "{}", said.out);
        assert!(!said.out.contains("hunter2"), "{}", said.out);
    }
    let said = home.run(&["test", "nobody"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("There is no account “nobody”; known are pbx."), "{}", said.err);
}

#[test]
fn a_profile_that_comes_with_the_program_is_checked_by_its_id() {
    let home = Home::with("[locale]\ncountry = \"HU\"\n");
    let checked = home.run(&["profile", "check", "asterisk-ari"]);
    for said in
        ["asterisk-ari is a profile.", "asks whether a call is going on: GET", "reads of a push: caller,", "leg_id"]
    {
        assert!(checked.out.contains(said), "{said}: {}", checked.out);
    }
    let push = "GET /in/pbx/incoming?caller=%252B36305550103&called=0615550100&extension=PJSIP/101-0000003f HTTP/1.1";
    let read = home.run_with(&["profile", "check", "vipex", "--country", "HU", "--sample", "-"], push);
    assert!(read.out.contains("+36 30 555 0103 calls +36 1 555 0100"), "{}", read.out);
    assert!(read.out.contains("101  (from `extension`)"), "{}", read.out);
    assert_ne!(home.run(&["profile", "check", "no-such"]).code, Some(0));
}

#[test]
fn a_profile_is_checked_and_a_sample_is_read_with_it() {
    let home = Home::with("[locale]\ncountry = \"HU\"\n");
    let vipex = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../connect/profiles/vipex.toml"));
    let profile = home.write("my-pbx.toml", &vipex.expect("the built-in profile"));
    let checked = home.run(&["profile", "check", &profile]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    assert!(checked.out.contains("my-pbx.toml is a profile."), "{}", checked.out);

    let sample = home.write("push.txt", "caller=06301234567&called=0612345678");
    let read = home.run(&["profile", "check", &profile, "--sample", &sample, "--kind", "incoming"]);
    assert_eq!(read.code, Some(0), "{}{}", read.out, read.err);
    assert!(read.out.contains("+36 30 123 4567 calls +36 1 234 5678"), "{}", read.out);

    let request = "POST /in/pbx/incoming HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"caller\":\"2015550123\",\"called\":\"100\"}";
    let read = home.run_with(&["profile", "check", &profile, "--sample", "-", "--country", "US"], request);
    assert_eq!(read.code, Some(0), "{}{}", read.out, read.err);
    assert!(read.out.contains("+1 201-555-0123"), "{}", read.out);

    let unread = home.run_with(&["profile", "check", &profile, "--sample", "-"], "{\"caller\": ");
    assert_eq!(unread.code, Some(1), "{}", unread.out);
    assert!(unread.out.contains("refused"), "{}", unread.out);
}

#[test]
fn a_profile_is_shown_and_confirmed_before_an_account_uses_it() {
    let home = Home::with(
        "[[account]]\nname = \"pbx\"\nconnector = \"acme\"\napi_url = \"https://api.acme.example\"\ntoken = { env = \"A_SECRET\" }\npush_key = { env = \"A_SECRET\" }\n",
    );
    home.write("profiles/acme.toml", include_str!("../../../docs/profiles/acme.toml"));
    let checked = home.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{}", checked.out);
    assert!(checked.out.contains("Account pbx: This description must be looked at first: "), "{}", checked.out);

    let shown = home.run(&["profile", "show", "acme"]);
    assert_eq!(shown.code, Some(0), "{}{}", shown.out, shown.err);
    for part in [
        "not confirmed: it is not used",
        "starts calls: POST to the address you set in “Address of the API” (api_url)",
        "sends the secret “API token” (token), as the sign-in",
        "tests the sign-in: GET to",
        "proved by “Push key” (push_key)",
    ] {
        assert!(shown.out.contains(part), "{part} is not in\n{}", shown.out);
    }
    // the guide prints what is printed
    let guide = include_str!("../../../docs/profiles.md");
    let printed = shown.out.lines().filter(|line| !line.contains("file ") && !line.contains("sha256 "));
    printed.for_each(|line| assert!(guide.contains(line), "the guide should show: {line}"));

    assert_eq!(home.run(&["profile", "confirm", "acme"]).code, Some(0));
    let checked = home.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    assert!(checked.out.contains("Account pbx is set up."), "{}", checked.out);

    let builtin = home.run(&["profile", "show", "vipex"]);
    assert!(
        builtin.out.contains("built in") && builtin.out.contains("may take pushes without proof"),
        "{}",
        builtin.out
    );
    for (profile, why) in [("vipex", "nothing to confirm"), ("none", "There is no profile none")] {
        let refused = home.run(&["profile", "confirm", profile]);
        assert!(refused.code == Some(1) && refused.err.contains(why), "{}", refused.err);
    }
}

#[test]
fn check_says_that_a_profile_of_before_was_taken_over() {
    let home = Home::with(
        "[[account]]\nname = \"pbx\"\nconnector = \"acme\"\napi_url = \"https://api.acme.example\"\ntoken = { env = \"A_SECRET\" }\npush_key = { env = \"A_SECRET\" }\n",
    );
    home.write("profiles/acme.toml", include_str!("../../../docs/profiles/acme.toml"));
    home.write("calls.db", "");
    let checked = home.run(&["check"]);
    assert!(checked.out.contains("Account pbx is set up."), "{}", checked.out);
    assert!(
        checked.out.contains("The profile acme was in use before profiles were confirmed, and goes on"),
        "{}",
        checked.out
    );
    assert!(!home.path("profiles.json").exists(), "check writes nothing");
}

#[test]
fn a_profile_that_is_wrong_is_said_with_its_place() {
    let home = Home::new();
    let profile = home.write("my-pbx.toml", "id = \"my-pbx\"\nnonsense = 1\n");
    let said = home.run(&["profile", "check", &profile]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.contains("my-pbx.toml:"), "{}", said.err);
    let missing = home.run(&["profile", "check", "/nowhere.toml"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("/nowhere.toml cannot be read"), "{}", missing.err);
}

#[test]
fn customers_are_imported_once_and_exported() {
    let home = Home::with("[locale]\ncountry = \"HU\"\n");
    let file = home
        .write("customers.csv", "Name;Cell;Region\nMaría López;06 30 123 4567;West\nKovács Béla;06 1 234 5678;East\n");
    let mapped = ["--column", "Cell=mobile", "--column", "Region=field:Region"];
    let import = |more: &[&str]| home.run(&[&["customers", "import", file.as_str()], &mapped[..], more].concat());
    let preview = import(&["--preview"]);
    assert_eq!(preview.code, Some(0), "{}", preview.err);
    assert!(preview.out.contains("field:Region") && preview.out.contains("mobile"), "{}", preview.out);

    let first = import(&[]);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert!(first.out.contains("2 read, 2 new"), "{}", first.out);
    let second = import(&[]);
    assert!(second.out.contains("2 read, 0 new, 0 changed, 2 unchanged"), "{}", second.out);

    let out = home.path("out.csv");
    let exported = home.run(&["customers", "export", out.to_str().expect("a plain path")]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    assert!(exported.out.contains("Wrote 2 customers"), "{}", exported.out);
    let text = home.read("out.csv");
    assert!(text.contains("María López") && text.contains("West"), "{text}");

    let column = home.run(&["customers", "import", &file, "--column", "Phone=mobile"]);
    assert_eq!(column.code, Some(1));
    assert!(column.err.contains("There is no column “Phone”: there are Name, Cell, Region."), "{}", column.err);
    let target = home.run(&["customers", "import", &file, "--column", "Cell=cellular"]);
    assert!(target.err.contains("“cellular” is nothing a column can become"), "{}", target.err);
    let format = home.run(&["customers", "export", "customers.txt"]);
    assert!(format.err.contains("Say --format csv, excel or vcard"), "{}", format.err);
}

#[test]
fn serve_says_what_keeps_it_from_starting() {
    let broken = Home::with("[agent\n").run(&["serve"]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.err.contains("hub.toml:1:"), "{}", broken.err);

    let home = whole();
    fs::remove_file(home.path("secrets/api-token")).expect("removed");
    let token = home.run(&["serve"]);
    assert_eq!(token.code, Some(1));
    assert!(token.err.contains("There is no secret in the file secrets/api-token"), "{}", token.err);

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let home = Home::with(&format!("[listen]\naddress = \"{address}\"\n"));
    let in_use = home.run(&["serve"]);
    assert_eq!(in_use.code, Some(1));
    assert!(in_use.err.contains(&format!("The address {address} is already in use")), "{}", in_use.err);
}

/// Ends the hub even where a test fails.
struct Running {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    base: String,
}

impl Running {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["serve"]);
        #[cfg(windows)]
        Self::in_a_console(&mut command);
        let mut child = command.spawn().expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let mut running = Self { child, log, base: String::new() };
        let mut before = String::new();
        while running.base.is_empty() {
            let mut line = String::new();
            assert!(running.log.read_line(&mut line).expect("a log") > 0, "it ended early:\n{before}");
            if let Some((_, address)) = line.trim().split_once("listening on ") {
                running.base = address.to_owned();
            }
            before.push_str(&line);
        }
        running
    }

    fn terminate(&mut self) -> (Option<i32>, String) {
        self.ask_to_stop();
        let mut log = String::new();
        self.log.read_to_string(&mut log).expect("the rest of the log");
        (self.child.wait().expect("it ends").code(), log)
    }
}

impl Running {
    #[cfg(unix)]
    fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
    }

    /// What ends it must not end these tests.
    #[cfg(windows)]
    fn in_a_console(command: &mut Command) {
        use std::os::windows::process::CommandExt;
        use windows_sys::Win32::System::{Console::AllocConsole, Threading::CREATE_NEW_PROCESS_GROUP};
        // SAFETY: it takes nothing. Where the tests are in a console it does nothing; else the program would be in none.
        #[allow(unsafe_code)]
        unsafe {
            AllocConsole()
        };
        command.creation_flags(CREATE_NEW_PROCESS_GROUP);
    }

    /// As Ctrl-Break does, which alone can be sent to one program of a console.
    #[cfg(windows)]
    fn ask_to_stop(&self) {
        use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent};
        // SAFETY: two numbers; the program is the first of a group of its own.
        #[allow(unsafe_code)]
        let told = unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, self.child.id()) };
        assert_ne!(told, 0, "{}", std::io::Error::last_os_error());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_takes_pushes_opens_rest_by_token_and_stops_when_it_is_told() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let home = whole();
    let mut hub = Running::start(&home);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let get = async |path: &str, token: &str| {
        let answer = http.get(format!("{}{path}", hub.base)).bearer_auth(token).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    };
    assert_eq!(get("/healthz", "").await.0, 200);
    let push = "/in/pbx/incoming?caller=06301234567&called=0612345678&apikey";
    assert_eq!(get(&format!("{push}=wrong"), "").await.0, 401);
    assert_eq!(get(&format!("{push}=push-key-42"), "").await, (200, String::new()));
    assert_eq!(get("/v1/calls", "wrong").await.0, 401);
    let (status, calls) = get("/v1/calls", "a-token-that-is-long-enough").await;
    assert_eq!(status, 200, "{calls}");
    assert!(calls.contains("+36301234567"), "{calls}");

    let said = home.run(&["test", "pbx"]);
    assert!(said.out.starts_with("pbx\n"), "the running hub tries it: {} {}", said.out, said.err);

    let (code, log) = hub.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
    let address = format!("account pbx: the PBX pushes to {}/in/pbx/incoming ", hub.base);
    assert!(log.contains(&address), "where pushes go is said: {log}");
    for hidden in ["hunter2", "push-key-42", "a-token-that", "301234567"] {
        assert!(!log.contains(hidden), "{log}");
    }
    // What was answered is there after the next start.
    let again = Running::start(&home);
    let answer = http.get(format!("{}/v1/calls", again.base)).bearer_auth("a-token-that-is-long-enough").send().await;
    assert!(answer.expect("an answer").text().await.expect("a body").contains("+36301234567"));
}

//! Somebody signs in to a system in their browser, which comes back to this machine.

use async_trait::async_trait;
use ringcard_connect::{
    KeepSecret, NewAccount, Registry, SignIn, System,
    sign_in::{Begun, RETURN_PATH},
};
use ringcard_core::number::DialPlan;
use ringcard_hub::{
    hosts::Hosts,
    secrets::{InMemory, SecretStore},
    sign_in::{SignInFailure, SignIns, SigningIn},
};
use ringcard_sim::zendesk::{Consent, ZendeskConfig, ZendeskSim};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

/// An account that people sign in to, at a free port, and the system behind it.
async fn account(consent: Consent) -> (ZendeskSim, System) {
    let sim = ZendeskSim::start(ZendeskConfig::default()).await.expect("the simulator starts");
    sim.adjust(|config| config.oauth.consent = consent);
    let values = [
        ("api_url", toml::Value::from(sim.base_url())),
        ("sign_in", "oauth".into()),
        ("oauth_client_id", "ringcard".into()),
        ("oauth_port", 0.into()),
    ];
    let account = NewAccount {
        name: "crm".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        secrets: BTreeMap::new(),
        plan: DialPlan::new("HU").expect("a country"),
    };
    let registry = Registry::builtin();
    let system =
        registry.find("zendesk").expect("it is there").set_up(account).unwrap_or_else(|error| panic!("{error}"));
    (sim, system)
}

fn sign_in(system: &System) -> Arc<dyn SignIn> {
    system.sign_in.clone().expect("people sign in to it")
}

fn keep(system: &System, store: &InMemory) {
    let hosts: Hosts = system.origins.iter().cloned().collect();
    sign_in(system).keep_in(store.keeper("crm", &hosts).expect("a place"));
}

/// One GET, as a browser sends it; the head and body of the answer.
async fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("an address");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).await.expect("it listens");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept-Language: hu\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("read");
    answer
}

/// Where the system sends the browser.
async fn sent_back(url: &str) -> String {
    let answer = get(url).await;
    let location =
        answer.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("location")));
    location.expect("it goes back").1.trim().to_owned()
}

#[tokio::test]
async fn who_agrees_is_signed_in_and_only_this_sign_ins_answer_counts() {
    let (sim, system) = account(Consent::Grants).await;
    let store = InMemory::default();
    keep(&system, &store);
    let waiting = SigningIn::begin(sign_in(&system)).await.expect("it listens");
    let back = sent_back(waiting.url()).await;
    let base = back.split('?').next().expect("an address").to_owned();
    assert!(base.starts_with("http://127.0.0.1:") && base.ends_with(RETURN_PATH), "{base}");
    let finishing = tokio::spawn(waiting.finish());
    // A browser that connects ahead and says nothing, and what others send: none of it ends the sign-in.
    let host = base.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    let _silent = TcpStream::connect(&host).await.expect("it listens");
    let other = get(&format!("{base}?code=stolen&state=guessed")).await;
    assert!(other.starts_with("HTTP/1.1 400 ") && !other.contains("stolen"), "{other}");
    assert!(get(&format!("http://{host}/favicon.ico")).await.starts_with("HTTP/1.1 404 "));
    let page = get(&back).await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("Bejelentkezett"), "{page}");
    assert!(page.contains("default-src 'none'") && page.contains("no-store") && !page.contains("code-"), "{page}");
    finishing.await.expect("it ends").expect("signed in");
    assert_eq!(sim.tokens_made(), 1);
    let hosts: Hosts = system.origins.iter().cloned().collect();
    assert!(store.keeper("crm", &hosts).expect("a place").read().await.expect("readable").is_some());
    let elsewhere = store.keeper("crm", &Hosts::of_url("https://evil.example")).expect("a place");
    assert!(elsewhere.read().await.expect("readable").is_none(), "it is for the host it was given for");
}

#[tokio::test]
async fn who_denies_is_told_so_and_nothing_is_kept() {
    let (sim, system) = account(Consent::Denies).await;
    keep(&system, &InMemory::default());
    let waiting = SigningIn::begin(sign_in(&system)).await.expect("it listens");
    let back = sent_back(waiting.url()).await;
    let (_, done) = tokio::join!(get(&back), waiting.finish());
    assert_eq!((done, sim.tokens_made()), (Err(SignInFailure::Denied), 0));
}

#[tokio::test]
async fn a_second_sign_in_ends_the_first() {
    let (_sim, system) = account(Consent::Grants).await;
    keep(&system, &InMemory::default());
    let sign_ins = Arc::new(SignIns::default());
    let (tell, told) = oneshot::channel();
    let first = {
        let (sign_ins, sign_in) = (sign_ins.clone(), sign_in(&system));
        tokio::spawn(async move {
            let open = |url: &str| tell.send(url.to_owned()).map_err(|_| "nobody looks".to_owned());
            sign_ins.run(sign_in, open).await
        })
    };
    told.await.expect("the browser opens");
    let (tell, told) = oneshot::channel();
    let second = {
        let (sign_ins, sign_in) = (sign_ins.clone(), sign_in(&system));
        tokio::spawn(async move {
            let open = |url: &str| tell.send(url.to_owned()).map_err(|_| "nobody looks".to_owned());
            sign_ins.run(sign_in, open).await
        })
    };
    assert_eq!(first.await.expect("it ends"), Err(SignInFailure::Ended));
    let back = sent_back(&told.await.expect("the browser opens")).await;
    get(&back).await;
    second.await.expect("it ends").expect("signed in");
}

#[tokio::test]
async fn the_address_at_which_a_browser_elsewhere_ended_can_be_typed() {
    let (sim, system) = account(Consent::Grants).await;
    keep(&system, &InMemory::default());
    let waiting = SigningIn::begin(sign_in(&system)).await.expect("it listens");
    let back = sent_back(waiting.url()).await;
    waiting.finish_or(async { format!(" {back}\n") }).await.expect("signed in");
    let waiting = SigningIn::begin(sign_in(&system)).await.expect("it listens");
    let failed = waiting.finish_or(async { back }).await;
    assert!(matches!(failed, Err(SignInFailure::Failed(_))), "another sign-in's address: {failed:?}");
    assert_eq!(sim.tokens_made(), 1);
}

/// Signs in to nothing, at a port that somebody chose.
struct AtPort(u16);

#[async_trait]
impl SignIn for AtPort {
    fn keep_in(&self, _: Arc<dyn KeepSecret>) {}

    fn port(&self) -> u16 {
        self.0
    }

    fn begin(&self, _: &str) -> Begun {
        unreachable!("the port is taken")
    }

    async fn finish(&self, _: Begun, _: &str) -> Result<(), String> {
        unreachable!("nobody comes back")
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_said() {
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let failure = SigningIn::begin(Arc::new(AtPort(port))).await.err().expect("it is taken");
    assert!(matches!(failure, SignInFailure::Port { port: said, .. } if said == port));
    assert!(failure.to_string().contains(&port.to_string()), "{failure}");
}

#[tokio::test]
async fn without_a_place_to_keep_it_nobody_is_signed_in() {
    let (sim, system) = account(Consent::Grants).await;
    let waiting = SigningIn::begin(sign_in(&system)).await.expect("it listens");
    let back = sent_back(waiting.url()).await;
    let (page, done) = tokio::join!(get(&back), waiting.finish());
    assert!(matches!(done, Err(SignInFailure::Failed(_))) && page.contains("nem sikerült"), "{done:?} {page}");
    assert_eq!(sim.tokens_made(), 0);
}

/// Whether there is a file of this name in the folder or one of those in it.
fn has_file(folder: &Path, name: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => has_file(&path, name),
        false => path.file_name().is_some_and(|found| found == name),
    })
}

#[tokio::test]
async fn an_administrator_signs_in_on_a_server() {
    let (sim, _) = account(Consent::Grants).await;
    let home = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "[locale]\ncountry = \"HU\"\n[[account]]\nname = \"crm\"\nconnector = \"zendesk\"\napi_url = \"{}\"\n\
         sign_in = \"oauth\"\noauth_client_id = \"ringcard\"\noauth_port = 0\n",
        sim.base_url()
    );
    std::fs::write(home.path().join("hub.toml"), settings).expect("settings");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
    command.args(["sign-in", "crm"]).env("RINGCARD_HOME", home.path()).env_remove("RUST_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("it runs");
    let told = BufReader::new(running.stderr.take().expect("it says something"));
    let address = tokio::task::spawn_blocking(move || {
        told.lines().map_while(Result::ok).find(|line| line.trim().starts_with("http://"))
    });
    let address = address.await.expect("read").expect("an address to open");
    let back = sent_back(address.trim()).await;
    get(&back).await;
    let done = tokio::task::spawn_blocking(move || running.wait_with_output()).await.expect("it ends").expect("it ran");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("The account crm is signed in"), "{said}");
    assert!(has_file(home.path(), "crm") && !said.contains("sim-access"), "{said}");
}

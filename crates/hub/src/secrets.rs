//! Where passwords, keys and tokens are kept: never in a settings file, which only says where to find them.
//!
//! A settings file holds a [`SecretRef`]; a [`SecretStore`] turns it into the secret. The desktop app keeps secrets in
//! the platform's keyring (its own store, in the shell); a server and a machine without a keyring use [`EnvAndFiles`].
//! Nothing here prints a secret: [`SecretString`] shows nothing in `Debug`, and a failure names the place only.

use crate::{
    hosts::{Hosts, unbind},
    logs,
    own_files::{self, NewFile},
};
use async_trait::async_trait;
use ringcard_connect::{KeepSecret, named};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use thiserror::Error;

/// Longer than any password or token; a bigger file is the wrong file.
pub const MAX_SECRET_BYTES: u64 = 16 * 1024;

/// A key or token of fewer characters may be guessed by somebody who tries.
pub const SHORTEST: usize = 16;

/// The folder of what sign-ins in the browser brought, in a server's data folder.
pub const SIGN_INS: &str = "sign-ins";

/// Whether a key or token of ours with so many characters is too short.
pub fn is_short(characters: usize) -> bool {
    characters < SHORTEST
}

/// Where a secret is kept: `{ keyring = "pbx" }`, `{ env = "PBX_PASSWORD" }` or `{ file = "/run/credentials/pbx" }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// An entry of the platform's keyring, under Ringcard's name.
    Keyring(String),
    /// An environment variable.
    Env(String),
    /// A file with nothing else in it; a relative path starts at the settings file's folder.
    File(PathBuf),
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring(name) => write!(f, "the keyring entry “{name}”"),
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// Why a secret could not be read or kept. Each sentence says what to do; none holds the secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretFailure {
    /// Nothing is kept there.
    #[error("There is no secret in {place}. {advice}")]
    Missing { place: SecretRef, advice: &'static str },
    /// The place itself does not exist here: a server has no keyring, some desktops neither.
    #[error(
        "This machine has no keyring that Ringcard can use ({detail}). Install or start one (GNOME Keyring, KWallet), \
         or keep the secret in an environment variable or a file: write {{ env = \"NAME\" }} or {{ file = \"PATH\" }} \
         in the settings file. See docs/settings.md, “Secrets”."
    )]
    NoKeyring { detail: String },
    #[error("The keyring is locked. Unlock it (it usually opens when you sign in), then try again.")]
    Locked,
    /// There is something, and it cannot be a secret or cannot be read.
    #[error("The secret in {place} cannot be used: {detail}")]
    Unusable { place: SecretRef, detail: String },
    /// It was given for another host than it would be sent to now.
    #[error(
        "The secret in {place} was entered for {given_for}, and is not sent to {now}. If that address is right, type the \
         secret in again under Settings, or put it into the keyring again."
    )]
    OtherHost { place: SecretRef, given_for: Hosts, now: Hosts },
    /// This kind of place is filled by a person, not by Ringcard.
    #[error(
        "Ringcard does not write secrets into environment variables or files: put it there yourself, and name the place in the settings file."
    )]
    ReadOnly,
}

/// A place for secrets. Implementations never block the runtime (a keyring may wait for a person).
#[async_trait]
pub trait SecretStore: Send + Sync {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure>;

    /// Keeps a secret under a name and says where it is to be found from now on.
    async fn write(&self, name: &str, secret: SecretString) -> Result<SecretRef, SecretFailure>;

    /// The secret, to be sent to these hosts. A place that Ringcard fills knows the hosts a secret was given for, and
    /// gives it out for no others; one that a person fills means what the settings say.
    async fn read_for(&self, place: &SecretRef, hosts: &Hosts) -> Result<SecretString, SecretFailure> {
        let _ = hosts;
        self.read(place).await
    }

    /// Keeps a secret that may be sent to these hosts.
    async fn write_for(&self, name: &str, secret: SecretString, hosts: &Hosts) -> Result<SecretRef, SecretFailure> {
        let _ = hosts;
        self.write(name, secret).await
    }

    /// Forgets a secret; one that is not there is forgotten already. Places that a person fills are left alone.
    async fn delete(&self, place: &SecretRef) -> Result<(), SecretFailure>;

    /// Whether secrets can be written and read here, tried with a throw-away one.
    async fn check(&self) -> Result<(), SecretFailure>;

    /// Where this account keeps what a sign-in in the browser brings, to be sent to these hosts only; absent: there is no
    /// such place here.
    fn keeper(&self, account: &str, hosts: &Hosts) -> Option<Arc<dyn KeepSecret>> {
        let _ = (account, hosts);
        None
    }

    /// Forgets what a sign-in brought.
    async fn forget_sign_in(&self, account: &str) -> Result<(), SecretFailure> {
        self.delete(&SecretRef::Keyring(signed_in(account))).await
    }
}

/// How names of what sign-ins brought end.
const SIGNED_IN: &str = ".signed_in";

/// The name under which what a sign-in to this account brought is kept.
fn signed_in(account: &str) -> String {
    format!("{account}{SIGNED_IN}")
}

/// From now on no log line shows what is kept under this name. What a sign-in brought is exchanged many times a day: what it
/// was before is forgotten, and each of its tokens is a secret by itself.
pub fn hide(name: &str, kept: &SecretString) {
    let (secret, _) = unbind(kept);
    if !name.ends_with(SIGNED_IN) {
        return logs::hide(&secret);
    }
    let parts: BTreeMap<String, serde_json::Value> = serde_json::from_str(secret.expose_secret()).unwrap_or_default();
    logs::hide_newest(name, parts.values().filter_map(serde_json::Value::as_str).chain([secret.expose_secret()]));
}

/// Keeps what a sign-in brought in a store that Ringcard fills.
pub struct KeptIn<S> {
    store: S,
    name: String,
    hosts: Hosts,
}

impl<S: SecretStore> KeptIn<S> {
    pub fn new(store: S, account: &str, hosts: &Hosts) -> Self {
        Self { store, name: signed_in(account), hosts: hosts.clone() }
    }
}

#[async_trait]
impl<S: SecretStore> KeepSecret for KeptIn<S> {
    async fn read(&self) -> Result<Option<SecretString>, String> {
        match self.store.read_for(&SecretRef::Keyring(self.name.clone()), &self.hosts).await {
            Ok(secret) => Ok(Some(secret)),
            Err(SecretFailure::Missing { .. }) => Ok(None),
            // Given for another server: that is nobody's sign-in at this one.
            Err(SecretFailure::OtherHost { .. }) => Ok(None),
            Err(failure) => Err(failure.to_string()),
        }
    }

    async fn keep(&self, secret: SecretString) -> Result<(), String> {
        let kept = self.store.write_for(&self.name, secret, &self.hosts).await;
        kept.map(drop).map_err(|failure| failure.to_string())
    }
}

/// Keeps what a sign-in brought in a file of its own, readable by this user alone: on a server.
struct KeptInFile {
    name: String,
    file: PathBuf,
    hosts: Hosts,
}

#[async_trait]
impl KeepSecret for KeptInFile {
    async fn read(&self) -> Result<Option<SecretString>, String> {
        let file = self.file.clone();
        let read = tokio::task::spawn_blocking(move || named::read(&file, MAX_SECRET_BYTES)).await;
        let bytes = match read.expect("BUG: reading a file does not panic") {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{}: {error}", self.file.display())),
        };
        let text = String::from_utf8(bytes).map_err(|_| format!("{}: it is not UTF-8 text", self.file.display()))?;
        let (secret, given_for) = unbind(&SecretString::from(text));
        let is_for_these = given_for.is_some_and(|given_for| self.hosts.are_all_in(&given_for));
        hide(&self.name, &secret);
        Ok(is_for_these.then_some(secret))
    }

    async fn keep(&self, secret: SecretString) -> Result<(), String> {
        hide(&self.name, &secret);
        let (file, bound) = (self.file.clone(), self.hosts.bind(&secret));
        let kept = tokio::task::spawn_blocking(move || {
            if let Some(folder) = file.parent() {
                own_files::make_folders(folder)?;
            }
            let mut new = NewFile::beside(&file)?;
            new.file.write_all(bound.expose_secret().as_bytes())?;
            new.take_its_place()
        });
        let kept = kept.await.expect("BUG: writing a file does not panic");
        kept.map_err(|error| format!("{}: {error}", self.file.display()))
    }
}

/// Where environment variables come from: the process, or a test.
type Variables = Box<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Secrets in environment variables and files, read only: for servers, tests, and desktops without a keyring.
pub struct EnvAndFiles {
    folder: PathBuf,
    env: Variables,
    signed_in: Option<PathBuf>,
}

impl EnvAndFiles {
    /// `folder` is where relative paths start: the settings file's folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::with_env(folder, |name| std::env::var_os(name))
    }

    /// The same with other variables than the process's own.
    pub fn with_env(
        folder: impl Into<PathBuf>,
        env: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Self {
        Self { folder: folder.into(), env: Box::new(env), signed_in: None }
    }

    /// The same, with a folder of Ringcard's own for what sign-ins in the browser bring.
    #[must_use]
    pub fn with_sign_ins(self, folder: impl Into<PathBuf>) -> Self {
        Self { signed_in: Some(folder.into()), ..self }
    }

    fn sign_in_file(&self, account: &str) -> Option<PathBuf> {
        // Names of accounts have nothing that means something in a path; whatever else comes is nobody's.
        let is_name =
            !account.is_empty() && account.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let name = own_files::names::of_file(account);
        self.signed_in.as_ref().filter(|_| is_name).map(|folder| folder.join(name.as_ref()))
    }

    /// What is wrong with how a secret is kept, though it can be read: a file that others on this machine can read.
    pub fn concern(&self, place: &SecretRef) -> Option<String> {
        let SecretRef::File(path) = place else { return None };
        let path = self.folder.join(path);
        own_files::others_can_read(&path).then(|| {
            let close = own_files::access::how_to_close(&path, "600");
            format!("Everybody on this machine can read {}: take that right away with {close}.", path.display())
        })
    }

    fn read_env(&self, name: &str) -> Result<SecretString, SecretFailure> {
        let place = SecretRef::Env(name.to_owned());
        let missing = || SecretFailure::Missing {
            place: SecretRef::Env(name.to_owned()),
            advice: "Set it before the program starts.",
        };
        let value = (self.env)(name).ok_or_else(missing)?;
        let text = value
            .into_string()
            .map_err(|_| SecretFailure::Unusable { place: place.clone(), detail: "it is not UTF-8 text".to_owned() })?;
        secret_of(text.into_bytes(), place).and_then(|secret| secret.ok_or_else(missing))
    }

    fn read_file(folder: &Path, path: &Path) -> Result<SecretString, SecretFailure> {
        let place = SecretRef::File(path.to_owned());
        let missing = || SecretFailure::Missing {
            place: SecretRef::File(path.to_owned()),
            advice: "Write the secret into it, and nothing else.",
        };
        let whole = folder.join(path);
        match named::read(&whole, MAX_SECRET_BYTES) {
            Ok(bytes) => secret_of(bytes, place).and_then(|secret| secret.ok_or_else(missing)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(SecretFailure::Unusable { place, detail: TOO_LONG.to_owned() })
            }
            Err(error) => Err(SecretFailure::Unusable { place, detail: error.to_string() }),
        }
    }
}

#[async_trait]
impl SecretStore for EnvAndFiles {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
        let secret = match place {
            SecretRef::Keyring(_) => {
                Err(SecretFailure::NoKeyring { detail: "this program reads no keyring".to_owned() })
            }
            SecretRef::Env(name) => self.read_env(name),
            SecretRef::File(path) => {
                if let Some(concern) = self.concern(place) {
                    tracing::warn!("{concern}");
                }
                let (folder, path) = (self.folder.clone(), path.clone());
                tokio::task::spawn_blocking(move || Self::read_file(&folder, &path))
                    .await
                    .expect("BUG: reading a file does not panic")
            }
        };
        secret.inspect(logs::hide)
    }

    async fn write(&self, _name: &str, _secret: SecretString) -> Result<SecretRef, SecretFailure> {
        Err(SecretFailure::ReadOnly)
    }

    fn keeper(&self, account: &str, hosts: &Hosts) -> Option<Arc<dyn KeepSecret>> {
        let file = self.sign_in_file(account)?;
        Some(Arc::new(KeptInFile { name: signed_in(account), file, hosts: hosts.clone() }))
    }

    async fn delete(&self, _place: &SecretRef) -> Result<(), SecretFailure> {
        Ok(())
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        Ok(())
    }
}

/// What a place of Ringcard's own keeps, to be sent to these hosts. `Some`: it was kept without any, and is to be kept
/// with these from now on.
pub fn given_for(
    kept: &SecretString,
    place: &SecretRef,
    hosts: &Hosts,
) -> Result<(SecretString, Option<SecretString>), SecretFailure> {
    match unbind(kept) {
        (secret, Some(given_for)) if hosts.are_all_in(&given_for) => Ok((secret, None)),
        (_, Some(given_for)) => Err(SecretFailure::OtherHost { place: place.clone(), given_for, now: hosts.clone() }),
        (secret, None) if hosts.is_empty() => Ok((secret, None)),
        (secret, None) => {
            let bound = hosts.bind(&secret);
            Ok((secret, Some(bound)))
        }
    }
}

/// Secrets that live as long as the program: for the demo and for tests.
#[derive(Default, Clone)]
pub struct InMemory(Arc<Mutex<BTreeMap<String, SecretString>>>);

impl InMemory {
    fn entries(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SecretString>> {
        self.0.lock().expect("BUG: nobody panics while holding the secrets")
    }
}

#[async_trait]
impl SecretStore for InMemory {
    async fn read(&self, place: &SecretRef) -> Result<SecretString, SecretFailure> {
        let SecretRef::Keyring(name) = place else {
            return Err(SecretFailure::Missing {
                place: place.clone(),
                advice: "Only the demo's own secrets are here.",
            });
        };
        let missing = || SecretFailure::Missing { place: place.clone(), advice: "Type it in under Settings." };
        let kept = self.entries().get(name).map(|kept| unbind(kept).0);
        kept.inspect(|secret| hide(name, secret)).ok_or_else(missing)
    }

    async fn read_for(&self, place: &SecretRef, hosts: &Hosts) -> Result<SecretString, SecretFailure> {
        let SecretRef::Keyring(name) = place else { return self.read(place).await };
        let missing = || SecretFailure::Missing { place: place.clone(), advice: "Type it in under Settings." };
        let mut entries = self.entries();
        let kept = entries.get(name).ok_or_else(missing)?;
        let (secret, bound) = given_for(kept, place, hosts)?;
        if let Some(bound) = bound {
            entries.insert(name.to_owned(), bound);
        }
        hide(name, &secret);
        Ok(secret)
    }

    async fn write_for(&self, name: &str, secret: SecretString, hosts: &Hosts) -> Result<SecretRef, SecretFailure> {
        self.write(name, hosts.bind(&secret)).await
    }

    fn keeper(&self, account: &str, hosts: &Hosts) -> Option<Arc<dyn KeepSecret>> {
        Some(Arc::new(KeptIn::new(self.clone(), account, hosts)))
    }

    async fn write(&self, name: &str, secret: SecretString) -> Result<SecretRef, SecretFailure> {
        self.entries().insert(name.to_owned(), secret);
        Ok(SecretRef::Keyring(name.to_owned()))
    }

    async fn delete(&self, place: &SecretRef) -> Result<(), SecretFailure> {
        if let SecretRef::Keyring(name) = place {
            self.entries().remove(name);
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), SecretFailure> {
        Ok(())
    }
}

const TOO_LONG: &str = "it is longer than 16 KiB: is this the right place?";

/// The secret in these bytes: one line end at the end is the editor's, not the secret's. `None` when nothing is left.
fn secret_of(bytes: Vec<u8>, place: SecretRef) -> Result<Option<SecretString>, SecretFailure> {
    let unusable = |detail: &str| SecretFailure::Unusable { place, detail: detail.to_owned() };
    let Ok(text) = String::from_utf8(bytes) else { return Err(unusable("it is not UTF-8 text")) };
    let whole = SecretString::from(text);
    let text = whole.expose_secret();
    if text.len() as u64 > MAX_SECRET_BYTES {
        return Err(unusable(TOO_LONG));
    }
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.chars().any(char::is_control) {
        return Err(unusable("there is more than one line in it, or control characters"));
    }
    Ok((!line.trim().is_empty()).then(|| SecretString::from(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> EnvAndFiles {
        EnvAndFiles::with_env("/nowhere", |name| match name {
            "PBX" => Some("hunter2".into()),
            "EMPTY" => Some(" ".into()),
            "LINES" => Some("one\ntwo".into()),
            _ => None,
        })
    }

    async fn read_file(content: &[u8]) -> Result<String, SecretFailure> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("pbx"), content).expect("write");
        let secret = EnvAndFiles::new(folder.path()).read(&SecretRef::File("pbx".into())).await?;
        Ok(secret.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn a_secret_comes_from_an_environment_variable() {
        let secret = env().read(&SecretRef::Env("PBX".into())).await.expect("it is set");
        assert_eq!(secret.expose_secret(), "hunter2");
        assert!(!format!("{secret:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn a_secret_comes_from_a_file_without_its_line_end() {
        for content in ["p w", "p w\n", "p w\r\n"] {
            assert_eq!(read_file(content.as_bytes()).await.as_deref(), Ok("p w"));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_a_secret_is_said_and_never_shown() {
        let unusable = |read: Result<String, SecretFailure>| match read {
            Err(failure @ SecretFailure::Unusable { .. }) => failure.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(unusable(read_file(&vec![b'x'; 16 * 1024 + 1]).await).contains("longer than 16 KiB"));
        assert!(unusable(read_file(b"\xff\xfe").await).contains("not UTF-8"));
        let lines = unusable(read_file(b"hunter2\nhunter3\n").await);
        assert!(lines.contains("more than one line") && !lines.contains("hunter"), "{lines}");
        let folder = env().read(&SecretRef::File("/".into())).await.expect_err("a folder");
        assert!(folder.to_string().contains("it is not a file"), "{folder}");
        let lines = env().read(&SecretRef::Env("LINES".into())).await.expect_err("two lines");
        assert!(matches!(lines, SecretFailure::Unusable { .. }));
    }

    #[tokio::test]
    async fn what_is_not_there_is_missing_and_the_sentence_says_what_to_do() {
        for (place, advice) in [
            (SecretRef::Env("OTHER".into()), "There is no secret in the environment variable OTHER. Set it"),
            (SecretRef::Env("EMPTY".into()), "There is no secret in the environment variable EMPTY. Set it"),
            (SecretRef::File("pbx".into()), "There is no secret in the file pbx. Write the secret into it"),
        ] {
            let failure = env().read(&place).await.expect_err("nothing is there");
            assert!(failure.to_string().starts_with(advice), "{failure}");
        }
        let empty = read_file(b"\n").await.expect_err("only a line end");
        assert!(matches!(empty, SecretFailure::Missing { .. }));
        let keyring = env().read(&SecretRef::Keyring("pbx".into())).await.expect_err("no keyring here");
        assert!(keyring.to_string().contains("{ env = \"NAME\" } or { file = \"PATH\" }"), "{keyring}");
    }

    #[tokio::test]
    async fn ringcard_writes_no_secret_into_a_place_that_a_person_fills() {
        let refused = env().write("pbx", SecretString::from("hunter2")).await.expect_err("read only");
        assert_eq!(refused, SecretFailure::ReadOnly);
    }

    // By modes: Windows has lists instead, tried in `own_files/windows/tests.rs`.
    #[cfg(unix)]
    #[test]
    fn a_file_that_everybody_can_read_is_a_concern() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pbx");
        std::fs::write(&path, "hunter2").expect("write");
        let store = EnvAndFiles::new(folder.path());
        let concern = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("chmod");
            store.concern(&SecretRef::File("pbx".into()))
        };
        assert!(concern(0o644).is_some_and(|said| said.contains("chmod 600")));
        assert_eq!(concern(0o640), None);
        assert_eq!(store.concern(&SecretRef::Env("PBX".into())), None);
    }

    #[tokio::test]
    async fn what_the_administrator_keeps_means_what_the_settings_say() {
        for url in ["https://pbx.example.com", "http://pbx.example.net"] {
            let secret = env().read_for(&SecretRef::Env("PBX".into()), &Hosts::of_url(url)).await.expect("it is set");
            assert_eq!(secret.expose_secret(), "hunter2");
        }
    }

    #[tokio::test]
    async fn the_demos_secrets_are_kept_until_they_are_deleted() {
        let store = InMemory::default();
        let place = store.write("pbx", SecretString::from("hunter2")).await.expect("kept");
        assert_eq!(store.read(&place).await.expect("kept").expose_secret(), "hunter2");
        store.delete(&place).await.expect("deleted");
        store.delete(&place).await.expect("deleted already");
        assert!(matches!(store.read(&place).await, Err(SecretFailure::Missing { .. })));
    }

    #[tokio::test]
    async fn what_a_sign_in_brought_is_in_a_file_of_its_own_for_its_hosts_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = EnvAndFiles::new(folder.path()).with_sign_ins(folder.path().join("sign-ins"));
        let (here, elsewhere) = (Hosts::of_url("https://crm.example"), Hosts::of_url("https://other.example"));
        let keeper = store.keeper("crm", &here).expect("a place");
        assert_eq!(keeper.read().await.expect("readable").map(|_| ()), None);
        for token in ["one", "two"] {
            keeper.keep(SecretString::from(token)).await.expect("kept");
            assert_eq!(keeper.read().await.expect("readable").expect("kept").expose_secret(), token);
        }
        assert!(store.keeper("crm", &elsewhere).expect("a place").read().await.expect("readable").is_none());
        assert!(
            store.keeper("../crm", &here).is_none() && EnvAndFiles::new(folder.path()).keeper("crm", &here).is_none()
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = std::fs::metadata(folder.path().join("sign-ins/crm")).expect("a file");
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
    }
}

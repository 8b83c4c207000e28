//! An Asterisk behind a company's own certificate authority, over real TLS: requests and the line events come by.
//!
//! `certificates/` was made once with `openssl`, for a hundred years: `company.pem` signed `here.pem` (127.0.0.1 and
//! localhost) and `elsewhere.pem` (pbx.example.com); `another.pem` is an authority that signed nothing.

use super::{Heard, PASSWORD, sim};
use crate::support::{plan, secrets, values};
use ringcard_connect::{Connector, Lost, NewAccount, System, TestState, WatchState, asterisk::Asterisk};
use ringcard_sim::AsteriskSim;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};
use tokio_rustls::TlsAcceptor;

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/asterisk/certificates", name].iter().collect()
}

/// In front of an Asterisk, with this certificate.
struct Tls {
    address: SocketAddr,
    task: AbortHandle,
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tls {
    async fn before(sim: &AsteriskSim, certificate: &str) -> Self {
        let chain = CertificateDer::from_pem_file(file(&format!("{certificate}.pem"))).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(file(&format!("{certificate}.key"))).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)
            .expect("they belong together");
        let (acceptor, behind) = (TlsAcceptor::from(Arc::new(config)), sim.address());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let task = tokio::spawn(async move {
            while let Ok((incoming, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut incoming) = acceptor.accept(incoming).await else { return };
                    let mut asterisk = TcpStream::connect(behind).await.expect("the simulator answers");
                    let _ = tokio::io::copy_bidirectional(&mut incoming, &mut asterisk).await;
                });
            }
        });
        Self { address, task: task.abort_handle() }
    }

    fn system(&self, authority: Option<&str>) -> System {
        let (url, ca) = (format!("https://{}/ari", self.address), authority.map(file));
        let mut given = vec![("api_url", url.as_str()), ("user", "ringcard")];
        given.extend(ca.as_ref().map(|path| ("ca_file", path.to_str().expect("a path"))));
        let account = NewAccount {
            name: "pbx".to_owned(),
            values: values(&given),
            secrets: secrets(&[("password", PASSWORD)]),
            plan: plan(),
        };
        Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"))
    }
}

async fn refused(system: &System) -> (String, String) {
    let (why, detail, _) = Heard::of(system).away().await;
    assert_eq!(why, Lost::Unreachable, "{detail}");
    let report = system.trial.test().await;
    assert_ne!(report.state, TestState::Works);
    (detail, report.steps.last().expect("steps").detail.clone())
}

#[tokio::test]
async fn what_the_companys_authority_signed_is_trusted_by_requests_and_the_line() {
    let sim = sim().await;
    let tls = Tls::before(&sim, "here").await;
    let system = tls.system(Some("company.pem"));
    let mut heard = Heard::of(&system);
    while heard.state().await != WatchState::Connected {}
    let trunk = sim.calls_in("+36301234567", "", "+3612001000");
    sim.rings(&trunk, "101");
    assert_eq!(heard.push().await.extensions, ["101"]);
    assert_eq!(system.trial.test().await.state, TestState::Works);
}

#[tokio::test]
async fn without_the_setting_or_with_another_authority_nothing_is_sent_and_the_setting_is_named() {
    let sim = sim().await;
    let tls = Tls::before(&sim, "here").await;
    for authority in [None, Some("another.pem")] {
        let (on_the_line, in_the_test) = refused(&tls.system(authority)).await;
        assert!(on_the_line.contains("ca_file") && in_the_test.contains("ca_file"), "{on_the_line} {in_the_test}");
    }
    assert!(sim.requests().is_empty(), "the password went nowhere: {:?}", sim.requests());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_also_from_the_companys_authority() {
    let sim = sim().await;
    let tls = Tls::before(&sim, "elsewhere").await;
    let (on_the_line, in_the_test) = refused(&tls.system(Some("company.pem"))).await;
    assert!(
        on_the_line.contains("another name") && in_the_test.contains("another name"),
        "{on_the_line} {in_the_test}"
    );
    assert!(sim.requests().is_empty());
}

//! Signing in in the browser, and what becomes of it in the course of a day.

use super::support::{finds, set_up, sim};
use crate::support::outside;
use async_trait::async_trait;
use ringcard_connect::{AskFailure, KeepSecret, System};
use ringcard_core::submission::GateReason;
use ringcard_sim::zendesk::{Consent, Misbehaviour, ZendeskSim};
use secrecy::{ExposeSecret, SecretString};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const REDIRECT: &str = "http://127.0.0.1:28473/signed-in";

/// Keeps in memory, and may be told to be full.
#[derive(Default)]
struct Place {
    kept: Mutex<Vec<String>>,
    full: Mutex<bool>,
}

#[async_trait]
impl KeepSecret for Place {
    async fn read(&self) -> Result<Option<SecretString>, String> {
        Ok(self.kept.lock().expect("a lock").last().cloned().map(SecretString::from))
    }

    async fn keep(&self, secret: SecretString) -> Result<(), String> {
        if *self.full.lock().expect("a lock") {
            return Err("the keyring is locked".to_owned());
        }
        self.kept.lock().expect("a lock").push(secret.expose_secret().to_owned());
        Ok(())
    }
}

impl Place {
    fn count(&self) -> usize {
        self.kept.lock().expect("a lock").len()
    }
}

/// An account that people sign in to, and where it keeps that.
fn account(sim: &ZendeskSim, place: &Arc<Place>) -> System {
    let given =
        [("api_url", sim.base_url()), ("sign_in", "oauth".to_owned()), ("oauth_client_id", "ringcard".to_owned())];
    let given: Vec<(&str, &str)> = given.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let system = set_up(&given, &[]);
    system.sign_in.as_ref().expect("people sign in to it").keep_in(place.clone());
    system
}

/// What a browser comes back with.
async fn browser(url: &str) -> (String, String) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = client.get(url).send().await.expect("an answer");
    let back = answer.headers().get("location").expect("it comes back").to_str().expect("text").to_owned();
    let url = reqwest::Url::parse(&back).expect("an address");
    let get = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    (get("code").unwrap_or_default(), get("state").unwrap_or_default())
}

async fn signed_in(sim: &ZendeskSim, place: &Arc<Place>) -> System {
    sim.adjust(|config| config.oauth.consent = Consent::Grants);
    let system = account(sim, place);
    let sign_in = system.sign_in.clone().expect("people sign in to it");
    let begun = sign_in.begin(REDIRECT);
    let (code, state) = browser(&begun.url).await;
    assert!(begun.is_state(&state) && !begun.is_state("other") && !begun.is_state(""));
    sign_in.finish(begun, &code).await.unwrap_or_else(|why| panic!("{why}"));
    system
}

async fn asks(system: &System) -> Result<usize, AskFailure> {
    finds(system).find_by_number(&outside("+36305559999")).await.map(|found| found.len())
}

#[tokio::test]
async fn before_anybody_signed_in_nothing_is_asked_and_a_person_is_needed() {
    let sim = sim().await;
    let failure = asks(&account(&sim, &Arc::default())).await.expect_err("nobody signed in");
    assert!(matches!(failure, AskFailure::Closed { why: GateReason::SignIn, until: None, .. }), "{failure:?}");
    assert!(sim.requests().is_empty());
}

#[tokio::test]
async fn who_signed_in_is_known_after_a_restart_and_a_renewal() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    asks(&system).await.expect("an answer");
    assert_eq!((sim.tokens_made(), place.count()), (1, 1));
    asks(&account(&sim, &place)).await.expect("an answer, after a restart");
    // The access token was taken back or has ended earlier than it said: it is renewed once, and the request is answered.
    sim.advance(Duration::from_secs(2 * 3_600 + 1));
    asks(&system).await.expect("an answer");
    assert_eq!((sim.tokens_made(), place.count()), (2, 2));
    asks(&account(&sim, &place)).await.expect("an answer, after a restart");
    assert_eq!(sim.tokens_made(), 2);
}

#[tokio::test]
async fn ten_questions_at_once_renew_once() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    sim.advance(Duration::from_secs(2 * 3_600 + 1));
    let all = (0..10).map(|_| asks(&system));
    for answer in futures_util::future::join_all(all).await {
        answer.expect("an answer");
    }
    assert_eq!(sim.tokens_made(), 2);
}

#[tokio::test]
async fn what_was_revoked_closes_the_account_until_somebody_signs_in_again() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    sim.revoke_tokens();
    for _ in 0..3 {
        let failure = asks(&system).await.expect_err("it was revoked");
        assert!(
            matches!(&failure, AskFailure::Closed { why: GateReason::SignIn, detail, .. } if detail.contains("sign in again"))
        );
    }
    // One question found it out, one exchange was tried; after that nothing is sent.
    assert_eq!(sim.requests_of("GET search").len(), 1);
    // Somebody signs in: in this program, or another one that keeps it in the same place.
    signed_in(&sim, &place).await;
    asks(&system).await.expect("an answer");
}

#[tokio::test]
async fn a_new_token_is_not_used_before_it_is_kept() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    sim.advance(Duration::from_secs(2 * 3_600 + 1));
    *place.full.lock().expect("a lock") = true;
    let failure = asks(&system).await.expect_err("it cannot be kept");
    assert!(matches!(&failure, AskFailure::Unavailable { detail, .. } if detail.contains("locked")), "{failure:?}");
    *place.full.lock().expect("a lock") = false;
    asks(&system).await.expect("an answer");
    assert_eq!((sim.tokens_made(), place.count()), (2, 2));
}

#[tokio::test]
async fn what_passes_by_itself_is_no_reason_to_sign_in_again() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    sim.go_offline().await;
    let failure = asks(&system).await.expect_err("nobody is there");
    assert!(matches!(failure, AskFailure::Unavailable { .. }), "{failure:?}");
    sim.go_online().await.expect("it answers again");
    sim.advance(Duration::from_secs(2 * 3_600 + 1));
    sim.misbehave("*", Misbehaviour::Html { status: 503, applied: false });
    assert!(matches!(asks(&system).await, Err(AskFailure::Unavailable { .. })));
    asks(&system).await.expect("an answer");
}

#[tokio::test]
async fn a_code_that_is_none_signs_nobody_in_and_closes_nothing() {
    let (sim, place) = (sim().await, Arc::new(Place::default()));
    let system = signed_in(&sim, &place).await;
    let sign_in = system.sign_in.clone().expect("people sign in to it");
    for code in ["", "no-such-code", "two\nlines"] {
        let failed = sign_in.finish(sign_in.begin(REDIRECT), code).await.expect_err("no code");
        assert!(!failed.is_empty());
    }
    // Another sign-in's code, with this one's verifier.
    let (code, _) = browser(&sign_in.begin(REDIRECT).url).await;
    sign_in.finish(sign_in.begin(REDIRECT), &code).await.expect_err("the verifier is another one's");
    asks(&system).await.expect("whoever was signed in still is");
}

#[test]
fn an_account_with_a_token_is_signed_in_to_by_nobody() {
    let given = [("subdomain", "acme"), ("email", "ana@acme.example")];
    assert!(set_up(&given, &[("api_token", "t0ken")]).sign_in.is_none());
}

use super::support::{Desk, Got, read};
use ringcard_sim::zendesk::{Consent, OauthConfig, ZendeskConfig};
use sha2::{Digest, Sha256};
use std::time::Duration;

const REDIRECT: &str = "http://127.0.0.1:9/back";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-1";

async fn with(consent: Consent) -> Desk {
    let oauth = OauthConfig { consent, ..ZendeskConfig::default().oauth };
    Desk::with(ZendeskConfig { oauth, ..ZendeskConfig::default() }).await
}

fn challenge() -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

async fn authorize(desk: &Desk) -> Got {
    let parameters = [
        ("response_type", "code"),
        ("client_id", "ringcard"),
        ("redirect_uri", REDIRECT),
        ("scope", "read write"),
        ("state", "s1"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
    ];
    let url = format!("{}/oauth/authorizations/new", desk.sim.base_url());
    let url = reqwest::Url::parse_with_params(&url, parameters).expect("an address");
    read(desk.client.get(url).send().await.expect("an answer")).await
}

async fn token(desk: &Desk, form: &[(&str, &str)]) -> Got {
    let mut body: serde_json::Map<_, _> = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).into())).collect();
    body.insert("client_id".into(), "ringcard".into());
    let request = desk.client.post(format!("{}/oauth/tokens", desk.sim.base_url())).json(&body);
    read(request.send().await.expect("an answer")).await
}

fn parameter(location: &str, name: &str) -> String {
    let url = reqwest::Url::parse(location).expect("an address");
    url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap_or_default()
}

async fn signed_in(desk: &Desk) -> serde_json::Value {
    let code = parameter(authorize(desk).await.header("location"), "code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let got = token(desk, &form).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(token(desk, &form).await.status, 400, "a code is good once");
    got.json()
}

#[tokio::test]
async fn a_code_is_proved_by_its_verifier() {
    let mut desk = with(Consent::Grants).await;
    let code = parameter(authorize(&desk).await.header("location"), "code");
    let wrong =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT), ("code_verifier", "wrong")];
    assert_eq!(token(&desk, &wrong).await.json()["error"], "invalid_grant");
    let tokens = signed_in(&desk).await;
    desk.bearer(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(desk.get("users/me.json").await.status, 200);
    assert!(desk.sim.requests().iter().all(|asked| !asked.body.contains("sim-")), "no token in the journal");
}

#[tokio::test]
async fn tokens_are_renewed_once_each_and_taken_back() {
    let mut desk = with(Consent::Grants).await;
    let first = signed_in(&desk).await;
    desk.bearer(first["access_token"].as_str().expect("a token"));
    desk.sim.advance(Duration::from_secs(2 * 3600 + 1));
    assert_eq!(desk.get("users/me.json").await.status, 401, "expired");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().expect("one"))];
    let second = token(&desk, &refresh).await.json();
    desk.bearer(second["access_token"].as_str().expect("a token"));
    assert_eq!(desk.get("users/me.json").await.status, 200);
    assert_eq!(token(&desk, &refresh).await.json()["error"], "invalid_grant", "it was used");
    desk.sim.revoke_tokens();
    assert_eq!(desk.get("users/me.json").await.status, 401);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", second["refresh_token"].as_str().expect("one"))];
    assert_eq!(token(&desk, &refresh).await.status, 400);
}

#[tokio::test]
async fn the_person_is_asked_denies_or_somebody_mixes_up_states() {
    let desk = with(Consent::Asks).await;
    let page = authorize(&desk).await;
    assert!(page.status == 200 && page.text.contains("/oauth/authorizations/allow?"), "{}", page.text);
    desk.sim.adjust(|config| config.oauth.consent = Consent::Denies);
    let denied = authorize(&desk).await;
    assert_eq!(parameter(denied.header("location"), "error"), "access_denied");
    desk.sim.adjust(|config| config.oauth.consent = Consent::WrongState);
    let mixed = authorize(&desk).await;
    assert_ne!(parameter(mixed.header("location"), "state"), "s1");
}

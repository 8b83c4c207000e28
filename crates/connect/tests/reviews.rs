//! What a profile says of itself before it is used: where its requests go, which secrets go along; and that it is held to it.

use crate::support;

use ringcard_connect::{
    OriginateFailure, StartCalls,
    profile::{Part, Profile, Purpose, Reach, Review, builtin_profiles},
};
use support::{order, plan, profile, secrets, values};

const SETTINGS: &str = r#"
id = "own"
title = "Own"

[[setting]]
key = "api_url"
kind = "url"
label = "Address"

[[setting]]
key = "tenant"
kind = "text"
label = "Tenant"

[[setting]]
key = "region"
kind = "choice"
choices = ["eu", "us"]
default = "eu"
label = "Region"

[[setting]]
key = "password"
kind = "secret"
label = "Password"
"#;

fn with(url: &str, more: &str) -> Result<Profile, String> {
    let url = toml::Value::from(url);
    let text = format!(
        "{SETTINGS}\n[originate]\nmethod = \"GET\"\nurl = {url}\n[[originate.failure]]\nstatus = 403\nkind = \"refused\"\n{more}"
    );
    Profile::parse("own.toml", &text).map_err(|error| error.to_string())
}

fn reaches(url: &str) -> Vec<Reach> {
    let profile = with(url, "").unwrap_or_else(|error| panic!("{url}: {error}"));
    profile.review().requests.swap_remove(0).reaches
}

fn fixed(server: &str) -> Reach {
    Reach::Fixed { server: server.to_owned() }
}

fn of_setting(key: &str) -> Reach {
    Reach::Setting { key: key.to_owned() }
}

#[test]
fn the_servers_of_a_profile_are_told_before_it_is_used() {
    assert_eq!(reaches("{{ api_url }}/users/{{ extension }}"), [of_setting("api_url")]);
    assert_eq!(reaches("{{ api_url }}"), [of_setting("api_url")]);
    assert_eq!(reaches("https://API.acme.example/v2?to={{ number }}"), [fixed("https://api.acme.example")]);
    assert_eq!(reaches("https://api.acme.example:8443"), [fixed("https://api.acme.example:8443")]);
    assert_eq!(
        reaches("https://{% if region == 'eu' %}eu{% else %}us{% endif %}.acme.example/x"),
        [fixed("https://eu.acme.example"), fixed("https://us.acme.example")]
    );
    // what stands before the slash may be a user's name
    assert_eq!(reaches("https://api.acme.example\\@evil.example/x"), [fixed("https://api.acme.example")]);
    assert_eq!(reaches("https://acme\t.evil.example/x"), [fixed("https://acme.evil.example")]);
    for computed in [
        "https://{{ tenant }}.acme.example/x",
        "https://api.acme.example{{ tenant }}/x",
        "{{ tenant }}/x",
        "{{ api_url | replace('good', 'evil') }}/x",
        "{{ api_url or tenant }}/x",
        "https:{{ tenant }}//x",
    ] {
        assert_eq!(reaches(computed), [Reach::Computed { written: computed.to_owned() }]);
    }
}

#[test]
fn no_servers_name_is_made_of_a_call_or_a_secret() {
    for (url, why) in [
        ("https://{{ extension }}.evil.example/x", "may not depend on a call: take `extension`"),
        ("https://{{ number }}/x", "may not depend on a call"),
        ("{{ tenant }}{{ call_id }}/x", "may not depend on a call"),
        ("https://{{ password }}.evil.example/x", "a secret may not be part of a server's name: take `password`"),
        ("https://evil.example{{ password | safe }}/x", "a secret may not be part of a server's name"),
        ("https://{% if tenant %}{{ password }}{% endif %}.evil.example/x", "a secret may not be part"),
    ] {
        let error = with(url, "").map(|_| ()).expect_err(url);
        assert!(error.contains(why), "{url}: {error}");
    }
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_than_the_profile_says_is_not_used() {
    let set_up = |url: &str, tenant: &str| {
        let given = [("api_url", "https://pbx.invalid/api"), ("tenant", tenant)];
        with(url, "")
            .and_then(|p| p.account(values(&given), secrets(&[("password", "p")]), plan()).map_err(|e| e.to_string()))
    };
    for (url, tenant) in [
        ("{{ api_url }}{{ tenant | safe }}", "@evil.example/"),
        ("{{ api_url | safe }}{{ tenant | safe }}", ".x@evil.example/"),
        ("https://user:{{ tenant }}@evil.example/x", "t"),
    ] {
        // `https://pbx.invalid/api…` has a path, so that only a user before the name could lead away
        match set_up(url, tenant) {
            Ok(account) => {
                let failure = account.originate(&order()).await.expect_err("nobody is there");
                assert!(!matches!(failure, OriginateFailure::NotConfigured { .. }), "{url}: {failure:?}");
            }
            Err(error) => assert!(error.contains("user or password"), "{url}: {error}"),
        }
    }
    let bare = |tenant: &str| {
        let given = [("api_url", "https://pbx.invalid"), ("tenant", tenant)];
        let profile = with("{{ api_url }}{{ tenant | safe }}/x", "").expect("a profile");
        profile.account(values(&given), Default::default(), plan()).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(bare("/click2call"), Ok(()));
    for tenant in [".evil.example", ":8443", "evil.example"] {
        let error = bare(tenant).expect_err(tenant);
        assert!(error.contains("another server than the profile says"), "{tenant}: {error}");
    }
}

#[tokio::test]
async fn a_call_cannot_choose_between_servers() {
    let url = "https://{% if extension == '0' %}one{% else %}two{% endif %}.invalid/x";
    let account = with(url, "").expect("a profile").account(Default::default(), Default::default(), plan());
    let failure = account.expect("an account").originate(&order()).await.expect_err("it would go elsewhere");
    let OriginateFailure::NotConfigured { detail } = failure else { panic!("{failure:?}") };
    assert!(detail.contains("another server than the account's: nothing was sent"), "{detail}");
}

#[test]
fn every_secret_is_told_with_the_part_of_the_request_it_stands_in() {
    let more = r#"
[originate.query]
key = "{% if tenant %}{{ password | urlencode }}{% endif %}"

[originate.auth]
method = "bearer"
token = "{{ password }}"

[test]
method = "{% if region == 'eu' %}GET{% else %}POST{% endif %}"
url = "https://api.acme.example/{{ password }}"

[push.auth]
method = "none"
[push.fields]
caller = "c"
[incoming]
"#;
    // `[originate.query]` follows the failures in the file, as TOML allows
    let review = with("{{ api_url }}/call", more).expect("a profile").review();
    let [call, test] = review.requests.as_slice() else { panic!("{review:?}") };
    assert_eq!((call.purpose, call.methods.as_slice()), (Purpose::StartCall, ["GET".to_owned()].as_slice()));
    assert_eq!(call.secrets.len(), 1);
    assert_eq!(call.secrets[0].key, "password");
    assert_eq!(call.secrets[0].parts, [Part::Parameters, Part::SignIn]);
    assert_eq!(test.methods, ["GET", "POST"]);
    assert_eq!(test.reaches, [fixed("https://api.acme.example")]);
    // signed in like the call, and in the address too
    assert_eq!(test.secrets[0].parts, [Part::Address, Part::SignIn]);
    assert_eq!((review.pushes.kinds.len(), review.pushes.proofs.as_slice()), (1, ["none".to_owned()].as_slice()));
    assert!(review.pushes.secrets.is_empty());
}

#[test]
fn a_secret_stands_only_where_the_pbx_alone_reads_it() {
    for more in [
        "[[originate.failure]]\nstatus = 500\nkind = \"refused\"\nmessage = \"{{ password }}\"",
        "[[originate.failure]]\ncontains = [\"{{ password }}\"]\nkind = \"refused\"",
        "[originate.headers]\n\"{{ password }}\" = \"x\"",
        "[originate.parameters]\n\"x{% if password %}y{% endif %}\" = \"x\"",
        "[originate.auth]\nmethod = \"header\"\nheader = \"{{ password }}\"\ntoken = \"x\"",
        "[originate.number]\noutside_prefix = \"{{ password }}\"",
        "[http]\ntimeout = \"{{ password }}\"",
        "[push.auth]\nmethod = \"key\"\nkey = \"x\"\nkey_parameters = [\"{{ password }}\"]",
        "[push.auth]\nmethod = \"none\"\n[push.fields]\ncaller = \"{{ password }}\"\n[incoming]",
        "[push.auth]\nmethod = \"none\"\n[push.extra]\nx = \"{{ password }}\"",
        "[push.auth]\nmethod = \"none\"\n[push.words.event]\nended = \"{{ password }}\"",
        "[push.auth]\nmethod = \"none\"\n[incoming]\nmethod = \"{{ password }}\"",
    ] {
        let error = with("{{ api_url }}", more).map(|_| ()).expect_err(more);
        assert!(error.contains("`password` is a secret and may not stand here"), "{more}: {error}");
    }
}

#[test]
fn the_built_in_profiles_talk_to_the_administrators_own_server_only() {
    for profile in builtin_profiles() {
        let Review { requests, pushes } = profile.review();
        let tells = if profile.id() == "rest-crm" { 0 } else { 3 };
        assert!(!requests.is_empty() && pushes.kinds.len() == tells, "{}", profile.id());
        for request in requests {
            assert_eq!(request.reaches, [of_setting("api_url")], "{}", profile.id());
            assert!(request.secrets.iter().all(|used| !used.parts.contains(&Part::Address)), "{}", profile.id());
        }
    }
    let review = profile("vipex").review();
    assert_eq!(review.pushes.proofs, ["key", "user", "none"]);
    assert_eq!(review.pushes.secrets, ["push_key", "push_password"]);
    let sent: Vec<&str> = review.requests[0].secrets.iter().map(|used| used.key.as_str()).collect();
    assert_eq!(sent, ["password", "api_key"]);
}

#[test]
fn a_profile_replaces_the_built_in_one_of_its_id_only_where_it_says_so() {
    let text = |id: &str, replaces: &str| {
        let text = format!("id = \"{id}\"\ntitle = \"T\"\n{replaces}");
        Profile::parse("p.toml", &text).map(|profile| profile.replaces_builtin()).map_err(|error| error.message)
    };
    assert_eq!(text("vipex", "replaces = \"vipex\""), Ok(true));
    assert_eq!(text("vipex", ""), Ok(false));
    assert!(
        text("own", "replaces = \"vipex\"")
            .expect_err("another")
            .contains("only replace the built-in one of its own id")
    );
    assert!(text("own", "replaces = \"own\"").expect_err("none").contains("no built-in profile `own`"));
}

#[test]
fn no_text_of_a_profile_hides_or_rearranges_what_is_shown_of_it() {
    for title in ["Acme\u{1b}[2K", "Acme\u{202e}", "a\rb", "\u{2066}x", "\u{200f}x", "a\u{7}"] {
        let title = toml::Value::from(title);
        for text in [
            format!("id = \"p\"\ntitle = {title}\n"),
            format!("id = \"p\"\ntitle = {{ en = \"T\", hu = {title} }}\n"),
            format!("id = \"p\"\ntitle = \"T\"\n[[setting]]\nkey = \"k\"\nkind = \"secret\"\nlabel = {title}\n"),
        ] {
            let error = Profile::parse("p.toml", &text).map(|_| ()).expect_err(&text);
            assert!(error.message.contains("no control characters"), "{text}: {error}");
        }
    }
    let shown = reaches("{{ tenant }}\u{202e}\u{1b}[2K\n\nstarts calls/x");
    assert_eq!(shown, [Reach::Computed { written: "{{ tenant }}\u{fffd}\u{fffd}[2K starts calls/x".to_owned() }]);
}

//! Profiles as files: what is refused when one is loaded, where the error points, and what an account must give.

use crate::support;

use ringcard_connect::{
    profile::{Profile, builtin_profiles, load_dir},
    settings::{ProfileError, SettingKind},
};
use support::{plan, profile, secrets, values, vipex};

/// A small whole profile; tests break it in one place each.
const WHOLE: &str = r#"id = "small"
title = "Small PBX"

[[setting]]
key = "api_url"
kind = "url"
required = true
label = "Address"

[[setting]]
key = "style"
kind = "choice"
choices = ["e164", "digits"]
default = "digits"
label = "Numbers"

[originate]
method = "GET"
url = "{{ api_url }}/call"

[originate.query]
from = "{{ extension }}"
to = "{{ number }}"

[originate.number]
style = "{{ style }}"

[[originate.failure]]
status = "400-599"
kind = "refused"

[push.auth]
method = "none"

[push.fields]
caller = ["caller"]

[incoming]
"#;

fn broken(what: &str, with: &str) -> ProfileError {
    assert!(WHOLE.contains(what), "{what} is not in the profile");
    let text = WHOLE.replacen(what, with, 1);
    Profile::parse("small.toml", &text).map(|_| ()).expect_err(with)
}

#[test]
fn a_whole_profile_is_taken() {
    let profile = Profile::parse("small.toml", WHOLE).expect("it is whole");
    assert_eq!((profile.id(), profile.title().in_language("hu")), ("small", "Small PBX"));
    assert_eq!(profile.settings().len(), 2);
}

/// What is wrong, where the error points (line, column, key), and what its sentence says.
#[test]
fn what_is_wrong_is_said_with_line_column_and_key() {
    let cases = [
        ("method = \"GET\"", "methd = \"GET\"", (17, 1), "originate", "`method` is missing"),
        ("[push.fields]", "[push.feilds]", (35, 7), "push.feilds", "did you mean `fields`?"),
        ("title =", "tite = \"x\"\ntitle =", (2, 1), "tite", "did you mean `title`?"),
        (
            "label = \"Address\"",
            "lable = \"x\"\nlabel = \"Address\"",
            (8, 1),
            "setting[1].lable",
            "did you mean `label`?",
        ),
        ("kind = \"url\"", "kind = \"adress\"", (6, 8), "setting[1].kind", "`adress` is not possible here"),
        ("kind = \"url\"", "kind = 7", (6, 8), "setting[1].kind", "expected a text in quotes, and found a number"),
        ("required = true", "required = \"yes\"", (7, 12), "setting[1].required", "expected `true` or `false`"),
        ("key = \"style\"", "key = \"api_url\"", (11, 7), "setting[2].key", "there is a setting `api_url` already"),
        ("key = \"style\"", "key = \"number\"", (11, 7), "setting[2].key", "means something else already"),
        ("key = \"style\"", "key = \"Number Style\"", (11, 7), "setting[2].key", "small letters"),
        ("default = \"digits\"", "default = \"figures\"", (14, 11), "setting[2].default", "none of the choices"),
        ("choices = [\"e164\", \"digits\"]", "", (10, 1), "setting[2]", "a choice needs `choices`"),
        ("\"{{ api_url }}/call\"", "\"{{ api_ur }}/call\"", (19, 11), "originate.url", "did you mean `api_url`?"),
        ("\"{{ api_url }}/call\"", "\"{{ api_url /call\"", (19, 20), "originate.url", "write settings as {{ name }}"),
        (
            "\"{{ api_url }}/call\"",
            "\"{{ api_url | shout }}\"",
            (19, 21),
            "originate.url",
            "there is no filter `shout`",
        ),
        ("to = \"{{ number }}\"", "to = \"{{ numbr }}\"", (23, 10), "originate.query.to", "did you mean `number`?"),
        ("to = \"{{ number }}\"", "\"{{ x }}\" = \"1\"", (23, 5), "originate.query.{{ x }}", "no setting `x`"),
        ("to = \"{{ number }}\"", "to = []", (23, 6), "originate.query.to", "expected a text, a whole number"),
        ("style = \"{{ style }}\"", "style = \"{{ number }}\"", (26, 13), "originate.number.style", "only known where"),
        (
            "style = \"{{ style }}\"",
            "style = \"roman\"",
            (26, 9),
            "originate.number.style",
            "`roman` is no way to write",
        ),
        (
            "choices = [\"e164\", \"digits\"]",
            "choices = [\"roman\", \"digits\"]",
            (26, 9),
            "originate.number.style",
            "`roman`",
        ),
        ("style = \"{{ style }}\"", "keep_last = 99", (26, 13), "originate.number.keep_last", "from 1 to 15"),
        ("style = \"{{ style }}\"", "outside_prefix = \"abc\"", (26, 18), "originate.number.outside_prefix", "digits"),
        ("method = \"GET\"", "method = \"FETCH\"", (18, 10), "originate.method", "use GET, POST, PUT, PATCH or DELETE"),
        ("status = \"400-599\"", "status = \"4xx\"", (29, 10), "originate.failure[1].status", "no HTTP status"),
        ("status = \"400-599\"", "", (28, 1), "originate.failure[1]", "every answer a failure"),
        ("status = \"400-599\"", "equals = \"x\"", (28, 1), "originate.failure[1]", "add `json"),
        ("kind = \"refused\"", "kind = \"refuse\"", (30, 8), "originate.failure[1].kind", "did you mean `refused`?"),
        ("method = \"none\"", "method = \"magic\"", (33, 10), "push.auth.method", "use key, user or none"),
        ("method = \"none\"", "method = \"key\"", (33, 10), "push.auth.method", "this needs `key`"),
        ("caller = [\"caller\"]", "caler = \"caller\"", (36, 1), "push.fields.caler", "did you mean `caller`?"),
        ("[incoming]", "[incomming]", (38, 2), "incomming", "did you mean `incoming`?"),
        ("id = \"small\"", "id = \"Small PBX\"", (1, 6), "id", "small letters, digits and `-` only"),
        ("id = \"small\"", "id = \"small", (1, 12), "", "this is no TOML"),
        ("id = \"small\"", "", (1, 1), "", "`id` is missing"),
    ];
    let mut differ = Vec::new();
    for (what, with, (line, column), key, sentence) in cases {
        let error = broken(what, with);
        let key = if key.is_empty() { String::new() } else { format!("`{key}`: ") };
        let said = error.to_string();
        if !said.starts_with(&format!("small.toml:{line}:{column}: {key}")) || !said.contains(sentence) {
            differ.push(format!("{with}\n  expected {line}:{column} {key}… {sentence}\n  {said}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn requests_with_two_bodies_are_refused() {
    let error =
        broken("[originate.number]", "[originate.form]\na = \"1\"\n[originate.json]\nb = 2\n[originate.number]");
    assert!(error.message.contains("`form` and `json` exclude each other"), "{error}");
}

#[test]
fn a_template_that_never_ends_is_refused_and_not_waited_for() {
    let endless = "\"{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}\"";
    let error = broken("\"{{ api_url }}/call\"", endless);
    assert!(error.message.contains("no loops"), "{error}");
}

#[test]
fn a_file_that_is_no_profile_at_all_is_refused() {
    for text in ["", "\u{0}\u{1}", "= = =", "[[[", &"x".repeat(300_000), "setting = 1\nid = \"a\"\ntitle = \"b\""] {
        assert!(Profile::parse("x.toml", text).is_err());
    }
}

#[test]
fn the_built_in_profiles_speak_three_languages() {
    for profile in builtin_profiles() {
        for language in ["en", "es", "hu"] {
            assert!(!profile.description().in_language(language).is_empty(), "{} {language}", profile.id());
        }
        for setting in profile.settings() {
            let label = |language| setting.label.in_language(language);
            let key = &setting.key;
            assert!(!label("en").is_empty() && label("en") != label("hu") && label("en") != label("es"), "{key}");
            assert!(setting.kind != SettingKind::Secret || setting.default.is_none(), "{key}");
        }
    }
    assert_eq!(builtin_profiles().iter().map(Profile::id).collect::<Vec<_>>(), ["vipex", "asterisk-ari", "rest-crm"]);
}

#[test]
fn a_folder_is_loaded_file_by_file_and_one_broken_file_hides_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).expect("it is written");
    write("a.toml", WHOLE.as_bytes());
    write("b.toml", b"id = ");
    write("c.toml", &[0xff, 0xfe, 0x00]);
    write("notes.txt", b"not a profile");
    let loaded = load_dir(folder.path());
    let outcome: Vec<bool> = loaded.iter().map(Result::is_ok).collect();
    assert_eq!(outcome, [true, false, false]);
    let error = loaded[1].as_ref().expect_err("it is broken");
    assert!(error.file.ends_with("b.toml") && error.line == 1, "{error}");

    let missing = load_dir(&folder.path().join("none"));
    assert!(matches!(missing.as_slice(), [Err(error)] if error.message.contains("cannot be read")));
}

#[test]
fn an_account_says_which_setting_is_missing_wrong_or_unknown() {
    let vipex = profile("vipex");
    let secret = [("password", "hunter2-secret"), ("push_key", "k")];
    let whole = [("api_url", "https://pbx.example.com/api"), ("user", "crm")];
    let refused = |given: &[(&str, &str)], secret: &[(&str, &str)]| {
        let error = vipex.account(values(given), secrets(secret), plan()).map(|_| ()).expect_err("it is refused");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        (error.key, error.message)
    };
    let with = |key: &'static str, value: &'static str| {
        let mut given: Vec<(&str, &str)> = whole.iter().copied().filter(|(known, _)| *known != key).collect();
        given.push((key, value));
        given
    };
    assert!(vipex.account(values(&whole), secrets(&secret), plan()).is_ok());
    let cases = [
        (with("api_url", ""), "api_url", "this is missing"),
        (with("api_url", "pbx"), "api_url", "this is no address"),
        (with("api_url", "ftp://pbx"), "api_url", "must begin with `https://`"),
        (with("api_url", "https://crm:hunter2@pbx/api"), "api_url", "may not stand in the address"),
        (with("api_url", "https://pbx/api?password=hunter2"), "api_url", "may not have parameters"),
        (with("api_url", "http://pbx.example.com/api"), "originate.url", "begins with http://"),
        (with("user", ""), "user", "this is missing"),
        (with("number_style", "roman"), "number_style", "this is none of the choices: give one of `e164`"),
        (with("timeout_seconds", "soon"), "timeout_seconds", "no whole number"),
        (with("timeout_seconds", "0"), "http.timeout", "1 to 60 seconds"),
        (with("allow_http", "perhaps"), "allow_http", "neither `true` nor `false`"),
        (with("outside_prefix", "zero"), "originate.number.outside_prefix", "digits"),
        (with("usr", "crm"), "usr", "did you mean `user`?"),
        (with("password", "hunter2"), "password", "this is a secret and may not stand in the file"),
        (with("sign_in", "key"), "api_key", "this is missing"),
        (with("push_proof", "user"), "push_user", "this is missing"),
    ];
    for (given, key, sentence) in cases {
        let error = refused(&given, &secret);
        assert_eq!(error.0, key, "{given:?}: {}", error.1);
        assert!(error.1.contains(sentence), "{given:?}: {}", error.1);
    }
    assert_eq!(refused(&whole, &secret[..1]).0, "push_key");
    assert_eq!(refused(&whole, &[("pushkey", "x"), secret[0], secret[1]]).0, "pushkey");
}

#[test]
fn http_is_for_loopback_or_for_who_allows_it() {
    for url in ["http://127.0.0.1:8088/api", "http://localhost/api", "http://[::1]:1/api"] {
        vipex(&[("api_url", url)]);
    }
    vipex(&[("api_url", "http://pbx.lan/api"), ("allow_http", "true")]);
    let lookalike = values(&[("api_url", "http://localhost.example.com/"), ("user", "crm")]);
    let secret = secrets(&[("password", "p"), ("push_key", "k")]);
    assert!(profile("vipex").account(lookalike, secret, plan()).is_err());
}

/// What is wrong with how a call is asked about.
#[test]
fn a_status_that_asks_about_no_call_or_never_ends_one_is_refused() {
    let status = |text: &str| broken("[push.auth]", &format!("[status]\nmethod = \"GET\"\n{text}\n[push.auth]"));
    let asks = "url = \"{{ api_url }}/calls/{{ call_id }}\"";
    let over = "[[status.over]]\nstatus = 404";
    let cases = [
        (format!("url = \"{{{{ api_url }}}}/calls\"\n{over}"), "status.url", "asks about no call"),
        (format!("url = \"{{{{ api_url }}}}/{{{{ number }}}}\"\n{over}"), "status.url", "only `call_id` is known"),
        (asks.to_owned(), "status", "never says that a call is over"),
        (format!("{asks}\n[[status.over]]"), "status.over[1]", "every call one that is over"),
        (format!("{asks}\n[[status.over]]\nequals = \"x\""), "status.over[1]", "add `json"),
        (format!("{asks}\n{over}\n[[status.alive]]"), "status.alive[1]", "every call one that goes on"),
        (format!("{asks}\n{over}\nkind = \"refused\""), "status.over[1].kind", "there is no such key here"),
        (format!("{asks}\n{over}\n[[status.dead]]"), "status.dead", "there is no such key here"),
    ];
    let mut differ = Vec::new();
    for (text, key, sentence) in cases {
        let said = status(&text).to_string();
        if !said.contains(&format!(": `{key}`: ")) || !said.contains(sentence) {
            differ.push(format!("{text}\n  expected {key} … {sentence}\n  {said}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

//! The texts of a profile are bounded: whatever somebody writes into one is filled with little, or refused.

// Its counters are constants, which clippy does not see through what `thread_local` becomes for Windows.
#![allow(clippy::missing_const_for_thread_local)]

use crate::support;

use proptest::prelude::*;
use ringcard_connect::{ReadPushes, profile::Profile};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};
use support::{plan, secrets, values};

/// Counts what a test's own thread holds at the same time.
struct Counted;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator as it came; only sizes are noted down.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = HELD.try_with(|held| {
            held.set(held.get() + layout.size());
            let _ = MOST.try_with(|most| most.set(most.get().max(held.get())));
        });
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // What another thread made may end here.
        let _ = HELD.try_with(|held| held.set(held.get().saturating_sub(layout.size())));
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// The most that was held at once on top of what was held before, and what came out.
fn measured<T>(act: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.get();
    MOST.set(before);
    let outcome = act();
    (MOST.get() - before, outcome)
}

/// What a text may be filled with.
const LONGEST: usize = 64 * 1024;
/// What reading and filling a text of 4 kB may hold at once: its words, their tree, and a few pieces of 16 kB.
const MOST_MEMORY: usize = 4 * 1024 * 1024;

const SETTINGS: &str = r#"
[[setting]]
key = "who"
kind = "text"
label = "Name"

[[setting]]
key = "password"
kind = "secret"
label = "Password"

[[setting]]
key = "seconds"
kind = "number"
default = 10
label = "Seconds"

[[setting]]
key = "api_url"
kind = "url"
label = "Address"
"#;

/// A profile whose text can be seen from outside when it is filled: the method an administrator is told.
fn with(text: &str) -> String {
    let text = toml::Value::from(text);
    format!(
        "id = \"p\"\ntitle = \"P\"\n{SETTINGS}\n[push.auth]\nmethod = \"none\"\n[push.fields]\ncaller = \"c\"\n\
         [incoming]\nmethod = {text}\n"
    )
}

/// The text as an account's, or why there is none.
fn filled_with(text: &str, name: &str) -> Result<String, String> {
    let profile = Profile::parse("p.toml", &with(text)).map_err(|error| error.to_string())?;
    let given = values(&[("who", name), ("api_url", "https://pbx.invalid/api")]);
    let account = profile.account(given, Default::default(), plan()).map_err(|error| error.to_string())?;
    Ok(account.webhooks("https://hub.invalid", "p").swap_remove(0).method)
}

fn filled(text: &str) -> Result<String, String> {
    filled_with(text, "n")
}

#[test]
fn a_text_that_doubles_itself_is_refused() {
    let doubling =
        "{% set ns = namespace(x='x') %}{% for i in range(26) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}";
    let chain: String = (0..20).map(|_| " | replace('', 'xxxxxxxxxxxxxxxx')").collect();
    let joined = (0..12).fold("who".to_owned(), |text, _| format!("({text}) ~ ({text})"));
    for text in [
        doubling,
        "{{ 'x' * 50000000 }}",
        "{{ ('x' * 9999) | length * 9999 }}",
        "{{ range(40000) | join('xxxxxxxx') }}",
        "{{ who * 9999 }}",
        "{{ '%9999999d' | format(1) }}",
        "{{ who | indent(9999999) }}",
        "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{{ m(m(m(who))) }}",
        "{% filter upper %}x{% endfilter %}",
        "{% with x = who %}{{ x }}{% endwith %}",
        "{{ [who, who] }}",
        "{{ {'a': who} }}",
        "{{ who ** 9 }}",
        "{{ lipsum() }}",
        "{{ self }}",
        &format!("{{{{ who{chain} }}}}"),
        &format!("{{{{ {joined} }}}}"),
    ] {
        let (memory, outcome) = measured(|| filled(text));
        match outcome {
            Err(why) => {
                assert!(why.contains("cannot be filled") || why.contains("there is no setting"), "{text}: {why}")
            }
            Ok(filled) => panic!("{text} was filled with {} bytes", filled.len()),
        }
        assert!(memory < MOST_MEMORY, "{text} took {memory} bytes");
    }
}

#[test]
fn what_the_documents_show_is_filled_as_before() {
    for (text, name, with) in [
        ("{{ who or seconds }}", "", "10"),
        ("{% if who == 'key' %}a{% elif who %}b{% else %}c{% endif %}", "key", "a"),
        ("{% if who in ['one', 'two'] %}yes{% endif %}", "two", "yes"),
        ("{% if not api_url is endingwith('/ari') %}/ari{% endif %}", "", "/ari"),
        ("{{ who | replace('{extension}', '101') }}", "PJSIP/{extension}", "PJSIP/101"),
        ("{{ who | trim | upper }}-{{ who[1:] }}", "ab", "AB-b"),
        ("{{ seconds * 1000 }}{{ -seconds + 1 }}", "", "10000-9"),
        ("{{ 'x' ~ who ~ 'y' }}", "-", "x-y"),
        ("{{ who | default('none') }}{{ who | length }}", "é", "é1"),
        ("{{ who | urlencode }}{# a note #}", "a b", "a%20b"),
        ("{{ (seconds | int) - 1 }}{{ 'a' if seconds > 5 else 'b' }}", "8", "9a"),
        ("{ \"not\": \"a template\" }", "", "{ \"not\": \"a template\" }"),
    ] {
        assert_eq!(filled_with(text, name).as_deref(), Ok(with), "{text}");
    }
}

#[test]
fn what_becomes_too_long_is_not_filled_and_says_neither_value_nor_secret() {
    let long = "{{ password }}{{ who }}{{ password }}{{ who }}".repeat(8);
    let text = toml::Value::from(long);
    let profile = format!(
        "id = \"p\"\ntitle = \"P\"\n{SETTINGS}\n[push.auth]\nmethod = \"key\"\nkey = {text}\nkey_parameters = \"k\"\n\
         [push.fields]\ncaller = \"c\"\n[incoming]\n"
    );
    let profile = Profile::parse("p.toml", &profile).expect("its samples are short");
    let hunter = "hunter2".repeat(500);
    let account = profile.account(values(&[("who", &hunter)]), secrets(&[("password", &hunter)]), plan());
    let why = account.expect_err("it is too long").to_string();
    assert!(why.contains("push.auth.key") && why.contains("64 KiB") && !why.contains("hunter"), "{why}");

    let longer = "hunter2".repeat(2000);
    let account = profile.account(Default::default(), secrets(&[("password", &longer)]), plan());
    let why = account.expect_err("no password is that long").to_string();
    assert!(why.contains("`password`: this is longer than 8 KiB") && !why.contains("hunter"), "{why}");
}

#[test]
fn a_profile_has_so_many_texts_settings_and_choices() {
    let refused = |text: &str| Profile::parse("p.toml", text).map(|_| ()).expect_err("it is too much").to_string();
    let start = "id = \"p\"\ntitle = \"P\"\n";
    let many = |one: &str, count: usize| one.repeat(count);

    let words = format!("[push.auth]\nmethod = \"none\"\n[push.fields]\ncaller = [{}]", many("\"a\",", 3000));
    assert!(refused(&format!("{start}{words}")).contains("more than 2000 texts"));

    let settings: String =
        (0..200).map(|at| format!("[[setting]]\nkey = \"s{at}\"\nkind = \"text\"\nlabel = \"S\"\n")).collect();
    assert!(refused(&format!("{start}{settings}")).contains("more than 128 settings"));

    let choices =
        format!("[[setting]]\nkey = \"s\"\nkind = \"choice\"\nlabel = \"S\"\nchoices = [{}]", many("\"a\",", 99));
    assert!(refused(&format!("{start}{choices}")).contains("more than 64 choices"));

    assert!(refused(&with(&many("{{ who }}", 200))).contains("more than 512 words"));
    assert!(refused(&with(&many("x", 20_000))).contains("longer than 16 KiB"));
    assert!(refused(&with(&format!("{{{{ {}who{} }}}}", many("(", 200), many(")", 200)))).contains("recursion"));
    assert!(refused(&format!("{start}x = {}", many("[", 100_000))).contains("no TOML"));
    assert!(refused(&format!("{start}{} = 1", many("a.", 50_000) + "a")).starts_with("p.toml:"));
}

/// Pieces of the language, of what is outside it, and of nothing at all.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{{ who }}",
        "{{ who | replace('', who) }}",
        "{% if who %}",
        "{% endif %}",
        "{% else %}",
        "{% elif seconds %}",
        "{% for x in who %}",
        "{% endfor %}",
        "{% set x = who %}",
        "{% raw %}",
        "{% endraw %}",
        " | replace('n', ",
        " | upper",
        " | lower",
        " | urlencode",
        " | safe",
        " | join",
        " | int",
        "(",
        ")",
        "[",
        "]",
        "'",
        "\"",
        "~",
        "*",
        "**",
        "+",
        "-",
        "//",
        "%",
        ",",
        ".",
        ":",
        "|",
        " is ",
        " not ",
        " in ",
        " if ",
        " else ",
        " or ",
        " and ",
        "who",
        "seconds",
        "api_url",
        "password",
        "range(99999)",
        "'x' * 99999999",
        "99999999999999999999",
        "1e308",
        "namespace",
        "loop",
        "self",
        "\u{390}",
        "\u{fb03}",
        "\\",
        "\0",
        "x",
    ];
    prop_oneof![
        9 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => any::<char>().prop_map(String::from),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just("who"), Just("seconds"), Just("'x'"), Just("''"), Just("7"), Just("api_url")];
    leaf.prop_map(str::to_owned).prop_recursive(6, 64, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} | replace({b}, {c}))")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} ~ {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} * {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} if {b} in [{a}, {b}] else {b})")),
            inner.prop_map(|a| format!("({a} | urlencode | upper | lower)[0:]")),
        ]
    })
}

/// Pieces one after the other, and whole expressions, of at most 4 kB.
fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(piece(), 0..200).prop_map(|pieces| pieces.concat());
    let expressions = proptest::collection::vec(expression(), 1..6)
        .prop_map(|all| all.into_iter().map(|one| format!("{{{{ {one} }}}}")).collect::<String>());
    prop_oneof![pieces, expressions].prop_map(|mut text| {
        let end = (0..=4096.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_filled_within_bounds_or_refused(text in text(), name in prop_oneof![Just("n".repeat(8192)), ".{0,40}"]) {
        let (memory, outcome) = measured(|| filled_with(&text, &name));
        if let Ok(filled) = outcome {
            prop_assert!(filled.len() <= LONGEST, "{} bytes came out", filled.len());
        }
        prop_assert!(memory <= MOST_MEMORY, "{memory} bytes were held");
    }
}

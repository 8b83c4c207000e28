//! What reading one push takes, by itself: `cargo run --release -p ringcard-connect --example push_bench -- 200`.
//!
//! Pushes of 48, 120 and 256 kB in the shapes that cost most, each with the right key in a header, and with none anywhere
//! (then the body is what a stranger can make us look through). Tells the time of every shape, and in its last line, as
//! JSON, the slowest shape of each size.

use ringcard_connect::{
    PushKind, RawPush,
    profile::{PbxAccount, builtin_profiles},
};
use ringcard_core::number::DialPlan;
use secrecy::SecretString;
use std::{collections::BTreeMap, env, fmt::Write, hint::black_box, time::Instant};

const KEY: &str = "u4Zf-0pQm7wXcB2rT9yLk3VnHs8aJdEg5iWo1SxPqRt";
const SIZES: [usize; 3] = [48, 120, 256];

/// A shape, in about so many bytes: JSON, or a form.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: [Shape; 21] = [
    ("a list of numbers", |n| format!(r#"{{"caller":"1","a":[{}1]}}"#, "1,".repeat(n / 2))),
    ("a list under a long name", |n| format!(r#"{{"{}":[{}1]}}"#, "n".repeat(500), "1,".repeat(n / 2))),
    ("a list under a name as long", |n| format!(r#"{{"{}":[{}1]}}"#, "n".repeat(n / 2), "1,".repeat(n / 4))),
    ("objects under a deep name", |n| format!(r#"{{"{}":[{}1]}}"#, "n.".repeat(240), r#"{"b":1},"#.repeat(n / 8))),
    ("many under a deep name", |n| {
        format!(r#"{{"{}":{{{}"z":1}}}}"#, "n.".repeat(240), each(n / 14, |n| format!(r#""f{n}":"xyz","#)))
    }),
    ("lists in lists", |n| format!(r#"{{"call":[{}1]}}"#, "[[[[1]]]],".repeat(n / 10))),
    ("opened and never closed", |n| "[".repeat(n)),
    ("deep", |n| format!("{}1{}", r#"{"call":"#.repeat(n / 9), "}".repeat(n / 9))),
    ("one name many times", |n| format!(r#"{{{}"caller":"1"}}"#, r#""a":1,"#.repeat(n / 6))),
    ("many names", |n| format!(r#"{{{}"caller":"1"}}"#, each(n / 14, |n| format!(r#""f{n}":"xyz","#)))),
    ("one long text", |n| format!(r#"{{"caller":"1","note":"{}"}}"#, "x".repeat(n))),
    ("escapes", |n| format!(r#"{{"caller":"1","reason":["{}"]}}"#, r"\u0041\ud83d\ude00".repeat(n / 18))),
    ("long numbers", |n| format!(r#"{{"caller":"1","a":[{}1]}}"#, format!("{},", "7".repeat(300)).repeat(n / 301))),
    ("keys of others", |n| {
        format!(r#"{{"caller":"1",{}"z":1}}"#, each(n / 40, |n| format!(r#""k{n}":{{"token":"old-{n}-{n}-key"}},"#)))
    }),
    ("words in base64", |n| fields(n, |n| format!("czNjcmV0LXRleHQt{n}/c29tZXRoaW5nLWVsc2U"))),
    ("names and values in values", |n| fields(n, |n| format!("abc=abc=key=k{n};pwd:x;api_key='y';a.b=c"))),
    ("percent in percent", |n| fields(n, |n| format!("%25252541%252525252541%252525{n}key%253Dx"))),
    ("entities and escapes", |n| fields(n, |n| format!(r"&amp;amp;#65;\\u0041\\\\u0041&#x41;{n}=\\"))),
    ("a form of one letter", |n| "a&".repeat(n / 2)),
    ("a form in brackets", |n| each(n / 40, |n| format!("{}{n}=%41&", "%5Ba%5D".repeat(4)))),
    ("JSON in a form", |n| format!(r#"data={{"caller":"1","a":[{}1]}}"#, "%7B%22b%22:1%7D,".repeat(n / 15))),
];

fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// Many fields, in those a profile asks for and in others.
fn fields(bytes: usize, text: impl Fn(usize) -> String) -> String {
    let mut json = r#"{"caller":"1""#.to_owned();
    let mut n = 0;
    while json.len() < bytes {
        let values = each(6, &text);
        let name = ["reason", "event", "queue", "direction", "cause", "leg", "result"].get(n).map_or("f", |name| name);
        let _ = write!(json, r#","{name}{}":{}"#, if n < 7 { String::new() } else { n.to_string() }, quoted(&values));
        n += 1;
    }
    json + "}"
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn account() -> PbxAccount {
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "vipex").expect("vipex is built in");
    let values =
        BTreeMap::from([("api_url".to_owned(), "https://pbx.invalid/api".into()), ("user".to_owned(), "crm".into())]);
    let secrets = BTreeMap::from([
        ("password".to_owned(), SecretString::from("c0rrect horse battery")),
        ("push_key".to_owned(), SecretString::from(KEY)),
    ]);
    profile.account(values, secrets, DialPlan::new("HU").expect("a country")).expect("an account")
}

fn main() {
    let rounds: usize = env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(200);
    let account = account();
    let mut worst: BTreeMap<String, f64> = BTreeMap::new();
    for size in SIZES {
        for (what, shape) in SHAPES {
            let body = shape(size * 1024 - 1024).into_bytes();
            for (who, headers) in
                [("keyed", BTreeMap::from([("x-api-key".to_owned(), KEY.to_owned())])), ("stranger", BTreeMap::new())]
            {
                // A stranger's is refused by its length beyond this; looked through it is up to it.
                let bytes = if who == "stranger" { body.len().min(64 * 1024) } else { body.len() };
                let raw = RawPush { headers, body: body[..bytes].to_vec(), ..RawPush::default() };
                let mut times: Vec<f64> = (0..rounds)
                    .map(|_| {
                        let began = Instant::now();
                        let _ = black_box(account.take_push(PushKind::CallData, black_box(&raw)));
                        began.elapsed().as_secs_f64() * 1000.0
                    })
                    .collect();
                times.sort_by(f64::total_cmp);
                for percent in [50, 95] {
                    let time = times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
                    let slowest = worst.entry(format!("{who}_{size}_p{percent}_ms")).or_default();
                    *slowest = slowest.max(time);
                    println!("{size:>4} kB  {who:>8}  p{percent} {time:>7.3} ms  {what}");
                }
            }
        }
    }
    println!("{}", serde_json::json!(worst));
}

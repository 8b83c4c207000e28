//! What a profile does, in sentences for a terminal and a log.

use super::{Own, Standing};
use ringcard_connect::{
    PushKind,
    profile::{Part, Profile, Purpose, Reach, RequestReview},
};
use std::fmt::Write;

/// A profile of somebody's own, and what it would do.
pub fn told_of(own: &Own) -> String {
    let id = own.profile.id();
    let mut text = format!("{id}  {}\n", line(own.profile.title().in_language("en")));
    // A file's name may hold anything.
    let _ = writeln!(text, "    file      {}", own.file.display().to_string().replace(char::is_control, "\u{fffd}"));
    let _ = writeln!(text, "    sha256    {}", own.sha256);
    let standing = match own.standing {
        Standing::Confirmed => "confirmed",
        Standing::TakenOver => "in use since before looking was asked for: nobody has looked",
        Standing::New => "not confirmed: it is not used",
        Standing::Changed => "changed since it was confirmed: it is not used",
    };
    let _ = writeln!(text, "    standing  {standing}");
    if own.replaces() {
        let _ = writeln!(text, "    REPLACES  the built-in profile {id}");
    }
    text + &told(&own.profile)
}

/// Where a profile's requests go and which secrets go along.
pub fn told(profile: &Profile) -> String {
    let review = profile.review();
    let label = |key: &str| {
        let setting = profile.settings().iter().find(|setting| setting.key == key);
        setting.map_or_else(|| key.to_owned(), |setting| format!("“{}” ({key})", line(setting.label.in_language("en"))))
    };
    let mut text = String::new();
    for request in &review.requests {
        let _ = writeln!(text, "    {}", sentence(request, &label));
        for used in &request.secrets {
            let parts: Vec<&str> = used.parts.iter().map(|part| words(*part)).collect();
            let _ = writeln!(text, "        sends the secret {}, {}", label(&used.key), parts.join(" and "));
        }
        if request.secrets.is_empty() {
            let _ = writeln!(text, "        sends no secret");
        }
    }
    let kinds: Vec<&str> = review.pushes.kinds.iter().map(|kind| push_name(*kind)).collect();
    if !kinds.is_empty() {
        let proofs: Vec<String> = match review.pushes.secrets.as_slice() {
            [] => vec!["nothing that is secret".to_owned()],
            secrets => secrets.iter().map(|key| label(key)).collect(),
        };
        let _ = writeln!(text, "    reads pushes ({}), proved by {}", kinds.join(", "), proofs.join(", "));
        if review.pushes.proofs.iter().any(|proof| proof == "none") {
            let _ = writeln!(text, "        may take pushes without proof");
        }
    }
    text
}

/// Nothing of a profile makes a line of its own.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentence(request: &RequestReview, label: &dyn Fn(&str) -> String) -> String {
    let purpose = match request.purpose {
        Purpose::StartCall => "starts calls",
        Purpose::Status => "asks whether a call is going on",
        Purpose::Recording => "fetches recordings",
        Purpose::CallLog => "writes calls into a log",
        Purpose::Test => "tests the sign-in",
    };
    let reaches: Vec<String> = request.reaches.iter().map(|reach| to(reach, label)).collect();
    format!("{purpose}: {} to {}", request.methods.join(" or "), reaches.join(" or to "))
}

fn to(reach: &Reach, label: &dyn Fn(&str) -> String) -> String {
    match reach {
        Reach::Fixed { server } => server.clone(),
        Reach::Setting { key } => format!("the address you set in {}", label(key)),
        Reach::Computed { written } => format!("a server that is computed and cannot be told: {written}"),
    }
}

fn words(part: Part) -> &'static str {
    match part {
        Part::Address => "in the address itself, which servers on the way may write down",
        Part::Parameters => "as a parameter",
        Part::Headers => "in a header",
        Part::Body => "in the body",
        Part::SignIn => "as the sign-in",
    }
}

fn push_name(kind: PushKind) -> &'static str {
    match kind {
        PushKind::Incoming => "incoming",
        PushKind::Event => "event",
        PushKind::CallData => "call data",
    }
}

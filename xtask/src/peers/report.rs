//! What was played, what was right, what was seen.

use super::scenes::Outcome;
use std::fmt::Write;

/// As soon as it is known.
pub fn say(outcome: &Outcome) {
    let word = if outcome.is_right() { "ok   " } else { "WRONG" };
    println!("{word} {} ({:.1} s)", outcome.name, outcome.took.as_secs_f32());
    if outcome.is_right() {
        return;
    }
    for line in &outcome.right {
        println!("      right: {line}");
    }
    match &outcome.seen {
        Ok(seen) => seen.iter().for_each(|line| println!("      seen:  {line}")),
        Err(why) => println!("      not played to its end: {why}"),
    }
}

/// In Markdown.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut text = "| scene | right | seen | | card after | took |\n|---|---|---|---|---|---|\n".to_owned();
    for outcome in outcomes {
        let seen = match &outcome.seen {
            Ok(_) if outcome.is_right() => "the same".to_owned(),
            Ok(seen) => seen.join("<br>"),
            Err(why) => why.clone(),
        };
        let card = outcome.card.map_or_else(String::new, |card| format!("{} ms", card.as_millis()));
        let _ = writeln!(
            text,
            "| {} | {} | {seen} | {} | {card} | {:.1} s |",
            outcome.name,
            outcome.right.join("<br>"),
            if outcome.is_right() { "ok" } else { "**wrong**" },
            outcome.took.as_secs_f32()
        );
    }
    let right = outcomes.iter().filter(|outcome| outcome.is_right()).count();
    let _ = write!(text, "\n{right} of {} right", outcomes.len());
    text
}

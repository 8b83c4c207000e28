//! The dialplan snippet for who cannot open ARI's events, played as it is printed: only what its reader is told to adapt is
//! adapted here, and where the text has become another one, this fails.

use crate::checkout::Checkout;
use std::fs;

pub const PUSH_KEY: &str = "a-push-key-for-peers";

const DIALPLAN: &str = "docs/profiles/extensions.conf";
const WORDS: &str = "docs/profiles.md";
/// Marks what its reader is to adapt.
const MARK: &str = "; <--";

/// What our reader has in place of the examples.
const OURS: [(&str, &str); 4] = [
    ("https://hub.example.com/in/asterisk", "http://127.0.0.1:8480/in/pbx"),
    ("+3615550100", "5716017000"),
    ("my-provider", "trunk"),
    // Nobody here waits half a minute for voicemail.
    ("PJSIP/101&PJSIP/102,30,", "PJSIP/101&PJSIP/102,4,"),
];

/// Where the queue is told what runs on the phone that picks up: from Asterisk 21 on, and before.
const QUEUE: (&str, &str) = ("Queue(sales,,,,120,,ringcard-picked-up)", "Queue(sales,,,,120,,,ringcard-picked-up)");

/// Files of Asterisk's configuration, by name. `version`: 22
pub fn files(checkout: &Checkout, version: u32) -> Result<Vec<(&'static str, String)>, String> {
    let read = |file: &str| fs::read_to_string(checkout.path(file)).map_err(|e| format!("{file}: {e}"));
    let printed = read(DIALPLAN)?;
    if !printed.contains(QUEUE.1) {
        return Err(format!("{DIALPLAN} does not say any more that older versions want {}", QUEUE.1));
    }
    let ours = OURS.into_iter().chain((version <= 20).then_some(QUEUE));
    let dialplan = adapted(&printed, ours)?;
    let page = read(WORDS)?;
    let key = key_file(&page, "[hub]").ok_or_else(|| format!("{WORDS} has no block with the push key any more"))?;
    let curl = key_file(&page, "header = ").ok_or_else(|| format!("{WORDS} has no block for curl any more"))?;
    Ok(vec![("ringcard-snippet.conf", dialplan), ("ringcard.conf", key), ("ringcard.curl", curl)])
}

fn adapted(printed: &str, ours: impl Iterator<Item = (&'static str, &'static str)>) -> Result<String, String> {
    let mut lines: Vec<String> = printed.lines().map(str::to_owned).collect();
    for (example, ours) in ours {
        let mut marked = lines.iter_mut().filter(|line| line.contains(MARK) && line.contains(example)).peekable();
        marked.peek().ok_or_else(|| format!("{DIALPLAN}: no line to adapt has {example} any more"))?;
        marked.for_each(|line| *line = line.replace(example, ours));
    }
    Ok(lines.join("\n") + "\n")
}

/// A block of the page that is a file with the push key, with ours.
fn key_file(page: &str, begins: &str) -> Option<String> {
    let blocks = page.split("```ini\n").skip(1).filter_map(|rest| rest.split("```").next());
    let block = blocks.into_iter().find(|block| block.starts_with(begins))?;
    block.contains("the-push-key").then(|| block.replace("the-push-key", PUSH_KEY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_snippet_can_be_adapted_where_it_says_so() {
        let checkout = Checkout::find().expect("we are in one");
        let printed = fs::read_to_string(checkout.path(DIALPLAN)).expect("it is there");
        for (version, lines) in [(22, OURS.len()), (16, OURS.len() + 1)] {
            let files = files(&checkout, version).expect("the pages are as they are read here");
            let [(_, dialplan), (_, key), (_, curl)] = &files[..] else { panic!("{files:?}") };
            let differ = printed.lines().zip(dialplan.lines()).filter(|(printed, ours)| printed != ours);
            assert!(differ.clone().all(|(printed, _)| printed.contains(MARK)) && differ.count() == lines);
            assert_eq!(key, &format!("[hub]\nkey = {PUSH_KEY}\n"));
            assert_eq!(curl, &format!("header = \"X-Api-Key: {PUSH_KEY}\"\n"));
        }
    }
}

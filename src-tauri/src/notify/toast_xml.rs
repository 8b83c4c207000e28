//! How Windows wants a notification written, and what it gives back when somebody clicks.

use super::{Answer, Text};

/// More does not fit on a notification, and Windows refuses one of more than 5 kB.
const LONGEST_SUMMARY: usize = 160;
const LONGEST_BODY: usize = 480;
const LONGEST_BUTTON: usize = 60;

const OPEN: &str = "open";
const CALL_BACK: &str = "call-back";

/// A notification that waits for an answer; `tag` is the name by which it is answered, letters and digits.
pub fn asking(text: &Text, tag: &str) -> String {
    // What rings stays until somebody acts. The telephone makes the sound.
    let (scenario, audio) =
        if text.urgent { (r#" scenario="incomingCall""#, r#"<audio silent="true"/>"#) } else { ("", "") };
    let mut buttons = vec![(text.show, OPEN)];
    buttons.extend(text.call_back.map(|words| (words, CALL_BACK)));
    let button = |(words, verb): (&str, &str)| {
        format!(r#"<action content="{}" arguments="{tag} {verb}"/>"#, written(words, LONGEST_BUTTON))
    };
    let buttons: String = buttons.into_iter().map(button).collect();
    let visual = visual(&text.summary, &text.body);
    format!(r#"<toast launch="{tag} {OPEN}"{scenario}>{visual}<actions>{buttons}</actions>{audio}</toast>"#)
}

/// A notification that only says something; a click on it opens the main window.
pub fn saying(summary: &str, body: &str) -> String {
    format!(r#"<toast launch="{OPEN}">{}</toast>"#, visual(summary, body))
}

/// Which notification was clicked, and what was meant. `None`: none that waits for an answer.
pub fn read(arguments: &str) -> Option<(&str, Answer)> {
    match arguments.split_once(' ')? {
        (tag, OPEN) => Some((tag, Answer::Open)),
        (tag, CALL_BACK) => Some((tag, Answer::CallBack)),
        _ => None,
    }
}

fn visual(summary: &str, body: &str) -> String {
    let (summary, body) = (written(summary, LONGEST_SUMMARY), written(body, LONGEST_BODY));
    format!(
        r#"<visual><binding template="ToastGeneric"><text hint-maxLines="2">{summary}</text><text>{body}</text></binding></visual>"#
    )
}

/// A text as XML: bounded, and without anything that would be more than text.
fn written(text: &str, longest: usize) -> String {
    let mut written = String::with_capacity(text.len());
    let mut letters = text.chars().filter(|letter| is_allowed(*letter));
    for letter in letters.by_ref().take(longest) {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&apos;"),
            '\n' => written.push_str("&#10;"),
            other => written.push(other),
        }
    }
    if letters.next().is_some() {
        written.push('…');
    }
    written
}

/// XML 1.0 has no other control characters, and no half characters.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\n' | '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(summary: &str, body: &str) -> Text {
        Text {
            summary: summary.to_owned(),
            body: body.to_owned(),
            show: "Open",
            call_back: Some("Call back"),
            urgent: false,
        }
    }

    /// What a reader of XML finds in it: an element's texts and attributes, after its escapes were undone.
    fn texts(xml: &str) -> Vec<String> {
        let inside = xml.split("<text").skip(1).filter_map(|rest| rest.split_once('>')?.1.split_once("</text>"));
        inside
            .map(|(text, _)| {
                assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
                let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n")];
                let text = plain.iter().fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter));
                text.replace("&amp;", "&")
            })
            .collect()
    }

    #[test]
    fn what_strangers_wrote_is_text_and_nothing_else() {
        let name = r#"</text></binding><action content="Pay" arguments='x'/>&amp;<!--"#;
        let xml = asking(&text(name, "Acme & Søn\n<b>"), "t1");
        assert_eq!(texts(&xml), [name, "Acme & Søn\n<b>"]);
        assert_eq!(xml.matches("<action ").count(), 2, "{xml}");
        assert_eq!(
            texts(&saying("\u{0}a\u{1b}[31m\r\u{7f}\u{85}b\u{fffe}", "")),
            ["a[31mb", ""],
            "no control characters"
        );
    }

    #[test]
    fn a_name_without_end_makes_no_notification_without_end() {
        let endless = "\"".repeat(10_000);
        let xml = asking(&text(&endless, &endless), "t1");
        assert!(xml.len() < 5_000, "{}", xml.len());
        assert!(texts(&xml).iter().all(|text| text.ends_with('…')));
        let short = "x".repeat(LONGEST_SUMMARY);
        assert_eq!(texts(&saying(&short, ""))[0], short, "what fits is not cut");
    }

    #[test]
    fn what_is_clicked_comes_back_as_it_was_written() {
        let xml = asking(&text("Missed call", ""), "t7");
        let arguments: Vec<&str> = xml
            .split(' ')
            .filter_map(|part| part.strip_prefix("arguments=\"").or_else(|| part.strip_prefix("launch=\"")))
            .collect();
        assert_eq!(arguments, ["t7", "t7", "t7"]);
        assert!(xml.contains(r#"launch="t7 open""#) && xml.contains(r#"arguments="t7 call-back""#), "{xml}");
        assert_eq!(read("t7 open"), Some(("t7", Answer::Open)));
        assert_eq!(read("t7 call-back"), Some(("t7", Answer::CallBack)));
        for other in ["", "open", "t7", "t7 call-back now", "t7 pay"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn what_rings_stays_on_the_screen_without_a_sound_of_its_own() {
        let ringing = Text { urgent: true, call_back: None, ..text("Incoming call", "") };
        let xml = asking(&ringing, "t1");
        assert!(xml.contains(r#"scenario="incomingCall""#) && xml.contains(r#"<audio silent="true"/>"#), "{xml}");
        assert_eq!(xml.matches("<action ").count(), 1);
        assert!(!asking(&text("Missed call", ""), "t1").contains("scenario"));
    }
}

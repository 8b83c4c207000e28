//! The questions that every place where numbers come in is asked, answered by the reader itself. Whoever asks them elsewhere
//! (links, the command line, the box, REST, webhooks) reads the same file and has to get the same answers.

use crate::numbers::line;
use ringcard_core::number::{DialPlan, of_ours};

#[test]
fn the_reader_answers_what_every_place_has_to() {
    let plan = DialPlan::new("HU").expect("a country");
    let rows = include_str!("same_questions.tsv").lines().filter_map(|row| row.split_once('\t'));
    let mut asked = 0;
    for (text, answer) in rows {
        assert_eq!(line(&plan, text), answer, "{text}");
        assert_eq!(line(&plan, &of_ours(text)), answer, "{text} as a link");
        asked += 1;
    }
    assert!(asked > 20);
}

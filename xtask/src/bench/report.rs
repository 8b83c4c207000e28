//! `docs/performance.md`.

use super::{
    Part,
    by_hand::{self, ByHand},
    machine,
};
use std::fmt::Write;

pub struct Report {
    head: String,
    /// The other commit, in Markdown, where one was measured in turns with this one.
    beside: Option<String>,
    /// Each with the load before and after it.
    parts: Vec<(Part, [String; 2])>,
    /// By what and of which commit, for parts that are written among others'.
    said_by: String,
}

impl Report {
    /// `about`: lines about commits, machine and amounts.
    pub fn begin(command: &str, about: &[String], beside: Option<String>) -> Self {
        let said_by = format!("Measured by itself: {} (`{command}`).", about.first().map_or("", String::as_str));
        let about = about.iter().fold(String::new(), |list, line| format!("{list}- {line}\n"));
        let mut head = format!(
            "# Performance\n\nWritten by `{command}` on the release build: do not edit, measure again. What stands between marks *by hand* stays.\n\n\
             {about}"
        );
        if let Some(other) = &beside {
            let _ = writeln!(
                head,
                "- *before* is {other}, measured in the same run, in turns: of several rounds the median counts, of what is \
                 *longest* or *most* the worst. Empty: it does not have that, or the words under the table say why. The ratio is \
                 measured / before, bold where it is worse by more than a tenth."
            );
        }
        Self { head, beside, parts: Vec::new(), said_by }
    }

    pub fn part(&mut self, measure: impl FnOnce() -> Result<Part, String>) -> Result<(), String> {
        let before = machine::load();
        let part = measure()?;
        println!("{}: done", part.title);
        self.parts.push((part, [before, machine::load()]));
        Ok(())
    }

    /// With what people wrote into the file as it was.
    pub fn text(&self, was: &str) -> String {
        let mut by_hand = ByHand::of(was);
        let mut text = self.head.clone();
        for (part, load) in &self.parts {
            text += &self.section(part, load, "");
            text += &by_hand.take(part.title);
        }
        text += &by_hand.take_rest();
        text
    }

    /// The file as it was, with these parts in the place of what they were before, or behind all others.
    pub fn among(&self, was: &str) -> String {
        let mut by_hand = ByHand::of(was);
        // A heading that somebody wrote by hand begins no section.
        let mut sections: Vec<String> = vec![String::new()];
        let mut is_by_hand = false;
        for line in was.lines() {
            is_by_hand = match line.trim() {
                by_hand::BEGIN => true,
                by_hand::END => false,
                _ => is_by_hand,
            };
            if line.starts_with("## ") && !is_by_hand {
                sections.push(String::new());
            }
            if let Some(section) = sections.last_mut() {
                let _ = writeln!(section, "{line}");
            }
        }
        for (part, load) in &self.parts {
            let section = self.section(part, load, &self.said_by).trim_start().to_owned() + &by_hand.take(part.title);
            let heading = format!("## {}\n", part.title);
            match sections.iter_mut().find(|old| old.starts_with(&heading)) {
                Some(old) => *old = section + "\n",
                None => sections.push(section + "\n"),
            }
        }
        let whole: Vec<&str> = sections.iter().map(|section| section.trim_end()).collect();
        whole.join("\n\n") + "\n"
    }

    fn section(&self, part: &Part, [before, after]: &[String; 2], said_by: &str) -> String {
        let Part { title, how, measured } = part;
        let said_by = if said_by.is_empty() { String::new() } else { format!(" {said_by}") };
        let mut text =
            format!("\n## {title}\n\n{how}{said_by} Load {before} at the beginning, {after} at the end.\n\n");
        text += match &self.beside {
            None => "| | measured | target | |\n|---|---:|---:|---|\n",
            Some(_) => "| | measured | target | | before | ratio |\n|---|---:|---:|---|---:|---:|\n",
        };
        for row in &measured.rows {
            let _ = writeln!(text, "{}", if self.beside.is_some() { row.text_beside() } else { row.text() });
        }
        if let (Some(other), false) = (&self.beside, measured.remarks.is_empty()) {
            let why: Vec<String> = measured.remarks.iter().map(|remark| one_line(remark)).collect();
            let _ = write!(text, "\nNot measured of {other}: {}.\n", why.join("; "));
        }
        text
    }
}

/// The first line of what went wrong, without an end of its own.
fn one_line(remark: &str) -> String {
    remark.lines().next().unwrap_or_default().trim_end_matches(['.', ':', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{pair::Pair, row::Row},
        *,
    };

    fn part(other: Option<&str>) -> Part {
        let mut pair = Pair { ours: "1.0", other };
        let both = pair.in_turns(1, |side, _| side.parse::<f64>().map_err(|e| format!("{e}.\nand more")));
        let measured = both.expect("ours is a number").rows(|all| vec![Row::new("p50", all[0], "ms")]);
        Part { title: "Start", how: "Ten times.".to_owned(), measured }
    }

    fn text(other: Option<&str>, was: &str) -> String {
        let mut report =
            Report::begin("cargo xtask bench", &["a machine".to_owned()], other.map(|_| "`abc1234`".to_owned()));
        report.part(|| Ok(part(other))).expect("measured");
        report.text(was)
    }

    #[test]
    fn without_another_commit_the_table_has_no_column_for_it() {
        let text = text(None, "");
        assert!(text.contains("\n- a machine\n"), "{text}");
        assert!(text.contains("Ten times. Load "), "{text}");
        assert!(text.ends_with("| | measured | target | |\n|---|---:|---:|---|\n| p50 | 1.00 ms |  |  |\n"), "{text}");
    }

    #[test]
    fn with_another_commit_its_numbers_and_the_ratio_stand_beside() {
        let text = text(Some("2.0"), "");
        assert!(text.contains("*before* is `abc1234`"), "{text}");
        assert!(
            text.ends_with(
                "| | measured | target | | before | ratio |\n|---|---:|---:|---|---:|---:|\n\
                 | p50 | 1.00 ms |  |  | 2.00 ms | 0.50 |\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn why_the_other_was_not_measured_is_said_in_one_line() {
        let text = text(Some("nothing"), "");
        assert!(
            text.ends_with("| p50 | 1.00 ms |  |  |  |  |\n\nNot measured of `abc1234`: invalid float literal.\n"),
            "{text}"
        );
    }

    #[test]
    fn what_people_wrote_is_written_again() {
        let text = text(None, "## Start\n<!-- by hand -->\nmind the disk\n<!-- by hand: end -->\n");
        assert!(text.ends_with("|  |\n\n<!-- by hand -->\nmind the disk\n<!-- by hand: end -->\n"), "{text}");
    }

    #[test]
    fn a_part_that_was_measured_by_itself_takes_its_old_place_and_the_rest_stays() {
        let was = "# Performance\n\n- then\n\n## Start\n\nold\n\n<!-- by hand -->\n## Start\nmind the disk\n<!-- by hand: end -->\n\n\
                   ## Memory\n\nlow\n";
        let mut report = Report::begin("cargo xtask bench --only start", &["today".to_owned()], None);
        report.part(|| Ok(part(None))).expect("measured");
        let text = report.among(was);
        assert!(
            text.starts_with("# Performance\n\n- then\n\n## Start\n\nTen times. Measured by itself: today (`cargo"),
            "{text}"
        );
        assert!(text.ends_with("mind the disk\n<!-- by hand: end -->\n\n## Memory\n\nlow\n"), "{text}");
        assert_eq!((text.matches("mind the disk").count(), text.contains("old")), (1, false), "{text}");
        let text = report.among("# Performance\n\n## Memory\n\nlow\n");
        assert!(text.contains("low\n\n## Start\n\nTen times.") && text.ends_with("|  |\n"), "{text}");
    }
}

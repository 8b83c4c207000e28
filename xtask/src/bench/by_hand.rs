//! What people wrote into `docs/performance.md`: it stays where it was when the rest is written anew.

use std::fmt::Write;

pub const BEGIN: &str = "<!-- by hand -->";
pub const END: &str = "<!-- by hand: end -->";

/// The blocks between the marks, each with the title of the section it stands in (headings inside a block are its own).
pub struct ByHand {
    blocks: Vec<(String, String)>,
}

impl ByHand {
    pub fn of(text: &str) -> Self {
        let (mut blocks, mut title, mut block) = (Vec::new(), String::new(), None::<String>);
        for line in text.lines() {
            match (&mut block, line.trim()) {
                (Some(_), END) => blocks.extend(block.take().map(|block| (title.clone(), block))),
                (Some(block), _) => {
                    let _ = writeln!(block, "{line}");
                }
                (None, BEGIN) => block = Some(String::new()),
                (None, heading) => {
                    if let Some(heading) = heading.strip_prefix("## ") {
                        heading.clone_into(&mut title);
                    }
                }
            }
        }
        // A block nobody ended is still somebody's.
        blocks.extend(block.map(|block| (title, block)));
        Self { blocks }
    }

    /// What stands at the end of this section, and is then written.
    pub fn take(&mut self, title: &str) -> String {
        let (taken, left) = std::mem::take(&mut self.blocks).into_iter().partition(|(of, _)| of == title);
        self.blocks = left;
        written(taken)
    }

    /// What stood in sections that are not there any more.
    pub fn take_rest(&mut self) -> String {
        written(std::mem::take(&mut self.blocks))
    }
}

fn written(blocks: Vec<(String, String)>) -> String {
    blocks.into_iter().fold(String::new(), |mut text, (_, block)| {
        let _ = write!(text, "\n{BEGIN}\n{block}{END}\n");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Performance\n\n## Memory\n\nlow\n\n<!-- by hand -->\n\n## Thin or fat\n\nfat\n\n<!-- by hand: end -->\n\n\
                        ## Start\n\nsoon\n";

    #[test]
    fn what_people_wrote_stays_in_its_section_and_is_found_again() {
        let mut first = ByHand::of(TEXT);
        assert_eq!(first.take("Start"), "");
        let kept = first.take("Memory");
        assert_eq!(kept, "\n<!-- by hand -->\n\n## Thin or fat\n\nfat\n\n<!-- by hand: end -->\n");
        assert_eq!(first.take_rest(), "");
        assert_eq!(ByHand::of(&format!("## Memory\n{kept}")).take("Memory"), kept);
    }

    #[test]
    fn what_stood_in_a_section_that_is_gone_is_not_lost() {
        assert!(ByHand::of(TEXT).take_rest().contains("Thin or fat"));
        assert!(ByHand::of("## Memory\n<!-- by hand -->\nnot ended\n").take("Memory").contains("not ended"));
    }
}

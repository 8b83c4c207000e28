//! Two of the same: of this checkout and, where another commit is measured beside it, of that one.

use super::row::{self, Row};

pub struct Pair<T> {
    pub ours: T,
    pub other: Option<T>,
}

impl<T> Pair<T> {
    pub fn each<R>(&self, make: impl Fn(&T) -> Result<R, String>) -> Result<Pair<R>, String> {
        let other = self.other.as_ref().map(&make).transpose()?;
        Ok(Pair { ours: make(&self.ours)?, other })
    }

    /// Measures so many rounds of each, in turns (other, ours, ours, other …), so that both have the same noise around
    /// them. Rounds are numbered from 0. What the other cannot do ends its turns, and nothing else.
    pub fn in_turns<R>(
        &mut self,
        rounds: usize,
        mut measure: impl FnMut(&mut T, usize) -> Result<R, String>,
    ) -> Result<Both<R>, String> {
        let mut ours = Vec::new();
        let mut other = self.other.is_some().then(|| Ok(Vec::new()));
        for round in 0..rounds {
            let ours_first = round % 2 == 1;
            if ours_first {
                ours.push(measure(&mut self.ours, round)?);
            }
            if let (Some(side), Some(Ok(measured))) = (&mut self.other, &mut other) {
                match measure(side, round) {
                    Ok(found) => measured.push(found),
                    Err(problem) => {
                        println!("  the other commit: {problem}");
                        other = Some(Err(problem));
                    }
                }
            }
            if !ours_first {
                ours.push(measure(&mut self.ours, round)?);
            }
        }
        Ok(Both { ours, other })
    }
}

/// The rounds of both, or why there are none of the other.
pub struct Both<R> {
    pub ours: Vec<R>,
    other: Option<Result<Vec<R>, String>>,
}

impl<R> Both<R> {
    /// Beside each other, what `sum_up` makes of all rounds of one.
    pub fn rows(&self, sum_up: impl Fn(&[R]) -> Vec<Row>) -> Measured {
        let ours = sum_up(&self.ours);
        match &self.other {
            None => Measured { rows: ours, remarks: Vec::new() },
            Some(Ok(other)) => Measured { rows: row::beside(ours, &sum_up(other)), remarks: Vec::new() },
            Some(Err(problem)) => Measured { rows: ours, remarks: vec![problem.clone()] },
        }
    }
}

/// The rows of a part, and why nothing stands beside some.
#[derive(Default)]
pub struct Measured {
    pub rows: Vec<Row>,
    pub remarks: Vec<String>,
}

impl Measured {
    pub fn and(mut self, more: Self) -> Self {
        self.rows.extend(more.rows);
        self.remarks.extend(more.remarks);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: &u32) -> Vec<Row> {
        vec![Row::new("x", f64::from(*value), "ms")]
    }

    #[test]
    fn both_are_measured_in_turns_and_neither_is_always_first() {
        let mut order = Vec::new();
        let mut pair = Pair { ours: "new", other: Some("old") };
        let both = pair.in_turns(3, |side, round| {
            order.push(format!("{side}{round}"));
            Ok(())
        });
        assert_eq!(both.expect("measured").ours.len(), 3);
        assert_eq!(order, ["old0", "new0", "new1", "old1", "old2", "new2"]);
    }

    #[test]
    fn what_the_other_cannot_do_is_remarked_and_ends_nothing() {
        let mut pair = Pair { ours: 1, other: Some(2) };
        let mut asked = 0;
        let both = pair.in_turns(3, |side, _| {
            asked += 1;
            if *side == 2 { Err("history_bench is not there".to_owned()) } else { Ok(*side) }
        });
        let measured = both.expect("ours is measured").rows(|rounds| row(&rounds[0]));
        assert_eq!(asked, 4, "the other is not asked again");
        assert_eq!(measured.remarks, ["history_bench is not there"]);
        assert_eq!(measured.rows[0].text_beside(), "| x | 1.00 ms |  |  |  |  |");
    }

    #[test]
    fn what_ours_cannot_do_ends_it() {
        let mut pair = Pair { ours: 1, other: None };
        assert!(pair.in_turns(1, |_, _| Err::<(), _>("broken".to_owned())).is_err());
    }

    #[test]
    fn without_another_commit_nothing_is_missing() {
        let both = Pair { ours: 1, other: None }.in_turns(2, |side, _| Ok(*side)).expect("measured");
        assert!(both.rows(|rounds| row(&rounds[0])).remarks.is_empty());
    }
}

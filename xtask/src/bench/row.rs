//! One number: beside what was promised and, where another commit was measured in turns with this one, beside that one's.

use super::numbers;

/// A ratio above this is shown in bold; what is below it comes and goes with the machine.
const WORSE: f64 = 1.1;

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    what: String,
    measured: f64,
    unit: &'static str,
    at_most: Option<f64>,
    is_worst: bool,
    before: Option<f64>,
}

impl Row {
    pub fn new(what: impl Into<String>, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), measured, unit, at_most: None, is_worst: false, before: None }
    }

    pub fn at_most(mut self, limit: f64) -> Self {
        self.at_most = Some(limit);
        self
    }

    /// Of several rounds the worst counts, not the median.
    pub fn worst(mut self) -> Self {
        self.is_worst = true;
        self
    }

    /// For a table without columns for another commit.
    pub fn text(&self) -> String {
        let Self { what, measured, unit, at_most, .. } = self;
        let (target, verdict) = match at_most {
            None => ("".to_owned(), ""),
            Some(limit) if measured <= limit => (format!("≤ {} {unit}", trimmed(*limit)), "met"),
            Some(limit) => (format!("≤ {} {unit}", trimmed(*limit)), "**missed**"),
        };
        format!("| {what} | {} {unit} | {target} | {verdict} |", shown(*measured))
    }

    /// For a table with them.
    pub fn text_beside(&self) -> String {
        let before = self.before.map_or_else(String::new, |before| format!("{} {}", shown(before), self.unit));
        format!("{} {before} | {} |", self.text(), self.ratio())
    }

    /// What was measured, as a multiple of *before*; in bold where that is worse than noise.
    fn ratio(&self) -> String {
        let Some(before) = self.before.filter(|before| *before > 0.0) else { return String::new() };
        let ratio = self.measured / before;
        // Of what is counted per second, more is better.
        let times_worse = if self.unit == "1/s" { ratio.recip() } else { ratio };
        if times_worse > WORSE { format!("**{ratio:.2}**") } else { format!("{ratio:.2}") }
    }
}

/// The rows of several rounds as those of one. A row that not every round has is of those that have it.
pub fn over_rounds(rounds: &[Vec<Row>]) -> Vec<Row> {
    let Some(first) = rounds.first() else { return Vec::new() };
    let keys = keys(first);
    let rows = first.iter().zip(keys).map(|(row, key)| {
        let values: Vec<f64> = rounds.iter().filter_map(|round| find(round, key)).map(|row| row.measured).collect();
        let measured = if row.is_worst { numbers::worst(&values) } else { numbers::median(&values) };
        Row { measured, ..row.clone() }
    });
    rows.collect()
}

/// Our rows with what the other commit's have in the same places. What only the other has is left out.
pub fn beside(ours: Vec<Row>, other: &[Row]) -> Vec<Row> {
    let before: Vec<Option<f64>> =
        keys(&ours).into_iter().map(|key| find(other, key).map(|row| row.measured)).collect();
    ours.into_iter().zip(before).map(|(row, before)| Row { before, ..row }).collect()
}

/// `· parts` have the same words under several rows: each is known by the row above them, too.
type Key<'a> = (&'a str, &'a str);

fn keys(rows: &[Row]) -> Vec<Key<'_>> {
    let mut above = "";
    let keys = rows.iter().map(|row| {
        if !row.what.starts_with('·') {
            above = &row.what;
        }
        (above, row.what.as_str())
    });
    keys.collect()
}

fn find<'a>(rows: &'a [Row], key: Key) -> Option<&'a Row> {
    let at = keys(rows).iter().position(|known| *known == key)?;
    rows.get(at)
}

fn shown(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

/// A target without needless zeros.
fn trimmed(limit: f64) -> String {
    let text = format!("{limit:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(what: &str, measured: f64) -> Row {
        Row::new(what, measured, "ms")
    }

    fn text_beside(measured: f64, before: f64, unit: &'static str) -> String {
        beside(vec![Row::new("x", measured, unit)], &[Row::new("x", before, unit)])[0].text_beside()
    }

    #[test]
    fn a_missed_target_is_said_to_be_missed() {
        let row = |measured| ms("p50", measured).at_most(40.0).text();
        assert_eq!(row(12.34), "| p50 | 12.3 ms | ≤ 40 ms | met |");
        assert_eq!(row(41.0), "| p50 | 41.0 ms | ≤ 40 ms | **missed** |");
        assert_eq!(ms("p50", 1.0).text(), "| p50 | 1.00 ms |  |  |");
    }

    #[test]
    fn what_was_before_stands_beside_it_with_the_ratio() {
        assert_eq!(text_beside(21.0, 20.0, "ms"), "| x | 21.0 ms |  |  | 20.0 ms | 1.05 |");
    }

    #[test]
    fn a_ratio_worse_than_noise_is_bold_and_more_a_second_is_better() {
        assert_eq!(text_beside(30.0, 20.0, "ms"), "| x | 30.0 ms |  |  | 20.0 ms | **1.50** |");
        assert_eq!(text_beside(30.0, 20.0, "1/s"), "| x | 30.0 1/s |  |  | 20.0 1/s | 1.50 |");
        assert_eq!(text_beside(10.0, 20.0, "1/s"), "| x | 10.0 1/s |  |  | 20.0 1/s | **0.50** |");
    }

    #[test]
    fn nothing_is_no_ratio() {
        assert_eq!(text_beside(1.0, 0.0, "ms"), "| x | 1.00 ms |  |  | 0.00 ms |  |");
    }

    #[test]
    fn what_the_other_does_not_have_stays_empty() {
        let rows = beside(vec![ms("old", 2.0), ms("new", 1.0)], &[ms("old", 4.0), ms("gone", 9.0)]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].text_beside(), "| old | 2.00 ms |  |  | 4.00 ms | 0.50 |");
        assert_eq!(rows[1].text_beside(), "| new | 1.00 ms |  |  |  |  |");
    }

    #[test]
    fn parts_with_the_same_words_are_those_of_the_row_above_them() {
        let ours = vec![ms("idle", 3.0), ms("· web", 1.0), ms("open", 5.0), ms("· web", 2.0)];
        let other = [ms("idle", 6.0), ms("open", 10.0), ms("· web", 4.0)];
        let rows = beside(ours, &other);
        assert_eq!(rows[1].text_beside(), "| · web | 1.00 ms |  |  |  |  |");
        assert_eq!(rows[3].text_beside(), "| · web | 2.00 ms |  |  | 4.00 ms | 0.50 |");
    }

    #[test]
    fn of_several_rounds_the_median_counts_or_the_worst() {
        let round = |value: f64| vec![ms("p50", value), ms("longest", value).worst()];
        let rows = over_rounds(&[round(5.0), round(1.0), round(2.0)]);
        assert_eq!(rows, [ms("p50", 2.0), ms("longest", 5.0).worst()]);
        assert_eq!(over_rounds(&[round(1.0), round(2.0)])[0], ms("p50", 1.5));
        assert_eq!(over_rounds(&[]), []);
    }
}

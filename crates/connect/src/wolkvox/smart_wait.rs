//! Cutting a long range into what wolkvox takes at once, and putting the parts together again.

use super::normalise::{SmartWaitPart, percent};
use jiff::{ToSpan, civil::DateTime};
use ringcard_core::report::SmartWaitRow;
use std::collections::BTreeMap;

/// Days of one question (wolkvox.md, Limits).
const DAYS: i64 = 31;
/// Shorter pieces are not cut further.
const SHORTEST: i64 = 3600;

/// A piece of a range, both ends included, by the operation's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    pub from: DateTime,
    pub to: DateTime,
}

/// At most 31 × 24 hours each; every piece but the last ends at 23:59:59 (wolkvox.md, Limits).
pub(super) fn pieces(from: DateTime, to: DateTime) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = from;
    while from <= to {
        let last_day = from.date().saturating_add((DAYS - 1).days());
        let end = last_day.at(23, 59, 59, 0);
        pieces.push(Piece { from, to: end.min(to) });
        match last_day.tomorrow() {
            Ok(next) => from = next.at(0, 0, 0, 0),
            Err(_) => break,
        }
    }
    pieces
}

impl Piece {
    /// Two halves; `None` where it is too short to be worth it.
    pub fn halves(self) -> Option<(Self, Self)> {
        let seconds = self.from.duration_until(self.to).as_secs();
        let middle = self.from.saturating_add((seconds / 2).seconds());
        let next = middle.saturating_add(1.second());
        let halves = (Self { from: self.from, to: middle }, Self { from: next, to: self.to });
        (seconds >= SHORTEST).then_some(halves)
    }
}

/// One row a skill. Counts add up. The effect on the service level is the mean of the parts', weighted by how many
/// callers came into smart-wait in each (where none came in any: the plain mean); absent where a part with callers
/// could not be read, since the mean would be wrong. The raw texts stand one after the other.
pub(super) fn join(parts: &[Vec<SmartWaitPart>]) -> Vec<SmartWaitRow> {
    let mut skills: BTreeMap<&str, Vec<&SmartWaitPart>> = BTreeMap::new();
    for part in parts.iter().flatten() {
        skills.entry(&part.skill).or_default().push(part);
    }
    let mut rows: Vec<SmartWaitRow> = skills.into_iter().map(|(skill, parts)| joined(skill, &parts)).collect();
    // As people count: skill 9 before skill 10.
    rows.sort_by(|a, b| (a.skill.len(), &a.skill).cmp(&(b.skill.len(), &b.skill)));
    rows
}

fn joined(skill: &str, parts: &[&SmartWaitPart]) -> SmartWaitRow {
    let sum = |of: fn(&SmartWaitPart) -> u32| parts.iter().fold(0_u32, |sum, part| sum.saturating_add(of(part)));
    let mut raw: Vec<&str> =
        parts.iter().map(|part| part.service_level_up.as_str()).filter(|t| !t.is_empty()).collect();
    raw.dedup();
    SmartWaitRow {
        skill: skill.to_owned(),
        entered: sum(|part| part.entered),
        declined: sum(|part| part.declined),
        accepted: sum(|part| part.accepted),
        callback_failed: sum(|part| part.callback_failed),
        callback_reached: sum(|part| part.callback_reached),
        service_level_up: mean(parts),
        service_level_raw: raw.join("; "),
    }
}

fn mean(parts: &[&SmartWaitPart]) -> Option<f64> {
    let read: Vec<(u32, Option<f64>)> =
        parts.iter().map(|part| (part.entered, percent(&part.service_level_up))).collect();
    if let [(_, only)] = read.as_slice() {
        return *only;
    }
    let callers: f64 = read.iter().map(|(entered, _)| f64::from(*entered)).sum();
    if callers == 0.0 {
        let known: Vec<f64> = read.iter().filter_map(|(_, value)| *value).collect();
        let count = u32::try_from(known.len()).ok().filter(|count| *count > 0)?;
        return Some(known.iter().sum::<f64>() / f64::from(count));
    }
    let with_callers = read.iter().filter(|(entered, _)| *entered > 0);
    let weighed: Option<Vec<f64>> =
        with_callers.map(|(entered, value)| Some(f64::from(*entered) * (*value)?)).collect();
    Some(weighed?.iter().sum::<f64>() / callers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn a_long_range_becomes_pieces_that_touch_and_overlap_nowhere() {
        let (from, to) = (datetime(2026, 1, 15, 10, 30, 0, 0), datetime(2026, 5, 1, 12, 0, 0, 0));
        let pieces = pieces(from, to);
        assert_eq!(pieces.len(), 4);
        assert_eq!((pieces[0].from, pieces[3].to), (from, to));
        for two in pieces.windows(2) {
            assert_eq!(two[0].to.saturating_add(1.second()), two[1].from);
            assert_eq!(two[0].to.time().to_string(), "23:59:59");
        }
        for piece in pieces {
            assert!(piece.from.duration_until(piece.to).as_secs() < DAYS * 24 * 3600, "{piece:?}");
        }
    }

    #[test]
    fn exactly_31_days_are_one_piece_and_a_second_more_is_two() {
        let (from, to) = (datetime(2026, 3, 1, 0, 0, 0, 0), datetime(2026, 3, 31, 23, 59, 59, 0));
        assert_eq!(pieces(from, to), [Piece { from, to }]);
        assert_eq!(pieces(from, to.saturating_add(1.second())).len(), 2);
        assert_eq!(pieces(from, from).len(), 1);
        assert!(pieces(to, from).is_empty());
    }

    #[test]
    fn a_full_piece_is_halved_until_it_is_short() {
        let piece = Piece { from: datetime(2026, 3, 1, 0, 0, 0, 0), to: datetime(2026, 3, 1, 23, 59, 59, 0) };
        let (one, other) = piece.halves().expect("a day can be halved");
        assert_eq!((one.from, other.to), (piece.from, piece.to));
        assert_eq!(one.to.saturating_add(1.second()), other.from);
        let short = Piece { to: piece.from.saturating_add(59.minutes()), ..piece };
        assert_eq!(short.halves(), None);
    }

    fn part(skill: &str, entered: u32, level: &str) -> SmartWaitPart {
        SmartWaitPart {
            skill: skill.to_owned(),
            entered,
            accepted: 1,
            service_level_up: level.to_owned(),
            ..SmartWaitPart::default()
        }
    }

    #[test]
    fn parts_add_up_by_skill_and_the_service_level_is_weighed() {
        let parts = [
            vec![part("10", 30, "4,0 %"), part("9", 0, "1 %")],
            vec![part("10", 10, "8.0 %"), part("9", 0, "3 %")],
            vec![part("10", 0, "")],
        ];
        let rows = join(&parts);
        assert_eq!(rows.iter().map(|row| row.skill.as_str()).collect::<Vec<_>>(), ["9", "10"]);
        assert_eq!((rows[1].entered, rows[1].accepted, rows[1].service_level_up), (40, 3, Some(5.0)));
        assert_eq!(rows[1].service_level_raw, "4,0 %; 8.0 %");
        assert_eq!(rows[0].service_level_up, Some(2.0));
    }

    #[test]
    fn a_service_level_that_cannot_be_read_is_not_guessed() {
        let rows = join(&[vec![part("1", 3, "n/a")], vec![part("1", 3, "5 %")]]);
        assert_eq!((rows[0].service_level_up, rows[0].service_level_raw.as_str()), (None, "n/a; 5 %"));
        assert_eq!(join(&[vec![part("1", 3, "-2,5%")]])[0].service_level_up, Some(-2.5));
        assert!(join(&[]).is_empty());
    }
}

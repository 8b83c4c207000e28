//! Which bytes of something are asked for, as HTTP writes it (`Range: bytes=…`).

/// From which byte up to which, not included; nothing where none of them is there. What is no single range is the whole.
pub fn asked_range(asked: &str, bytes: u64) -> Option<(u64, u64)> {
    let whole = Some((0, bytes));
    let Some((from, to)) = asked.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return whole };
    match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from < bytes).then_some((from, to.saturating_add(1).min(bytes))),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from < bytes).then_some((from, bytes)),
        (Err(_), Ok(last)) if from.trim().is_empty() => (last > 0).then_some((bytes.saturating_sub(last), bytes)),
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_part_of_what_is_there() {
        let cases = [
            ("bytes=0-", Some((0, 100))),
            ("bytes=0-0", Some((0, 1))),
            ("bytes=10-19", Some((10, 20))),
            ("bytes=90-1000", Some((90, 100))),
            ("bytes=-10", Some((90, 100))),
            ("bytes=-1000", Some((0, 100))),
            ("bytes=99-", Some((99, 100))),
            ("bytes=100-", None),
            ("bytes=-0", None),
            // more than one range, and what is none, is the whole
            ("bytes=0-1,5-6", Some((0, 100))),
            ("bytes=5-1", Some((0, 100))),
            ("bytes=", Some((0, 100))),
            ("lines=1-2", Some((0, 100))),
            ("bytes=0-18446744073709551615", Some((0, 100))),
        ];
        for (asked, taken) in cases {
            assert_eq!(asked_range(asked, 100), taken, "{asked}");
        }
    }
}

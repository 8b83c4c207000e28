//! An Ogg stream of Opus that is as long as wanted: the packets of one second, again and again, in pages of their own.

/// Opus counts in these, whatever it was made from.
const SAMPLES_IN_A_SECOND: u64 = 48_000;
const HEADER: usize = 27;
const LAST: u8 = 4;

/// `second`: two pages of headers, then one of sound.
pub(super) fn repeated(second: &[u8], seconds: u32) -> Vec<u8> {
    let pages = pages(second);
    let [headers @ .., sound] = pages.as_slice() else { return Vec::new() };
    let mut stream: Vec<u8> = headers.concat();
    for no in 0..seconds {
        let mut page = sound.to_vec();
        page[5] = if no + 1 == seconds { LAST } else { 0 };
        let until = SAMPLES_IN_A_SECOND * u64::from(no + 1);
        page[6..14].copy_from_slice(&until.to_le_bytes());
        let sequence = u32::try_from(headers.len()).unwrap_or_default() + no;
        page[18..22].copy_from_slice(&sequence.to_le_bytes());
        page[22..26].fill(0);
        let sum = sum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        stream.extend(page);
    }
    stream
}

fn pages(mut stream: &[u8]) -> Vec<&[u8]> {
    let mut pages = Vec::new();
    while stream.len() > HEADER {
        let segments = usize::from(stream[26]);
        let body: usize = stream[HEADER..HEADER + segments].iter().map(|size| usize::from(*size)).sum();
        let (page, rest) = stream.split_at(HEADER + segments + body);
        pages.push(page);
        stream = rest;
    }
    pages
}

/// Ogg's check sum: CRC-32 with 0x04c11db7, from the highest bit, begun with 0.
fn sum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum: u32, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 != 0 { (sum << 1) ^ 0x04c1_1db7 } else { sum << 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_alone_is_what_it_was() {
        let second = include_bytes!("../../data/tone.opus");
        assert!(repeated(second, 1) == second, "the pages differ");
        assert_eq!(pages(&repeated(second, 3)).len(), 5);
    }
}

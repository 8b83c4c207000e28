//! A sample in eight bits, by the two laws of G.711.

/// Europe's.
pub(super) fn a(sample: i16) -> u8 {
    let sign = if sample >= 0 { 0x80 } else { 0 };
    // 13 bits, without their sign.
    let size = (if sample >= 0 { sample } else { !sample }) >> 3;
    let segment = (12 - (size as u16 | 0x1f).leading_zeros().min(12)).saturating_sub(1) as i16;
    let low = if segment < 1 { size >> 1 } else { size >> segment };
    let byte = ((segment << 4) | (low & 0x0f)) as u8;
    (byte | sign) ^ 0x55
}

/// America's.
pub(super) fn mu(sample: i16) -> u8 {
    const BIAS: i32 = 0x84;
    const MOST: i32 = 32635;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = (i32::from(sample).abs()).min(MOST) + BIAS;
    // Of 16 bits, the first one set: the segment is how far it is above the seventh.
    let segment = (size as u32).ilog2() as i32 - 7;
    let low = (size >> (segment + 3)) & 0x0f;
    !(sign | ((segment << 4) as u8) | low as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_the_loudest_are_what_the_standard_has() {
        assert_eq!((mu(0), mu(i16::MAX), mu(i16::MIN)), (0xff, 0x80, 0x00));
        assert_eq!((a(0), a(i16::MAX), a(i16::MIN)), (0xd5, 0xaa, 0x2a));
    }
}

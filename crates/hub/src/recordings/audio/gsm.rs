//! GSM 06.10 full rate as it stands in a WAV: blocks of 65 bytes with two frames of 160 samples each.
//!
//! Written after the standard (ETSI EN 300 961), in its own fixed-point arithmetic, so that what comes out is the same bit for
//! bit as from every other decoder. The names of its tables and variables are the standard's.

pub(super) const BLOCK: usize = 65;
#[cfg(test)]
const BLOCK_SAMPLES: usize = 320;

const FAC: [i16; 8] = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];
const QLB: [i16; 4] = [3277, 11469, 21299, 32767];
/// Bits of each coefficient, and how its value is made of them: B, MIC, INVA.
const LAR: [(u32, i16, i16, i16); 8] = [
    (6, 0, -32, 13107),
    (6, 0, -32, 13107),
    (5, 2048, -16, 13107),
    (5, -2560, -16, 13107),
    (4, 94, -8, 19223),
    (4, -1792, -8, 17476),
    (3, -341, -4, 31454),
    (3, -1144, -4, 29708),
];

fn mult_r(one: i16, other: i16) -> i16 {
    if one == i16::MIN && other == i16::MIN {
        return i16::MAX;
    }
    // Of any other two it fits.
    ((i32::from(one) * i32::from(other) + 16384) >> 15) as i16
}

fn asr(value: i16, by: i16) -> i16 {
    match by {
        16.. => -i16::from(value < 0),
        0..16 => value >> by,
        -15..0 => value << -by,
        _ => 0,
    }
}

/// Bits as they stand in a WAV: the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8; BLOCK],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> i16 {
        let mut value = 0;
        for bit in 0..count {
            let byte = self.bytes[self.at / 8];
            value |= i16::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        value
    }
}

pub(super) struct Gsm {
    /// The last samples before the long term's.
    past: [i16; 120],
    nrp: i16,
    larpp: [[i16; 8]; 2],
    is_second: bool,
    v: [i16; 9],
    msr: i16,
}

impl Default for Gsm {
    fn default() -> Self {
        Self { past: [0; 120], nrp: 40, larpp: [[0; 8]; 2], is_second: false, v: [0; 9], msr: 0 }
    }
}

impl Gsm {
    pub fn block(&mut self, block: &[u8; BLOCK], into: &mut Vec<i16>) {
        let mut bits = Bits { bytes: block, at: 0 };
        for _ in 0..2 {
            self.frame(&mut bits, into);
        }
    }

    fn frame(&mut self, bits: &mut Bits<'_>, into: &mut Vec<i16>) {
        let larc = LAR.map(|(width, ..)| bits.take(width));
        let mut wt = [0; 160];
        for part in wt.as_chunks_mut::<40>().0 {
            let (ncr, bcr, mcr, xmaxcr) = (bits.take(7), bits.take(2), bits.take(2), bits.take(6));
            let erp = excited(mcr, xmaxcr, std::array::from_fn(|_| bits.take(3)));
            *part = self.long_term(ncr, bcr, &erp);
        }
        self.short_term(larc, &mut wt);
        into.extend(wt.iter().map(|sample| {
            self.msr = sample.saturating_add(mult_r(self.msr, 28180));
            self.msr.saturating_add(self.msr) & !7
        }));
    }

    fn long_term(&mut self, ncr: i16, bcr: i16, erp: &[i16; 40]) -> [i16; 40] {
        if (40..=120).contains(&ncr) {
            self.nrp = ncr;
        }
        let back = usize::from(self.nrp.unsigned_abs());
        let brp = QLB[usize::from(bcr.unsigned_abs())];
        let mut now = [0; 40];
        for (k, (drp, erp)) in now.iter_mut().zip(erp).enumerate() {
            *drp = erp.saturating_add(mult_r(brp, self.past[120 + k - back]));
        }
        self.past.copy_within(40.., 0);
        self.past[80..].copy_from_slice(&now);
        now
    }

    fn short_term(&mut self, larc: [i16; 8], wt: &mut [i16; 160]) {
        let mut larpp = [0_i16; 8];
        for ((value, code), (_, b, mic, inva)) in larpp.iter_mut().zip(larc).zip(LAR) {
            let temp = ((code + mic) << 10).saturating_sub(b << 1);
            let temp = mult_r(inva, temp);
            *value = temp.saturating_add(temp);
        }
        let was = self.larpp[usize::from(!self.is_second)];
        self.larpp[usize::from(self.is_second)] = larpp;
        self.is_second = !self.is_second;
        let mixed =
            |mix: fn(i16, i16) -> i16| -> [i16; 8] { std::array::from_fn(|i| reflection(mix(was[i], larpp[i]))) };
        let parts: [(std::ops::Range<usize>, [i16; 8]); 4] = [
            (0..13, mixed(|was, now| (was >> 2).saturating_add(now >> 2).saturating_add(was >> 1))),
            (13..27, mixed(|was, now| (was >> 1).saturating_add(now >> 1))),
            (27..40, mixed(|was, now| (was >> 2).saturating_add(now >> 2).saturating_add(now >> 1))),
            (40..160, mixed(|_, now| now)),
        ];
        for (samples, rrp) in parts {
            for sample in &mut wt[samples] {
                let mut sri = *sample;
                for i in (0..8).rev() {
                    sri = sri.saturating_sub(mult_r(rrp[i], self.v[i]));
                    self.v[i + 1] = self.v[i].saturating_add(mult_r(rrp[i], sri));
                }
                self.v[0] = sri;
                *sample = sri;
            }
        }
    }
}

/// The pulses of a part of 40 samples, at their places.
fn excited(mcr: i16, xmaxcr: i16, xmcr: [i16; 13]) -> [i16; 40] {
    let mut exp = if xmaxcr > 15 { (xmaxcr >> 3) - 1 } else { 0 };
    let mut mant = xmaxcr - (exp << 3);
    if mant == 0 {
        (exp, mant) = (-4, 7);
    } else {
        while mant <= 7 {
            mant = mant << 1 | 1;
            exp -= 1;
        }
        mant -= 8;
    }
    let (fac, shift) = (FAC[usize::from(mant.unsigned_abs() & 7)], 6 - exp);
    let half = asr(1, 1 - shift);
    let mut erp = [0; 40];
    for (i, code) in xmcr.into_iter().enumerate() {
        let temp = mult_r(fac, ((code << 1) - 7) << 12).saturating_add(half);
        erp[usize::from(mcr.unsigned_abs()) + 3 * i] = asr(temp, shift);
    }
    erp
}

fn reflection(larp: i16) -> i16 {
    let size = larp.saturating_abs();
    let value = match size {
        ..11059 => size << 1,
        11059..20070 => size + 11059,
        _ => (size >> 2).saturating_add(26112),
    };
    if larp < 0 { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone coded and decoded by the library everybody has (libgsm): ours makes the same samples of the same blocks.
    #[test]
    fn a_tone_is_decoded_bit_for_bit_as_elsewhere() {
        let wav = include_bytes!("testdata/tone-gsm.wav");
        let expected: Vec<i16> = include_bytes!("testdata/tone-gsm.pcm")
            .as_chunks()
            .0
            .iter()
            .map(|pair| i16::from_le_bytes(*pair))
            .collect();
        let (mut gsm, mut samples) = (Gsm::default(), Vec::new());
        for block in wav[60..].as_chunks::<BLOCK>().0 {
            gsm.block(block, &mut samples);
        }
        let first_wrong = samples.iter().zip(&expected).position(|(is, should)| is != should);
        assert_eq!((samples.len(), first_wrong), (expected.len(), None));
    }

    #[test]
    fn whatever_stands_in_a_block_is_decoded_to_its_length() {
        let mut random = 1_u32;
        let (mut gsm, mut samples) = (Gsm::default(), Vec::new());
        for _ in 0..2000 {
            let block = std::array::from_fn(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 24) as u8
            });
            gsm.block(&block, &mut samples);
        }
        assert_eq!(samples.len(), 2000 * BLOCK_SAMPLES);
    }
}

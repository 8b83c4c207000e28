//! How loud a recording is from its beginning to its end, made while its samples go by, however many come.

use ringcard_core::recording::Playable;

/// Of each channel its peaks, 0 to 255.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::recordings) struct Waveform(pub Vec<Vec<u8>>);

impl Waveform {
    /// One channel after the other, each as long as the first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    pub fn of_bytes(bytes: &[u8], channels: u16) -> Self {
        let each = bytes.len() / usize::from(channels.max(1));
        match each {
            0 => Self(vec![Vec::new(); channels.into()]),
            each => Self(bytes.chunks_exact(each).map(<[u8]>::to_vec).collect()),
        }
    }
}

/// A waveform being made: each peak is of so many samples that there are always enough of them and never too many.
pub(super) struct Making {
    /// Of each channel.
    peaks: Vec<Vec<u16>>,
    /// The peak that is not full.
    now: Vec<u16>,
    /// Samples of each channel in it, and in a full one.
    in_it: usize,
    full: usize,
}

/// Two of them become one when there are more.
const MOST: usize = 2 * Playable::PEAKS;

impl Making {
    pub fn new(channels: u16) -> Self {
        let channels = usize::from(channels);
        Self { peaks: vec![Vec::with_capacity(MOST); channels], now: vec![0; channels], in_it: 0, full: 8 }
    }

    /// Whole frames: a sample of each channel after the other.
    pub fn add(&mut self, samples: &[i16]) {
        let channels = self.now.len();
        let mut left = samples;
        while left.len() >= channels {
            let frames = (self.full - self.in_it).min(left.len() / channels);
            let (these, rest) = left.split_at(frames * channels);
            for (channel, peak) in self.now.iter_mut().enumerate() {
                let loudest = these.iter().skip(channel).step_by(channels).map(|sample| sample.unsigned_abs()).max();
                *peak = (*peak).max(loudest.unwrap_or(0));
            }
            self.in_it += frames;
            left = rest;
            if self.in_it == self.full {
                self.next();
            }
        }
    }

    /// The same of bytes, the lower first.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        let samples: Vec<i16> = bytes.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
        self.add(&samples);
    }

    fn next(&mut self) {
        for (peaks, now) in self.peaks.iter_mut().zip(&mut self.now) {
            peaks.push(std::mem::take(now));
        }
        self.in_it = 0;
        if self.peaks.first().is_some_and(|peaks| peaks.len() == MOST) {
            for peaks in &mut self.peaks {
                *peaks = peaks.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
            }
            self.full *= 2;
        }
    }

    pub fn finish(mut self) -> Waveform {
        if self.in_it > 0 {
            self.next();
        }
        let of_channel = |peaks: &Vec<u16>| {
            let count = peaks.len().min(Playable::PEAKS);
            let part = |index: usize| index * peaks.len() / count;
            (0..count)
                .map(|index| {
                    let loudest = peaks[part(index)..part(index + 1)].iter().copied().max().unwrap_or(0);
                    // 32768 is the loudest there is.
                    u8::try_from(loudest / 128).unwrap_or(u8::MAX)
                })
                .collect()
        };
        Waveform(self.peaks.iter().map(of_channel).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(channels: u16, samples: &[i16], at_once: usize) -> Waveform {
        let mut making = Making::new(channels);
        samples.chunks(at_once * usize::from(channels)).for_each(|piece| making.add(piece));
        making.finish()
    }

    #[test]
    fn a_waveform_is_as_loud_as_what_is_heard_where_it_is_heard() {
        // Silence, then as loud as it goes, of any length.
        for length in [2, 10, 999, 16_000, 16_001, 1_000_000] {
            let mut samples = vec![0; length];
            samples[length / 2..].fill(i16::MIN);
            let Waveform(channels) = of(1, &samples, 777);
            let [peaks] = &channels[..] else { panic!("one channel") };
            assert!(peaks.len() <= Playable::PEAKS && !peaks.is_empty(), "{length}: {}", peaks.len());
            assert_eq!(peaks.last(), Some(&255), "{length}");
            if length > 10 {
                let quiet = peaks.iter().take_while(|peak| **peak == 0).count();
                let half = peaks.len() / 2;
                assert!(quiet.abs_diff(half) <= 1, "{length}: {quiet} of {}", peaks.len());
            }
        }
    }

    #[test]
    fn each_channel_has_its_own_however_the_samples_come() {
        let samples: Vec<i16> = (0..50_000).flat_map(|at| [at as i16 / 4, 128]).collect();
        let whole = of(2, &samples, usize::MAX / 4);
        assert_eq!(whole, of(2, &samples, 1));
        assert_eq!(whole, of(2, &samples, 333));
        assert!(whole.0[1].iter().all(|peak| *peak == 1), "{:?}", whole.0[1]);
        assert_eq!(Waveform::of_bytes(&whole.to_bytes(), 2), whole);
    }

    #[test]
    fn nothing_has_no_peaks() {
        let none = of(2, &[], 1);
        assert_eq!(none, Waveform(vec![Vec::new(), Vec::new()]));
        assert_eq!(Waveform::of_bytes(&none.to_bytes(), 2), none);
    }
}

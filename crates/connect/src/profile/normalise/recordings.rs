//! A call's recordings in its data: by their ids, or themselves.

use super::{LONGEST_EXTRA, LONGEST_EXTRA_NAME, Search, explain::Lookup, shorten};
use crate::{SentAudio, profile::config::push::Field};

/// The most recordings of one call, and their longest id: coded ones are long.
const MOST_RECORDINGS: usize = 16;
const LONGEST_RECORDING_ID: usize = 512;

impl Search<'_> {
    /// As they are: what is shortened would be another one.
    pub(super) fn recording_ids(&mut self) -> Vec<String> {
        let Some(hit) = self.find_field(Field::RecordingId) else { return Vec::new() };
        let ids = hit.values.iter().map(|id| id.trim());
        let fits = |id: &&str| !id.is_empty() && id.len() <= LONGEST_RECORDING_ID && !id.chars().any(char::is_control);
        let ids: Vec<String> = ids.filter(fits).take(MOST_RECORDINGS).map(str::to_owned).collect();
        self.read_as(|| match ids.is_empty() {
            true => "no id in it".to_owned(),
            false => shorten(&ids.join(", "), LONGEST_EXTRA),
        });
        ids
    }

    /// Under every name there is: a flag of the same name says nothing of the audio that stands under another.
    pub(super) fn audio(&mut self) -> Vec<SentAudio> {
        let Some(names) = self.names.get(&Field::Recording) else { return Vec::new() };
        let mut audio = Vec::new();
        let mut hit = None;
        for path in names.iter().flat_map(|name| &name.paths) {
            let Some(field) = self.fields.get(path).filter(|_| !self.used.contains(path)) else { continue };
            let sent = field.values.iter().filter_map(|value| match self.marks.which(value) {
                Some(number) => Some(SentAudio::Lifted(number)),
                None => is_perhaps_audio(value).then(|| SentAudio::Text(value.clone())),
            });
            let mut sent = sent.peekable();
            if sent.peek().is_some() {
                self.used.insert(path.clone());
                hit.get_or_insert(&field.name);
            }
            audio.extend(sent.take(MOST_RECORDINGS - audio.len()));
        }
        if let Some(lookups) = &mut self.lookups {
            lookups.push(Lookup {
                what: Field::Recording.name().to_owned(),
                names: names.iter().map(|name| name.shown.clone()).collect(),
                hit: hit.map(|name| shorten(name, LONGEST_EXTRA_NAME)),
                read: if hit.is_some() { "a recording, perhaps".to_owned() } else { String::new() },
            });
        }
        audio
    }
}

/// Whether a short text may be audio. No audio is as short as a word, a flag or most addresses.
fn is_perhaps_audio(text: &str) -> bool {
    text.len() > LONGEST_EXTRA || text.trim_start().starts_with("data:")
}

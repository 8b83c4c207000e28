//! A push while it is taken apart: which names were met, and what is kept under them.

use super::{
    Field, Fields, Keep, LONGEST_SECRET, LONGEST_VALUE, beginning,
    json::NoCall,
    lift::Marks,
    names::{LONGEST_NAME, Names, ROOT, each_segment, is_index},
    position, unreadable,
};
use crate::{PushRefused, RawPush, charset::Charset};
use std::collections::HashMap;

/// More fields than any PBX sends. Beyond these, only what somebody looks for is read.
pub(super) const MOST_FIELDS: usize = 512;
/// Names, and objects around them.
pub(super) const MOST_PLACES: usize = 4 * MOST_FIELDS;
/// Deeper than any PBX nests, in JSON or in the parts of a name.
pub(super) const DEEPEST: usize = 12;
/// More than the extensions that ring at once.
pub(super) const MOST_VALUES: usize = 64;

/// A name that was met: with its surroundings, a tree.
struct Open {
    parent: usize,
    depth: usize,
    /// As it is compared.
    segment: Box<str>,
    inner: HashMap<Box<str>, usize>,
    /// The same place among the names that are looked for.
    known: Option<usize>,
    /// What was kept under it.
    field: Option<usize>,
}

/// Where in a push a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(usize);

/// A push while it is taken apart.
pub(super) struct Reading<'n> {
    names: &'n Names,
    keep: Keep,
    marks: &'n Marks,
    open: Vec<Open>,
    fields: Vec<(usize, Field)>,
    /// As it came, of the place that is being read.
    name: String,
    segment: String,
    #[cfg(test)]
    steps: usize,
}

impl<'n> Reading<'n> {
    pub(super) fn new(names: &'n Names, keep: Keep, marks: &'n Marks) -> Self {
        let root =
            Open { parent: ROOT, depth: 0, segment: "".into(), inner: HashMap::new(), known: Some(ROOT), field: None };
        Self {
            names,
            keep,
            marks,
            open: vec![root],
            fields: Vec::new(),
            name: String::new(),
            segment: String::new(),
            #[cfg(test)]
            steps: 0,
        }
    }

    pub(super) fn body(&mut self, raw: &RawPush) -> Result<(), PushRefused> {
        let content_type = raw.content_type.as_deref().unwrap_or_default();
        let (charset, body) = Charset::of(content_type).begin(&raw.body);
        let body = body.trim_ascii();
        let kind = content_type.to_ascii_lowercase();
        match body.first() {
            None => Ok(()),
            // Many senders leave a form's content type on JSON: what it looks like counts.
            Some(b'{' | b'[') => match self.json(charset.decode(body).as_bytes(), false) {
                Ok(()) => Ok(()),
                Err(wrong) => {
                    // Of what is broken, nothing counts.
                    *self = Self::new(self.names, self.keep, self.marks);
                    match wrong {
                        NoCall::Broken(_) if kind.contains("urlencoded") => self.form(body, charset),
                        NoCall::Broken(error) => Err(unreadable(format!("The body is no JSON: {}", position(&error)))),
                        NoCall::Other(refused) => Err(refused),
                    }
                }
            },
            Some(_) if kind.contains("json") => Err(unreadable("The body is no JSON: it begins with something else")),
            Some(_) if kind.starts_with("multipart/form-data") => self.multipart(content_type, charset, body),
            Some(_) if kind.contains("multipart") || kind.contains("xml") => Err(unreadable(
                "The body must be JSON or a form (application/x-www-form-urlencoded or multipart/form-data)",
            )),
            Some(_) => self.form(body, charset),
        }
    }

    fn form(&mut self, body: &[u8], charset: Charset) -> Result<(), PushRefused> {
        if !body.contains(&b'=') {
            return Err(unreadable("The body is neither JSON nor a form"));
        }
        self.pairs(body, charset);
        Ok(())
    }

    /// Parameters whose text is JSON: their members count as if they were the body.
    pub(super) fn embedded(&mut self) -> Result<(), PushRefused> {
        // What is JSON inside of JSON has come to the end of the list by then, and is read in its turn.
        let mut at = 0;
        while at < self.fields.len() {
            let (place, field) = &mut self.fields[at];
            at += 1;
            let is_json = self.open[*place].known.is_some_and(|known| self.names.is_json(known));
            if !is_json || !field.values.iter().any(|text| looks_like_json(text)) {
                continue;
            }
            let texts = std::mem::take(&mut field.values);
            let name = field.name.clone();
            for text in texts.iter().filter(|text| looks_like_json(text)) {
                self.json(text.as_bytes(), true).map_err(|wrong| match wrong {
                    NoCall::Broken(error) => unreadable(format!("`{name}` is no JSON: {}", position(&error))),
                    NoCall::Other(refused) => refused,
                })?;
            }
        }
        Ok(())
    }

    /// Goes to a name inside of a place, where anything under it may be kept; [`Self::leave`] with the number goes back.
    pub(super) fn enter(&mut self, around: Option<Place>, name: &str) -> Option<(Place, usize)> {
        self.count(1 + name.len());
        let before = self.name.len();
        if before + name.len() >= LONGEST_NAME {
            return None;
        }
        let mut at = Some(around.map_or(ROOT, |place| place.0));
        let mut segment = std::mem::take(&mut self.segment);
        each_segment(name, &mut segment, |segment| {
            at = at.and_then(|around| match around != ROOT && is_index(segment) {
                true => Some(around),
                false => self.inside(around, segment),
            });
            at.is_some()
        });
        self.segment = segment;
        let place = Place(at?);
        if before > 0 {
            self.name.push('.');
        }
        self.name.push_str(name);
        Some((place, before))
    }

    pub(super) fn leave(&mut self, before: usize) {
        self.name.truncate(before);
    }

    fn inside(&mut self, around: usize, segment: &str) -> Option<usize> {
        if let Some(met) = self.open[around].inner.get(segment) {
            return Some(*met);
        }
        let known = self.open[around].known.and_then(|known| self.names.inside(known, segment));
        let depth = self.open[around].depth + 1;
        if known.is_none() && (!self.keeps_others() || self.open.len() >= MOST_PLACES || depth > DEEPEST) {
            return None;
        }
        self.count(segment.len());
        let new = self.open.len();
        self.open.push(Open {
            parent: around,
            depth,
            segment: segment.into(),
            inner: HashMap::new(),
            known,
            field: None,
        });
        self.open[around].inner.insert(segment.into(), new);
        Some(new)
    }

    fn keeps_others(&self) -> bool {
        self.keep == Keep::Others && self.fields.len() < MOST_FIELDS
    }

    /// How long a value may be that is kept here; nothing where none is.
    pub(super) fn room(&self, place: Place) -> Option<usize> {
        let open = &self.open[place.0];
        let has_room = match open.field {
            Some(field) => self.fields[field].1.values.len() < MOST_VALUES,
            None => {
                let is_looked_for = open.known.is_some_and(|known| self.names.is_looked_for(known));
                place.0 != ROOT && (is_looked_for || self.keeps_others())
            }
        };
        has_room.then_some(match (open.known.is_some_and(|known| self.names.is_json(known)), self.keep) {
            (true, _) => usize::MAX,
            (false, Keep::Others) if open.known.is_some_and(|known| self.names.is_whole(known)) => usize::MAX,
            (false, Keep::Others) => LONGEST_VALUE,
            // One more, so that a longer one is not taken for what it begins with.
            (false, Keep::Proof) => LONGEST_SECRET + 1,
        })
    }

    pub(super) fn add(&mut self, place: Place, value: &str, was_encoded: bool) {
        let Some(most) = self.room(place) else { return };
        let value = beginning(value, most);
        self.count(value.len());
        let field = match self.open[place.0].field {
            Some(field) => field,
            None => {
                let field = Field { name: self.name.clone(), values: Vec::new(), was_encoded };
                self.fields.push((place.0, field));
                *self.open[place.0].field.insert(self.fields.len() - 1)
            }
        };
        self.fields[field].1.values.push(value.to_owned());
    }

    pub(super) fn finish(mut self) -> Fields {
        let fields = std::mem::take(&mut self.fields);
        let kept = fields.into_iter().filter(|(_, field)| !field.values.is_empty());
        let by_path = kept.map(|(place, field)| (self.path(place), field)).collect();
        Fields {
            by_path,
            #[cfg(test)]
            steps: self.steps,
        }
    }

    fn path(&mut self, mut place: usize) -> String {
        let mut segments = Vec::new();
        while place != ROOT {
            segments.push(place);
            place = self.open[place].parent;
        }
        let segments: Vec<&str> = segments.iter().rev().map(|place| &*self.open[*place].segment).collect();
        let path = segments.join(".");
        self.count(path.len());
        path
    }

    /// Whether this stands for what was lifted out of the body.
    pub(super) fn is_mark(&self, value: &[u8]) -> bool {
        std::str::from_utf8(value).is_ok_and(|value| self.marks.which(value).is_some())
    }

    /// What tests count instead of time.
    fn count(&mut self, _steps: usize) {
        #[cfg(test)]
        {
            self.steps += _steps;
        }
    }

    pub(super) fn step(&mut self) {
        self.count(1);
    }
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

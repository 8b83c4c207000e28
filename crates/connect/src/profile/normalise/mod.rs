//! From the PBX's words to ours.
//!
//! What is here never fails for what a PBX sends, except with a sentence: names may be missing, words unknown, numbers
//! no numbers. Who sent a push is decided in [`proof`], before anything is read.

pub mod explain;
mod extensions;
mod meaning;
mod names;
pub(super) mod proof;
mod recordings;
mod secrets;
mod words;

use super::{
    config::{
        push::{Field, Happening, Kind, Presentation, PushRules},
        template::Template,
    },
    wire::{self, Fields, Keep, lift::Marks, path_of, shorten},
};
use crate::{Push, PushKind, PushRefused, RawPush, settings::values::Values};
use explain::{Explanation, Lookup};
use names::{Name, asked, fill, fill_names};
use ringcard_core::{
    Timestamp,
    call::{Direction, Leg},
    cause::EndReason,
    leg::Cause,
    number::{DialPlan, Party},
};
pub(super) use secrets::Known;
use secrets::{Asked, Declared};
use std::collections::{BTreeMap, BTreeSet};
use words::Vocabulary;

/// The most extensions that ring at once, and the longest.
const MOST_EXTENSIONS: usize = 32;
const LONGEST_EXTENSION: usize = 32;
/// The most further fields kept, and their longest name and value.
const MOST_EXTRA: usize = 32;
const LONGEST_EXTRA_NAME: usize = 64;
const LONGEST_EXTRA: usize = 200;
const LONGEST_ID: usize = 128;
/// Of a person or a queue.
const LONGEST_NAME: usize = 64;
/// A number with its extension, generously; what is longer is no number, and core says so of what is left.
const LONGEST_NUMBER: usize = 256;

/// A profile's push rules with an account's settings.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    kinds: BTreeMap<Kind, KindReader>,
    /// All names that are looked for, in any kind of push.
    names: wire::Names,
    extra: Vec<(String, Vec<Name>)>,
    inside: Vec<String>,
    json_in: Vec<String>,
    keep_others: bool,
    vocabulary: Vocabulary,
    /// What holds keys and passwords: never shown, never kept.
    secrets: Declared,
}

/// What one kind of push is asked for.
#[derive(Debug, Clone)]
struct KindReader {
    names: BTreeMap<Field, Vec<Name>>,
    asked: Asked,
}

/// A field that was found.
struct Hit<'a> {
    path: &'a str,
    /// As it came.
    name: &'a str,
    values: &'a [String],
    was_encoded: bool,
}

/// One push while it is read: what was asked for, and what is left.
struct Search<'a> {
    reader: &'a Reader,
    names: &'a BTreeMap<Field, Vec<Name>>,
    fields: &'a Fields,
    marks: &'a Marks,
    used: BTreeSet<String>,
    /// Kept for explanations only.
    lookups: Option<Vec<Lookup>>,
}

impl Reader {
    pub fn new(rules: &PushRules, values: &Values) -> Result<Self, String> {
        let paths = |templates: &[Template]| -> Result<Vec<String>, String> {
            let paths = fill(templates, values)?.iter().map(|name| path_of(name)).collect::<Vec<_>>();
            Ok(paths.into_iter().filter(|path| !path.is_empty()).collect())
        };
        let inside = paths(&rules.inside)?;
        let mut extra = Vec::with_capacity(rules.extra.len());
        for (name, templates) in &rules.extra {
            extra.push((name.clone(), fill_names(templates, values, &inside)?));
        }
        let mut kinds = BTreeMap::new();
        for (kind, own) in &rules.kinds {
            let mut names = BTreeMap::new();
            for (field, templates) in rules.fields.0.iter().chain(&own.fields.0) {
                names.insert(*field, fill_names(templates, values, &inside)?);
            }
            let asked = asked(&names, &extra);
            kinds.insert(*kind, KindReader { names, asked });
        }
        let json_in = paths(&rules.json_in)?;
        let secrets = Declared::new(&rules.auth, values)?;
        let looked_for = kinds.values().flat_map(|kind| &kind.asked.all).map(String::as_str).chain(secrets.paths());
        let recordings = kinds.values().filter_map(|kind| kind.names.get(&Field::Recording));
        let recordings = recordings.flatten().flat_map(|name| &name.paths).map(String::as_str);
        Ok(Self {
            names: wire::Names::new(looked_for, &json_in).whole(recordings),
            kinds,
            extra,
            inside,
            json_in,
            keep_others: rules.keep_others,
            vocabulary: Vocabulary::new(&rules.words, values)?,
            secrets,
        })
    }

    /// The parameters whose text is JSON.
    pub fn json_in(&self) -> &[String] {
        &self.json_in
    }

    /// The objects that a push's fields may be wrapped in.
    pub fn inside(&self) -> &[String] {
        &self.inside
    }

    pub fn takes(&self, kind: PushKind) -> bool {
        self.kinds.contains_key(&kind.into())
    }

    /// `known` are the account's secrets: no word of them is in what is read. Who sent it was decided before.
    pub fn read(&self, kind: PushKind, raw: &RawPush, known: &Known, plan: &DialPlan) -> Result<Push, PushRefused> {
        let kind_reader = self.kinds.get(&kind.into()).ok_or(PushRefused::NotTaken)?;
        let (mut fields, problem) = Fields::read(raw, &self.names, Keep::Others);
        problem?;
        self.secrets.take_out(&mut fields, raw, known, &kind_reader.asked);
        self.search(kind_reader, &fields, &raw.marks, None).push(kind, plan)
    }

    pub fn explain(&self, kind: PushKind, raw: &RawPush, known: &Known, plan: &DialPlan) -> Explanation {
        let Some(kind_reader) = self.kinds.get(&kind.into()) else {
            return Explanation { lookups: Vec::new(), unused: Vec::new(), outcome: Err(PushRefused::NotTaken) };
        };
        let (mut fields, problem) = Fields::read(raw, &self.names, Keep::Others);
        self.secrets.take_out(&mut fields, raw, known, &kind_reader.asked);
        let mut search = self.search(kind_reader, &fields, &raw.marks, Some(Vec::new()));
        let read = search.push(kind, plan);
        let unused = fields.iter().filter(|(path, _)| !search.used.contains(*path) && !self.secrets.is_user(path));
        Explanation {
            unused: unused.map(|(_, field)| shorten(&field.name, LONGEST_EXTRA_NAME)).collect(),
            lookups: search.lookups.unwrap_or_default(),
            outcome: problem.and(read),
        }
    }

    fn search<'a>(
        &'a self,
        kind: &'a KindReader,
        fields: &'a Fields,
        marks: &'a Marks,
        lookups: Option<Vec<Lookup>>,
    ) -> Search<'a> {
        Search { reader: self, names: &kind.names, fields, marks, used: BTreeSet::new(), lookups }
    }
}

impl<'a> Search<'a> {
    fn push(&mut self, kind: PushKind, plan: &DialPlan) -> Result<Push, PushRefused> {
        let caller = self.number(Field::Caller, plan, |text| plan.read_ani(Some(text)).0.display());
        let called = self.number(Field::Called, plan, |text| plan.read_dnis(Some(text)).0.display());
        let extensions = self.extensions();
        let (external_id, leg_id) = self.ids();
        let direction = self.direction();
        let talk_seconds = self.talk_seconds();
        let sent_at = self.sent_at();
        let leg = self.leg();
        let detail = self.line(Field::Detail, LONGEST_EXTRA);
        let cause = self.cause();
        let happening = match kind {
            PushKind::Incoming | PushKind::Event => self.happening(Field::Event),
            PushKind::CallData => self.happening(Field::Result),
        };
        let kind = meaning::kind(kind, happening);
        let party_name = self.party_name(direction, caller.as_deref());
        let queue = self.queue();
        let passed_by = self.passed_by();
        let recording_ids = self.recording_ids();
        let audio = self.audio();
        // Whoever calls from here shows their own number, and hides it from others.
        let is_withheld = self.withheld() && direction != Some(Direction::Outbound);
        let shown_caller = caller.as_deref().filter(|_| !is_withheld);
        let ani = plan.read_ani(shown_caller);
        let is_hidden = ani.0 == Party::Hidden && direction != Some(Direction::Outbound);
        if caller.is_none() && called.is_none() && (kind == PushKind::Incoming || external_id.is_none()) {
            let looked_for = self.names_of(Field::Caller);
            let message = format!("There is neither a caller nor a called number in it (looked for {looked_for})");
            return Err(PushRefused::Unreadable(message));
        }
        Ok(Push {
            kind,
            ani,
            dnis: plan.read_dnis(called.as_deref()),
            leg: meaning::leg_news(
                kind,
                happening,
                meaning::Where {
                    direction,
                    leg,
                    leg_id,
                    call_id: external_id.as_deref(),
                    extensions: &extensions,
                    cause,
                    was_passed: passed_by.is_some(),
                },
            ),
            extensions,
            external_id,
            direction,
            event: meaning::event(kind, happening, leg, detail, cause),
            party_name: party_name.filter(|_| !is_hidden),
            queue,
            passed_by,
            answered: meaning::answered(kind, happening, talk_seconds),
            talk_seconds,
            recording_ids,
            audio,
            sent_at,
            extra: self.extra_without(caller.as_deref().filter(|_| is_withheld)),
        })
    }

    /// The first name that hits something; a value that is empty only where no other name has one.
    fn find(&mut self, what: &str, names: &'a [Name]) -> Option<Hit<'a>> {
        let paths = || names.iter().flat_map(|name| &name.paths);
        let hits = |empty: bool| {
            paths().find_map(|path| {
                let field = self.fields.get(path)?;
                let filled = field.values.iter().any(|value| !value.trim().is_empty());
                (filled != empty).then_some(Hit {
                    path,
                    name: &field.name,
                    values: &field.values,
                    was_encoded: field.was_encoded,
                })
            })
        };
        let hit = hits(false).or_else(|| hits(true));
        if let Some(hit) = &hit {
            self.used.insert(hit.path.to_owned());
        }
        if let Some(lookups) = &mut self.lookups {
            lookups.push(Lookup {
                what: what.to_owned(),
                names: names.iter().map(|name| name.shown.clone()).collect(),
                hit: hit.as_ref().map(|hit| shorten(hit.name, LONGEST_EXTRA_NAME)),
                read: String::new(),
            });
        }
        hit
    }

    fn find_field(&mut self, field: Field) -> Option<Hit<'a>> {
        let names: &'a [Name] = self.names.get(&field).map_or(&[], Vec::as_slice);
        if names.is_empty() { None } else { self.find(field.name(), names) }
    }

    /// What the last look-up came to, for explanations.
    fn read_as(&mut self, words: impl FnOnce() -> String) {
        if let Some(last) = self.lookups.as_mut().and_then(|lookups| lookups.last_mut()) {
            last.read = words();
        }
    }

    /// One line of text; absent where the field is missing or empty.
    fn line(&mut self, field: Field, most: usize) -> Option<String> {
        let hit = self.find_field(field)?;
        let text = shorten(first(hit.values), most);
        self.read_as(|| text.clone());
        (!text.is_empty()).then_some(text)
    }

    /// A number as it came: present but empty is a caller who hides it, absent is a PBX that does not say.
    fn number(&mut self, field: Field, plan: &DialPlan, shown: impl Fn(&str) -> String) -> Option<String> {
        let hit = self.find_field(field)?;
        let sent = first(hit.values);
        let channel = extensions::of_channel(sent);
        let with_plus = match &channel {
            Some(extension) => extension.into(),
            None if hit.was_encoded => plan.with_lost_plus(sent),
            None => sent.into(),
        };
        let text = shorten(&with_plus, LONGEST_NUMBER);
        self.read_as(|| format!("“{}”: {}", shorten(&text, LONGEST_EXTRA_NAME), shown(&text)));
        Some(text)
    }

    /// Repeated, listed, or in one text, in whatever dress.
    fn extensions(&mut self) -> Vec<String> {
        let Some(hit) = self.find_field(Field::Extension) else { return Vec::new() };
        let extensions = extensions::read(hit.values);
        self.read_as(|| match extensions.is_empty() {
            true => "no extension in it".to_owned(),
            false => extensions.join(", "),
        });
        extensions
    }

    /// The call's id, and the leg's where it has one of its own. Where only a leg's is told, it is the call's.
    fn ids(&mut self) -> (Option<String>, Option<String>) {
        let call = self.line(Field::CallId, LONGEST_ID);
        let leg = self.line(Field::LegId, LONGEST_ID);
        match call {
            Some(call) => (Some(call), leg),
            None => (leg, None),
        }
    }

    /// A name beside the number, or in a field of its own: of whom we serve.
    fn party_name(&mut self, direction: Option<Direction>, caller: Option<&str>) -> Option<String> {
        let (caller_name, called_name) = (self.name(Field::CallerName), self.name(Field::CalledName));
        match direction {
            Some(Direction::Outbound) => called_name,
            _ => caller_name.or_else(|| caller.and_then(names::beside_number)),
        }
    }

    fn name(&mut self, field: Field) -> Option<String> {
        names::person(&self.line(field, LONGEST_NAME)?)
    }

    fn queue(&mut self) -> Option<String> {
        let hit = self.find_field(Field::Queue)?;
        let name = shorten(first(hit.values), LONGEST_NAME);
        self.read_as(|| name.clone());
        // Whoever keeps further fields sees it under its own name, too.
        if self.reader.keep_others {
            self.used.remove(hit.path);
        }
        (!name.is_empty()).then_some(name)
    }

    fn passed_by(&mut self) -> Option<String> {
        let hit = self.find_field(Field::PassedBy)?;
        let extension = extensions::read(hit.values).into_iter().next();
        self.read_as(|| extension.clone().unwrap_or_else(|| "no extension in it".to_owned()));
        extension
    }

    fn withheld(&mut self) -> bool {
        let Some(hit) = self.find_field(Field::Presentation) else { return false };
        let presentation = self.reader.vocabulary.presentation(first(hit.values));
        self.read_as(|| words::shown(first(hit.values), presentation.map(words::presentation)));
        presentation == Some(Presentation::Withheld)
    }

    fn cause(&mut self) -> Cause {
        let Some(hit) = self.find_field(Field::Cause) else { return Cause::default() };
        let cause = Cause::read(first(hit.values));
        let [(_, english), ..] = cause.and_then(Cause::reason).map_or([("", ""); 3], EndReason::words);
        self.read_as(|| words::shown(first(hit.values), cause.is_some().then_some(english)));
        cause.unwrap_or_default()
    }

    fn direction(&mut self) -> Option<Direction> {
        let hit = self.find_field(Field::Direction)?;
        let direction = self.reader.vocabulary.direction(first(hit.values));
        self.read_as(|| words::shown(first(hit.values), direction.map(words::direction)));
        direction
    }

    fn leg(&mut self) -> Option<Leg> {
        let hit = self.find_field(Field::Leg)?;
        let leg = self.reader.vocabulary.leg(first(hit.values));
        self.read_as(|| words::shown(first(hit.values), leg.map(words::leg)));
        leg
    }

    fn happening(&mut self, field: Field) -> Option<Happening> {
        let hit = self.find_field(field)?;
        let happening = match field {
            Field::Result => self.reader.vocabulary.result(first(hit.values)),
            _ => self.reader.vocabulary.event(first(hit.values)),
        };
        self.read_as(|| words::shown(first(hit.values), happening.map(words::happening)));
        happening
    }

    fn talk_seconds(&mut self) -> Option<u32> {
        let hit = self.find_field(Field::TalkSeconds)?;
        let seconds = words::seconds(first(hit.values));
        self.read_as(|| match seconds {
            Some(seconds) => format!("{seconds} s"),
            None => "no duration: write seconds, or hours:minutes:seconds".to_owned(),
        });
        seconds
    }

    fn sent_at(&mut self) -> Option<Timestamp> {
        let hit = self.find_field(Field::Time)?;
        let moment = words::moment(first(hit.values));
        self.read_as(|| match moment.and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok()) {
            Some(at) => at.to_string(),
            None => "no time: write seconds since 1970, or date, time and zone".to_owned(),
        });
        moment
    }

    /// A number that is withheld is in no other field either.
    fn extra_without(&mut self, withheld: Option<&str>) -> BTreeMap<String, String> {
        let mut extra = self.extra();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        if let Some(end) = withheld.map(digits).and_then(|all| all.get(all.len().checked_sub(6)?..).map(str::to_owned))
        {
            extra.retain(|_, value| !digits(value).contains(&end));
        }
        extra
    }

    fn extra(&mut self) -> BTreeMap<String, String> {
        let mut extra = BTreeMap::new();
        for (name, names) in &self.reader.extra {
            if let Some(hit) = self.find(name, names) {
                let text = shorten(first(hit.values), LONGEST_EXTRA);
                self.read_as(|| text.clone());
                if !text.is_empty() && extra.len() < MOST_EXTRA {
                    extra.insert(name.clone(), text);
                }
            }
        }
        if self.reader.keep_others {
            self.keep_others(&mut extra);
        }
        extra
    }

    /// Fields nobody asked for, under their own names; what is long is no field (a recording, perhaps).
    fn keep_others(&mut self, extra: &mut BTreeMap<String, String>) {
        for (path, field) in self.fields.iter() {
            if extra.len() >= MOST_EXTRA {
                return;
            }
            if self.used.contains(path) || self.reader.secrets.is_user(path) {
                continue;
            }
            let value = first(&field.values);
            let name = self.reader.own_name(path, &field.name);
            let is_field = value.len() <= LONGEST_EXTRA && name.len() <= LONGEST_EXTRA_NAME;
            if value.trim().is_empty() || !is_field || self.marks.which(value).is_some() {
                continue;
            }
            if let std::collections::btree_map::Entry::Vacant(free) = extra.entry(name) {
                free.insert(shorten(value, LONGEST_EXTRA));
                self.used.insert(path.to_owned());
            }
        }
    }

    fn names_of(&self, field: Field) -> String {
        let names = self.names.get(&field).map_or(&[] as &[Name], Vec::as_slice);
        let names: Vec<String> = names.iter().take(4).map(|name| format!("`{}`", name.shown)).collect();
        names.join(", ")
    }
}

impl Reader {
    /// `call[queue]` is `queue` where `call` is what the fields are wrapped in.
    fn own_name(&self, path: &str, name: &str) -> String {
        let dotted = wire::dotted(name);
        match (self.inside.iter().any(|object| path.starts_with(&format!("{object}."))), dotted.split_once('.')) {
            (true, Some((_, rest))) => shorten(rest, LONGEST_EXTRA_NAME + 1),
            _ => shorten(&dotted, LONGEST_EXTRA_NAME + 1),
        }
    }
}

fn first(values: &[String]) -> &str {
    let filled = values.iter().find(|value| !value.trim().is_empty());
    filled.or_else(|| values.first()).map_or("", String::as_str)
}

//! JSON, read as it goes by: what is not kept is passed over, and nothing is built of it.

use super::{
    reading::{DEEPEST, Place, Reading},
    unreadable,
};
use crate::PushRefused;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What is wrong with a text that should be a call's JSON.
pub(super) enum NoCall {
    Broken(serde_json::Error),
    /// JSON, but no object.
    Other(PushRefused),
}

impl Reading<'_> {
    /// Adds the members of a call: an object, or a list with one in it.
    pub(super) fn json(&mut self, text: &[u8], was_encoded: bool) -> Result<(), NoCall> {
        let mut json = serde_json::Deserializer::from_slice(text);
        let call = Call { reading: self, was_encoded, may_be_list: true };
        let is_call = call.deserialize(&mut json).and_then(|is_call| json.end().map(|()| is_call));
        match is_call.map_err(NoCall::Broken)? {
            IsCall::Yes => Ok(()),
            IsCall::List => Err(NoCall::Other(unreadable("The JSON is a list: send one call at a time, as an object"))),
            IsCall::Other => Err(NoCall::Other(unreadable("The JSON is no object: send the call's fields as one"))),
        }
    }
}

#[derive(PartialEq)]
enum IsCall {
    Yes,
    List,
    Other,
}

/// The whole of it.
struct Call<'r, 'n> {
    reading: &'r mut Reading<'n>,
    was_encoded: bool,
    may_be_list: bool,
}

impl<'de> DeserializeSeed<'de> for Call<'_, '_> {
    type Value = IsCall;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<IsCall, D::Error> {
        json.deserialize_any(self)
    }
}

/// What is neither a list nor an object.
macro_rules! plain_values_are {
    ($value:expr, $type:ty) => {
        fn visit_unit<E: Error>(self) -> Result<$type, E> {
            Ok($value)
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<$type, E> {
            Ok($value)
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<$type, E> {
            Ok($value)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<$type, E> {
            Ok($value)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<$type, E> {
            Ok($value)
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<$type, E> {
            Ok($value)
        }
    };
}

impl<'de> Visitor<'de> for Call<'_, '_> {
    type Value = IsCall;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a call's fields")
    }

    plain_values_are!(IsCall::Other, IsCall);

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<IsCall, A::Error> {
        let found = Found { reading: self.reading, place: None, was_encoded: self.was_encoded, depth: 0 };
        found.visit_map(members).map(|()| IsCall::Yes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<IsCall, A::Error> {
        if !self.may_be_list {
            while elements.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(IsCall::List);
        }
        let only = Call { reading: self.reading, was_encoded: self.was_encoded, may_be_list: false };
        let is_call = elements.next_element_seed(only)? == Some(IsCall::Yes);
        let mut more = false;
        while elements.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(if is_call && !more { IsCall::Yes } else { IsCall::List })
    }
}

/// A value under a name that is looked for or kept; without a name, the call's own object.
struct Found<'r, 'n> {
    reading: &'r mut Reading<'n>,
    place: Option<Place>,
    was_encoded: bool,
    depth: usize,
}

impl Found<'_, '_> {
    fn text(self, text: &str) {
        if let Some(place) = self.place
            && self.reading.room(place).is_some()
        {
            self.reading.add(place, text, self.was_encoded);
        }
    }

    fn number(self, number: impl Into<serde_json::Number>) {
        if self.place.is_some_and(|place| self.reading.room(place).is_some()) {
            let number: serde_json::Number = number.into();
            self.text(&number.to_string());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Found<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        self.reading.step();
        match self.depth > DEEPEST {
            true => json.deserialize_ignored_any(IgnoredAny).map(drop),
            false => json.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Found<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.text(if flag { "true" } else { "false" });
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        if let Some(number) = serde_json::Number::from_f64(number) {
            self.number(number);
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Found { reading, place, was_encoded, depth } = self;
        while elements.next_element_seed(Found { reading, place, was_encoded, depth: depth + 1 })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Found { reading, place, was_encoded, depth } = self;
        while let Some(entered) = members.next_key_seed(Enter { reading, around: place })? {
            match entered {
                None => drop(members.next_value::<IgnoredAny>()?),
                Some((inner, before)) => {
                    let place = Some(inner);
                    members.next_value_seed(Found { reading, place, was_encoded, depth: depth + 1 })?;
                    reading.leave(before);
                }
            }
        }
        Ok(())
    }
}

/// A member's name.
struct Enter<'r, 'n> {
    reading: &'r mut Reading<'n>,
    around: Option<Place>,
}

impl<'de> DeserializeSeed<'de> for Enter<'_, '_> {
    type Value = Option<(Place, usize)>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Enter<'_, '_> {
    type Value = Option<(Place, usize)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.reading.enter(self.around, name))
    }
}

//! Finds the uid in a review that cannot be read to its end: an answer that repeats it reaches who asked.

use std::{cell::Cell, fmt};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// The way to the uid.
const PATH: [&str; 2] = ["request", "uid"];

/// The review's uid, if it stands before whatever is wrong.
pub(super) fn find(body: &[u8]) -> Option<String> {
    let found = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    // That it fails is why somebody asks: what was passed on the way counts.
    let _ = deserializer.deserialize_map(Walk { path: &PATH, found: &found });
    found.take()
}

/// Walks down a path of keys.
#[derive(Clone, Copy)]
struct Walk<'a> {
    path: &'a [&'a str],
    found: &'a Cell<Option<String>>,
}

impl<'de> serde::de::DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.path.is_empty() {
            let uid = String::deserialize(deserializer)?;
            self.found.set((!uid.is_empty()).then_some(uid));
            Ok(())
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((wanted, path)) = self.path.split_first() else { return Ok(()) };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(Walk { path, ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

//! Compiled patterns, remembered by a thread.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, rc::Rc};

use anyhow::anyhow;
use regex::Regex;

/// Bounds what patterns from requests can make a thread remember.
const MAX_COMPILED: usize = 256;

/// Regular expressions by what they were compiled from. Shared, not cloned: a clone would begin again with empty matching caches, which
/// cost more than the match.
pub(super) struct Compiled<K>(HashMap<K, Rc<Regex>>);

impl<K> Default for Compiled<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Compiled<K> {
    /// The one for `key`, compiled where it is not remembered.
    pub(super) fn get<Q>(
        &mut self,
        key: &Q,
        compile: impl FnOnce(&Q) -> Result<Regex, String>,
    ) -> anyhow::Result<Rc<Regex>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(regex) = self.0.get(key) {
            return Ok(Rc::clone(regex));
        }
        let regex = Rc::new(compile(key).map_err(|why| anyhow!(why))?);
        if self.0.len() >= MAX_COMPILED {
            self.0.clear();
        }
        self.0.insert(key.to_owned(), Rc::clone(&regex));
        Ok(regex)
    }
}

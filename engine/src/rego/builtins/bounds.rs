//! Bounds on what builtins make. A policy that doubles a list forty times would end the process, and everybody's requests with it:
//! running out of memory cannot be caught.
//!
//! No value that a builtin makes is larger than [`MAX_TEXT`] or [`MAX_ITEMS`], which is found out before it is made; and all that they make
//! in one evaluation is no larger than [`MAX_MADE`]. What comprehensions make is bounded by the time that they take.

use std::cell::Cell;

use anyhow::{bail, ensure};
use regorus::Value;

use super::{native, string};

/// The longest text: more than the API server takes as a whole request (3 MiB).
pub(super) const MAX_TEXT: usize = 4 << 20;

/// The most items: more than any object has lines or fields.
pub(super) const MAX_ITEMS: usize = 100_000;

/// The most bytes that builtins make in one evaluation, of texts and of the slots of collections.
const MAX_MADE: usize = 64 << 20;

/// The most that `walk` gives: the lengths of all paths, taken together.
const MAX_WALK: usize = 1_000_000;

thread_local! {
    static MADE: Cell<usize> = const { Cell::new(0) };
}

/// Begins an evaluation on this thread.
pub(in crate::rego) fn begin() {
    MADE.set(0);
}

/// Counts in what a builtin made.
pub(super) fn count(value: Value) -> anyhow::Result<Value> {
    let slots = |items: usize| items.saturating_mul(size_of::<Value>());
    let size = match &value {
        Value::String(text) => text.len(),
        Value::Array(items) => slots(items.len()) + items.iter().map(text_of).sum::<usize>(),
        Value::Set(items) => slots(items.len()) + items.iter().map(text_of).sum::<usize>(),
        Value::Object(fields) => slots(2 * fields.len()),
        _ => return Ok(value),
    };
    let made = MADE.get().saturating_add(size);
    MADE.set(made);
    ensure!(made <= MAX_MADE, "more than {} MiB of texts and lists in one evaluation", MAX_MADE >> 20);
    Ok(value)
}

fn text_of(value: &Value) -> usize {
    if let Value::String(text) = value { text.len() } else { 0 }
}

/// Refuses a text of this length.
pub(super) fn text(length: usize) -> anyhow::Result<()> {
    ensure!(length <= MAX_TEXT, "a text of more than {} MiB", MAX_TEXT >> 20);
    Ok(())
}

/// Refuses a collection of this many items.
pub(super) fn items(count: usize) -> anyhow::Result<()> {
    ensure!(count <= MAX_ITEMS, "a collection of more than {MAX_ITEMS} items");
    Ok(())
}

pub(super) fn array_concat(arguments: &[Value]) -> anyhow::Result<Value> {
    items(arguments.iter().map(length).sum())?;
    native::call("array.concat", arguments)
}

pub(super) fn concat(arguments: &[Value]) -> anyhow::Result<Value> {
    let texts: usize = match arguments.get(1) {
        Some(Value::Array(items)) => items.iter().map(text_of).sum(),
        Some(Value::Set(items)) => items.iter().map(text_of).sum(),
        _ => 0,
    };
    let between = arguments.first().map_or(0, text_of).saturating_mul(arguments.get(1).map_or(0, length));
    text(texts.saturating_add(between))?;
    native::call("concat", arguments)
}

pub(super) fn replace(arguments: &[Value]) -> anyhow::Result<Value> {
    let (whole, old, new) = (string(arguments, 0)?, string(arguments, 1)?, string(arguments, 2)?);
    let places = if new.len() > old.len() { whole.matches(old).count() } else { 0 };
    text(places.saturating_mul(new.len()).saturating_add(whole.len()))?;
    native::call("replace", arguments)
}

pub(super) fn split(arguments: &[Value]) -> anyhow::Result<Value> {
    items(string(arguments, 0)?.matches(string(arguments, 1)?).count())?;
    native::call("split", arguments)
}

pub(super) fn indexof_n(arguments: &[Value]) -> anyhow::Result<Value> {
    items(string(arguments, 0)?.matches(string(arguments, 1)?).count())?;
    native::call("indexof_n", arguments)
}

/// Nested objects are united too.
pub(super) fn object_union(arguments: &[Value]) -> anyhow::Result<Value> {
    nodes(arguments)?;
    native::call("object.union", arguments)
}

pub(super) fn object_union_n(arguments: &[Value]) -> anyhow::Result<Value> {
    nodes(arguments)?;
    native::call("object.union_n", arguments)
}

pub(super) fn union(arguments: &[Value]) -> anyhow::Result<Value> {
    if let [Value::Set(sets)] = arguments {
        items(sets.iter().map(length).sum())?;
    }
    native::call("union", arguments)
}

/// It makes the path to each value before the first one is looked at.
pub(super) fn walk(arguments: &[Value]) -> anyhow::Result<Value> {
    for argument in arguments {
        let mut left = MAX_WALK;
        visit(argument, 0, &mut |depth| {
            left = left.checked_sub(depth + 1)?;
            Some(())
        })
        .ok_or_else(|| anyhow::anyhow!("a walk over more than can be kept"))?;
    }
    native::call("walk", arguments)
}

/// Refuses values that hold too many, what is shared counted as often as it stands there.
fn nodes(arguments: &[Value]) -> anyhow::Result<()> {
    let mut left = MAX_ITEMS;
    let mut enough = |_| {
        left = left.checked_sub(1)?;
        Some(())
    };
    if arguments.iter().any(|argument| visit(argument, 0, &mut enough).is_none()) {
        bail!("a collection of more than {MAX_ITEMS} items");
    }
    Ok(())
}

/// Visits a value and all in it, until `at` has had enough.
fn visit(value: &Value, depth: usize, at: &mut impl FnMut(usize) -> Option<()>) -> Option<()> {
    at(depth)?;
    let mut inner = |value: &Value| visit(value, depth + 1, at);
    match value {
        Value::Array(items) => items.iter().try_for_each(inner),
        Value::Set(items) => items.iter().try_for_each(inner),
        Value::Object(fields) => fields.iter().try_for_each(|(_, value)| inner(value)),
        _ => Some(()),
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Set(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;

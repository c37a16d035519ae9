//! The way from a resource's root to one of its fields.

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into a mapping, by key.
    Key(&'a str),
    /// Into a sequence, by index from 0.
    Index(usize),
}

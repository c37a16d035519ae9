//! What the scanner hands to the parser.

/// A piece of text without a copy where it stands in the source as it is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Text {
    offset: u32,
    /// The length, and in the top bit whether the text is in the buffer of decoded scalars.
    length: u32,
}

/// The top bit of a length.
const DECODED: u32 = 1 << 31;

impl Text {
    /// Bytes `start..end` of the source.
    pub(crate) const fn source(start: u32, end: u32) -> Self {
        Self { offset: start, length: end.saturating_sub(start) }
    }

    /// Bytes `start..end` of the buffer of decoded scalars.
    pub(crate) const fn decoded(start: u32, end: u32) -> Self {
        Self { offset: start, length: end.saturating_sub(start) | DECODED }
    }

    /// The text itself.
    pub(crate) fn of<'t>(self, source: &'t str, decoded: &'t str) -> &'t str {
        let (place, length) = if self.length & DECODED == 0 {
            (source, self.length)
        } else {
            (decoded, self.length & !DECODED)
        };
        let start = self.offset as usize;
        place.get(start..start + length as usize).unwrap_or_default()
    }
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Quoted,
    Block,
}

/// What a tag says, as far as it changes what is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tag {
    #[default]
    None,
    /// A lone `!`.
    NonSpecific,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other: the scalar is a string.
    Other,
}

impl Tag {
    /// A tag by its full name.
    pub(crate) fn named(name: &str) -> Self {
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("str") => Self::Str,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ if name == "!" => Self::NonSpecific,
            _ => Self::Other,
        }
    }
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag(Tag),
    Scalar(Style),
}

/// A token and where it stands, in bytes of the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The name of an anchor or alias, the value of a scalar.
    pub(crate) text: Text,
}

/// Why a text is no YAML, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What is wrong, as a sentence without a full stop.
    pub(crate) reason: &'static str,
    /// The offset to point at.
    pub(crate) at: u32,
}

//! Where something stands in a text.

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode code points, from 1.
    pub column: u32,
    /// Byte offset into the decoded text ([`crate::Reading::text`]), from 0.
    pub offset: usize,
}

/// A stretch of a text; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Just behind the last character.
    pub end: Position,
}

/// What a path led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// What to point a reader at: the value where the path ends in a scalar, the key where it ends in a mapping or
    /// sequence that a key holds, the first entry where it ends in a list's item or the document itself. It stays on
    /// one line: a block scalar is pointed at by its header (`|-`), any other long value by its first line.
    ///
    /// Aliases and merge keys are followed to the text in which the path's last step is written: `image: *default` is
    /// pointed at where the alias stands, a field that came through `<<: *base` where `base` writes it.
    pub span: Span,
    /// False where the path does not exist, and `span` is that of its nearest existing parent.
    pub exact: bool,
}

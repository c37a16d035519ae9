//! Characters that no YAML may hold, and whether kubectl would meet one.

/// The first character that no YAML may hold: control characters but tabs and line breaks, and two non-characters.
pub(in crate::yaml) fn forbidden(chunk: &str) -> Option<usize> {
    let bytes = chunk.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..)?.iter().position(|&byte| is_suspect(byte)) {
        let at = from + found;
        let allowed = match bytes.get(at..) {
            Some([0xC2, next, ..]) => *next == 0x85 || *next >= 0xA0,
            Some([0xEF, 0xBF, last, ..]) => *last < 0xBE,
            Some([0xEF, ..]) => true,
            _ => false,
        };
        if !allowed {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// May a forbidden character begin with this byte?
fn is_suspect(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F | 0xC2 | 0xEF)
}

/// Would kubectl, which decodes a chunk in blocks, have met the character at `at` when it had read up to `read`?
pub(in crate::yaml) fn is_within_reach(start: usize, read: usize, at: usize) -> bool {
    const BLOCK: usize = 512;
    // The longest indicator is four characters.
    let reached = (read.saturating_sub(start) + 4).next_multiple_of(BLOCK);
    at - start < reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_forbidden_and_line_breaks_are_not() {
        assert_eq!(forbidden("a\tb\r\n\u{85}\u{A0}\u{FEFF}\u{FFFD}é😀"), None);
        for character in ['\0', '\u{1}', '\u{B}', '\u{7F}', '\u{80}', '\u{9F}', '\u{FFFE}', '\u{FFFF}'] {
            assert_eq!(forbidden(&format!("aé{character}")), Some(3), "{character:?}");
        }
    }

    #[test]
    fn what_lies_in_a_later_block_than_the_document_is_not_met() {
        assert!(is_within_reach(0, 10, 500));
        assert!(!is_within_reach(0, 10, 512));
        assert!(is_within_reach(100, 1000, 1100));
    }
}

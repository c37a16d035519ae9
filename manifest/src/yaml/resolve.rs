//! What a scalar is: the resolution of go-yaml v2.

use std::borrow::Cow;

use super::{
    number::{self, Parsed},
    timestamp,
    token::{Style, Tag},
};

/// A scalar's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above [`i64::MAX`].
    Uint(u64),
    Float(f64),
    Str(Cow<'t, str>),
}

/// Is this key `<<`, which merges another mapping into its own?
pub(super) fn is_merge(style: Style, tag: Tag, text: &str) -> bool {
    text == "<<"
        && (matches!(tag, Tag::NonSpecific | Tag::Merge) || (tag == Tag::None && style == Style::Plain))
}

/// Resolves a scalar.
///
/// # Errors
/// Where the text is not what its tag says.
pub(super) fn resolve(style: Style, tag: Tag, text: &str) -> Result<Scalar<'_>, &'static str> {
    let string = Scalar::Str(Cow::Borrowed(text));
    match tag {
        Tag::None if style == Style::Plain => Ok(implicit(text)),
        Tag::None | Tag::NonSpecific | Tag::Str | Tag::Merge | Tag::Other => Ok(string),
        Tag::Binary => match base64(text) {
            Some(bytes) => Ok(Scalar::Str(Cow::Owned(crate::text::lossy(&bytes)))),
            None => Err("tagged `!!binary`, and no base64"),
        },
        Tag::Timestamp if timestamp::is_yaml(text) => Ok(string),
        Tag::Timestamp => Err("tagged `!!timestamp`, and no timestamp"),
        Tag::Bool => match implicit(text) {
            scalar @ Scalar::Bool(_) => Ok(scalar),
            _ => Err("tagged `!!bool`, and no boolean"),
        },
        Tag::Int => match implicit(text) {
            scalar @ (Scalar::Int(_) | Scalar::Uint(_)) => Ok(scalar),
            _ => Err("tagged `!!int`, and no integer"),
        },
        Tag::Float => match implicit(text) {
            scalar @ Scalar::Float(_) => Ok(scalar),
            #[expect(clippy::cast_precision_loss, reason = "Go converts it so")]
            Scalar::Int(number) => Ok(Scalar::Float(number as f64)),
            _ => Err("tagged `!!float`, and no number"),
        },
        Tag::Null => match implicit(text) {
            Scalar::Null => Ok(Scalar::Null),
            _ => Err("tagged `!!null`, and not null"),
        },
    }
}

/// What a plain scalar without a tag is. The first byte tells almost all strings apart.
fn implicit(text: &str) -> Scalar<'_> {
    let string = Scalar::Str(Cow::Borrowed(text));
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'0'..=b'9' | b'-' | b'+' => special(text).unwrap_or_else(|| match number::parse(text) {
            Some(Parsed::Int(number)) => Scalar::Int(number),
            Some(Parsed::Uint(number)) => Scalar::Uint(number),
            Some(Parsed::Float(number)) => Scalar::Float(number),
            None => string,
        }),
        b'.' => special(text).or_else(|| number::parse_dotted(text).map(Scalar::Float)).unwrap_or(string),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            special(text).unwrap_or(string)
        }
        _ => string,
    }
}

/// Is this word a boolean for Kubernetes and a string by YAML 1.2?
pub(super) fn is_old_boolean(text: &str) -> bool {
    let is_boolean = matches!(special(text), Some(Scalar::Bool(_)));
    is_boolean && !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false")
}

/// The words that are no strings.
fn special(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// Decodes base64 as Go's standard encoding does: line breaks are skipped, padding is needed.
fn base64(text: &str) -> Option<Vec<u8>> {
    let characters: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let (groups, rest) = characters.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for (index, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|&&byte| byte == b'=').count();
        if padding > 2 || (padding > 0 && index + 1 != groups.len()) {
            return None;
        }
        let mut bits = 0_u32;
        for &byte in group.iter().take(4 - padding) {
            bits = bits << 6 | sextet(byte)?;
        }
        bits <<= 6 * padding;
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(3 - padding));
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_as_go_decodes_it() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some(b"hello".as_slice()));
        assert_eq!(base64("aG\nk=").as_deref(), Some(b"hi".as_slice()));
        assert_eq!(base64("").as_deref(), Some(b"".as_slice()));
        assert_eq!(
            base64("aGl=").as_deref(),
            Some(b"hi".as_slice()),
            "bits that are left over do not matter"
        );
        for text in ["aGk", "%%%%", "aG=k", "a===", "aGk=aGk="] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_bare_merge_key_merges() {
        assert!(is_merge(Style::Plain, Tag::None, "<<"));
        assert!(is_merge(Style::Quoted, Tag::Merge, "<<"));
        assert!(!is_merge(Style::Quoted, Tag::None, "<<"));
        assert!(!is_merge(Style::Plain, Tag::Str, "<<"));
    }
}

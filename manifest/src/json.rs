//! JSON in, the same arena of nodes out: a text that begins with `{` is tried as JSON first, as kubectl does.

use crate::{
    source::narrow,
    yaml::{
        node::{Builder, Tree},
        token::{Fault, Style, Tag, Text},
    },
};

/// Why a text is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    /// Is it the text's form? Then YAML is tried.
    pub(crate) is_syntax: bool,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, is_syntax: false }
    }
}

/// Reads the value that begins at `start`, and says where it ends.
pub(crate) fn parse(text: &str, start: usize) -> Result<(Tree, usize), Refusal> {
    let mut parser =
        Parser { text, bytes: text.as_bytes(), at: start, builder: Builder::new(), decoded: String::new() };
    parser.run()?;
    Ok((parser.builder.finish(parser.decoded), parser.at))
}

/// Where what JSON takes for blank ends.
pub(crate) fn skip_blank(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count()
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: Builder,
    decoded: String,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value, or the `]` of an empty array.
    FirstItem,
    /// A key, or the `}` of an empty object.
    FirstKey,
    Key,
    /// A comma, or the end of the innermost collection.
    Separator,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), Refusal> {
        // The closing brackets of the open collections.
        let mut open: Vec<u8> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.at = skip_blank(self.text, self.at);
            let byte = self.byte();
            expect = match (expect, byte) {
                (Expect::FirstItem, b']') | (Expect::FirstKey, b'}') => self.close(&mut open),
                (Expect::Separator, b',') => {
                    self.at += 1;
                    if open.last() == Some(&b']') { Expect::Value } else { Expect::Key }
                }
                (Expect::Separator, byte) if open.last() == Some(&byte) => self.close(&mut open),
                (Expect::FirstKey | Expect::Key, b'"') => {
                    self.string()?;
                    self.at = skip_blank(self.text, self.at);
                    if self.byte() != b':' {
                        return Err(self.syntax("no `:` behind a key"));
                    }
                    self.at += 1;
                    Expect::Value
                }
                (Expect::Value | Expect::FirstItem, b'[') => {
                    self.builder.open_sequence(narrow(self.at))?;
                    open.push(b']');
                    self.at += 1;
                    Expect::FirstItem
                }
                (Expect::Value | Expect::FirstItem, b'{') => {
                    self.builder.open_mapping(narrow(self.at))?;
                    open.push(b'}');
                    self.at += 1;
                    Expect::FirstKey
                }
                (Expect::Value | Expect::FirstItem, _) => {
                    self.scalar()?;
                    Expect::Separator
                }
                (Expect::FirstKey | Expect::Key, _) => {
                    return Err(self.syntax("no key where one is expected"));
                }
                (Expect::Separator, _) => {
                    return Err(self.syntax("no `,` and no closing bracket behind a value"));
                }
            };
            if expect == Expect::Separator && open.is_empty() {
                return Ok(());
            }
        }
    }

    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn syntax(&self, reason: &'static str) -> Refusal {
        Refusal { fault: Fault { reason, at: narrow(self.at) }, is_syntax: true }
    }

    fn close(&mut self, open: &mut Vec<u8>) -> Expect {
        self.at += 1;
        open.pop();
        self.builder.close(Some(narrow(self.at)));
        Expect::Separator
    }

    fn scalar(&mut self) -> Result<(), Refusal> {
        match self.byte() {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let Some(word) = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word))
                else {
                    return Err(self.syntax("no value where one is expected"));
                };
                self.plain(self.at + word.len());
                Ok(())
            }
        }
    }

    /// Adds what stands up to `end`: a number or a word, which mean in YAML what they mean in JSON.
    fn plain(&mut self, end: usize) {
        let (start, end_offset) = (narrow(self.at), narrow(end));
        self.builder.scalar(Style::Plain, Tag::None, Text::source(start, end_offset), start, end_offset);
        self.at = end;
    }

    fn number(&mut self) -> Result<(), Refusal> {
        let bytes = self.bytes.get(self.at..).unwrap_or_default();
        let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let mut end = usize::from(byte(0) == b'-');
        // A leading zero stands alone.
        let whole = if byte(end) == b'0' { 1 } else { digits(end) };
        let mut is_number = whole > 0;
        end += whole;
        if byte(end) == b'.' {
            let fraction = digits(end + 1);
            is_number &= fraction > 0;
            end += 1 + fraction;
        }
        if matches!(byte(end), b'e' | b'E') {
            end += 1 + usize::from(matches!(byte(end + 1), b'+' | b'-'));
            let exponent = digits(end);
            is_number &= exponent > 0;
            end += exponent;
        }
        if !is_number {
            return Err(self.syntax("no value where one is expected"));
        }
        let text = self.text.get(self.at..self.at + end).unwrap_or_default();
        if text.parse::<f64>().is_ok_and(f64::is_infinite) {
            return Err(Fault { reason: "a number too large for any", at: narrow(self.at) }.into());
        }
        self.plain(self.at + end);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        self.at += 1;
        let mut run = self.at;
        let buffer = self.decoded.len();
        let mut is_decoded = false;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let ends = |&byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            match self.bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_decoded = true;
                    self.push_run(run);
                    self.escape()?;
                    run = self.at;
                }
                Some(_) => return Err(self.syntax("a control character in a string: write it as an escape")),
                None => {
                    self.at = start;
                    return Err(self.syntax("a string that is never closed"));
                }
            }
        }
        let text = if is_decoded {
            self.push_run(run);
            Text::decoded(narrow(buffer), narrow(self.decoded.len()))
        } else {
            Text::source(narrow(start + 1), narrow(self.at))
        };
        self.at += 1;
        self.builder.scalar(Style::Quoted, Tag::None, text, narrow(start), narrow(self.at));
        Ok(())
    }

    fn push_run(&mut self, run: usize) {
        self.decoded.push_str(self.text.get(run..self.at).unwrap_or_default());
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let character = match self.bytes.get(self.at + 1) {
            Some(b'u') => {
                let high = self.unit(self.at)?;
                self.at += 6;
                let pair = if matches!(high, 0xD800..=0xDBFF) { self.unit(self.at).ok() } else { None };
                if let Some(low @ 0xDC00..=0xDFFF) = pair {
                    self.at += 6;
                    char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
                } else {
                    char::from_u32(high)
                }
                .unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(&byte) => {
                let character = match byte {
                    b'"' | b'\\' | b'/' => byte.into(),
                    b'b' => '\x08',
                    b'f' => '\x0C',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    _ => return Err(self.syntax("an escape that JSON does not know")),
                };
                self.at += 2;
                character
            }
            None => return Err(self.syntax("a string that is never closed")),
        };
        self.decoded.push(character);
        Ok(())
    }

    /// The code unit of a `\u0000` escape at an offset.
    fn unit(&self, at: usize) -> Result<u32, Refusal> {
        let escape = self.text.get(at..at + 6).and_then(|escape| escape.strip_prefix("\\u"));
        escape
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.syntax("an escape with too few hexadecimal digits"))
    }
}

//! Tags.

use super::{Kind, Scanner};
use crate::{
    source::narrow,
    yaml::token::{Fault, Tag, Text, Token},
};

impl Scanner<'_> {
    /// `!suffix`, `!!suffix` or `!<name>`. Without directives, which Kubernetes does not read, no other handle exists.
    pub(super) fn scan_tag(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        self.at += 1;
        let name = if self.byte(0) == b'<' {
            self.at += 1;
            let name = self.scan_uri()?;
            if name.is_empty() || self.byte(0) != b'>' {
                return Err(self.fault("a tag that begins with `!<` ends with `>`"));
            }
            self.at += 1;
            name
        } else {
            self.scan_short_tag(start)?
        };
        if !self.is_blankz(0) {
            return Err(Fault {
                reason: "`!` begins a tag: quote the text if none is meant",
                at: narrow(start),
            });
        }
        Ok(Token {
            kind: Kind::Tag(Tag::named(&name)),
            start: narrow(start),
            end: narrow(self.at),
            text: Text::default(),
        })
    }

    /// What follows a `!`: the tag's full name.
    fn scan_short_tag(&mut self, start: usize) -> Result<String, Fault> {
        let handle = self.at;
        while self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'_' | b'-') {
            self.at += 1;
        }
        if self.byte(0) != b'!' {
            let head = self.text.get(handle..self.at).unwrap_or_default();
            return Ok(format!("!{head}{}", self.scan_uri()?));
        }
        let is_standard = self.at == handle;
        self.at += 1;
        let suffix = self.scan_uri()?;
        if is_standard && !suffix.is_empty() {
            Ok(format!("tag:yaml.org,2002:{suffix}"))
        } else {
            Err(Fault { reason: "a tag whose handle no `%TAG` directive explains", at: narrow(start) })
        }
    }

    /// The characters of a URI, their escapes decoded.
    fn scan_uri(&mut self) -> Result<String, Fault> {
        let mut uri = Vec::new();
        loop {
            match self.byte(0) {
                b'%' => {
                    let digits = self.text.get(self.at + 1..self.at + 3);
                    let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
                        return Err(self.fault("a tag's `%` is followed by two hexadecimal digits"));
                    };
                    uri.push(byte);
                    self.at += 3;
                }
                byte if byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.at += 1;
                }
                _ => break,
            }
        }
        String::from_utf8(uri).map_err(|_| self.fault("a tag that is no UTF-8"))
    }
}

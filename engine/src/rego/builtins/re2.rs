//! RE2's regular expressions, which OPA has, in the words of the `regex` crate.
//!
//! Both match leftmost-first in linear time; they differ in what they read. Here `\d`, `\s`, `\w` and `\b` are ASCII, `\<` is `<`,
//! `[a&&b]` has no operator, a brace that repeats nothing is a brace. What RE2 does not know is an error; so are, as a precaution, its
//! Unicode classes (`\pL`), whose tables are another version's, and octal escapes.

mod class;

use std::{iter::Peekable, str::Chars};

use class::perl_class;

/// RE2 repeats no more often than this.
const MAX_REPEAT: u32 = 1000;

/// Bytes of the compiled program.
const MAX_SIZE: usize = 1 << 20;

/// Whether `pattern` is a regular expression that policies may use.
///
/// # Errors
/// Why not, without a full stop.
pub fn check(pattern: &str) -> Result<(), String> {
    compile(pattern).map(drop)
}

/// Compiles an RE2 pattern.
pub(super) fn compile(pattern: &str) -> Result<regex::Regex, String> {
    let translated = Translator::translate(pattern)?;
    let built = regex::RegexBuilder::new(&translated).size_limit(MAX_SIZE).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too big".to_owned(),
        // Several lines: the pattern, a caret, and what is wrong.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("invalid regular expression: {}", last.trim_start_matches("error: "))
        }
    })
}

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// What a repetition would repeat.
    before: Before,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Something,
    Repetition,
}

impl<'a> Translator<'a> {
    fn translate(pattern: &'a str) -> Result<String, String> {
        let out = String::with_capacity(pattern.len() + 16);
        let mut translator = Self { rest: pattern.chars().peekable(), out, before: Before::Nothing };
        while let Some(character) = translator.rest.next() {
            translator.item(character)?;
        }
        Ok(translator.out)
    }

    fn item(&mut self, character: char) -> Result<(), String> {
        match character {
            '*' | '+' | '?' => return self.repetition(&character.to_string()),
            '{' => {
                if let Some(repetition) = self.braces()? {
                    return self.repetition(&repetition);
                }
                self.out.push_str("\\{");
            }
            '}' => self.out.push_str("\\}"),
            ']' => self.out.push_str("\\]"),
            '[' => self.class()?,
            '(' => {
                self.group()?;
                self.before = Before::Nothing;
                return Ok(());
            }
            '|' => {
                self.out.push('|');
                self.before = Before::Nothing;
                return Ok(());
            }
            '\\' => self.escape()?,
            ')' | '.' | '^' | '$' => self.out.push(character),
            other => self.literal(other),
        }
        self.before = Before::Something;
        Ok(())
    }

    fn skip(&mut self, characters: usize) {
        for _ in 0..characters {
            self.rest.next();
        }
    }

    fn literal(&mut self, character: char) {
        if is_special(character) {
            self.out.push('\\');
        }
        self.out.push(character);
    }

    fn repetition(&mut self, operator: &str) -> Result<(), String> {
        match self.before {
            Before::Nothing => return Err(format!("`{operator}` has nothing to repeat")),
            Before::Repetition => return Err(format!("`{operator}` repeats a repetition")),
            Before::Something => {}
        }
        self.out.push_str(operator);
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        self.before = Before::Repetition;
        Ok(())
    }

    /// `n}`, `n,}` or `n,m}` behind a brace; anything else is no repetition.
    fn braces(&mut self) -> Result<Option<String>, String> {
        let inside: String = self.rest.clone().take_while(|&character| character != '}').collect();
        if !self.rest.clone().any(|character| character == '}') {
            return Ok(None);
        }
        let (least, most) =
            inside.split_once(',').map_or((inside.as_str(), None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'))
        };
        if !is_number(least) || !most.is_none_or(|most| most.is_empty() || is_number(most)) {
            return Ok(None);
        }
        for bound in [Some(least), most].into_iter().flatten().filter(|bound| !bound.is_empty()) {
            if bound.parse::<u32>().is_ok_and(|bound| bound <= MAX_REPEAT) {
                continue;
            }
            return Err(format!("`{{{inside}}}` repeats more than {MAX_REPEAT} times"));
        }
        self.skip(inside.chars().count() + 1);
        Ok(Some(format!("{{{inside}}}")))
    }

    /// `(`, `(?:`, `(?P<name>`, `(?<name>`, `(?flags)` and `(?flags:`.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        if let Some(&character @ ('P' | '<')) = self.rest.peek() {
            self.out.push(character);
            self.rest.next();
            return Ok(());
        }
        for character in self.rest.by_ref() {
            self.out.push(character);
            match character {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ')' | ':' => return Ok(()),
                other => return Err(format!("`(?{other}` is not RE2")),
            }
        }
        Err("a group has no end".to_owned())
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(character) = self.rest.next() else {
            return Err("the pattern ends in a backslash".to_owned());
        };
        match character {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let (negated, members) = perl_class(character);
                self.out.push_str(&format!("[{}{members}]", if negated { "^" } else { "" }));
            }
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' => self.out.push_str("(?-u:\\B)"),
            'A' => self.out.push_str("\\A"),
            'z' => self.out.push_str("\\z"),
            'Q' => self.quoted(),
            other => {
                let character = self.escaped(other)?;
                self.literal(character);
            }
        }
        Ok(())
    }

    /// `\Q…\E`, or to the end.
    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.peek() == Some(&'E') {
                self.rest.next();
                return;
            }
            self.literal(character);
        }
    }

    /// The one character that an escape stands for.
    fn escaped(&mut self, character: char) -> Result<char, String> {
        Ok(match character {
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' => return self.hexadecimal(),
            'p' | 'P' => {
                return Err("Unicode classes are not available; write the ranges, as in [a-zà-ÿ]".to_owned());
            }
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => other,
            other => return Err(format!("`\\{other}` is not RE2")),
        })
    }

    fn hexadecimal(&mut self) -> Result<char, String> {
        let is_braced = self.rest.next_if_eq(&'{').is_some();
        let digits: String = if is_braced {
            self.rest.by_ref().take_while(|&character| character != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        let is_hexadecimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_hexadecimal);
        code.and_then(char::from_u32).ok_or_else(|| format!("`\\x{digits}` is no code point"))
    }
}

fn is_special(character: char) -> bool {
    "\\.+*?()|[]{}^$#&-~".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_boundaries_are_ascii() {
        for (pattern, text, expected) in [
            (r"^\w+$", "é", false),
            (r"^\w+$", "a_1", true),
            (r"^\W+$", "é", true),
            (r"^[\w-]+$", "a-é", false),
            (r"^[^\W]+$", "é", false),
            (r"^\d$", "٣", false),
            (r"^\s$", "\u{a0}", false),
            (r"^\s$", "\u{b}", false),
            (r"\bfoo", "éfoo", true),
            (r"\Bfoo", "éfoo", false),
            (r"^.$", "🙂", true),
            (r"(?i)^k$", "\u{212a}", true),
        ] {
            assert_eq!(compile(pattern).unwrap().is_match(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_only_the_crate_reads_as_an_operator_is_literal() {
        for (pattern, text) in [
            (r"^[a&&b]$", "&"),
            (r"^[a~~b]$", "~"),
            (r"^[[a]$", "["),
            (r"^[]a]$", "]"),
            (r"^[a-]$", "-"),
            (r"^\<a\>$", "<a>"),
            (r"^a{,2}$", "a{,2}"),
            (r"^{$", "{"),
            (r"^\Qa.b\E$", "a.b"),
            (r"^[[:alpha:]]$", "a"),
            (r"^\x41\x{1F642}$", "A🙂"),
            (r"^\_\-$", "_-"),
            (r"^a{2}b{1,}c{0,2}?$", "aabc"),
        ] {
            assert!(compile(pattern).unwrap().is_match(text), "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_re2_is_an_error() {
        for pattern in [
            r"(?x)a", r"(?u)a", r"(?=a)", r"\pL", r"\u0041", r"\1", r"\Z", r"a**", r"a{2}{3}", r"a{1001}",
            r"*a", r"(", r"[a", r"[z-a]", r"\", r"\h", r"[\b]",
        ] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn an_error_is_one_line() {
        insta::assert_snapshot!(check("(a").unwrap_err(), @"invalid regular expression: unclosed group");
    }
}

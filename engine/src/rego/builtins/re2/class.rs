//! Character classes: `[…]` with its ranges, and `\d`, `\s`, `\w` alone or in one.

use super::Translator;

impl Translator<'_> {
    pub(super) fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            let Some(character) = self.rest.next() else { return Err("a class has no `]`".to_owned()) };
            match character {
                ']' if !is_first => break,
                '[' if self.rest.peek() == Some(&':') => self.posix()?,
                '\\' if self.rest.peek().is_some_and(|next| "dDsSwW".contains(*next)) => {
                    let (negated, members) = perl_class(self.rest.next().unwrap_or('d'));
                    let class = if negated { format!("[^{members}]") } else { members.to_owned() };
                    self.out.push_str(&class);
                }
                character => self.range(character)?,
            }
            is_first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// `[:alpha:]` and its like: ASCII in both.
    fn posix(&mut self) -> Result<(), String> {
        let name: String = self.rest.clone().skip(1).take_while(|&character| character != ':').collect();
        let end: String = self.rest.clone().skip(1 + name.chars().count()).take(2).collect();
        if end != ":]" {
            self.out.push_str("\\[");
            return Ok(());
        }
        self.out.push_str(&format!("[:{name}:]"));
        self.skip(name.chars().count() + 3);
        Ok(())
    }

    /// A member of a class, or a range of them.
    fn range(&mut self, character: char) -> Result<(), String> {
        let low = self.member(character)?;
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.next(), Some(']') | None) {
            self.class_literal(low);
            return Ok(());
        }
        self.rest.next();
        let next = self.rest.next().unwrap_or(low);
        let high = self.member(next)?;
        if high < low {
            return Err(format!("the range `{low}-{high}` is empty"));
        }
        self.class_literal(low);
        self.out.push('-');
        self.class_literal(high);
        Ok(())
    }

    fn member(&mut self, character: char) -> Result<char, String> {
        match character {
            '\\' => match self.rest.next() {
                Some(escaped) => self.escaped(escaped),
                None => Err("the pattern ends in a backslash".to_owned()),
            },
            plain => Ok(plain),
        }
    }

    fn class_literal(&mut self, character: char) {
        if "\\[]^-&~".contains(character) {
            self.out.push('\\');
        }
        self.out.push(character);
    }
}

/// Whether a class is negated, and its members.
pub(super) fn perl_class(name: char) -> (bool, &'static str) {
    let members = match name.to_ascii_lowercase() {
        'd' => "0-9",
        's' => "\\t\\n\\x0C\\r ",
        _ => "0-9A-Za-z_",
    };
    (name.is_ascii_uppercase(), members)
}
